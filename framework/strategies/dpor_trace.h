/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What a partial-order reduction knows of an execution: its steps, their
 * happens-before relation, and its reversible races.
 *
 * Source: Abdulla, Aronis, Jonsson, Sagonas, "Source sets: a foundation for
 * optimal dynamic partial order reduction", JACM 64(4), 2017; locks as in
 * Kokologiannakis and others' LockSuc and LockFail rules.
 *
 * A step is what a task does from one decision to the next. In a model program
 * that is one operation; in a kernel image there may be more, and the step has
 * the effects of all of them.
 *
 *  I1  Two steps of different tasks are dependent iff they have effects on the
 *      same object, one of which writes it, and that do not commute.
 *  I2  An acquisition races with earlier acquisitions, never with the release
 *      between them; a trylock races with releases too. So does a look at a lock; an
 *      acquisition races with it if it found the lock free.
 *  I3  A loose operation (a wait for a condition, a lock with a line) races with
 *      every earlier dependent step, as it may be disabled at some of the
 *      positions it is moved to.
 *  I4  Tasks have stable numbers: the n-th task a task creates has the same one
 *      in all executions of a search.
 *  I5  A wait of a kernel image looks at more than one object, all of them told
 *      with it (framework/exec_state.c). One that does not tell, an opaque one,
 *      depends on every step of every other task but those that only choose: these
 *      change nothing, and their task goes on behind them as it did before.
 *  I6  Clocks and races of a step are computed once, when it is complete, and
 *      dropped with it.
 */
#ifndef WEFT_DPOR_TRACE_H
#define WEFT_DPOR_TRACE_H

#include <stddef.h>

#include "dpor_clock.h"
#include "strategy.h"

#define DPOR_NONE UINT32_MAX

/* Name of no memory: what opaque waits look at. */
#define DPOR_ANYTHING		(UINT64_MAX - 1)

struct dpor_effect {
	uint32_t		object;	/* index; see dpor_trace.slots */
	uint8_t			kind;	/* enum weft_op_kind */
	bool			write, commutes;
	/* All bits have a name: then the byte is written without reading it. */
	uint8_t			granted:1, loose:1;
	uint8_t			unsure:1;	/* I3 of dpor_reverse.h */
	uint8_t			fault:1;	/* I4 there */
	uint8_t			wanted:1;	/* I6 of wakeup.h */
	uint8_t			spare:3;
};

static inline bool dpor_effects_are_same(const struct dpor_effect *a,
					 const struct dpor_effect *b)
{
	return a->object == b->object && a->kind == b->kind &&
	       a->write == b->write && a->commutes == b->commutes &&
	       a->granted == b->granted && a->loose == b->loose &&
	       a->unsure == b->unsure && a->fault == b->fault &&
	       a->wanted == b->wanted;
}

/*
 * Where an effect of the trace is: @before: the one on its object before, plus one.
 * @place: how many there are before. @task, @number: as of its step, so that a walk
 * along an object's effects reads no steps.
 */
struct dpor_link {
	uint32_t		step, before;
	uint32_t		place;
	int16_t			number;
	uint8_t			task;
};

/**
 * struct dpor_step - see file comment
 * @op:      its first operation; kind START when it had none
 * @number:  of its task, from 1
 * @before:  what its task knows before it: the clock of this step, plus one; 0: nothing
 * @effects: index of the first, @effects_n of them
 * @opaque:  I5: it has an opaque wait
 */
struct dpor_step {
	struct weft_operation	op;
	int			task;
	int			number;
	uint32_t		before;
	uint32_t		effects, effects_n;
	bool			opaque;
	uint64_t		met;		/* dpor_trace.meeting, when it was met */
};

/*
 * Steps @early and @late can be exchanged. @initials: who could be first in what
 * is between them, when @looked; it does not change while they stay.
 * When they are one, it is a data choice, and @choice another alternative of it; @fault:
 * a bounded one.
 * @until: the race needs no look while the steps before this one stay; when @told,
 *         only if also all that come happen after @early
 */
