/* SPDX-License-Identifier: GPL-2.0-only */
/* Which reasons come first, and what an order of locks brought; see report.h. */
#include <stdlib.h>
#include <string.h>

#include "finding_table.h"

/* @rank: less comes first; @at: where it was before */
struct ranked {
	struct weft_cause	cause;
	unsigned int		rank;
	size_t			at;
};

static const struct weft_step *step_of(const struct weft_finding *finding,
				       const struct weft_cause_end *end)
{
	return end->evidence < finding->evidence.steps_n ?
	       &finding->evidence.steps[end->evidence] : NULL;
}

/* Named memory, touched by code that is under test and not by a model of the rest */
static bool is_telling(struct weft_symbols *symbols,
		       const struct weft_step *step)
{
	return step && step->memory.member &&
	       !weft_is_call_place(symbols, &step->stack);
}

/*
 * A deadlock is that somebody still waits. Elsewhere what both sides do to a member is
 * the race itself; who saw or woke whom made room for it, and who took a lock first is
 * often just what makes something visible.
 */
static unsigned int rank_of(struct weft_symbols *symbols,
			    const struct weft_finding *finding,
			    const struct weft_cause *cause)
{
	const struct weft_step *before = step_of(finding, &cause->before);
	const struct weft_step *after = step_of(finding, &cause->after);

	if (!strcmp(finding->kind, "deadlock"))
		return cause->after.waits ? 0 : 1;
	if (is_telling(symbols, before) && is_telling(symbols, after))
		return 0;
	if ((before && before->memory.member) ||
	    (after && after->memory.member))
		return 1;
	return (before && before->lock) && (after && after->lock) ? 3 : 2;
}

static int compare_ranked(const void *a, const void *b)
{
	const struct ranked *x = a, *y = b;

	if (x->rank != y->rank)
		return x->rank < y->rank ? -1 : 1;
	return x->at < y->at ? -1 : x->at > y->at;
}

/**
 * weft_why_rank() - see report.h
 */
void weft_why_rank(struct weft_symbols *symbols, struct weft_finding *finding)
{
	struct weft_causality *why = &finding->causality;
	struct ranked *all = calloc(why->n + 1, sizeof(*all));
	size_t i;

	for (i = 0; all && i < why->n; i++) {
		all[i].cause = why->causes[i];
		all[i].rank = rank_of(symbols, finding, &why->causes[i]);
		all[i].at = i;
	}
	if (all && why->n)
		qsort(all, why->n, sizeof(*all), compare_ranked);
	for (i = 0; all && i < why->n; i++)
		why->causes[i] = all[i].cause;
	free(all);
}

static bool writes(const struct weft_step *step)
{
	return step->kind == WEFT_OP_ACCESS_WRITE ||
	       step->kind == WEFT_OP_ACCESS_RMW ||
	       step->kind == WEFT_OP_ACCESS_ADD;
}

static bool reads(const struct weft_step *step)
{
	return step->kind == WEFT_OP_ACCESS_READ ||
	       step->kind == WEFT_OP_ACCESS_RMW;
}

/* Was the last write in front of @at made by @task, not before @from? */
static bool is_from(const struct weft_evidence *evidence, size_t at, int task,
		    size_t from)
{
	uint64_t object = evidence->steps[at].object;

	while (at-- > from) {
		const struct weft_step *step = &evidence->steps[at];

		if (step->object == object && step->word && writes(step))
			return step->task == task;
	}
	return false;
}

static bool releases(const struct weft_step *step, const struct weft_step *taken)
{
	return (step->kind == WEFT_OP_UNLOCK ||
		step->kind == WEFT_OP_UNLOCK_SHARED) &&
	       step->task == taken->task && step->instance == taken->instance &&
	       !strcmp(step->lock, taken->lock);
}

/**
 * weft_why_then() - see report.h
 */
bool weft_why_then(const struct weft_finding *finding,
		   const struct weft_cause *cause, char *ret, size_t size)
{
	const struct weft_evidence *evidence = &finding->evidence;
	const struct weft_step *before = step_of(finding, &cause->before);
	const struct weft_step *taken = step_of(finding, &cause->after);
	size_t i;

	if (!before || !before->lock || !taken || !taken->lock)
		return false;
	for (i = cause->after.evidence + 1; i < evidence->steps_n; i++) {
		const struct weft_step *step = &evidence->steps[i];

		if (step->task != taken->task)
			continue;
		if (step->lock && releases(step, taken))
			return false;
		if (!step->word || step->own || !reads(step) ||
		    !step->memory.member ||
		    !is_from(evidence, i, before->task, cause->before.evidence))
			continue;
		snprintf(ret, size, "%s then read %s, which %s had written",
			 weft_why_task(finding, &cause->after),
			 step->memory.member,
			 weft_why_task(finding, &cause->before));
		return true;
	}
	return false;
}
