/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Follows a schedule as far as it can be followed: for schedules that were
 * made up from others (framework/shorten.c), not for replay.
 *
 *  I1  A run of the schedule ends after its steps, or when its task cannot go
 *      on; one whose task cannot begin is left out.
 *  I2  Behind the last run the default choice is taken.
 */
#include <stdlib.h>

#include "rng.h"

struct follow {
	const struct weft_schedule *schedule;
	size_t		run;		/* current one */
	bool		begun;		/* it has had its first step */
	unsigned long	since;		/* step it began at */
	size_t		choice;
};

static void *follow_create(const struct weft_strategy_options *options)
{
	struct follow *follow = calloc(1, sizeof(*follow));

	if (follow)
		follow->schedule = options->schedule;
	return follow;
}

static enum weft_begin follow_begin(void *state)
{
	struct follow *follow = state;

	/* Task 0 runs first, before any decision. */
	follow->run = 0;
	follow->begun = follow->schedule->runs_n &&
			!follow->schedule->runs[0].task;
	follow->since = 0;
	follow->choice = 0;
	return WEFT_BEGIN_RUN;
}

static bool can_go_on(const struct follow *follow, const struct weft_view *view)
{
	uint32_t task = follow->schedule->runs[follow->run].task;

	if (!(view->enabled >> task & 1))
		return false;
	return !follow->begun ||
	       (view->running == (int)task && view->step - follow->since <
		follow->schedule->runs[follow->run].steps);
}

static unsigned int pick_choice(struct follow *follow, unsigned int choices)
{
	unsigned int choice;

	if (follow->choice >= follow->schedule->choices_n)
		return 0;
	choice = follow->schedule->choices[follow->choice++];
	return choice < choices ? choice : 0;
}

static unsigned int follow_pick(void *state, const struct weft_view *view)
{
	struct follow *follow = state;

	if (view->choices)
		return pick_choice(follow, view->choices);
	while (follow->run < follow->schedule->runs_n &&
	       !can_go_on(follow, view)) {
		follow->run++;
		follow->begun = false;
	}
	if (follow->run == follow->schedule->runs_n)
		return weft_default_choice(view->enabled, view->running, 0);
	if (!follow->begun)
		follow->since = view->step;
	follow->begun = true;
	return follow->schedule->runs[follow->run].task;
}

const struct weft_strategy weft_strategy_follow = {
	.name = "follow",
	.summary = "follows a schedule as far as it can be followed",
	.forced = true,
	.create = follow_create,
	.destroy = free,
	.begin = follow_begin,
	.pick = follow_pick,
	.end = rng_end,
	.progress = rng_progress,
};
