/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What to execute instead, so that a race is reversed: notdep(e, E).e'
 *
 * Source: Abdulla, Aronis, Jonsson, Sagonas, "Source sets: a foundation for
 * optimal dynamic partial order reduction", JACM 64(4), 2017.
 *
 *  I1  The steps of a task in a sequence have consecutive numbers, as whatever
 *      happens after e stays so for the rest of its task. So what is left of a
 *      sequence is a number per task: how many of its steps are placed, those
 *      before e included. A step can be first if no other task's step in its
 *      past is above that number: what happens before a step of the sequence is
 *      before e or in it. One comparison of clocks tells.
 *  I2  The effect of a compare-and-exchange is that of the position it is moved
 *      to: recomputed from the values written before it, or taken for a write.
 */
#ifndef WEFT_DPOR_REVERSE_H
#define WEFT_DPOR_REVERSE_H

#include "dpor_trace.h"

/**
 * struct dpor_sequence - see file comment
 * @early: e: steps behind it that happen after it are left out. DPOR_NONE: a
 *         letter, with all steps of its trace; @early_number is then one that
 *         nothing happens after
 * @placed: I1
 * @late:  e'; @late_clock: what happens before it within the sequence
 * @late_at: the late one is placed before steps of the trace behind this one:
 *           where it was, if its effect is what it was; else it is the last
 * @late_was: where it was; DPOR_NONE: it waited at the end
 * @careful: only tasks with a step in the sequence count as initials
 */
struct dpor_sequence {
	struct dpor_trace	*trace;
	uint32_t		early;
	int			early_task, early_number;
	union dpor_clock	placed;
	struct weft_operation	late;
	struct dpor_effect	late_effect;
	union dpor_clock	late_clock;
	int			late_number;
	uint32_t		late_at, late_was;
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
 * @late:  DPOR_NONE: what @late_task waits for at the end
 * @among: only these tasks are asked about, a bit each
 *
 * Return: the tasks, a bit each.
 */
uint32_t dpor_initials(struct dpor_trace *trace, uint32_t early, uint32_t late,
		       int late_task, uint32_t among);

/* Fills @seq for a race. */
void dpor_sequence_build(struct dpor_sequence *seq, struct dpor_trace *trace,
			 uint32_t early, uint32_t late, int late_task);

/* The first step of the trace, from @step on, that is in the sequence and not the
 * late one; @seq->trace->n: none. */
uint32_t dpor_sequence_step(const struct dpor_sequence *seq, uint32_t step);

/* Does the step happen after the early one? */
static inline bool dpor_sequence_drops(const struct dpor_sequence *seq,
				       uint32_t step)
{
	return seq->trace->clocks[step].at[seq->early_task] >=
	       seq->early_number;
}

/* Has @task step number @number in the sequence, which is not placed? */
static inline bool dpor_sequence_has(const struct dpor_sequence *seq, int task,
				     int number)
{
	const struct dpor_task *t = &seq->trace->tasks[task];

	if (task == seq->late.task)
		return number <= seq->late_number;
	return (uint32_t)number <= t->n &&
	       !dpor_sequence_drops(seq, t->steps[number - 1]);
}

/* dpor_sequence_starts() for a task without steps left, and for the late one. */
bool dpor_sequence_is_apart(const struct dpor_sequence *seq,
			    const struct dpor_effect *effect);
bool dpor_sequence_starts_late(const struct dpor_sequence *seq,
			       const struct dpor_move *move);

/* Can what is left of the sequence be executed with @move first? */
static inline bool dpor_sequence_starts(const struct dpor_sequence *seq,
					const struct dpor_move *move)
{
	const struct dpor_trace *trace = seq->trace;
	int number = seq->placed.at[move->task] + 1;
	uint32_t step;

	if (!dpor_sequence_has(seq, move->task, number))
		return !seq->careful &&
		       dpor_sequence_is_apart(seq, &move->effect);
	if (move->task == seq->late.task && number == seq->late_number)
		return dpor_sequence_starts_late(seq, move);
	step = trace->tasks[move->task].steps[number - 1];
	return dpor_clock_within(&trace->clocks[step], &seq->placed,
				 move->task) &&
	       (move->effect.kind != WEFT_OP_CHOOSE ||
		trace->steps[step].op.choice == move->choice);
}

/*
 * The first step of @task, if it has one left, has been placed.
 * Return: does it come no later than the late one?
 */
bool dpor_sequence_place(struct dpor_sequence *seq, int task);
/* The first move that is left. */
struct dpor_move dpor_sequence_first(const struct dpor_sequence *seq);
/* The moves that are left, in order: calls @add for each. */
void dpor_sequence_rest(const struct dpor_sequence *seq,
			void (*add)(void *arg, const struct dpor_move *move),
			void *arg);

#endif
