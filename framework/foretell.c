/* SPDX-License-Identifier: GPL-2.0-only */
/* Prediction of uses after free; contract in foretell.h. */
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "confirm.h"
#include "foretell.h"
#include "strategies/order.h"

/* Executions until nothing new is shared or foretold. */
#define SETTLE_MAX 6

#define SIGNATURE "memory:use after free"

void weft_foretold_free(struct weft_foretold *list, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++) {
		free(list[i].summary);
		free(list[i].signature);
		free(list[i].race);
	}
	free(list);
}

bool weft_foretold_is(const struct weft_foretold *foretold,
		      const struct weft_finding *finding)
{
	if (foretold->race)
		return !strcmp(finding->signature, foretold->race);
	return !strncmp(finding->signature, SIGNATURE, strlen(SIGNATURE)) &&
	       finding->tasks_n == 2 &&
	       finding->tasks[0] == foretold->task &&
	       finding->tasks[1] == foretold->free_task &&
	       (!foretold->made || (finding->origin.n &&
				    finding->origin.pc[0] == foretold->made));
}

struct foretelling {
	struct weft_exec		*x;
	const struct weft_campaign	*campaign;
	struct weft_result		*result;
	struct weft_schedule		schedule;	/* that foretells */
	struct weft_foretold		*races;
	size_t				races_n;
	bool				broken;	/* a finding did not come again */
};

/* ---- the execution that foretells ---- */

/* The default one: an empty record has nothing to follow. */
static void run_default(struct foretelling *f)
{
	struct weft_schedule nothing = { 0 };
	struct weft_ordering ordering;
	struct weft_order order;

	weft_order_create(&order, &nothing);
	weft_ordering_begin(&ordering, &order);
	weft_run_aside(f->x, &weft_strategy_order, &ordering, true);
	weft_order_clear(&order);
	f->result->executions_aside++;
}

/* The last one, which is f->schedule, again. */
static void replay(struct foretelling *f)
{
	struct weft_ordering ordering;
	struct weft_order order;

	weft_order_create(&order, &f->schedule);
	weft_ordering_begin(&ordering, &order);
	weft_exec_follow(f->x, &f->schedule);
	weft_run_aside(f->x, &weft_strategy_order, &ordering, true);
	weft_order_clear(&order);
	f->result->executions_aside++;
}

static bool is_racy(const struct weft_schedule *schedule, uint64_t offset)
{
	size_t i;

	for (i = 0; i < schedule->racy_n; i++)
		if (schedule->racy[i] == offset)
			return true;
	return false;
}

/* Makes points of what the run before has foretold. True: some are new. */
static bool add_points(struct foretelling *f, const struct weft_exec *x)
{
	const struct weft_schedule *last = weft_exec_schedule(x);
	size_t n = last->racy_n, found_n, i;
	struct weft_foretold *found = weft_exec_foretold(f->x, &found_n);
	uint64_t *racy = malloc((n + found_n * WEFT_FORETOLD_ACCESSES + 1) *
				sizeof(*racy));
	bool new = false;
	unsigned int j;
	int err;

	assert(racy && "out of memory for predictions");
	if (n)
		memcpy(racy, last->racy, n * sizeof(*racy));
	for (i = 0; i < found_n; i++)
		for (j = 0; j < found[i].accesses_n; j++) {
			uint64_t at = found[i].accesses[j].address & ~7ull;

			if (found[i].accesses[j].lock || is_racy(last, at))
				continue;
			racy[n++] = at;
			new = true;
		}
	weft_foretold_free(found, found_n);
	err = weft_schedule_set_racy(&f->schedule, racy, n);
	assert(!err && "out of memory for predictions");
	free(racy);
	return new;
}

/*
 * Once what is shared is known, once more with points: the same execution, as points
 * change nothing where nobody is held.
 */
static struct weft_foretold *run_until_settled(struct foretelling *f,
					       size_t *ret_n)
{
	const struct weft_hot *hot = &weft_exec_region(f->x)->hot;
	unsigned long promotions;
	unsigned int i;
	bool more = true;
	int err;

	weft_exec_foretell(f->x, true);
	for (i = 0; more && i < SETTLE_MAX; i++) {
		promotions = hot->promotions;
		run_default(f);
		more = hot->promotions != promotions;
		if (more)
			continue;
		more = add_points(f, f->x);
		if (more)
			weft_exec_follow(f->x, &f->schedule);
	}
	/* That one told nothing new: here is what it tells. */
	run_default(f);
	weft_exec_foretell(f->x, false);
	weft_schedule_clear(&f->schedule);
	err = weft_schedule_copy(&f->schedule, weft_exec_schedule(f->x));
	assert(!err && "out of memory for predictions");
	f->races = weft_exec_foretold_races(f->x, &f->races_n);
	return weft_exec_foretold(f->x, ret_n);
}

