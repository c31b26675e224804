/* SPDX-License-Identifier: GPL-2.0-only */
/* Which findings a suppression is about; contract in suppress.h. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../framework/detector.h"
#include "report.h"
#include "suppress.h"

#define FRAMES_PER_PC 24

/* Does any pattern of this key fit? True when there is none. */
static bool fits_any(const struct suppression *row, enum suppress_key key,
		     const char *text)
{
	bool any = false;
	size_t i;

	for (i = 0; i < row->patterns_n; i++) {
		if (row->patterns[i].key != key)
			continue;
		if (text && suppress_glob(row->patterns[i].text, text))
			return true;
		any = true;
	}
	return !any;
}

static bool fits_some_lock(const struct weft_finding *finding,
			   const char *pattern)
{
	size_t i;

	for (i = 0; i < finding->locks_n; i++)
		if (suppress_glob(pattern, finding->locks[i]))
			return true;
	return false;
}

/* A cycle through one more lock is another finding. */
static bool fits_locks(const struct suppression *row,
		       const struct weft_finding *finding)
{
	size_t i;

	for (i = 0; i < row->patterns_n; i++)
		if (row->patterns[i].key == SUPPRESS_LOCK &&
		    !fits_some_lock(finding, row->patterns[i].text))
			return false;
	for (i = 0; i < finding->locks_n; i++)
		if (!fits_any(row, SUPPRESS_LOCK, finding->locks[i]))
			return false;
	return true;
}

static bool fits_frame(const struct suppress_pattern *pattern,
		       const struct weft_frame *frame)
{
	const char *text = pattern->key == SUPPRESS_FILE ? frame->file :
							   frame->function;

	return text && suppress_glob(pattern->text, text);
}

static bool fits_stack(const struct suppress_pattern *pattern,
		       struct weft_symbols *symbols,
		       const struct weft_stack *stack)
{
	struct weft_frame frames[FRAMES_PER_PC];
	unsigned int i, j, n;

	for (i = 0; symbols && i < stack->n; i++) {
		n = weft_symbols_resolve(symbols, stack->pc[i], frames,
					 FRAMES_PER_PC);
		for (j = 0; j < n; j++)
			if (!frames[j].shim && fits_frame(pattern, &frames[j]))
				return true;
	}
	return false;
}

/* Its own place, other places it is about, and what its tasks wait for. */
static bool fits_some_stack(const struct suppress_pattern *pattern,
			    struct weft_symbols *symbols,
			    const struct weft_finding *finding)
{
	const struct weft_evidence *e = &finding->evidence;
	size_t i, j;

	if (fits_stack(pattern, symbols, &finding->stack))
		return true;
	for (i = 0; i < finding->related_n; i++)
		if (fits_stack(pattern, symbols, &finding->related[i].stack))
			return true;
	for (i = 0; i < finding->tasks_n; i++)
		for (j = 0; j < e->tasks_n; j++)
			if (e->tasks[j].id == finding->tasks[i] &&
			    (e->tasks[j].blocked || e->tasks[j].runnable) &&
			    fits_stack(pattern, symbols,
				       &e->tasks[j].wait_stack))
				return true;
	return false;
}

static bool fits_places(const struct suppression *row,
			struct weft_symbols *symbols,
			const struct weft_finding *finding)
{
	size_t i;

	for (i = 0; i < row->patterns_n; i++) {
		const struct suppress_pattern *pattern = &row->patterns[i];

		if ((pattern->key == SUPPRESS_FUNCTION ||
		     pattern->key == SUPPRESS_FILE) &&
		    !fits_some_stack(pattern, symbols, finding))
			return false;
	}
	return true;
}

static bool fits_kernel(const struct suppression *row,
			const struct weft_run *run)
{
	return fits_any(row, SUPPRESS_KERNEL, run->kernel) ||
	       (run->release && fits_any(row, SUPPRESS_KERNEL, run->release));
}

static bool fits(const struct suppression *row, const struct weft_run *run,
		 const struct weft_finding *finding)
{
	return !strcmp(suppress_text(row, SUPPRESS_KIND), finding->kind) &&
	       fits_any(row, SUPPRESS_SCENARIO, run->scenario->name) &&
	       fits_kernel(row, run) &&
	       fits_any(row, SUPPRESS_TEXT, finding->summary) &&
	       (!suppress_text(row, SUPPRESS_LOCK) ||
		fits_locks(row, finding)) &&
	       fits_places(row, run->symbols, finding);
}

unsigned int suppress_find(const struct suppressions *suppressions,
			   const struct weft_run *run,
			   const struct weft_finding *finding)
{
	size_t i;

	for (i = 0; i < suppressions->n; i++)
		if (fits(&suppressions->rows[i], run, finding))
			return (unsigned int)i + 1;
	return 0;
}

/* What a pattern may be about: its locks, and where each was held and taken. */
unsigned int suppress_find_cycle(const struct suppressions *suppressions,
				 const struct weft_run *run,
				 const struct weft_lock_cycle *cycle)
{
	const struct weft_lockgraph *graph = &run->result->graph;
	struct weft_related places[2 * WEFT_CYCLE_MAX] = { 0 };
	char *locks[WEFT_CYCLE_MAX];
	struct weft_finding finding = {
		.locks = locks, .locks_n = cycle->n,
		.related = places, .related_n = 2 * cycle->n,
	};
	unsigned int i, number;

	if (cycle->verdict == WEFT_CYCLE_FEASIBLE)
		return 0;
	for (i = 0; i < cycle->n; i++) {
		const struct weft_lock_edge *edge =
			&graph->edges[cycle->edges[i]];

		locks[i] = graph->nodes[cycle->nodes[i]].name;
		places[2 * i].stack = edge->from_stack;
		places[2 * i + 1].stack = edge->to_stack;
	}
	snprintf(finding.kind, sizeof(finding.kind), "%s",
		 weft_detector_lock_order.name);
	finding.summary = weft_cycle_text(run, cycle);
	number = suppress_find(suppressions, run, &finding);
	free(finding.summary);
	return number;
}
