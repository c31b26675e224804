/* SPDX-License-Identifier: GPL-2.0-only */
/* A smaller schedule for a finding; contract in minimise.h. */
#include <assert.h>
#include <limits.h>
#include <string.h>

#include "minimise_internal.h"

#define NODES_MAX (1u << 22)

/* Pairs are tried among so many switches at most. */
#define PAIRS_AMONG 16

static bool is_smaller(const struct weft_finding *a,
		       const struct weft_finding *b)
{
	if (a->preemptions != b->preemptions)
		return a->preemptions < b->preemptions;
	return a->steps < b->steps;
}

static bool is_same_size(const struct weft_finding *a,
			 const struct weft_finding *b)
{
	return a->preemptions == b->preemptions && a->steps == b->steps;
}

/* Moves @found, of the last execution, over the best one. */
static void take(struct weft_finding *best, struct weft_finding *found)
{
	struct weft_first first = best->first;
	unsigned long execution = best->execution;
	unsigned long predicted = best->predicted;
	unsigned long directed = best->directed;
	const char *apart = best->apart;
	bool turned = best->turned;

	memset(&best->first, 0, sizeof(best->first));
	weft_finding_clear(best);
	*best = *found;
	memset(found, 0, sizeof(*found));
	best->first = first;
	best->execution = execution;
	best->predicted = predicted;
	best->turned = turned;
	best->directed = directed;
	best->apart = apart;
}

/* What the execution did after the finding does not belong to it. */
static void forget_after(struct weft_switches *switches, unsigned long step)
{
	while (switches->n && switches->at[switches->n - 1].step >= step)
		switches->n--;
}

struct weft_finding *minimise__find(const struct minimiser *m)
{
	struct weft_finding *found =
		weft_find_signature(m->x, m->finding->signature);

	return found && m->met && !found->race->met ? NULL : found;
}

static struct weft_finding *run_trial(struct minimiser *m)
{
	weft_switches_sort(&m->trial);
	weft_run_aside(m->x, &weft_strategy_switches, &m->run, false);
	return minimise__find(m);
}

/* The last execution is the best from now on. */
static void keep_run(struct minimiser *m)
{
	struct weft_switching places = m->places;

	forget_after(&m->run.did, m->finding->steps);
	weft_switches_copy(&m->best, &m->run.did);
	m->places = m->run;
	m->run = places;
}

bool minimise__try(struct minimiser *m)
{
	struct weft_finding *found;

	if (!weft_spend(m->spending, m->x))
		return false;
	weft_switching_begin(&m->run, &m->trial);
	found = run_trial(m);
	if (!found)
		return false;
	forget_after(&m->run.did, found->steps);
	if (!is_smaller(found, m->finding) &&
	    !(is_same_size(found, m->finding) && m->run.did.n < m->best.n))
		return false;
	take(m->finding, found);
	keep_run(m);
	return true;
}

void minimise__switches_of(const struct weft_schedule *schedule,
			   struct weft_switches *ret)
{
	unsigned long applied[WEFT_THREADS_MAX] = { 0 };
	struct weft_switch one = { 0 };
	size_t i;

	ret->n = 0;
	for (i = 0; i < schedule->runs_n; i++) {
		one.to = schedule->runs[i].task;
		if (one.to != one.task)
			weft_switches_add(ret, &one);
		applied[one.to] += schedule->runs[i].steps;
		one.task = one.to;
		one.nth = applied[one.to];
	}
}

/* Are the switches of the finding enough to see it again? */
static bool start_from_finding(struct minimiser *m)
{
	const struct weft_schedule *schedule = &m->finding->schedule;
	struct weft_finding *again;

	if (!weft_spend(m->spending, m->x))
		return false;
	minimise__switches_of(schedule, &m->trial);
	weft_switching_begin(&m->run, &m->trial);
	m->run.choices = schedule->choices;
	m->run.choices_n = schedule->choices_n;
	again = run_trial(m);
	if (!again || is_smaller(m->finding, again))
		return false;
	take(m->finding, again);
	keep_run(m);
	return true;
}