/* ---- executions directed at it ---- */

/* How many operations @task has applied up to and with @step. */
static unsigned long applied_by(const struct weft_schedule *schedule, int task,
				unsigned long step)
{
	unsigned long n = 0;
	size_t i;

	for (i = 0; i < schedule->runs_n && step; i++) {
		unsigned long steps = schedule->runs[i].steps;

		if (steps > step)
			steps = step;
		step -= steps;
		if (schedule->runs[i].task == (uint32_t)task)
			n += steps;
	}
	return n;
}

/* How many are bugs; races are the search's to find. */
static size_t bugs_first(struct weft_finding *findings, size_t n)
{
	size_t i, bugs = 0;

	for (i = 0; i < n; i++) {
		struct weft_finding finding = findings[i];

		if (finding.advisory)
			continue;
		findings[i] = findings[bugs];
		findings[bugs++] = finding;
	}
	return bugs;
}

/* Takes what the directed execution found; was it what was foretold? */
static bool keep(struct foretelling *f, struct weft_foretold *foretold)
{
	size_t n, i;
	struct weft_finding *findings = weft_exec_findings(f->x, &n);

	n = bugs_first(findings, n);
	for (i = 0; i < n; i++) {
		findings[i].execution = weft_result_runs(f->result);
		if (foretold->signature ||
		    !weft_foretold_is(foretold, &findings[i]))
			continue;
		findings[i].predicted = weft_result_runs(f->result);
		foretold->signature = strdup(findings[i].signature);
		assert(foretold->signature && "out of memory for predictions");
	}
	f->broken = !explorer__keep_findings(f->x, f->campaign, f->result,
					     findings, n);
	return foretold->signature;
}

static void set_reason(const struct weft_exec *x,
		       struct weft_foretold *foretold,
		       const struct weft_ordering *ordering, bool reached)
{
	const char *text =
		ordering->stuck && weft_others_wait(x, foretold->task) ?
		"the free waits for the task that accesses" :
		ordering->stuck || !reached ? "without the access the free does not come" :
		"after the free the access is not made";

	if (!*foretold->reason)
		snprintf(foretold->reason, sizeof(foretold->reason), "%s",
			 text);
}

static bool direct(struct foretelling *f, const struct weft_order *order,
		   struct weft_foretold *foretold, unsigned int access)
{
	struct weft_ordering ordering;

	weft_ordering_begin(&ordering, order);
	ordering.hold_task = foretold->task;
	ordering.hold = applied_by(&f->schedule, foretold->task,
				   foretold->accesses[access].step);
	ordering.until_task = foretold->free_task;
	ordering.until = applied_by(&f->schedule, foretold->free_task,
				    foretold->free_step);
	weft_exec_follow(f->x, &f->schedule);
	weft_run_aside(f->x, &weft_strategy_order, &ordering, false);
	f->result->executions_aside++;
	foretold->directed++;
	set_reason(f->x, foretold, &ordering,
		   weft_ordering_end(&ordering, weft_exec_steps(f->x)));
	return keep(f, foretold);
}

static void confirm(struct foretelling *f, struct weft_foretold *foretold)
{
	struct weft_spending spending =
		explorer__spending(f->campaign, f->campaign->witness_max);
	struct weft_order order;
	unsigned int i;

	weft_order_create(&order, &f->schedule);
	for (i = 0; i < foretold->accesses_n && !f->broken; i++)
		if (!weft_spend(&spending, f->x) ||
		    direct(f, &order, foretold, i))
			break;
	weft_order_clear(&order);
	if (foretold->signature)
		foretold->verdict = WEFT_CYCLE_FEASIBLE;
}

/* A model program that made no plain access is watched for this only. */
static bool watch_plain(struct weft_exec *x)
{
	return !weft_exec_plain_known(x).wanted &&
	       weft_exec_order_plain(x, true);
}

/* F3 */
static bool is_by_flow(const struct weft_foretold *foretold)
{
	unsigned int i;

	for (i = 0; i < foretold->accesses_n; i++)
		if (!foretold->accesses[i].flow)
			return false;
	return true;
}

