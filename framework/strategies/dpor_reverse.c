/* SPDX-License-Identifier: GPL-2.0-only */
/* Reversing races; contract in dpor_reverse.h. */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "dpor_reverse.h"

struct dpor_move dpor_move_of(struct dpor_trace *trace,
			      const struct weft_operation *op, int task)
{
	struct dpor_move move = {
		.task = task, .choice = op->choice,
		.effect = dpor_effect_of(trace, op),
	};

	return move;
}

static void set_all(union dpor_clock *clock, int16_t value)
{
	int i;

	for (i = 0; i < WEFT_THREADS_MAX; i++)
		clock->at[i] = value;
}

/* The operation of a race that comes late. */
static const struct weft_operation *late_op(const struct dpor_trace *trace,
					    uint32_t late, int task)
{
	return late == DPOR_NONE ? &trace->tasks[task].waiting :
				   &trace->steps[late].op;
}

static int late_number(const struct dpor_trace *trace, uint32_t late, int task)
{
	return late == DPOR_NONE ? (int)trace->tasks[task].n + 1 :
				   trace->steps[late].number;
}

/* Joins the steps behind @early, and not after it, that @y depends on. */
static void order_effect(const struct dpor_trace *trace, uint32_t early,
			 const struct dpor_effect *y, union dpor_clock *clock)
{
	uint32_t at;

	for (at = y->before; at; at = trace->effects[at - 1].before) {
		const struct dpor_effect *x = &trace->effects[at - 1];

		if (x->step <= early)
			return;
		if (x->step != y->step && dpor_effects_conflict(x, y) &&
		    !dpor_happens_before(trace, early, x->step))
			dpor_clock_join(clock, &trace->clocks[x->step]);
	}
}

/* What happens before the late step when @early does not; it may @write. */
static void order_late(struct dpor_trace *trace, uint32_t early, uint32_t late,
		       int task, bool write, union dpor_clock *ret)
{
	struct dpor_effect y;
	uint32_t i;

	*ret = *dpor_trace_before(trace, task, late_number(trace, late, task));
	if (late == DPOR_NONE) {
		y = dpor_effect_of(trace, &trace->tasks[task].waiting);
		y.step = DPOR_NONE;
		y.before = y.object == DPOR_NONE ? 0 : trace->heads[y.object];
		order_effect(trace, early, &y, ret);
		return;
	}
	for (i = 0; i < trace->steps[late].effects_n; i++) {
		y = trace->effects[trace->steps[late].effects + i];
		y.write |= write;
		order_effect(trace, early, &y, ret);
	}
}

uint32_t dpor_initials(struct dpor_trace *trace, uint32_t early, uint32_t late,
		       int late_task)
{
	const union dpor_clock *counts = &trace->counts[early];
	uint32_t end = late == DPOR_NONE ? trace->n : late;
	uint32_t tasks, initials = 0, others = 0;
	union dpor_clock first, late_clock;
	bool late_is_first = true;

	set_all(&first, DPOR_NUMBER_NONE);
	for (tasks = trace->known; tasks; tasks &= tasks - 1) {
		int task = __builtin_ctz(tasks);
		const struct dpor_task *t = &trace->tasks[task];
		uint32_t n = (uint32_t)counts->at[task];

		if (task == trace->steps[early].task || n >= t->n ||
		    t->steps[n] >= end ||
		    dpor_happens_before(trace, early, t->steps[n]))
			continue;
		first.at[task] = (int16_t)(n + 1);
		others |= 1u << task;
		late_is_first &= task != late_task;
	}
	for (tasks = others; tasks; tasks &= tasks - 1) {
		int task = __builtin_ctz(tasks);
		uint32_t step = trace->tasks[task].steps[
					first.at[task] - 1];

		if (dpor_clock_below(&trace->clocks[step], &first, task))
			initials |= 1u << task;
	}
	if (!late_is_first)
		return initials;
	if (!others)
		return 1u << late_task;
	/* Of a step of many effects only the first is sure to come again. */
	if (trace->wide)
		return initials;
	/* Where it is moved to, a compare-and-exchange may write. */
	order_late(trace, early, late, late_task,
		   late_op(trace, late, late_task)->compares, &late_clock);
	if (dpor_clock_below(&late_clock, &first, late_task))
		initials |= 1u << late_task;
	return initials;
}

