/* SPDX-License-Identifier: GPL-2.0-only */
/* Explorations of random programs; contract in runner.h. */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "tests/fuzz/runner.h"

static void set_add(struct fuzz_set *set, uint64_t item)
{
	if (set->n == set->max) {
		set->max = set->max ? 2 * set->max : 1024;
		set->items = realloc(set->items,
				     set->max * sizeof(*set->items));
		assert(set->items && "out of memory for traces");
	}
	set->items[set->n++] = item;
}

static int compare_items(const void *a, const void *b)
{
	const uint64_t *x = a, *y = b;

	return *x < *y ? -1 : *x > *y;
}

static void set_finish(struct fuzz_set *set)
{
	size_t i, n = 0;

	if (set->n)
		qsort(set->items, set->n, sizeof(*set->items), compare_items);
	for (i = 0; i < set->n; i++)
		if (!i || set->items[i] != set->items[i - 1])
			set->items[n++] = set->items[i];
	set->n = n;
}

bool fuzz_set_equal(const struct fuzz_set *a, const struct fuzz_set *b)
{
	return a->n == b->n &&
	       (!a->n || !memcmp(a->items, b->items,
				 a->n * sizeof(*a->items)));
}

size_t fuzz_set_missing(const struct fuzz_set *a, const struct fuzz_set *b,
			uint64_t *ret_first)
{
	size_t i, j = 0, missing = 0;

	for (i = 0; i < a->n; i++) {
		while (j < b->n && b->items[j] < a->items[i])
			j++;
		if (j < b->n && b->items[j] == a->items[i])
			continue;
		if (!missing++)
			*ret_first = a->items[i];
	}
	return missing;
}

/* Of the last program. */
static unsigned long faults_max;

struct weft_exec *fuzz_exec_create(struct fuzz_program *p)
{
	struct weft_exec_config config = {
		.main = fuzz_program_run, .main_arg = p,
		.main_concurrent = true, .every_access_shared = true,
		.depth_max = FUZZ_STEPS_MAX / 2,
		.faults_max = (unsigned long)p->faults,
	};
	struct weft_exec *x = weft_exec_create(&config);

	faults_max = config.faults_max;
	if (x && weft_exec_setup(x) == WEFT_OUTCOME_COMPLETE)
		return x;
	weft_exec_destroy(x);
	return NULL;
}

/* The strategy that is listened to, and what was heard. */
static const struct weft_strategy *inner;
static struct fuzz_trace heard;
static size_t heard_at[FUZZ_STEPS_MAX];	/* steps before each decision */

static void hear_applied(void *state, const struct weft_operation *op)
{
	fuzz_trace_add(&heard, op);
	if (inner->applied)
		inner->applied(state, op);
}

static void hear_wait(void *state, const struct weft_operation *op)
{
	fuzz_trace_add_wait(&heard, op);
	if (inner->waits)
		inner->waits(state, op);
}

/*
 * A task about to make a data choice says among how many; no other does. There is
 * one left when all faults have happened; then nobody is asked.
 */
static void check_published(const struct weft_view *view)
{
	uint32_t tasks = view->choices ? 0 : view->enabled;

	assert(view->choices != 1);

	for (; tasks; tasks &= tasks - 1) {
		const struct weft_published *published =
			&view->published[__builtin_ctz(tasks)];

		assert((published->kind == WEFT_OP_CHOOSE) ==
		       (published->choices > 0));
	}
}

/* An execution may go back to a decision: what was heard before it stays. */
static void hear_resume(void *state, unsigned int decision)
{
	if (decision == WEFT_FROM_SNAPSHOT)
		fuzz_trace_begin(&heard);
	else
		fuzz_trace_cut(&heard, heard_at[decision]);
	inner->resume(state, decision);
}

static unsigned int hear_pick(void *state, const struct weft_view *view)
{
	assert(view->index < FUZZ_STEPS_MAX);
	heard_at[view->index] = heard.n;
	check_published(view);
	return inner->pick(state, view);
}

