/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Whole runs of tasks moved elsewhere, for a smaller schedule; see minimise.h.
 */
#include <assert.h>

#include "minimise_internal.h"

/* Runs are moved among so many at most, so often until one helps. */
#define RUNS_AMONG 64
#define MOVES_IN_VAIN 400

/* Operations that the task of run @nth has applied when it ends. */
static unsigned long applied_by(const struct weft_schedule *schedule, size_t nth)
{
	unsigned long applied = 0;
	size_t i;

	for (i = 0; i <= nth; i++)
		if (schedule->runs[i].task == schedule->runs[nth].task)
			applied += schedule->runs[i].steps;
	return applied;
}

/* Could a task go on after so many operations, in that execution? */
static bool could_go_on(const struct weft_switching *execution,
			unsigned int task, unsigned long applied)
{
	const struct weft_switch_place *place;
	size_t i;

	for (i = 0; i < execution->places_n; i++) {
		place = &execution->places[i];
		if (place->task == task && place->nth == applied &&
		    !place->choices)
			return place->enabled >> task & 1;
	}
	return false;
}

/* Did run @nth of the best schedule end although its task could go on? */
static bool was_preempted(const struct minimiser *m, size_t nth)
{
	const struct weft_schedule *schedule = &m->finding->schedule;

	return nth + 1 < schedule->runs_n &&
	       could_go_on(&m->places, schedule->runs[nth].task,
			   applied_by(schedule, nth));
}

static void add_runs(struct weft_schedule *schedule,
		     const struct weft_schedule_run *runs, size_t from,
		     size_t to)
{
	for (; from < to; from++)
		weft_schedule_add(schedule, runs[from].task, runs[from].steps);
}

/* Switches of @from, with its runs [@at, @middle) after [@middle, @end). */
static void swap_runs(struct minimiser *m, const struct weft_schedule *from,
		      size_t at, size_t middle, size_t end)
{
	struct weft_schedule swapped = { 0 };
	size_t i;

	add_runs(&swapped, from->runs, 0, at);
	add_runs(&swapped, from->runs, middle, end);
	add_runs(&swapped, from->runs, at, middle);
	add_runs(&swapped, from->runs, end, from->runs_n);
	minimise__switches_of(&swapped, &m->trial);
	for (i = 0; i < m->best.n; i++)
		if (m->best.at[i].data)
			weft_switches_add(&m->trial, &m->best.at[i]);
	weft_schedule_clear(&swapped);
}

static uint32_t tasks_of(const struct weft_schedule *schedule, size_t from,
			 size_t to)
{
	uint32_t tasks = 0;

	for (; from < to; from++)
		tasks |= 1u << schedule->runs[from].task;
	return tasks;
}

/* A task's own runs keep their order: swapped, they would be the same again. */
static bool try_swaps(struct minimiser *m, size_t at, size_t end)
{
	const struct weft_schedule *schedule = &m->finding->schedule;
	size_t middle;

	for (middle = at + 1; middle < end; middle++) {
		if (tasks_of(schedule, at, middle) &
		    tasks_of(schedule, middle, end))
			continue;
		if (!m->vain)
			return false;
		m->vain--;
		swap_runs(m, schedule, at, middle, end);
		if (minimise__try(m))
			return true;
	}
	return false;
}

/*
 * The last execution ended no smaller, because somebody who used to wait for
 * what was moved no longer does. Return: that run of @schedule, its own one,
 * before @end; or @end.
 */
static size_t find_left_behind(const struct minimiser *m,
			       const struct weft_schedule *schedule, size_t end)
{
	unsigned long applied;
	unsigned int task;
	size_t i;

	for (i = 0; i < end; i++) {
		task = schedule->runs[i].task;
		applied = applied_by(schedule, i);
		if (could_go_on(&m->run, task, applied) &&
		    !could_go_on(&m->places, task, applied))
			break;
	}
	return i;
}

/* Where the run of @task that ends with its operation number @applied is. */
static size_t find_run(const struct weft_schedule *schedule, unsigned int task,
		       unsigned long applied)
{
	size_t i;

	for (i = 0; i < schedule->runs_n; i++)
		if (schedule->runs[i].task == task &&
		    applied_by(schedule, i) == applied)
			break;
	return i;
}

/* Runs the best schedule with run @at in front of run @end, and all that follow it. */
static bool move_with_followers(struct minimiser *m, size_t at, size_t end)
{
	struct weft_schedule now = { 0 };
	const struct weft_finding *found;
	bool better = false;
	unsigned long spent, applied;
	unsigned int task;

	if (weft_schedule_copy(&now, &m->finding->schedule))
		assert(!"out of memory for a schedule");
	while (m->vain && at + 1 < end &&
	       !(tasks_of(&now, at, at + 1) & tasks_of(&now, at + 1, end))) {
		m->vain--;
		task = now.runs[at].task;
		applied = applied_by(&now, at);
		swap_runs(m, &now, at, at + 1, end);
		spent = m->spending->spent;
		better = minimise__try(m);
		if (better || m->spending->spent == spent)
			break;
		found = minimise__find(m);
		if (!found || found->preemptions > m->finding->preemptions + 1)
			break;
		weft_schedule_clear(&now);
		if (weft_schedule_copy(&now, &found->schedule))
			assert(!"out of memory for a schedule");
		end = find_run(&now, task, applied);
		at = find_left_behind(m, &now, end);
		end++;
		if (at + 1 >= end || end > now.runs_n)
			break;
	}
	weft_schedule_clear(&now);
	return better;
}

static bool move_chains(struct minimiser *m)
{
	const struct weft_schedule *schedule = &m->finding->schedule;
	size_t at, end;

	if (m->finding->preemptions < 2 || schedule->runs_n > RUNS_AMONG)
		return false;
	m->vain = MOVES_IN_VAIN;
	for (at = 0; at < schedule->runs_n; at++)
		for (end = at + 2; was_preempted(m, at) &&
		     end <= schedule->runs_n; end++)
			if (move_with_followers(m, at, end))
				return true;
	return false;
}

/*
 * Runs beside a preemption: what is preempted waits instead when it comes after
 * somebody else, and goes on when what comes between its runs goes elsewhere.
 * Neighbours first.
 */
static bool move_runs_once(struct minimiser *m)
{
	const struct weft_schedule *schedule = &m->finding->schedule;
	bool preempted[RUNS_AMONG + 1] = { false };
	size_t span, at;

	if (!m->finding->preemptions || schedule->runs_n > RUNS_AMONG)
		return false;
	for (at = 0; at < schedule->runs_n; at++)
		preempted[at] = was_preempted(m, at);
	m->vain = MOVES_IN_VAIN;
	for (span = 2; span <= schedule->runs_n; span++)
		for (at = 0; at + span <= schedule->runs_n; at++) {
			if (!preempted[at] && !(at && preempted[at - 1]))
				continue;
			if (try_swaps(m, at, at + span))
				return true;
			if (!m->vain)
				return false;
		}
	return false;
}

bool minimise__move_runs(struct minimiser *m)
{
	bool better = false;

	while (move_runs_once(m) || move_chains(m))
		better = true;
	return better;
}
