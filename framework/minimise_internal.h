/* SPDX-License-Identifier: GPL-2.0-only */
/* The inside of making a schedule smaller, for minimise*.c only. */
#ifndef WEFT_MINIMISE_INTERNAL_H
#define WEFT_MINIMISE_INTERNAL_H

#include "minimise.h"
#include "strategies/switches.h"

/**
 * struct minimiser - one finding being made smaller
 * @best:  switches of the best schedule, in their order in time
 * @trial: what is run next, sorted
 * @run:   the last execution; @places are those of the best one
 * @vain:  moves of runs that may still be tried before one helps
 * @met:   it is a race whose sides met, and they are to meet
 */
struct minimiser {
	struct weft_exec		*x;
	struct weft_finding		*finding;
	struct weft_spending		*spending;
	struct weft_switches		best, trial;
	struct weft_switching		run, places;
	unsigned int			vain;
	bool				met;
};

/* What is being made smaller, as the last execution shows it; or NULL. */
struct weft_finding *minimise__find(const struct minimiser *m);

/* Runs @m->trial; true when it is better, and then the best. */
bool minimise__try(struct minimiser *m);

/* The switches of a schedule: one where a run ends and the next one begins. */
void minimise__switches_of(const struct weft_schedule *schedule,
			   struct weft_switches *ret);

/* Runs change places as long as that helps; did it? (minimise_runs.c) */
bool minimise__move_runs(struct minimiser *m);

#endif
