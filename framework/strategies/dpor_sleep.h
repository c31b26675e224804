/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Sleep sets: moves that need not be made at a node, because what follows them
 * was explored.
 *
 * Source: Godefroid, "Partial-order methods for the verification of concurrent
 * systems", 1996.
 *
 *  I1  A sleeper has all effects of the step that was explored; it wakes when a
 *      step depends on one of them.
 *  I2  The sets of the nodes of an execution form a stack: only the one of the
 *      last node changes.
 */
#ifndef WEFT_DPOR_SLEEP_H
#define WEFT_DPOR_SLEEP_H

#include <assert.h>

#include "dpor_reverse.h"

struct dpor_sleeper {
	struct dpor_move	move;
	uint32_t		effects, effects_n;	/* of a step with many */
};

/* The set of a node. */
struct dpor_sleepers {
	uint32_t		first, n;
	uint32_t		effects;	/* of the pool, when it was made */
	uint32_t		tasks;		/* who has a move in it, a bit each */
};

struct dpor_pool {
	struct dpor_sleeper	*sleepers;
	uint32_t		n, max;
	struct dpor_effect	*effects;
	uint32_t		effects_n, effects_max;
};

void dpor_pool_clear(struct dpor_pool *pool);

static inline void dpor_sleep_none(const struct dpor_pool *pool,
				   struct dpor_sleepers *ret)
{
	ret->first = pool->n;
	ret->n = 0;
	ret->effects = pool->effects_n;
	ret->tasks = 0;
}

/* dpor_sleep_on(), where somebody sleeps. */
void dpor_sleep_inherit(struct dpor_pool *pool,
			const struct dpor_sleepers *from,
			const struct dpor_trace *trace,
			struct dpor_sleepers *ret);

/* Those of @from that the last step of the trace does not wake. */
static inline void dpor_sleep_on(struct dpor_pool *pool,
				 const struct dpor_sleepers *from,
				 const struct dpor_trace *trace,
				 struct dpor_sleepers *ret)
{
	if (from->n)
		dpor_sleep_inherit(pool, from, trace, ret);
	else
		dpor_sleep_none(pool, ret);
}

/* @move was explored; @step is what it did, if that was seen. */
void dpor_sleep_add(struct dpor_pool *pool, struct dpor_sleepers *sleepers,
		    const struct dpor_trace *trace, uint32_t step,
		    const struct dpor_move *move);
/* What a sleeper of the last set does besides the effect of its move. */
void dpor_sleep_effects(struct dpor_pool *pool, struct dpor_sleeper *sleeper,
			const struct dpor_effect *effects, uint32_t n);
/* Drops a set, and those of the nodes behind it. */
static inline void dpor_sleep_pop(struct dpor_pool *pool,
				  const struct dpor_sleepers *last)
{
	assert(last->first + last->n <= pool->n);
	pool->n = last->first;
	pool->effects_n = last->effects;
}

static inline const struct dpor_sleeper *
dpor_sleepers(const struct dpor_pool *pool, const struct dpor_sleepers *set)
{
	return pool->sleepers + set->first;
}

/* Is a move of @task, with that choice, asleep? */
bool dpor_sleeps(const struct dpor_pool *pool, const struct dpor_sleepers *set,
		 int task, unsigned int choice);

#endif