static void keep_findings(struct weft_exec *x, struct fuzz_set *set)
{
	size_t i, n;
	const struct weft_finding *findings = weft_exec_findings(x, &n);
	const char *c;

	for (i = 0; i < n; i++) {
		uint64_t h = 0;

		for (c = findings[i].signature; *c; c++)
			h = fuzz_mix(h ^ (unsigned char)*c);
		set_add(set, h);
	}
}

/* Has the search begun anew? Nobody repeats a schedule otherwise. */
static void note_schedule(const struct weft_decision *decisions, unsigned int n,
			  struct fuzz_exploration *ret)
{
	static uint64_t first;
	uint64_t schedule = n;
	unsigned int i;

	for (i = 0; i < n; i++)
		schedule = fuzz_mix(schedule ^ decisions[i].chosen);
	if (!ret->restarts && !ret->executions && !ret->blocked &&
	    !ret->impossible) {
		first = schedule;
	} else if (schedule == first) {
		ret->restarts++;
		ret->traces.n = ret->findings.n = 0;
		ret->executions = ret->blocked = ret->impossible = 0;
	}
}

static void run_once(struct weft_exec *x, const struct weft_strategy *listening,
		     void *state, uint64_t show, struct fuzz_exploration *ret)
{
	const struct weft_decision *decisions;
	enum weft_outcome outcome;
	unsigned int n;
	uint64_t trace;

	if (!inner->shared)
		fuzz_trace_begin(&heard);
	outcome = weft_exec_run(x, listening, state, false);
	decisions = weft_exec_decisions(x, &n);
	note_schedule(decisions, n, ret);
	inner->end(state, decisions, n);
	ret->is_loose |= heard.is_loose;
	if (outcome == WEFT_OUTCOME_LOOKED)
		return;
	if (outcome == WEFT_OUTCOME_IMPOSSIBLE) {
		ret->impossible++;
		return;
	}
	if (outcome == WEFT_OUTCOME_REDUNDANT) {
		ret->blocked++;
		return;
	}
	ret->executions++;
	keep_findings(x, &ret->findings);
	trace = fuzz_trace_hash(&heard, outcome);
	set_add(&ret->traces, trace);
	if (show && trace == show)
		fuzz_trace_print(&heard, x, "#     ", stdout);
}

void fuzz_explore(struct weft_exec *x, const struct weft_strategy *strategy,
		  size_t executions_max, uint64_t show,
		  struct fuzz_exploration *ret)
{
	struct weft_strategy_options options = {
		.preemptions = WEFT_PREEMPTIONS_NONE, .delays = WEFT_BOUND_NONE,
		.nodes_max = 1 << 22, .faults = faults_max,
	};
	struct weft_strategy listening = *strategy;
	struct weft_progress progress;
	void *state = strategy->create(&options);
	size_t runs = 0;

	assert(state && "out of memory for a strategy");
	inner = strategy;
	listening.applied = hear_applied;
	listening.waits = hear_wait;
	listening.pick = hear_pick;
	if (inner->resume)
		listening.resume = hear_resume;
	ret->strategy = strategy;
	ret->traces.n = ret->findings.n = 0;
	ret->executions = ret->blocked = ret->restarts = 0;
	ret->impossible = 0;
	ret->is_loose = false;
	ret->is_complete = true;
	while (ret->is_complete && strategy->begin(state) == WEFT_BEGIN_RUN) {
		if (runs++ < executions_max)
			run_once(x, &listening, state, show, ret);
		else
			ret->is_complete = false;
	}
	strategy->progress(state, &progress);
	ret->gap = progress.table_full ? "its table is full" : progress.gap;
	ret->mismatch = progress.mismatch;
	strategy->destroy(state);
	set_finish(&ret->traces);
	set_finish(&ret->findings);
}
