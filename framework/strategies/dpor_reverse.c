/* SPDX-License-Identifier: GPL-2.0-only */
/* Reversing races; contract in dpor_reverse.h. */
#include "dpor_reverse.h"

struct dpor_move dpor_move_of(struct dpor_trace *trace,
			      const struct weft_operation *op, int task)
{
	struct dpor_move move = {
		.task = (uint8_t)task, .choice = op->choice,
		.effect = dpor_effect_of(trace, op),
	};

	return move;
}

/* The operation of a race that comes late. */
static const struct weft_operation *late_op(const struct dpor_trace *trace,
					    uint32_t late, int task)
{
	return late == DPOR_NONE ? &trace->waiting[task] :
				   &trace->steps[late].op;
}

static int late_number(const struct dpor_trace *trace, uint32_t late, int task)
{
	return late == DPOR_NONE ? (int)trace->tasks[task].n + 1 :
				   trace->steps[late].number;
}

/* Calls @each for the steps behind @early, and not after it, that @y depends on,
 * until it returns true. */
static inline bool any_before(const struct dpor_trace *trace, uint32_t early,
			      const struct dpor_effect *y,
			      struct dpor_link place,
			      bool (*each)(void *arg, uint32_t step), void *arg)
{
	struct dpor_link link;
	uint32_t at;

	for (at = place.before; at; at = link.before) {
		link = trace->links[at - 1];
		if (link.step <= early)
			return false;
		if (link.step != place.step &&
		    dpor_accesses_conflict(&trace->effects[at - 1], y) &&
		    !dpor_happens_before(trace, early, link.step) &&
		    each(arg, link.step))
			return true;
	}
	return false;
}

/* The same for all effects of the late step; it may @write. */
static inline bool any_before_late(struct dpor_trace *trace, uint32_t early,
				   uint32_t late, int task, bool write,
				   bool (*each)(void *arg, uint32_t step),
				   void *arg)
{
	struct dpor_link place;
	struct dpor_effect y;
	uint32_t i;

	for (i = 0; late == DPOR_NONE; i++) {
		if (!dpor_wait_effect(trace, task, i, &y, &place))
			return false;
		if (any_before(trace, early, &y, place, each, arg))
			return true;
	}
	for (i = 0; i < trace->steps[late].effects_n; i++) {
		y = trace->effects[trace->steps[late].effects + i];
		y.write |= write;
		place = trace->links[trace->steps[late].effects + i];
		if (any_before(trace, early, &y, place, each, arg))
			return true;
	}
	return false;
}

static bool is_any(void *arg, uint32_t step)
{
	(void)arg;
	(void)step;
	return true;
}

/* The first step of @task behind the node of @early, before the step @end;
 * DPOR_NONE: none. */
static uint32_t first_step(const struct dpor_trace *trace, uint32_t early,
			   uint32_t end, int task)
{
	const struct dpor_task *t = &trace->tasks[task];
	uint32_t n = (uint32_t)trace->counts[early].at[task];

	return n < t->n && t->steps[n] < end ? t->steps[n] : DPOR_NONE;
}

/* Is there a step between the two that does not happen after @early? */
static bool has_between(const struct dpor_trace *trace, uint32_t early,
			uint32_t end)
{
	uint32_t i;

	for (i = early + 1; i < end; i++)
		if (!dpor_happens_before(trace, early, i))
			return true;
	return false;
}

/* Is the late step an initial? It has no step of its task before it. */
static bool is_late_initial(struct dpor_trace *trace, uint32_t early,
			    uint32_t late, int task)
{
	int number = late_number(trace, late, task);

	/* Of a step of many effects only the first is sure to come again. */
	if (trace->wide)
		return !has_between(trace, early, late == DPOR_NONE ?
						  trace->n : late);
	/* Where it is moved to, a compare-and-exchange may write. */
	return dpor_clock_within(dpor_trace_before(trace, task, number),
				 &trace->counts[early], task) &&
	       !any_before_late(trace, early, late, task,
				late_op(trace, late, task)->compares, is_any,
				NULL);
}

