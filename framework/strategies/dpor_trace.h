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
 *      between them; a trylock races with releases too.
 *  I3  A loose operation (a wait for a condition, a lock with a line) races with
 *      every earlier dependent step, as it may be disabled at some of the
 *      positions it is moved to.
 *  I4  Tasks have stable numbers: the n-th task a task creates has the same one
 *      in all executions of a search.
 *  I5  In a kernel image, what a wait looks at is not told. There, a wait depends
 *      on every step of every other task; and steps that notify depend on each
 *      other, as the model may keep what they leave behind in their order.
 *  I6  Clocks and races of a step are computed once, when it is complete, and
 *      dropped with it.
 */
#ifndef WEFT_DPOR_TRACE_H
#define WEFT_DPOR_TRACE_H

#include <stddef.h>

#include "dpor_clock.h"
#include "strategy.h"

#define DPOR_NONE UINT32_MAX

/* @task is a stable number. */
struct dpor_effect {
	uint32_t		object;	/* index; see dpor_trace.objects */
	uint32_t		step;
	uint32_t		before;	/* the one on this object before, plus one */
	uint8_t			kind;	/* enum weft_op_kind */
	bool			write:1, commutes:1, granted:1, loose:1;
};

/**
 * struct dpor_step - see file comment
 * @op:      its first operation; kind START when it had none
 * @number:  of its task, from 1
 * @effects: index of the first, @effects_n of them
 */
struct dpor_step {
	struct weft_operation	op;
	int			task;
	int			number;
	uint32_t		effects, effects_n;
	bool			complete;
};

/*
 * Steps @early and @late can be exchanged. @initials: who could be first in what
 * is between them, when @looked; it does not change while they stay.
 */
struct dpor_race {
	uint32_t		early, late;
	uint32_t		initials;
	bool			looked;
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

struct dpor_task {
	uint32_t		*steps;		/* its steps, in order */
	uint32_t		n, max;
	uint32_t		born;		/* step in which it came, plus one */
	uint32_t		spawned;
	struct weft_operation	waiting;
	bool			is_waiting;
};

/**
 * struct dpor_trace - see file comment
 * @clocks:  of each step: what happens before it, itself included
 * @counts:  of each step: steps of each task before it
 * @objects: names of objects, by hash; @indices: the index of each, which is
 *           the same in all executions of a search
 * @heads:   by index of an object: its last effect, plus one
 * @apart:   two tasks that the order does not relate created tasks
 */
struct dpor_trace {
	struct dpor_step	*steps;
	union dpor_clock	*clocks;
	union dpor_clock	*counts;
	uint32_t		n, max;
	struct dpor_effect	*effects;
	uint32_t		effects_n, effects_max;
	uint64_t		*objects;
	uint32_t		*indices;	/* plus one; 0 free */
	uint32_t		slots_n;	/* a power of two */
	uint32_t		*heads;
	uint32_t		objects_n, heads_max;
	struct dpor_race	*races;
	uint32_t		races_n, races_max;
	struct dpor_task	tasks[WEFT_THREADS_MAX];
	struct dpor_birth	births[WEFT_THREADS_MAX];
	uint32_t		known;		/* stable numbers in use */
	struct dpor_spawn	spawns[WEFT_THREADS_MAX];
	uint32_t		spawns_n;
	int			stable_of[WEFT_THREADS_MAX];
	int			id_of[WEFT_THREADS_MAX];
	bool			renumbered;	/* stable_of is not the identity */
	bool			overflow;	/* too many steps or tasks */
	bool			loose;		/* there was a loose operation, or a choice */
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
/* A decision was taken: @task (stable) goes on. */
void dpor_trace_step(struct dpor_trace *trace, int task);
/* Notes an applied operation of the current step. */
void dpor_trace_add(struct dpor_trace *trace, const struct weft_operation *op);
/* Adds an effect to the current step. */
void dpor_trace_effect(struct dpor_trace *trace,
		       const struct dpor_effect *what);
/* Notes what a task waits to do at the end. */
void dpor_trace_wait(struct dpor_trace *trace, const struct weft_operation *op);
/* The current step is over: computes its clock and, if wanted, its races. */
void dpor_trace_complete(struct dpor_trace *trace, bool races);
/* Calls @found for each race of the operation @task waits for. */
void dpor_trace_blocked(struct dpor_trace *trace, int task,
			void (*found)(void *arg, uint32_t early, int task),
			void *arg);

static inline bool dpor_effects_conflict(const struct dpor_effect *a,
					 const struct dpor_effect *b)
{
	return a->object == b->object && a->object != DPOR_NONE &&
	       (a->write || b->write) &&
	       !(a->commutes && b->commutes && a->kind == b->kind);
}

/* The effect an operation has when it is applied; not for DPOR_NO_OBJECT. */
struct dpor_effect dpor_effect_of(struct dpor_trace *trace,
				  const struct weft_operation *op);
/* What a task knows before its step number @number. */
const union dpor_clock *dpor_trace_before(const struct dpor_trace *trace,
					  int task, int number);

static inline bool dpor_happens_before(const struct dpor_trace *trace,
				       uint32_t a, uint32_t b)
{
	return trace->clocks[b].at[trace->steps[a].task] >=
	       trace->steps[a].number;
}

/* Translation of masks and tasks of an execution. */
uint32_t dpor_stable_mask(const struct dpor_trace *trace, uint32_t ids);

#endif