struct dpor_race {
	uint32_t		early, late;
	uint32_t		initials;
	uint32_t		until;
	bool			looked, told;
	uint16_t		choice;
	bool			fault;
};

struct dpor_birth {
	int			parent;		/* stable; -1: there before */
	uint32_t		ordinal;
};

struct dpor_spawn {
	uint32_t		step;		/* in which it came, plus one */
	int			parent, task;	/* stable */
	int			id;		/* in this execution */
};

/* What a task that waits looks at besides its object: entries of dpor_trace.looked. */
struct dpor_looks {
	uint32_t		first, n;
};

/* The name of an object and its index, plus one; 0: free. */
struct dpor_named {
	uint64_t		name;
	uint32_t		index;
};

/*
 * What is known of an object: its last effect, plus one, and how many there are.
 * @early: places of its effects from here on were never the early ones of a race, in
 * no execution.
 */
struct dpor_object {
	uint32_t		head, n;
	uint32_t		early;
};

struct dpor_task {
	uint32_t		*steps;		/* its steps, in order */
	uint32_t		n, max;
	uint32_t		born;		/* step in which it came, plus one */
	uint32_t		spawned;
};

/**
 * struct dpor_trace - see file comment
 * @clocks:  of each step: what happens before it, itself included
 * @counts:  of each step, and of the next one: steps of each task before it
 * @links:   of each effect
 * @slots:   names of objects, by hash, and the index of each, which is the same in
 *           all executions of a search
 * @kept:    steps that stayed since all races were looked at
 * @is_open: the last step has no clock and no races yet
 * @apart:   two tasks that the order does not relate created tasks
 */
struct dpor_trace {
	struct dpor_step	*steps;
	union dpor_clock	*clocks;
	union dpor_clock	*counts;
	uint32_t		n, max;
	uint32_t		kept;
	struct dpor_effect	*effects;
	struct dpor_link	*links;
	uint32_t		effects_n, effects_max;
	struct dpor_named	*slots;
	uint32_t		slots_n;	/* a power of two; 64 minus which: @slots_shift */
	uint32_t		slots_shift;
	struct dpor_object	*objects;	/* by index */
	uint32_t		objects_n, objects_max;
	uint64_t		last_name;	/* looked up; UINT64_MAX nothing */
	uint32_t		last_index;
	struct dpor_race	*races;
	uint32_t		races_n, races_max;
	struct dpor_task	tasks[WEFT_THREADS_MAX];
	struct dpor_birth	births[WEFT_THREADS_MAX];
	uint32_t		tasks_max;	/* steps there is room for, of all */
	uint32_t		known;		/* stable numbers in use */
	uint32_t		lanes;		/* of clocks: I2 of dpor_clock.h */
	uint32_t		waits;		/* tasks that wait at the end */
	struct weft_operation	waiting[WEFT_THREADS_MAX];	/* what for */
	struct dpor_looks	looks[WEFT_THREADS_MAX];	/* ... at */
	struct dpor_effect	*looked;
	uint32_t		looked_n, looked_max;
	uint64_t		meeting;
	struct dpor_spawn	spawns[WEFT_THREADS_MAX];
	uint32_t		spawns_n;
	int			stable_of[WEFT_THREADS_MAX];
	int			id_of[WEFT_THREADS_MAX];
	bool			is_open;
	bool			renumbered;	/* stable_of is not the identity */
	bool			overflow;	/* too many steps or tasks */
	bool			faulty;		/* there was a bounded fault */
	bool			wide;		/* there was a step of many effects */
	bool			image;		/* I5 */
};

