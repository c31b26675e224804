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
 *  I3  A loose operation may be disabled in the position it is moved to, and what an
 *      exchange does there may not be known. Then the late step is unsure: it covers no
 *      sequence that has no step of its task. What comes before it in the sequence was
 *      executed with all that it depends on, so it is sure.
 *  I4  Faults are independent, but an execution has only so many. So a fault that is no
 *      step of a sequence covers it only if there may be one more.
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
 * @late:  e'; @late_clock: what happens before it within the sequence; only of a
 *         letter, and after dpor_sequence_order_late()
 * @late_at: the late one is placed before steps of the trace behind this one:
 *           where it was, if its effect is what it was; else it is the last
 * @late_was: where it was; DPOR_NONE: it waited at the end
 * @faults: how many of its steps are; @faults_left: more there may be
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
	uint32_t		faults, faults_left;
	bool			careful;
};

/* What a branch or a sleeping task is about to do. @choice: 0 if it chooses nothing;
 * the effect may be one that comes behind a choice, and does not tell */
struct dpor_move {
	struct dpor_effect	effect;
	uint16_t		choice;
	uint8_t			task;		/* stable */
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

/* Fills in late_clock. */
void dpor_sequence_order_late(struct dpor_sequence *seq);

/* Fills @seq for a race. */
void dpor_sequence_build(struct dpor_sequence *seq, struct dpor_trace *trace,
			 uint32_t early, uint32_t late, int late_task);

/* The same for another alternative of a data choice, step @early. */
void dpor_sequence_build_choice(struct dpor_sequence *seq,
				struct dpor_trace *trace, uint32_t early,
				uint16_t choice, bool fault);

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

#define DPOR_LATE (DPOR_NONE - 1)

/* May the late step be disabled where it is moved to, as far as that is known? */
static inline bool dpor_sequence_is_unsure(const struct dpor_sequence *seq)
{
	return seq->late_effect.unsure;
}

enum dpor_possible { DPOR_IMPOSSIBLE, DPOR_UNSURE, DPOR_SURE };

/* dpor_possible.c: can the late step, of a lock with a line, be executed where it is
 * moved to, when all that comes before it is placed? */
enum dpor_possible dpor_sequence_possible(const struct dpor_sequence *seq);

/* Is it the next of its task, and all placed that it depends on? */
bool dpor_sequence_is_late_first(struct dpor_sequence *seq);

/* The step @task makes next in the sequence: of the trace, or DPOR_LATE;
 * DPOR_NONE: none is left. */
static inline uint32_t dpor_sequence_next(const struct dpor_sequence *seq,
					  int task)
{
	const struct dpor_task *t = &seq->trace->tasks[task];
	uint32_t n = (uint32_t)seq->placed.at[task];

	if (task == seq->late.task && n + 1 >= (uint32_t)seq->late_number)
		return n < (uint32_t)seq->late_number ? DPOR_LATE : DPOR_NONE;
	return n < t->n && !dpor_sequence_drops(seq, t->steps[n]) ?
	       t->steps[n] : DPOR_NONE;
}

/* dpor_sequence_starts() for a task without steps left, and for the late one. */
bool dpor_sequence_is_apart(const struct dpor_sequence *seq,
			    const struct dpor_effect *effect);
bool dpor_sequence_starts_late(struct dpor_sequence *seq,
			       const struct dpor_move *move);

/*
 * Can what is left of the sequence be executed with @move first? @next: of its
 * task.
 */
static inline bool dpor_sequence_starts(struct dpor_sequence *seq,
					const struct dpor_move *move,
					uint32_t next)
{
	const struct dpor_trace *trace = seq->trace;

	if (next == DPOR_NONE)
		return !seq->careful && !move->effect.unsure &&
		       (!move->effect.fault || seq->faults_left) &&
		       dpor_sequence_is_apart(seq, &move->effect);
	if (next == DPOR_LATE)
		return dpor_sequence_starts_late(seq, move);
	return dpor_clock_within(&trace->clocks[next], &seq->placed,
				 move->task) &&
	       trace->steps[next].op.choice == move->choice;
}

/*
 * The step of @task that comes @next, if there is one, has been placed.
 * Return: does it come no later than the late one?
 */
static inline bool dpor_sequence_place(struct dpor_sequence *seq, int task,
				       uint32_t next)
{
	if (next == DPOR_NONE)
		return false;
	dpor_clock_advance(&seq->placed, task);
	return next == DPOR_LATE || next < seq->late_was;
}

/* The moves that are left, in order: after dpor_sequence_begin(), each call of
 * dpor_sequence_move() fills the next one in; false: that was all. */
struct dpor_rest {
	const struct dpor_sequence *seq;
	uint32_t		step, end;
	bool			late_is_due;
};

void dpor_sequence_begin(struct dpor_rest *rest,
			 const struct dpor_sequence *seq);
bool dpor_sequence_move(struct dpor_rest *rest, struct dpor_move *ret);
/* The same, but what happens before the late step comes first, then that one, then
 * the others. @seq has late_clock. */
void dpor_sequence_begin_past(struct dpor_rest *rest,
			      const struct dpor_sequence *seq);
bool dpor_sequence_move_past(struct dpor_rest *rest, struct dpor_move *ret);
/* The first one; there is one. */
struct dpor_move dpor_sequence_first(const struct dpor_sequence *seq);

#endif
