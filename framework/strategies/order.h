/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Follows the order of a recorded execution as far as it can be followed, with
 * one task held back in front of one of its operations until another task has
 * applied one of its own. Not in the table: for executions directed at something.
 *
 *  I1  Of the tasks that can go on, the one whose next operation came first in
 *      the record does; after the record, the default choice.
 *  I2  Without a hold the record is repeated.
 *  I3  Where only a held task could go on, the execution ends: such a hold is
 *      not possible. So it is where only orders to be kept are in the way.
 *  I4  With a meeting instead, both tasks are held in front of their places until both
 *      are there; then they make one step each, in the order of the places or the other one.
 *  I5  Coming forward, the other task makes the steps it lacks in front of the
 *      held one's operation, nobody else in between, and all others keep
 *      their places. Where it cannot go on, the execution ends.
 */
#ifndef WEFT_ORDER_H
#define WEFT_ORDER_H

#include "../meeting.h"
#include "../strategy.h"

/**
 * struct weft_order - a recorded execution
 * @tasks: who applied each operation
 * @nth:   which of its task's operations it was, from 1
 * @at:    by task: the positions of its operations; into @positions
 */
struct weft_order {
	const struct weft_schedule *schedule;
	unsigned long	n;
	unsigned char	*tasks;
	unsigned long	*nth;
	unsigned long	*positions;
	unsigned long	*at[WEFT_THREADS_MAX];
	unsigned long	counts[WEFT_THREADS_MAX];
};

/**
 * struct weft_order_turn - an order of two operations, to be watched or kept
 * @before, @hold: number @hold of this task came first in the record ...
 * @after, @until: ... and number @until of this one later
 * @kept:    the latter waits for the former
 * @decided: the former was applied
 * @turned:  and the latter had been by then
 */
struct weft_order_turn {
	int		before, after;
	unsigned long	hold, until;
	bool		kept, decided, turned;
};

/**
 * struct weft_ordering - state of the strategy
 * @hold_task, @hold: the task stops before its operation number @hold ...
 * @until_task, @until: ... until this one has applied number @until
 * @forward:   see I5
 * @meeting:   see I4; or NULL
 * @watched:   @watched_n orders, to see which are turned round on the way, or to keep
 * @stuck:     see I3 and I5
 * @log:       gets each operation, and at the end what is waited for
 *             (@waits); may be NULL
 */
struct weft_ordering {
	const struct weft_order	*order;
	int			hold_task, until_task;
	unsigned long		hold, until;
	bool			forward;
	struct weft_meeting	*meeting;
	struct weft_order_turn	*watched;
	size_t			watched_n;
	bool			stuck;
	void			(*log)(void *arg,
				       const struct weft_operation *op,
				       bool waits);
	void			*arg;
	unsigned long		applied[WEFT_THREADS_MAX];
	unsigned long		step;
	int			running;
	bool			coming;		/* I5 has begun */
	size_t			choice;
};

extern const struct weft_strategy weft_strategy_order;

/* @schedule must cover its whole execution, and live as long as @order. */
void weft_order_create(struct weft_order *order,
		       const struct weft_schedule *schedule);
void weft_order_clear(struct weft_order *order);

/* Without a hold; to be set afterwards. */
void weft_ordering_begin(struct weft_ordering *state,
			 const struct weft_order *order);
/*
 * After the execution, which made so many @steps: counts the last ones, which nobody
 * was asked about. Return: the operation waited for was applied.
 */
bool weft_ordering_end(struct weft_ordering *state, unsigned long steps);

#endif