bool dpor_trace_init(struct dpor_trace *trace);
void dpor_trace_clear(struct dpor_trace *trace);
/* Bytes it has allocated. */
size_t dpor_trace_memory(const struct dpor_trace *trace);
/* Back to the first @n steps, and to what came before the first. */
void dpor_trace_cut(struct dpor_trace *trace, uint32_t n);
/* Back to the snapshot. */
void dpor_trace_begin(struct dpor_trace *trace);
/* Room for more steps, of all and of a task. */
void dpor_trace_reserve(struct dpor_trace *trace);
void dpor_task_reserve(struct dpor_trace *trace, struct dpor_task *task);

/* A decision was taken: @task (stable) goes on. */
static inline void dpor_trace_step(struct dpor_trace *trace, int task)
{
	struct dpor_task *t = &trace->tasks[task];
	uint32_t i = trace->n++, number = t->n;
	struct dpor_step *step;

	/* Tasks that were there at the snapshot keep their ids. */
	trace->known |= 1u << task;
	if ((unsigned int)task >= 8 * trace->lanes)
		trace->lanes = (unsigned int)task / 8 + 1;
	/* One more: the next step is counted here. */
	if (trace->n >= trace->max)
		dpor_trace_reserve(trace);
	dpor_clock_next(&trace->counts[i + 1], &trace->counts[i], task,
			trace->lanes);
	if (number == t->max)
		dpor_task_reserve(trace, t);
	step = &trace->steps[i];
	step->before = number ? t->steps[number - 1] + 1 : t->born;
	/* Its own clock begins with that one, an operation later. */
	if (step->before)
		__builtin_prefetch(&trace->clocks[step->before - 1]);
	t->steps[number++] = i;
	t->n = number;
	if (number >= DPOR_NUMBER_MAX)
		trace->overflow = true;
	step->op.kind = WEFT_OP_START;
	step->op.object = UINT64_MAX;
	step->op.peer = -1;
	step->task = task;
	step->number = (int)number;
	step->effects = trace->effects_n;
	step->effects_n = 0;
	step->met = 0;
	trace->is_open = true;
	step->opaque = false;
}

/* Notes an applied operation of the current step. */
void dpor_trace_add(struct dpor_trace *trace, const struct weft_operation *op);
/* Adds the effect of an operation to the current step; not without an object. */
void dpor_trace_note(struct dpor_trace *trace, const struct weft_operation *op);
/* Adds an effect to the current step. */
void dpor_trace_effect(struct dpor_trace *trace,
		       const struct dpor_effect *what);
/* Notes what a task waits to do at the end, and then each thing it looks at. */
void dpor_trace_wait(struct dpor_trace *trace, const struct weft_operation *op);
/* dpor_races.c: the next step chooses the one of @choices alternatives; @fault: all but 0
 * are bounded faults. */
void dpor_trace_choice(struct dpor_trace *trace, uint16_t chosen,
		       uint16_t choices, bool fault);
/* dpor_races.c: the current step is over; its clock and, if wanted, its races. */
void dpor_trace_relate(struct dpor_trace *trace, bool races);
/* Calls @found for each race of the operation @task waits for. */
void dpor_trace_blocked(struct dpor_trace *trace, int task,
			void (*found)(void *arg, uint32_t early, int task),
			void *arg);

/* Of effects on the same object. */
/* What a look at a lock finds depends on where it is; that it changes nothing does not. */
static inline uint8_t dpor_commuting_kind(uint8_t kind)
{
	return kind == WEFT_OP_LOCK_LOOK_BUSY ? WEFT_OP_LOCK_LOOK : kind;
}

static inline bool dpor_accesses_conflict(const struct dpor_effect *a,
					  const struct dpor_effect *b)
{
	return (a->write | b->write) &&
	       !((a->commutes & b->commutes) &&
		 dpor_commuting_kind(a->kind) == dpor_commuting_kind(b->kind));
}

static inline bool dpor_effects_conflict(const struct dpor_effect *a,
					 const struct dpor_effect *b)
{
	return a->object == b->object && a->object != DPOR_NONE &&
	       dpor_accesses_conflict(a, b);
}

/* The current step is over, if there is one. */
static inline void dpor_trace_complete(struct dpor_trace *trace, bool races)
{
	if (trace->is_open)
		dpor_trace_relate(trace, races);
}

