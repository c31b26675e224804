/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What a partial-order reduction knows of an execution: its steps, their
 * happens-before relation, and its reversible races.
 *
 * Source: Abdulla, Aronis, Jonsson, Sagonas, "Source sets: a foundation for
 * optimal dynamic partial order reduction", JACM 64(4), 2017; locks as in
 * Kokologiannakis and others' LockSuc and LockFail rules.
 *
 *  I1  Two steps of different tasks are dependent iff they have the same object
 *      and one of them writes it, unless they are commuting operations of one
 *      kind.
 *  I2  An acquisition races with earlier acquisitions, never with the release
 *      between them; a trylock races with releases too.
 *  I3  The effect of a compare-and-exchange is that of the position it is
 *      moved to: recomputed from the values written before it, and from what
 *      commuting additions add to them.
 *  I4  A loose operation (a wait for a condition, a lock with a line) races with
 *      every earlier dependent step, as it may be disabled at some of the
 *      positions it is moved to.
 */
#ifndef WEFT_DPOR_TRACE_H
#define WEFT_DPOR_TRACE_H

#include "strategy.h"

struct dpor_step {
	struct weft_operation	op;
	uint32_t		number;	/* of its task, from 1 */
	uint32_t		*clock;	/* by task: steps that happen before, itself included */
};

/**
 * struct dpor_trace - see file comment
 * @steps:   in the order executed
 * @last:    by task: its last step so far, plus one
 * @born:    by task: clock at its birth
 * @waiting: operations that could not be applied until the end, by task
 */
struct dpor_trace {
	struct dpor_step	*steps;
	size_t			n, max;
	uint32_t		*clocks;
	uint32_t		last[WEFT_THREADS_MAX];
	uint32_t		born[WEFT_THREADS_MAX][WEFT_THREADS_MAX];
	struct weft_operation	waiting[WEFT_THREADS_MAX];
	bool			is_waiting[WEFT_THREADS_MAX];
};

void dpor_trace_begin(struct dpor_trace *trace);
void dpor_trace_clear(struct dpor_trace *trace);
/* Notes an applied operation; spawn and exit are no steps. */
void dpor_trace_add(struct dpor_trace *trace,
		    const struct weft_operation *op);
/* Computes the clocks of all steps. */
void dpor_trace_order(struct dpor_trace *trace);

/*
 * Did two tasks create tasks with no order between them? Tasks are numbered in
 * order of creation, so their numbers then depend on the schedule.
 * After dpor_trace_order().
 */
bool dpor_trace_spawns_apart(const struct dpor_trace *trace);

bool dpor_dependent(const struct weft_operation *a,
		    const struct weft_operation *b);
/* Is or was there an operation that may be disabled where it is moved to? */
bool dpor_trace_has_loose(const struct dpor_trace *trace);
bool dpor_happens_before(const struct dpor_trace *trace, size_t a, size_t b);

/* A step of a sequence that is not executed yet. */
struct dpor_future {
	struct weft_operation	op;
	uint32_t		number;
	const uint32_t		*clock;
};

/**
 * dpor_trace_races() - call @found for each reversible race
 * @found: (arg, e, v, n): the steps v can be executed instead of step e; each
 *         starts at the state before e. v is overwritten by the next race.
 */
void dpor_trace_races(struct dpor_trace *trace,
		      void (*found)(void *arg, size_t e,
				    const struct dpor_future *v, size_t n),
		      void *arg);

#endif
