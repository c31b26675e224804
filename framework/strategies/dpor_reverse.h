/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What to execute instead, so that a race is reversed: notdep(e, E).e'
 *
 * Source: Abdulla, Aronis, Jonsson, Sagonas, "Source sets: a foundation for
 * optimal dynamic partial order reduction", JACM 64(4), 2017.
 *
 *  I1  The steps of a task in a sequence have consecutive numbers, as whatever
 *      happens after e stays so for the rest of its task. So a sequence is two
 *      numbers per task, and one comparison of clocks tells whether a task can
 *      be first.
 *  I2  The effect of a compare-and-exchange is that of the position it is moved
 *      to: recomputed from the values written before it, or taken for a write.
 */
#ifndef WEFT_DPOR_REVERSE_H
#define WEFT_DPOR_REVERSE_H

#include "dpor_trace.h"

/**
 * struct dpor_sequence - see file comment
 * @steps: of the trace, in order, without the late one
 * @next:  by task: number of its first step that was not placed yet
 * @last:  by task: number of its last step
 * @late:  e'; @late_clock: what happens before it within the sequence
 * @late_at: the late one is placed before steps of the trace behind this one:
 *           where it was, if its effect is what it was; else it is the last
 * @late_was: where it was; DPOR_NONE: it waited at the end
 * @objects: a bit for each object, by its index modulo 64
 * @careful: only tasks with a step in the sequence count as initials
 */
struct dpor_sequence {
	struct dpor_trace	*trace;
	uint32_t		early;
	uint32_t		*steps;
	uint32_t		n, max;
	union dpor_clock	next, last;
	struct weft_operation	late;
	struct dpor_effect	late_effect;
	union dpor_clock	late_clock;
	uint32_t		late_at, late_was;
	uint64_t		objects;
	bool			careful;
};

/* What a branch or a sleeping task is about to do. */
struct dpor_move {
	int			task;		/* stable */
	uint16_t		choice;
	struct dpor_effect	effect;
};

struct dpor_move dpor_move_of(struct dpor_trace *trace,
			      const struct weft_operation *op, int task);

/**
 * dpor_initials() - who could be first, whatever comes behind the late step
 * @late: DPOR_NONE: what @late_task waits for at the end
 *
 * Return: the tasks, a bit each.
 */
uint32_t dpor_initials(struct dpor_trace *trace, uint32_t early, uint32_t late,
		       int late_task);

/* Fills @seq for a race; memory is kept from use to use. */
void dpor_sequence_build(struct dpor_sequence *seq, struct dpor_trace *trace,
			 uint32_t early, uint32_t late, int late_task);
void dpor_sequence_clear(struct dpor_sequence *seq);

/* Can what is left of the sequence be executed with @move first? */
bool dpor_sequence_starts(const struct dpor_sequence *seq,
			  const struct dpor_move *move);
/* Has @task a step left, and does it come no later than the late one? */
bool dpor_sequence_is_early(const struct dpor_sequence *seq, int task);
/* Its first step of @task has been placed. */
void dpor_sequence_place(struct dpor_sequence *seq, int task);
/*
 * The moves that are left, in order: calls @add for each.
 */
void dpor_sequence_rest(const struct dpor_sequence *seq,
			void (*add)(void *arg, const struct dpor_move *move),
			void *arg);

#endif
