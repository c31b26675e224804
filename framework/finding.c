/* SPDX-License-Identifier: GPL-2.0-only */
/* Findings own their memory; this gives it back. */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "finding.h"

void weft_evidence_clear(struct weft_evidence *evidence)
{
	size_t i, j;

	for (i = 0; i < evidence->steps_n; i++) {
		free(evidence->steps[i].lock);
		free(evidence->steps[i].text);
	}
	for (i = 0; i < evidence->tasks_n; i++) {
		struct weft_task_state *task = &evidence->tasks[i];

		for (j = 0; j < task->held_n; j++)
			free(task->held[j].lock);
		free(task->held);
		free(task->name);
		free(task->wait_lock);
		free(task->wait_text);
	}
	free(evidence->steps);
	free(evidence->tasks);
	memset(evidence, 0, sizeof(*evidence));
}

const char *weft_minimal_name(enum weft_minimal minimal)
{
	switch (minimal) {
	case WEFT_MINIMAL_PROVEN:
		return "proven";
	case WEFT_MINIMAL_PREEMPTIONS:
		return "preemptions";
	case WEFT_MINIMAL_BUDGET:
		return "budget";
	default:
		return "untried";
	}
}

void weft_race_pair_free(struct weft_race_pair *race)
{
	size_t i, j;

	for (i = 0; race && i < 2; i++) {
		for (j = 0; j < race->sides[i].held_n; j++)
			free(race->sides[i].held[j].lock);
		free(race->sides[i].held);
	}
	free(race);
}

struct weft_related *weft_finding_relate(struct weft_finding *finding,
					 const char *what, int task,
					 const struct weft_stack *stack)
{
	struct weft_related *related = reallocarray(finding->related,
						    finding->related_n + 1,
						    sizeof(*related));

	assert(related && "out of memory for evidence");
	finding->related = related;
	related += finding->related_n++;
	memset(related, 0, sizeof(*related));
	related->what = strdup(what);
	assert(related->what && "out of memory for evidence");
	related->task = task;
	related->stack = *stack;
	return related;
}

void weft_finding_clear_related(struct weft_finding *finding)
{
	size_t i;

	for (i = 0; i < finding->related_n; i++) {
		free(finding->related[i].what);
		free(finding->related[i].lock);
	}
	free(finding->related);
	finding->related = NULL;
	finding->related_n = 0;
}

void weft_finding_clear(struct weft_finding *finding)
{
	size_t i;

	for (i = 0; i < finding->locks_n; i++)
		free(finding->locks[i]);
	free(finding->locks);
	free(finding->tasks);
	free(finding->summary);
	free(finding->signature);
	weft_schedule_clear(&finding->schedule);
	weft_schedule_clear(&finding->first.schedule);
	free(finding->causality.causes);
	weft_race_pair_free(finding->race);
	weft_finding_clear_related(finding);
	weft_evidence_clear(&finding->evidence);
	memset(finding, 0, sizeof(*finding));
}
