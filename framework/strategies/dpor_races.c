/* SPDX-License-Identifier: GPL-2.0-only */
/* Which steps happen before which, and which race; contract in dpor_trace.h. */
#include "dpor_trace.h"

static bool is_acquisition(uint8_t kind)
{
	return 1ul << kind & (1ul << WEFT_OP_LOCK | 1ul << WEFT_OP_LOCK_SHARED |
			      1ul << WEFT_OP_LOCK_QUEUE);
}

static bool is_try(uint8_t kind)
{
	return kind == WEFT_OP_TRYLOCK || kind == WEFT_OP_TRYLOCK_SHARED ||
	       kind == WEFT_OP_TRYLOCK_FAILED || kind == WEFT_OP_LOCK_LOOK ||
	       kind == WEFT_OP_LOCK_LOOK_BUSY;
}

/* Earlier effects an acquisition may be exchanged with: I2. Whoever looked found the
 * lock free. */
static bool is_rival(const struct dpor_effect *x)
{
	return (is_acquisition(x->kind) || x->kind == WEFT_OP_TRYLOCK ||
		x->kind == WEFT_OP_TRYLOCK_SHARED ||
		x->kind == WEFT_OP_LOCK_LOOK) && !x->granted;
}

/* Could @late be executed before @early, as far as kinds tell? */
static bool is_reversible(const struct dpor_effect *early,
			  const struct dpor_effect *late)
{
	/* Whoever waits in line competes with those who get the lock first. */
	if (late->granted)
		return is_acquisition(early->kind) || is_try(early->kind);
	if (late->loose)
		return true;
	if (is_acquisition(late->kind))
		return is_rival(early);
	if (late->kind == WEFT_OP_UNLOCK || late->kind == WEFT_OP_UNLOCK_SHARED)
		return is_try(early->kind);
	return true;
}

/* It is for this step that a search comes back. */
static void note_early(struct dpor_trace *trace, uint32_t early)
{
	uint32_t effect = trace->steps[early].effects;
	struct dpor_object *object =
		&trace->objects[trace->effects[effect].object];

	if (object->early <= trace->links[effect].place)
		object->early = trace->links[effect].place + 1;
}

static struct dpor_race *push_race(struct dpor_trace *trace, uint32_t early,
				   uint32_t late)
{
	struct dpor_race *race;

	if (trace->races_n == trace->races_max)
		trace->races = dpor_grown(trace->races, &trace->races_max, 256,
					  sizeof(*trace->races));
	race = &trace->races[trace->races_n++];
	race->early = early;
	race->late = late;
	race->until = DPOR_NONE;
	race->looked = false;
	race->told = false;
	return race;
}

static void add_race(struct dpor_trace *trace, uint32_t early, uint32_t late)
{
	uint32_t i = trace->races_n;

	note_early(trace, early);
	while (i-- && trace->races[i].late == late)
		if (trace->races[i].early == early)
			return;
	push_race(trace, early, late);
}

void dpor_trace_choice(struct dpor_trace *trace, uint16_t chosen,
		       uint16_t choices, bool fault)
{
	uint16_t choice;

	for (choice = 0; choice < choices; choice++) {
		struct dpor_race *race;

		if (choice == chosen)
			continue;
		race = push_race(trace, trace->n, trace->n);
		race->choice = choice;
		race->fault = fault && choice;
	}
}

/* Is the step in a clock? Then so is all that happens before it. */
static bool is_known(const union dpor_clock *clock, struct dpor_link link)
{
	return clock->at[link.task] >= link.number;
}

/* A write knows all that comes before it on its object. */
static bool hides_rest(const struct dpor_effect *x)
{
	return x->write && !x->commutes;
}

/* Joins what @y depends on. */
static void order_effect(const struct dpor_trace *trace,
			 const struct dpor_effect *y, struct dpor_link place,
			 union dpor_clock *clock)
{
	const struct dpor_effect *x;
	struct dpor_link link;
	uint32_t at;

	for (at = place.before; at; at = link.before) {
		x = &trace->effects[at - 1];
		link = trace->links[at - 1];
		if (link.step == place.step || !dpor_accesses_conflict(x, y))
			continue;
		if (!is_known(clock, link))
			dpor_clock_join(clock, &trace->clocks[link.step],
					trace->lanes);
		if (hides_rest(x))
			return;
	}
}

/*
 * Calls @found for each earlier step that races with @y. @base: what its task
 * knows before it.
 */