/*
 * The value of the late step's object behind the steps that are kept. What is
 * added may have been added to another value than in the execution, so only the
 * difference counts.
 */
static bool value_before(const struct dpor_sequence *seq, uint64_t *ret)
{
	const struct dpor_trace *trace = seq->trace;
	const struct weft_operation *first = NULL;
	uint32_t at = trace->heads[seq->late_effect.object];

	*ret = 0;
	/* Newest first; those that happen after the early step are not kept. */
	for (; at; at = trace->effects[at - 1].before) {
		const struct dpor_effect *x = &trace->effects[at - 1];
		const struct weft_operation *op = &trace->steps[x->step].op;

		if (op->object != seq->late.object ||
		    (x->write && !op->has_value))
			return false;
		if (op->has_value)
			first = op;
		if (!x->write || (x->step >= seq->early &&
		    dpor_happens_before(trace, seq->early, x->step)))
			continue;
		*ret += op->after;
		if (!x->commutes)
			return true;
		*ret -= op->before;
	}
	/* Nobody set it yet: what the first access saw was there. */
	if (first)
		*ret += first->before;
	return first;
}

static void move_effect(struct dpor_sequence *seq)
{
	bool write;
	uint64_t value;

	if (!seq->late.compares)
		return;
	write = !value_before(seq, &value) || value == seq->late.expected;
	if (write && !seq->late.write)
		seq->late_at = DPOR_NONE;
	seq->late.write = write;
	seq->late_effect.write = write;
}

/* Where its effect may have changed, all steps are looked at. */
static void order_moved(struct dpor_sequence *seq)
{
	const struct dpor_trace *trace = seq->trace;
	uint32_t i, j;

	for (i = 0; i < seq->n; i++) {
		const struct dpor_step *step = &trace->steps[seq->steps[i]];

		for (j = 0; j < step->effects_n; j++)
			if (dpor_effects_conflict(&seq->late_effect,
				&trace->effects[step->effects + j]))
				dpor_clock_join(&seq->late_clock,
					&trace->clocks[seq->steps[i]]);
	}
}

static uint64_t object_bit(const struct dpor_effect *effect)
{
	return 1ull << (effect->object & 63);
}

void dpor_sequence_build(struct dpor_sequence *seq, struct dpor_trace *trace,
			 uint32_t early, uint32_t late, int late_task)
{
	int number = late_number(trace, late, late_task);
	uint32_t i, j;

	seq->trace = trace;
	seq->early = early;
	seq->n = 0;
	seq->objects = 0;
	if (seq->max < trace->n) {
		seq->max = trace->max;
		seq->steps = realloc(seq->steps,
				     seq->max * sizeof(*seq->steps));
		assert(seq->steps && "out of memory for races");
	}
	set_all(&seq->next, DPOR_NUMBER_NONE);
	set_all(&seq->last, 0);
	for (i = early + 1; i < trace->n; i++) {
		const struct dpor_step *step = &trace->steps[i];

		if (i == late || dpor_happens_before(trace, early, i))
			continue;
		seq->steps[seq->n++] = i;
		for (j = 0; j < step->effects_n; j++)
			seq->objects |= object_bit(
				&trace->effects[step->effects + j]);
		seq->last.at[step->task] = (int16_t)step->number;
		if (seq->next.at[step->task] == DPOR_NUMBER_NONE)
			seq->next.at[step->task] = (int16_t)step->number;
	}
	seq->late_at = late;
	seq->late_was = late;
	seq->late = *late_op(trace, late, late_task);
	seq->late.task = late_task;
	seq->late_effect = dpor_effect_of(trace, &seq->late);
	seq->objects |= object_bit(&seq->late_effect);
	move_effect(seq);
	order_late(trace, early, late, late_task, false, &seq->late_clock);
	if (seq->late.compares)
		order_moved(seq);
	seq->late_clock.at[late_task] = (int16_t)number;
	seq->last.at[late_task] = (int16_t)number;
	if (seq->next.at[late_task] == DPOR_NUMBER_NONE)
		seq->next.at[late_task] = (int16_t)number;
}