static void all_but(struct minimiser *m, size_t from, size_t to, size_t other)
{
	size_t i;

	m->trial.n = 0;
	for (i = 0; i < m->best.n; i++)
		if ((i < from || i >= to) && i != other)
			weft_switches_add(&m->trial, &m->best.at[i]);
}

/* All of them, half, a quarter, ..., one. */
static bool drop_groups(struct minimiser *m)
{
	size_t group = m->best.n, at;
	bool better = false;

	while (group) {
		for (at = 0; at < m->best.n; ) {
			all_but(m, at, at + group, SIZE_MAX);
			if (minimise__try(m))
				better = true;
			else
				at += group;
		}
		group = group > 1 ? (group + 1) / 2 : 0;
	}
	return better;
}

/* There and back again: neither of the two can be missed alone. */
static bool drop_pairs(struct minimiser *m)
{
	size_t i, j;

	for (i = 0; i < m->best.n && m->best.n <= PAIRS_AMONG; i++)
		for (j = i + 1; j < m->best.n; j++) {
			all_but(m, i, i + 1, j);
			if (minimise__try(m))
				return true;
		}
	return false;
}

static bool may_move_to(const struct weft_switch *from,
			const struct weft_switch_place *place,
			unsigned long steps)
{
	return !place->choices && place->task == from->task &&
	       place->nth != from->nth && place->step < steps &&
	       (place->enabled >> from->to & 1);
}

static bool move_switches(struct minimiser *m)
{
	size_t i, j;

	for (i = 0; i < m->best.n; i++)
		for (j = 0; j < m->places.places_n; j++) {
			const struct weft_switch_place *place =
				&m->places.places[j];

			if (m->best.at[i].data ||
			    !may_move_to(&m->best.at[i], place,
					 m->finding->steps))
				continue;
			weft_switches_copy(&m->trial, &m->best);
			m->trial.at[i].nth = place->nth;
			if (minimise__try(m))
				return true;
		}
	return false;
}

/* Ends with switches none of which can be missed or moved, or without budget. */
static void thin_out(struct minimiser *m)
{
	if (!start_from_finding(m))
		return;
	while (drop_groups(m) || drop_pairs(m) || minimise__move_runs(m) ||
	       move_switches(m))
		;
}

/*
 * Depth-first search that gives an execution up where it gets too long.
 */
struct cut_search {
	void		*dfs;
	unsigned long	steps_max;
	bool		cut;
};

static unsigned int cut_pick(void *arg, const struct weft_view *view)
{
	struct cut_search *search = arg;

	if (view->step >= search->steps_max) {
		search->cut = true;
		return WEFT_PICK_NOBODY;
	}
	return weft_strategy_dfs.pick(search->dfs, view);
}

static const struct weft_strategy cut_strategy = {
	.name = "cut",
	.summary = "depth-first search that gives up where it gets too long",
	.pick = cut_pick,
};

static void *new_dfs(const struct weft_finding *finding)
{
	struct weft_strategy_options options = {
		.preemptions = finding->preemptions,
		.nodes_max = NODES_MAX,
	};
	void *dfs = weft_strategy_dfs.create(&options);

	assert(dfs && "out of memory for a search");
	return dfs;
}

/* One execution of the search; false when it proves less than it should. */
static bool search_once(struct minimiser *m, struct cut_search *search)
{
	const struct weft_decision *decisions;
	struct weft_finding *found;
	enum weft_outcome outcome;
	unsigned int n;

	search->cut = false;
	outcome = weft_run_aside(m->x, &cut_strategy, search, false);
	decisions = weft_exec_decisions(m->x, &n);
	weft_strategy_dfs.end(search->dfs, decisions, n);
	found = minimise__find(m);
	if (found && is_smaller(found, m->finding))
		take(m->finding, found);
	return outcome != WEFT_OUTCOME_UNMODELLED &&
	       outcome != WEFT_OUTCOME_STALLED &&
	       outcome != WEFT_OUTCOME_LIMIT;
}