uint32_t dpor_initials(struct dpor_trace *trace, uint32_t early, uint32_t late,
		       int late_task, uint32_t among)
{
	uint32_t end = late == DPOR_NONE ? trace->n : late;
	uint32_t initials = 0;

	among &= trace->known | 1u << late_task;
	among &= ~(1u << trace->steps[early].task);
	for (; among; among &= among - 1) {
		int task = __builtin_ctz(among);
		uint32_t step = first_step(trace, early, end, task);

		if (step == DPOR_NONE ?
		    task == late_task &&
		    is_late_initial(trace, early, late, task) :
		    dpor_clock_within(&trace->clocks[step],
				      &trace->counts[early], task))
			initials |= 1u << task;
	}
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
	uint32_t at = trace->objects[seq->late_effect.object].head;

	*ret = 0;
	/* Newest first; those that happen after the early step are not kept. */
	for (; at; at = trace->links[at - 1].before) {
		const struct dpor_effect *x = &trace->effects[at - 1];
		uint32_t step = trace->links[at - 1].step;
		const struct weft_operation *op = &trace->steps[step].op;

		bool is_told = op->object == seq->late.object && op->has_value;

		/* What came behind an unknown value tells nothing of the first one. */
		if (is_told || x->write)
			first = is_told ? op : NULL;
		if (!x->write || (step >= seq->early &&
		    dpor_happens_before(trace, seq->early, step)))
			continue;
		if (!is_told)
			return false;
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
	bool write, is_known;
	uint64_t value;

	if (!seq->late.compares)
		return;
	is_known = value_before(seq, &value);
	write = !is_known || value == seq->late.expected;
	seq->late_effect.unsure = !is_known;
	if (write && !seq->late.write)
		seq->late_at = DPOR_NONE;
	seq->late.write = write;
	seq->late_effect.write = write;
}

uint32_t dpor_sequence_step(const struct dpor_sequence *seq, uint32_t step)
{
	while (step < seq->trace->n &&
	       (step == seq->late_was || dpor_sequence_drops(seq, step)))
		step++;
	return step;
}

static bool may_wait(const struct weft_operation *op)
{
	return 1ul << op->kind & (1ul << WEFT_OP_AWAIT | 1ul << WEFT_OP_LOCK |
				  1ul << WEFT_OP_LOCK_SHARED |
				  1ul << WEFT_OP_LOCK_QUEUE);
}

static uint32_t count_faults(const struct dpor_sequence *seq)
{
	const struct dpor_trace *trace = seq->trace;
	uint32_t i, n = seq->late.fault;

	for (i = dpor_sequence_step(seq, seq->early + 1); i < trace->n;
	     i = dpor_sequence_step(seq, i + 1))
		n += trace->steps[i].op.fault;
	return n;
}

void dpor_sequence_build(struct dpor_sequence *seq, struct dpor_trace *trace,
			 uint32_t early, uint32_t late, int late_task)
{
	seq->trace = trace;
	seq->early = early;
	seq->early_task = trace->steps[early].task;
	seq->early_number = trace->steps[early].number;
	seq->placed = trace->counts[early];
	seq->late_at = late;
	seq->late_was = late;
	seq->late = *late_op(trace, late, late_task);
	seq->late.task = late_task;
	seq->late_number = late_number(trace, late, late_task);
	/* It is the same where it is moved to, but for move_effect(). */
	seq->late_effect = late != DPOR_NONE && trace->steps[late].effects_n ?
			   trace->effects[trace->steps[late].effects] :
			   dpor_effect_of(trace, &seq->late);
	move_effect(seq);
	seq->late_effect.unsure |= seq->late.loose && may_wait(&seq->late);
	seq->faults = trace->faulty ? count_faults(seq) : 0;
	seq->faults_left = 0;
}

void dpor_sequence_build_choice(struct dpor_sequence *seq,
				struct dpor_trace *trace, uint32_t early,
				uint16_t choice, bool fault)
{
	dpor_sequence_build(seq, trace, early, early,
			    trace->steps[early].task);
	seq->faults += fault;
	seq->faults -= seq->late.fault;
	seq->late.choice = choice;
	seq->late.fault = fault;
	seq->late_effect.fault = fault;
}

static bool is_left(const struct dpor_sequence *seq,
		    const struct dpor_step *step)
{
	return step->number > seq->placed.at[step->task];
}

static bool has_late(const struct dpor_sequence *seq)
{
	return seq->placed.at[seq->late.task] < seq->late_number;
}

/* The first step from @i on that is left, without the late one; @end: none before. */
static inline uint32_t left_step(const struct dpor_sequence *seq, uint32_t i,
				 uint32_t end)
{
	const struct dpor_trace *trace = seq->trace;

	while (i < end && (!is_left(seq, &trace->steps[i]) ||
			   dpor_sequence_drops(seq, i) || i == seq->late_was))
		i++;
	return i;
}

static bool conflicts_with_step(const struct dpor_sequence *seq,
				const struct dpor_effect *effect, uint32_t i)
{
	const struct dpor_step *step = &seq->trace->steps[i];
	const struct dpor_effect *x = &seq->trace->effects[step->effects];
	const struct dpor_effect *end = x + step->effects_n;

	for (; x < end; x++)
		if (dpor_effects_conflict(effect, x))
			return true;
	return false;
}

/* Has a step of the sequence that is left an effect that conflicts? A letter's
 * trace does not know the steps of an object. */
static bool conflicts_by_steps(const struct dpor_sequence *seq,
			       const struct dpor_effect *effect)
{
	uint32_t i;

	for (i = left_step(seq, 0, seq->trace->n); i < seq->trace->n;
	     i = left_step(seq, i + 1, seq->trace->n))
		if (conflicts_with_step(seq, effect, i))
			return true;
	return false;
}

static bool conflicts_by_object(const struct dpor_sequence *seq,
				const struct dpor_effect *effect)
{
	const struct dpor_trace *trace = seq->trace;
	struct dpor_link link;
	uint32_t at = effect->object == DPOR_NONE ? 0 :
		      trace->objects[effect->object].head;

	for (; at; at = link.before) {
		link = trace->links[at - 1];
		if (link.step <= seq->early)
			return false;
		/* The late one does, too. */
		if (dpor_sequence_drops(seq, link.step))
			continue;
		if (link.number > seq->placed.at[link.task] &&
		    dpor_accesses_conflict(effect, &trace->effects[at - 1]))
			return true;
	}
	return false;
}

/* Does @effect commute with all that is left? */
bool dpor_sequence_is_apart(const struct dpor_sequence *seq,
			    const struct dpor_effect *effect)
{
	/* Most often it is the object they race for. */
	if (dpor_effects_conflict(effect, &seq->late_effect) && has_late(seq))
		return false;
	return !(seq->early == DPOR_NONE ? conflicts_by_steps(seq, effect) :
					   conflicts_by_object(seq, effect));
}

static bool is_step_left(void *arg, uint32_t step)
{
	const struct dpor_sequence *seq = arg;

	return is_left(seq, &seq->trace->steps[step]);
}

/* Is all placed that the late step, which is the next of its task, depends on? */
static bool is_late_ready(struct dpor_sequence *seq)
{
	struct dpor_trace *trace = seq->trace;
	int task = seq->late.task;

	if (seq->early == DPOR_NONE)
		return dpor_clock_within(&seq->late_clock, &seq->placed, task);
	return dpor_clock_within(dpor_trace_before(trace, task,
						   seq->late_number),
				 &seq->placed, task) &&
	       !any_before_late(trace, seq->early, seq->late_was, task, false,
				is_step_left, seq) &&
	       /* Where its effect may have changed, all steps are looked at. */
	       !(seq->late.compares &&
		 conflicts_by_object(seq, &seq->late_effect));
}

bool dpor_sequence_is_late_first(struct dpor_sequence *seq)
{
	return dpor_sequence_next(seq, seq->late.task) == DPOR_LATE &&
	       is_late_ready(seq);
}

bool dpor_sequence_starts_late(struct dpor_sequence *seq,
			       const struct dpor_move *move)
{
	return seq->late.choice == move->choice && is_late_ready(seq);
}

struct join {
	const struct dpor_trace	*trace;
	union dpor_clock	*clock;
};

static bool join_step(void *arg, uint32_t step)
{
	struct join *join = arg;

	dpor_clock_join(join->clock, &join->trace->clocks[step],
			join->trace->lanes);
	return false;
}

void dpor_sequence_order_late(struct dpor_sequence *seq)
{
	struct dpor_trace *trace = seq->trace;
	struct join join = { trace, &seq->late_clock };
	uint32_t i;

	seq->late_clock = *dpor_trace_before(trace, seq->late.task,
					     seq->late_number);
	any_before_late(trace, seq->early, seq->late_was, seq->late.task,
			false, join_step, &join);
	for (i = dpor_sequence_step(seq, seq->early + 1);
	     seq->late.compares && i < trace->n;
	     i = dpor_sequence_step(seq, i + 1))
		if (conflicts_with_step(seq, &seq->late_effect, i))
			join_step(&join, i);
	seq->late_clock.at[seq->late.task] = (int16_t)seq->late_number;
}

static void late_move(const struct dpor_sequence *seq, struct dpor_move *ret)
{
	ret->task = (uint8_t)seq->late.task;
	ret->choice = seq->late.choice;
	ret->effect = seq->late_effect;
}

static void step_move(const struct dpor_sequence *seq, uint32_t i,
		      struct dpor_move *ret)
{
	const struct dpor_step *step = &seq->trace->steps[i];

	ret->task = (uint8_t)step->task;
	ret->choice = step->op.choice;
	if (step->effects_n)
		ret->effect = seq->trace->effects[step->effects];
	else
		ret->effect = dpor_effect_of(seq->trace, &step->op);
}

void dpor_sequence_begin(struct dpor_rest *rest,
			 const struct dpor_sequence *seq)
{
	rest->seq = seq;
	rest->late_is_due = has_late(seq);
	rest->step = left_step(seq, seq->early + 1, seq->trace->n);
}

bool dpor_sequence_move(struct dpor_rest *rest, struct dpor_move *ret)
{
	const struct dpor_sequence *seq = rest->seq;
	bool is_end = rest->step == seq->trace->n;

	if (rest->late_is_due && (is_end || rest->step > seq->late_at)) {
		late_move(seq, ret);
		rest->late_is_due = false;
		return true;
	}
	if (is_end)
		return false;
	step_move(seq, rest->step, ret);
	rest->step = left_step(seq, rest->step + 1, seq->trace->n);
	return true;
}

/* The first step from @i on that is left and, or not, before the late one; @end:
 * none before that. */
static uint32_t past_step(const struct dpor_sequence *seq, uint32_t i,
			  uint32_t end, bool past)
{
	const struct dpor_step *steps = seq->trace->steps;

	i = left_step(seq, i, end);
	while (i < end &&
	       past != (steps[i].number <= seq->late_clock.at[steps[i].task]))
		i = left_step(seq, i + 1, end);
	return i;
}

/* Behind the last step that is left and before the late one; 0: there is none. */
static uint32_t past_end(const struct dpor_sequence *seq)
{
	uint32_t tasks = dpor_clock_above(&seq->late_clock, &seq->placed);
	uint32_t end = 0;

	for (; tasks; tasks &= tasks - 1) {
		int task = __builtin_ctz(tasks);
		const struct dpor_task *t = &seq->trace->tasks[task];
		int n = seq->late_clock.at[task] - (task == seq->late.task);

		/* A letter may come from a file, and say anything. */
		if (n > (int)t->n)
			n = (int)t->n;
		if (n > seq->placed.at[task] && t->steps[n - 1] >= end)
			end = t->steps[n - 1] + 1;
	}
	return end;
}

void dpor_sequence_begin_past(struct dpor_rest *rest,
			      const struct dpor_sequence *seq)
{
	rest->seq = seq;
	rest->late_is_due = has_late(seq);
	rest->step = seq->early + 1;
	rest->end = rest->late_is_due ? past_end(seq) : seq->trace->n;
}

bool dpor_sequence_move_past(struct dpor_rest *rest, struct dpor_move *ret)
{
	const struct dpor_sequence *seq = rest->seq;
	uint32_t step = past_step(seq, rest->step, rest->end,
				  rest->late_is_due);

	if (step < rest->end) {
		step_move(seq, step, ret);
		rest->step = step + 1;
		return true;
	}
	if (!rest->late_is_due)
		return false;
	late_move(seq, ret);
	rest->late_is_due = false;
	rest->step = seq->early + 1;
	rest->end = seq->trace->n;
	return true;
}

struct dpor_move dpor_sequence_first(const struct dpor_sequence *seq)
{
	struct dpor_rest rest;
	struct dpor_move move;

	dpor_sequence_begin(&rest, seq);
	dpor_sequence_move(&rest, &move);
	return move;
}