static void scan_effect(struct dpor_trace *trace, const struct dpor_effect *y,
			struct dpor_link place, int task,
			const union dpor_clock *base,
			void (*found)(void *arg, uint32_t early, int task),
			void *arg)
{
	bool skips = !y->loose && is_acquisition(y->kind);
	const union dpor_clock *seen = base;
	const struct dpor_effect *x;
	union dpor_clock more;
	struct dpor_link link;
	uint32_t at;

	for (at = place.before; at; at = link.before) {
		bool is_new;

		x = &trace->effects[at - 1];
		link = trace->links[at - 1];
		if (link.step == place.step || !dpor_accesses_conflict(x, y) ||
		    (skips && !is_rival(x)))
			continue;
		is_new = !is_known(seen, link);
		if (is_new && is_reversible(x, y))
			found(arg, link.step, task);
		/* The nearest exchange may be impossible, a farther one not. */
		if (y->loose)
			continue;
		if (hides_rest(x))
			return;
		if (!is_new)
			continue;
		if (seen == base)
			more = *base;
		dpor_clock_join(&more, &trace->clocks[link.step], trace->lanes);
		seen = &more;
	}
}

static void note_race(void *arg, uint32_t early, int task)
{
	struct dpor_trace *trace = arg;

	(void)task;
	add_race(trace, early, trace->n - 1);
}

/*
 * scan_effect() and order_effect() in one, where what an effect depends on is what
 * hides earlier races from it: the first of a step, if it acquires nothing.
 */
static void relate_effect(struct dpor_trace *trace,
			  const struct dpor_effect *y, struct dpor_link place,
			  union dpor_clock *clock)
{
	const struct dpor_effect *x;
	struct dpor_link link;
	uint32_t at;

	for (at = place.before; at; at = link.before) {
		x = &trace->effects[at - 1];
		link = trace->links[at - 1];
		if (!dpor_accesses_conflict(x, y))
			continue;
		if (!is_known(clock, link)) {
			if (is_reversible(x, y))
				add_race(trace, link.step, place.step);
			dpor_clock_join(clock, &trace->clocks[link.step],
					trace->lanes);
		}
		if (hides_rest(x))
			return;
	}
}

static void join_ended(const struct dpor_trace *trace,
		       const struct weft_operation *op, union dpor_clock *clock)
{
	uint32_t tasks = trace->known;

	if (op->peer != WEFT_PEER_ALL)
		tasks &= 1u << op->peer;
	for (; tasks; tasks &= tasks - 1) {
		int task = __builtin_ctz(tasks);

		dpor_clock_join(clock, dpor_trace_before(trace, task,
					(int)trace->tasks[task].n + 1),
				trace->lanes);
	}
}

/* I5 */
static void add_image_effect(struct dpor_trace *trace, struct dpor_step *step)
{
	struct weft_operation op = {
		.kind = step->opaque ? WEFT_OP_AWAIT : WEFT_OP_ACCESS_READ,
		.write = step->opaque, .loose = step->opaque,
		.object = DPOR_ANYTHING,
	};

	/* The end of a task is told; a choice by itself changes nothing. */
	if (step->op.peer == -1 && step->op.kind != WEFT_OP_CHOOSE)
		dpor_trace_note(trace, &op);
}

/* Of the last step, the effects from @i on. @base: what its task knew before it. */
static inline void relate_effects(struct dpor_trace *trace, bool races,
				  const union dpor_clock *base, uint32_t i)
{
	uint32_t s = trace->n - 1;
	const struct dpor_step *step = &trace->steps[s];

	for (; i < step->effects_n; i++) {
		const struct dpor_effect *y = &trace->effects[step->effects + i];
		struct dpor_link place = trace->links[step->effects + i];

		if (!place.before)
			continue;
		if (races)
			scan_effect(trace, y, place, step->task, base,
				    note_race, trace);
		order_effect(trace, y, place, &trace->clocks[s]);
	}
}

/* The last step, whatever it is. */
static void __attribute__((noinline))
relate_any(struct dpor_trace *trace, bool races, const union dpor_clock *base)
{
	uint32_t s = trace->n - 1, i = 0;
	struct dpor_step *step = &trace->steps[s];
	union dpor_clock *clock = &trace->clocks[s];

	if (trace->image)
		add_image_effect(trace, step);
	if (step->op.kind == WEFT_OP_AWAIT && step->op.peer != -1) {
		join_ended(trace, &step->op, clock);
	} else if (races && step->effects_n) {
		const struct dpor_effect *y = &trace->effects[step->effects];

		if (!y->loose && !is_acquisition(y->kind)) {
			relate_effect(trace, y, trace->links[step->effects],
				      clock);
			i = 1;
		}
	}
	relate_effects(trace, races, base, i);
}

