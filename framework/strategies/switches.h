/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Follows a set of context switches: each names the task that is left, the
 * number of operations it has applied by then, and the task that goes on. All
 * else is the default choice. Data choices that are not 0 are kept likewise.
 *
 * Unlike a schedule, a set of switches still makes sense when one of them is
 * taken away. Not in the table: for minimise.c only.
 *
 *  I1  A switch is named by (task, operations it applied), which an execution
 *      passes at most once, so that the set needs no order.
 *  I2  Tasks are asked for at scheduling points only, like any strategy.
 */
#ifndef WEFT_SWITCHES_H
#define WEFT_SWITCHES_H

#include "../strategy.h"

/**
 * struct weft_switch - see file comment
 * @nth:  operations @task has applied
 * @data: not a switch, but choice number @to where @task chooses
 * @step: where it was, in the execution it was seen in
 */
struct weft_switch {
	unsigned int	task;
	unsigned long	nth;
	bool		data;
	unsigned int	to;
	unsigned long	step;
};

struct weft_switches {
	struct weft_switch	*at;
	size_t			n, max;
};

/* A place where another choice was possible: bits of tasks, or a number. */
struct weft_switch_place {
	unsigned int	task;
	unsigned long	nth;
	uint32_t	enabled;
	unsigned int	choices;
	unsigned long	step;
};

/**
 * struct weft_switching - state of the strategy
 * @wanted: sorted by weft_switches_sort()
 * @choices: data choices by their number, before @wanted has them; or NULL
 * @did:    what was not the default choice, to be cleared
 * @places: where there was something to choose
 */
struct weft_switching {
	const struct weft_switches	*wanted;
	const unsigned int		*choices;
	size_t				choices_n, choice;
	struct weft_switches		did;
	struct weft_switch_place	*places;
	size_t				places_n, places_max;
	unsigned long			applied[WEFT_THREADS_MAX];
	unsigned long			step;
};

extern const struct weft_strategy weft_strategy_switches;

void weft_switching_begin(struct weft_switching *state,
			  const struct weft_switches *wanted);
void weft_switching_clear(struct weft_switching *state);

void weft_switches_add(struct weft_switches *switches,
		       const struct weft_switch *one);
void weft_switches_sort(struct weft_switches *switches);
void weft_switches_copy(struct weft_switches *to,
			const struct weft_switches *from);
void weft_switches_clear(struct weft_switches *switches);

#endif