void dpor_sequence_clear(struct dpor_sequence *seq)
{
	free(seq->steps);
	memset(seq, 0, sizeof(*seq));
}

static bool is_late(const struct dpor_sequence *seq, int task, int number)
{
	return task == seq->late.task && number == seq->last.at[task];
}

/* Does @effect commute with all that is left? */
static bool is_apart(const struct dpor_sequence *seq,
		     const struct dpor_effect *effect)
{
	const struct dpor_trace *trace = seq->trace;
	uint32_t i, j;

	if (!(seq->objects & object_bit(effect)))
		return true;
	for (i = 0; i < seq->n; i++) {
		const struct dpor_step *step = &trace->steps[seq->steps[i]];

		if (step->number < seq->next.at[step->task])
			continue;
		for (j = 0; j < step->effects_n; j++)
			if (dpor_effects_conflict(effect,
				&trace->effects[step->effects + j]))
				return false;
	}
	return seq->next.at[seq->late.task] == DPOR_NUMBER_NONE ||
	       !dpor_effects_conflict(effect, &seq->late_effect);
}

bool dpor_sequence_starts(const struct dpor_sequence *seq,
			  const struct dpor_move *move)
{
	int number = seq->next.at[move->task];
	uint32_t step;

	if (number == DPOR_NUMBER_NONE)
		return !seq->careful && is_apart(seq, &move->effect);
	if (is_late(seq, move->task, number))
		return (seq->late.kind != WEFT_OP_CHOOSE ||
			seq->late.choice == move->choice) &&
		       dpor_clock_below(&seq->late_clock, &seq->next,
					move->task);
	step = seq->trace->tasks[move->task].steps[number - 1];
	if (!dpor_clock_below(&seq->trace->clocks[step], &seq->next,
			      move->task))
		return false;
	return move->effect.kind != WEFT_OP_CHOOSE ||
	       seq->trace->steps[step].op.choice == move->choice;
}

bool dpor_sequence_is_early(const struct dpor_sequence *seq, int task)
{
	int number = seq->next.at[task];

	if (number == DPOR_NUMBER_NONE)
		return false;
	return is_late(seq, task, number) ||
	       seq->trace->tasks[task].steps[number - 1] < seq->late_was;
}

void dpor_sequence_place(struct dpor_sequence *seq, int task)
{
	if (seq->next.at[task] == DPOR_NUMBER_NONE)
		return;
	if (++seq->next.at[task] > seq->last.at[task])
		seq->next.at[task] = DPOR_NUMBER_NONE;
}

static void add_late(const struct dpor_sequence *seq,
		     void (*add)(void *arg, const struct dpor_move *move),
		     void *arg)
{
	struct dpor_move move = {
		.task = seq->late.task, .choice = seq->late.choice,
		.effect = seq->late_effect,
	};

	if (seq->next.at[seq->late.task] != DPOR_NUMBER_NONE)
		add(arg, &move);
}

void dpor_sequence_rest(const struct dpor_sequence *seq,
			void (*add)(void *arg, const struct dpor_move *move),
			void *arg)
{
	struct dpor_trace *trace = seq->trace;
	struct dpor_move move;
	bool has_late = false;
	uint32_t i;

	for (i = 0; i < seq->n; i++) {
		const struct dpor_step *step = &trace->steps[seq->steps[i]];

		if (step->number < seq->next.at[step->task])
			continue;
		if (!has_late && seq->steps[i] > seq->late_at) {
			add_late(seq, add, arg);
			has_late = true;
		}
		move.task = step->task;
		move.choice = step->op.choice;
		if (step->effects_n)
			move.effect = trace->effects[step->effects];
		else
			move.effect = dpor_effect_of(trace, &step->op);
		add(arg, &move);
	}
	if (!has_late)
		add_late(seq, add, arg);
}