/* The last step, which has one effect. */
static void __attribute__((noinline))
relate_one(struct dpor_trace *trace, const struct dpor_effect *y,
	   struct dpor_link place, union dpor_clock *clock)
{
	relate_effect(trace, y, place, clock);
}

/* The same, of one that is loose. */
static void __attribute__((noinline))
relate_loose(struct dpor_trace *trace, const struct dpor_effect *y,
	     struct dpor_link place, int task, const union dpor_clock *base,
	     union dpor_clock *clock)
{
	scan_effect(trace, y, place, task, base, note_race, trace);
	order_effect(trace, y, place, clock);
}

/*
 * The same, of one that acquires: scan_effect() and order_effect() in one walk. What
 * hides the rest from the second comes no later than what hides it from the first.
 */
static void __attribute__((noinline))
relate_lock(struct dpor_trace *trace, const struct dpor_effect *y,
	    struct dpor_link place, const union dpor_clock *base,
	    union dpor_clock *clock)
{
	bool is_ordered = false, is_joined = false;
	union dpor_clock more;
	struct dpor_link link;
	uint32_t at;

	for (at = place.before; at; at = link.before) {
		const struct dpor_effect *x = &trace->effects[at - 1];

		link = trace->links[at - 1];
		if (!dpor_accesses_conflict(x, y))
			continue;
		if (!is_ordered && !is_known(clock, link))
			dpor_clock_join(clock, &trace->clocks[link.step],
					trace->lanes);
		is_ordered |= hides_rest(x);
		if (!is_rival(x))
			continue;
		if (!is_known(is_joined ? &more : base, link)) {
			if (is_reversible(x, y))
				add_race(trace, link.step, place.step);
			if (hides_rest(x))
				return;
			if (!is_joined)
				more = *base;
			is_joined = true;
			dpor_clock_join(&more, &trace->clocks[link.step],
					trace->lanes);
		} else if (hides_rest(x)) {
			return;
		}
	}
}

void dpor_trace_relate(struct dpor_trace *trace, bool races)
{
	static const union dpor_clock zero;
	uint32_t s = trace->n - 1;
	struct dpor_step *step = &trace->steps[s];
	union dpor_clock *clock = &trace->clocks[s];
	const union dpor_clock *base = step->before ?
		&trace->clocks[step->before - 1] : &zero;
	const struct dpor_effect *y = &trace->effects[step->effects];
	struct dpor_link place;

	trace->is_open = false;
	dpor_clock_next(clock, base, step->task, trace->lanes);
	if (!races || trace->image || step->effects_n != 1 ||
	    step->op.kind == WEFT_OP_AWAIT) {
		relate_any(trace, races, base);
		return;
	}
	place = trace->links[step->effects];
	if (!place.before)
		return;
	if (y->loose)
		relate_loose(trace, y, place, step->task, base, clock);
	else if (is_acquisition(y->kind))
		relate_lock(trace, y, place, base, clock);
	else
		relate_one(trace, y, place, clock);
}

/* Steps that race with one of the effects are passed on, each once. */
struct meeting {
	struct dpor_trace	*trace;
	void			(*found)(void *arg, uint32_t early, int task);
	void			*arg;
};

static void meet(void *arg, uint32_t early, int task)
{
	const struct meeting *meeting = arg;
	struct dpor_step *step = &meeting->trace->steps[early];

	if (step->met == meeting->trace->meeting)
		return;
	step->met = meeting->trace->meeting;
	note_early(meeting->trace, early);
	meeting->found(meeting->arg, early, task);
}

void dpor_trace_blocked(struct dpor_trace *trace, int task,
			void (*found)(void *arg, uint32_t early, int task),
			void *arg)
{
	struct meeting meeting = { trace, found, arg };
	const struct dpor_task *t = &trace->tasks[task];
	struct dpor_link place;
	struct dpor_effect y;
	uint32_t i;

	if (!(trace->waits >> task & 1))
		return;
	/* A number that no step has met; they begin with 0. */
	trace->meeting++;
	for (i = 0; dpor_wait_effect(trace, task, i, &y, &place); i++)
		if (y.object != DPOR_NONE)
			scan_effect(trace, &y, place, task,
				    dpor_trace_before(trace, task,
						      (int)t->n + 1),
				    meet, &meeting);
}