/* dpor_objects.c: an index for a name that has none. */
uint32_t dpor_object_add(struct dpor_trace *trace, uint64_t name);

/* The name of an index; of DPOR_NONE, UINT64_MAX. */
uint64_t dpor_object_name(const struct dpor_trace *trace, uint32_t index);

/* Where a name is, or would be. */
static inline uint32_t dpor_slot_of(const struct dpor_trace *trace,
				    uint64_t name)
{
	uint32_t slot = (uint32_t)(name * 0x9e3779b97f4a7c15ull >>
				   trace->slots_shift);

	while (trace->slots[slot].index && trace->slots[slot].name != name)
		slot = (slot + 1) & (trace->slots_n - 1);
	return slot;
}

/* @name: not UINT64_MAX, which is of no object. */
static inline uint32_t dpor_object_lookup(struct dpor_trace *trace,
					  uint64_t name)
{
	uint32_t index;

	index = trace->slots[dpor_slot_of(trace, name)].index;
	trace->last_index = index ? index - 1 : dpor_object_add(trace, name);
	trace->last_name = name;
	return trace->last_index;
}

/* The same: what was published is applied next, more often than not. */
static inline uint32_t dpor_object_index(struct dpor_trace *trace,
					 uint64_t name)
{
	return name == trace->last_name ? trace->last_index :
					  dpor_object_lookup(trace, name);
}

/* What an operation does to its object when it is applied. All at once: fields of a
 * byte each on its own would wait for one another. */
static inline void dpor_effect_set(struct dpor_effect *effect, uint32_t object,
				   const struct weft_operation *op)
{
	*effect = (struct dpor_effect){
		.object = object, .kind = (uint8_t)op->kind,
		.write = op->write, .commutes = op->commutes,
		.granted = op->granted, .loose = op->loose,
		.fault = op->fault,
	};
}

static inline struct dpor_effect dpor_effect_of(struct dpor_trace *trace,
						const struct weft_operation *op)
{
	struct dpor_effect effect;

	dpor_effect_set(&effect, op->object == UINT64_MAX ? DPOR_NONE :
			dpor_object_index(trace, op->object), op);
	return effect;
}

/*
 * The effects that an operation will have for which a task waits at the end, one
 * for each object, and where it would stand. False: there are no more than @i.
 */
bool dpor_wait_effect(struct dpor_trace *trace, int task, uint32_t i,
		      struct dpor_effect *ret, struct dpor_link *ret_place);

/* What a task knows before its step number @number. */
static inline const union dpor_clock *
dpor_trace_before(const struct dpor_trace *trace, int task, int number)
{
	static const union dpor_clock zero;
	const struct dpor_task *t = &trace->tasks[task];

	if (number > 1)
		return &trace->clocks[t->steps[number - 2]];
	return t->born ? &trace->clocks[t->born - 1] : &zero;
}

static inline bool dpor_happens_before(const struct dpor_trace *trace,
				       uint32_t a, uint32_t b)
{
	return trace->clocks[b].at[trace->steps[a].task] >=
	       trace->steps[a].number;
}

/* dpor_tasks.c: a task was created, with a number of I4. */
void dpor_trace_spawn(struct dpor_trace *trace,
		      const struct weft_operation *op);
/* Drops the tasks created in step number @step, counted from 1, or later. */
void dpor_trace_cut_spawns(struct dpor_trace *trace, uint32_t step);
uint32_t dpor_stable_of_all(const struct dpor_trace *trace, uint32_t ids);

/* Translates a mask of tasks of an execution. */
static inline uint32_t dpor_stable_mask(const struct dpor_trace *trace,
					uint32_t ids)
{
	return trace->renumbered ? dpor_stable_of_all(trace, ids) : ids;
}

/* Memory for twice as many, or for @first. */
void *dpor_grown(void *memory, uint32_t *max, uint32_t first, size_t size);

#endif
