/* SPDX-License-Identifier: GPL-2.0-only */
/* Merging the runs of a failing schedule; contract in shorten.h. */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "shorten.h"

/* Executions; a schedule of a sample has some dozens of runs. */
#define ATTEMPTS_MAX 1000

/* Run @from becomes part of run @to, of the same task. */
static void merge(struct weft_schedule *schedule, size_t from, size_t to)
{
	struct weft_schedule_run *runs = schedule->runs;

	runs[to].steps += runs[from].steps;
	schedule->runs_n--;
	memmove(runs + from, runs + from + 1,
		(schedule->runs_n - from) * sizeof(*runs));
}

static size_t next_of_task(const struct weft_schedule *schedule, size_t run)
{
	size_t next = run + 1;

	while (next < schedule->runs_n &&
	       schedule->runs[next].task != schedule->runs[run].task)
		next++;
	return next;
}

static bool is_better(struct weft_exec *x, struct weft_finding *finding,
		      const struct weft_schedule *schedule)
{
	struct weft_strategy_options options = { .schedule = schedule };
	void *state = weft_strategy_follow.create(&options);
	struct weft_finding *found;

	assert(state && "out of memory for a schedule");
	weft_strategy_follow.begin(state);
	explorer__run_aside(x, &weft_strategy_follow, state, false);
	weft_strategy_follow.destroy(state);
	found = explorer__find_signature(x, finding->signature);
	if (!found || found->preemptions >= finding->preemptions)
		return false;
	explorer__adopt(finding, found);
	return true;
}

/* Both ways to make one run of this and the next one of its task. */
static bool try_merge(struct weft_exec *x, struct weft_finding *finding,
		      size_t run, size_t next)
{
	struct weft_schedule schedule = { 0 };
	bool better;

	weft_schedule_copy(&schedule, &finding->schedule);
	merge(&schedule, next, run);
	better = is_better(x, finding, &schedule);
	if (!better) {
		weft_schedule_clear(&schedule);
		weft_schedule_copy(&schedule, &finding->schedule);
		merge(&schedule, run, next);
		better = is_better(x, finding, &schedule);
	}
	weft_schedule_clear(&schedule);
	return better;
}

void weft_shorten(struct weft_exec *x, struct weft_finding *finding)
{
	unsigned int attempts = 0;
	bool better = true;
	size_t run, next;

	while (better && finding->preemptions > 1) {
		better = false;
		for (run = 0; run < finding->schedule.runs_n &&
		     attempts < ATTEMPTS_MAX; run++) {
			next = next_of_task(&finding->schedule, run);
			if (next == finding->schedule.runs_n)
				continue;
			attempts += 2;
			better |= try_merge(x, finding, run, next);
		}
	}
}
