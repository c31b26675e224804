/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Replay: follows a schedule step by step.
 *
 *  I1  After the last run of the schedule the default choice is taken.
 *  I2  A schedule that cannot be followed is noticed, not bent.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "strategy.h"

struct replay {
	const struct weft_schedule *schedule;
	bool		begun;
	size_t		run;		/* run that covers the current step */
	unsigned long	run_end;	/* step behind it */
	size_t		choice;
	char		mismatch[160];
};

static void *replay_create(const struct weft_strategy_options *options)
{
	struct replay *replay = calloc(1, sizeof(*replay));

	if (replay)
		replay->schedule = options->schedule;
	return replay;
}

static enum weft_begin replay_begin(void *state)
{
	struct replay *replay = state;

	if (replay->begun)
		return WEFT_BEGIN_EXHAUSTED;
	replay->begun = true;
	if (replay->schedule->runs_n)
		replay->run_end = replay->schedule->runs[0].steps;
	return WEFT_BEGIN_RUN;
}

static void advance(struct replay *replay, unsigned long step)
{
	while (replay->run < replay->schedule->runs_n &&
	       step >= replay->run_end) {
		replay->run++;
		if (replay->run < replay->schedule->runs_n)
			replay->run_end +=
				replay->schedule->runs[replay->run].steps;
	}
}

static unsigned int pick_choice(struct replay *replay,
				const struct weft_view *view)
{
	const struct weft_schedule *schedule = replay->schedule;
	unsigned int choice;

	if (replay->choice >= schedule->choices_n)
		return 0;
	choice = schedule->choices[replay->choice++];
	if (choice < view->choices)
		return choice;
	if (!*replay->mismatch)
		snprintf(replay->mismatch, sizeof(replay->mismatch),
			 "choice %zu is %u, but only 0 to %u are possible there",
			 replay->choice, choice, view->choices - 1);
	return 0;
}

static unsigned int replay_pick(void *state, const struct weft_view *view)
{
	struct replay *replay = state;
	uint32_t task;

	if (view->choices)
		return pick_choice(replay, view);
	advance(replay, view->step);
	if (replay->run >= replay->schedule->runs_n)
		return weft_default_choice(view->enabled, view->running, 0);
	task = replay->schedule->runs[replay->run].task;
	if (task < WEFT_THREADS_MAX && (view->enabled >> task & 1))
		return task;
	if (!*replay->mismatch)
		snprintf(replay->mismatch, sizeof(replay->mismatch),
			 "at step %lu task %u should run, but it cannot go on there",
			 view->step, task);
	return weft_default_choice(view->enabled, view->running, 0);
}

static void replay_end(void *state, const struct weft_decision *decisions,
		       unsigned int n)
{
	(void)state;
	(void)decisions;
	(void)n;
}

static void replay_progress(const void *state, struct weft_progress *ret)
{
	const struct replay *replay = state;

	memset(ret, 0, sizeof(*ret));
	ret->bound = WEFT_PREEMPTIONS_NONE;
	ret->done = replay->begun ? 1 : 0;
	if (*replay->mismatch)
		ret->mismatch = replay->mismatch;
}

static unsigned long replay_stop(const void *state, unsigned long step)
{
	struct replay copy = *(const struct replay *)state;

	advance(&copy, step);
	return copy.run < copy.schedule->runs_n ? copy.run_end : ~0ul;
}

const struct weft_strategy weft_strategy_replay = {
	.name = "replay",
	.summary = "follows a schedule file",
	.every_step = true,
	.follows = true,
	.create = replay_create,
	.destroy = free,
	.begin = replay_begin,
	.pick = replay_pick,
	.end = replay_end,
	.progress = replay_progress,
	.stop = replay_stop,
};