/* Runs schedules until none is left that could be smaller than the best. */
static enum weft_minimal search_pass(struct minimiser *m, void *dfs,
				     bool *ret_again)
{
	struct weft_hot *hot = &weft_exec_region(m->x)->hot;
	unsigned long promotions = hot->promotions;
	struct cut_search search = { .dfs = dfs };
	struct weft_progress progress;
	bool sound = true, astray = false, strayed;

	while (weft_strategy_dfs.begin(dfs) == WEFT_BEGIN_RUN) {
		weft_strategy_dfs.progress(dfs, &progress);
		if (progress.bound > m->finding->preemptions)
			break;
		if (!weft_spend(m->spending, m->x))
			return sound && progress.bound ==
			       m->finding->preemptions ?
			       WEFT_MINIMAL_PREEMPTIONS : WEFT_MINIMAL_BUDGET;
		search.steps_max = progress.bound == m->finding->preemptions ?
				   m->finding->steps : ULONG_MAX;
		strayed = progress.mismatch;
		sound &= search_once(m, &search);
		/* A cut execution does not get to all of its deviations. */
		weft_strategy_dfs.progress(dfs, &progress);
		astray |= progress.mismatch && !strayed && !search.cut;
		*ret_again = hot->promotions != promotions;
		if (*ret_again)
			return WEFT_MINIMAL_BUDGET;
	}
	weft_strategy_dfs.progress(dfs, &progress);
	sound &= !progress.table_full && !progress.memory_full && !astray;
	return sound ? WEFT_MINIMAL_PROVEN : WEFT_MINIMAL_BUDGET;
}

/* Where sharing grows, decisions are numbered anew: begin again. */
static enum weft_minimal search_all(struct minimiser *m)
{
	enum weft_minimal minimal;
	bool again;

	do {
		void *dfs = new_dfs(m->finding);

		again = false;
		minimal = search_pass(m, dfs, &again);
		weft_strategy_dfs.destroy(dfs);
	} while (again);
	return minimal;
}

/*
 * A race is told before its memory is a point, and those that make its sides meet may
 * be points for that only: without the same ones its switches mean something else.
 */
static void begin_race(struct minimiser *m, struct weft_schedule *points)
{
	const struct weft_schedule *from = &m->finding->schedule;

	if (!m->finding->race)
		return;
	if (weft_schedule_set_racy(points, from->racy, from->racy_n))
		assert(!"out of memory for a schedule");
	m->met = m->finding->race->met;
	weft_exec_follow(m->x, points);
	weft_exec_races_meet(m->x, m->met);
}

static void end_race(struct minimiser *m, struct weft_schedule *points)
{
	weft_exec_races_meet(m->x, false);
	weft_exec_follow(m->x, NULL);
	weft_schedule_clear(points);
}

static unsigned long half_of_rest(unsigned long max, unsigned long spent)
{
	return max > spent ? max - (max - spent) / 2 : max;
}

/* Thinning out is worth half of what is left; a proof gets the rest. */
static void thin_out_by_half(struct minimiser *m)
{
	struct weft_spending *spending = m->spending;
	struct weft_spending half = *spending;

	half.max = half_of_rest(half.max, half.spent);
	half.steps_max = half_of_rest(half.steps_max, half.steps);
	m->spending = &half;
	thin_out(m);
	spending->spent = half.spent;
	spending->steps = half.steps;
	m->spending = spending;
}

static void minimise(struct weft_exec *x, struct weft_finding *finding,
		     struct weft_spending *spending, bool prove)
{
	struct weft_schedule points = { 0 };
	struct minimiser m = {
		.x = x, .finding = finding, .spending = spending,
	};

	weft_finding_keep_first(finding);
	if (!spending->max)
		return;
	begin_race(&m, &points);
	thin_out_by_half(&m);
	if (prove)
		finding->minimal = search_all(&m);
	finding->minimise_executions = spending->spent;
	end_race(&m, &points);
	weft_switches_clear(&m.best);
	weft_switches_clear(&m.trial);
	weft_switching_clear(&m.run);
	weft_switching_clear(&m.places);
}

void weft_thin_out(struct weft_exec *x, struct weft_finding *finding,
		   struct weft_spending *spending)
{
	minimise(x, finding, spending, false);
}

void weft_minimise(struct weft_exec *x, struct weft_finding *finding,
		   struct weft_spending *spending)
{
	minimise(x, finding, spending, true);
}
