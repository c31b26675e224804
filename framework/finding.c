/* SPDX-License-Identifier: GPL-2.0-only */
/* Findings own their memory; this gives it back. */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "finding.h"

const struct weft_task_state *
weft_evidence_task(const struct weft_evidence *evidence, int id)
{
	size_t i;

	for (i = 0; i < evidence->tasks_n; i++)
		if (evidence->tasks[i].id == id)
			return &evidence->tasks[i];
	return NULL;
}

const char *weft_evidence_task_name(const struct weft_evidence *evidence,
				    int id)
{
	const struct weft_task_state *task = weft_evidence_task(evidence, id);

	return task && task->name ? task->name : "task";
}

void weft_evidence_clear(struct weft_evidence *evidence)
{
	size_t i, j;

	for (i = 0; i < evidence->steps_n; i++) {
		free(evidence->steps[i].lock);
		free(evidence->steps[i].text);
		free(evidence->steps[i].memory.member);
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

/* An access to memory that nothing but its address names. */
static bool is_word(const struct weft_step *step)
{
	return (step->kind == WEFT_OP_ACCESS_READ ||
		step->kind == WEFT_OP_ACCESS_WRITE ||
		step->kind == WEFT_OP_ACCESS_RMW ||
		step->kind == WEFT_OP_ACCESS_ADD ||
		step->kind == WEFT_OP_FREE) && !step->lock && !step->text &&
	       !step->own &&
	       step->object != UINT64_MAX;
}

static int compare_words(const void *a, const void *b)
{
	const struct weft_step *x = *(struct weft_step *const *)a;
	const struct weft_step *y = *(struct weft_step *const *)b;

	if (x->object != y->object)
		return x->object < y->object ? -1 : 1;
	return x < y ? -1 : x > y;
}

void weft_evidence_number_words(struct weft_evidence *evidence)
{
	struct weft_step **words = calloc(evidence->steps_n + 1,
					  sizeof(*words));
	size_t i, n = 0;
	unsigned int number = 0;

	assert(words && "out of memory for evidence");
	for (i = 0; i < evidence->steps_n; i++)
		if (is_word(&evidence->steps[i]))
			words[n++] = &evidence->steps[i];
	if (n)
		qsort(words, n, sizeof(*words), compare_words);
	/* The first one of each marks it; in the order of time they get numbers. */
	for (i = 0; i < n; i++)
		words[i]->word = !i || words[i]->object != words[i - 1]->object;
	for (i = 0; i < evidence->steps_n; i++)
		if (evidence->steps[i].word)
			evidence->steps[i].word = ++number;
	for (i = 1; i < n; i++)
		if (words[i]->object == words[i - 1]->object)
			words[i]->word = words[i - 1]->word;
	free(words);
}

const struct weft_step *
weft_evidence_access(const struct weft_evidence *evidence, uint64_t object)
{
	const struct weft_step *freed = NULL;
	size_t i;

	for (i = 0; i < evidence->steps_n; i++) {
		const struct weft_step *step = &evidence->steps[i];

		if (!step->word || step->object != object)
			continue;
		if (step->kind != WEFT_OP_FREE)
			return step;
		freed = step;
	}
	return freed;
}

unsigned int weft_evidence_word(const struct weft_evidence *evidence,
				uint64_t object)
{
	const struct weft_step *step = weft_evidence_access(evidence, object);

	return step ? step->word : 0;
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

void weft_finding_keep_first(struct weft_finding *finding)
{
	struct weft_first *first = &finding->first;

	if (first->schedule.runs_n)
		return;
	first->preemptions = finding->preemptions;
	first->steps = finding->steps;
	weft_schedule_clear(&first->schedule);
	if (weft_schedule_copy(&first->schedule, &finding->schedule))
		assert(!"out of memory for a schedule");
}

void weft_race_pair_free(struct weft_race_pair *race)
{
	size_t i, j;

	if (race)
		free(race->memory.member);
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
	free(finding->object.member);
	free(finding->check.sentence);
	free(finding->check.expression);
	free(finding->check.values);
	weft_schedule_clear(&finding->schedule);
	weft_schedule_clear(&finding->first.schedule);
	free(finding->causality.causes);
	weft_race_pair_free(finding->race);
	weft_finding_clear_related(finding);
	weft_evidence_clear(&finding->evidence);
	memset(finding, 0, sizeof(*finding));
}