static bool same_place(uintptr_t a, uintptr_t b, const struct weft_stack *one,
		       const struct weft_stack *other)
{
	if (a && b)
		return a == b;
	return one->n == other->n &&
	       !memcmp(one->pc, other->pc, one->n * sizeof(*one->pc));
}

static bool is_same(const struct weft_foretold *a,
		    const struct weft_foretold *b)
{
	return !a->race && !b->race && a->task == b->task &&
	       a->free_task == b->free_task &&
	       a->made == b->made &&
	       same_place(a->accesses[0].site, b->accesses[0].site,
			  &a->accesses[0].stack, &b->accesses[0].stack) &&
	       same_place(a->free_site, b->free_site, &a->free_stack,
			  &b->free_stack);
}

static bool is_known(const struct weft_result *result,
		     const struct weft_foretold *foretold)
{
	size_t i;

	for (i = 0; i < result->foretold_n; i++)
		if (is_same(&result->foretold[i], foretold))
			return true;
	return false;
}

static void add(struct weft_result *result, const struct weft_foretold *foretold)
{
	size_t n = result->foretold_n + 1;

	result->foretold = realloc(result->foretold,
				   n * sizeof(*result->foretold));
	assert(result->foretold && "out of memory for predictions");
	result->foretold[result->foretold_n++] = *foretold;
}

/* Directed at each that is new; what is by flow only counts when it is shown. */
static void try_all(struct foretelling *f, struct weft_foretold *list, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++) {
		bool told = !f->broken && !is_known(f->result, &list[i]);

		if (told)
			confirm(f, &list[i]);
		told = told && (list[i].signature || !is_by_flow(&list[i]));
		if (told) {
			add(f->result, &list[i]);
			continue;
		}
		free(list[i].summary);
		free(list[i].signature);
	}
	free(list);
}

static void try_races(struct foretelling *f)
{
	weft_exec_follow(f->x, NULL);
	if (f->broken)
		weft_foretold_free(f->races, f->races_n);
	else
		f->broken = !weft_foretell_races(f->x, f->campaign, f->result,
						 &f->schedule, f->races,
						 f->races_n);
}

static enum explorer_end conclude(struct foretelling *f)
{
	weft_exec_follow(f->x, NULL);
	weft_schedule_clear(&f->schedule);
	if (f->broken)
		return EXPLORER_STOPPED;
	if (!weft_result_bugs(f->result) || f->campaign->keep_going)
		return EXPLORER_ON;
	explorer__set_verdict(f->result, WEFT_VERDICT_BUG, "");
	return EXPLORER_STOPPED;
}

enum explorer_end weft_foretell(struct weft_exec *x,
				const struct weft_campaign *campaign,
				struct weft_result *result)
{
	struct foretelling f = {
		.x = x, .campaign = campaign, .result = result,
	};
	struct weft_foretold *list;
	bool watched = watch_plain(x);
	size_t n;

	list = run_until_settled(&f, &n);
	try_all(&f, list, n);
	try_races(&f);
	if (watched)
		weft_exec_order_plain(x, false);
	return conclude(&f);
}

enum explorer_end weft_foretell_again(struct weft_exec *x,
				      const struct weft_campaign *campaign,
				      struct weft_result *result)
{
	struct foretelling f = {
		.x = x, .campaign = campaign, .result = result,
	};
	struct weft_foretold *list;
	int err = weft_schedule_copy(&f.schedule, weft_exec_schedule(x));
	size_t n;

	assert(!err && "out of memory for predictions");
	weft_exec_foretell(x, true);
	replay(&f);
	weft_exec_foretell(x, false);
	f.races = weft_exec_foretold_races(x, &f.races_n);
	list = weft_exec_foretold(x, &n);
	try_all(&f, list, n);
	try_races(&f);
	return conclude(&f);
}

void weft_judge_foretold(struct weft_result *result)
{
	size_t i, j;

	for (i = 0; i < result->foretold_n; i++) {
		struct weft_foretold *foretold = &result->foretold[i];

		for (j = 0; j < result->findings_n && !foretold->signature; j++)
			if (weft_foretold_is(foretold, &result->findings[j]))
				foretold->signature = strdup(
					result->findings[j].signature);
		foretold->verdict = foretold->signature ? WEFT_CYCLE_FEASIBLE :
			result->exhausted ? WEFT_CYCLE_INFEASIBLE :
			WEFT_CYCLE_UNKNOWN;
	}
}
