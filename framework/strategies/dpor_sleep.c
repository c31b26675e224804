/* SPDX-License-Identifier: GPL-2.0-only */
/* Sleep sets; contract in dpor_sleep.h. */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "dpor_sleep.h"

void dpor_pool_clear(struct dpor_pool *pool)
{
	free(pool->sleepers);
	free(pool->effects);
	memset(pool, 0, sizeof(*pool));
}

static struct dpor_sleeper *new_sleeper(struct dpor_pool *pool)
{
	if (pool->n == pool->max) {
		pool->max = pool->max ? 2 * pool->max : 256;
		pool->sleepers = realloc(pool->sleepers, pool->max *
					 sizeof(*pool->sleepers));
		assert(pool->sleepers && "out of memory for sleep sets");
	}
	return &pool->sleepers[pool->n++];
}

void dpor_sleep_none(struct dpor_pool *pool, struct dpor_sleepers *ret)
{
	ret->first = pool->n;
	ret->n = 0;
	ret->effects = pool->effects_n;
	ret->tasks = 0;
}

static bool is_woken(const struct dpor_pool *pool,
		     const struct dpor_sleeper *sleeper,
		     const struct dpor_trace *trace,
		     const struct dpor_step *step)
{
	uint32_t i, j;

	for (i = 0; i < step->effects_n; i++) {
		const struct dpor_effect *x =
			&trace->effects[step->effects + i];

		if (dpor_effects_conflict(x, &sleeper->move.effect))
			return true;
		for (j = 0; j < sleeper->effects_n; j++)
			if (dpor_effects_conflict(x,
				&pool->effects[sleeper->effects + j]))
				return true;
	}
	return false;
}

void dpor_sleep_on(struct dpor_pool *pool, const struct dpor_sleepers *from,
		   const struct dpor_trace *trace, struct dpor_sleepers *ret)
{
	const struct dpor_step *step = &trace->steps[trace->n - 1];
	uint32_t i;

	dpor_sleep_none(pool, ret);
	for (i = 0; i < from->n; i++) {
		struct dpor_sleeper sleeper = pool->sleepers[from->first + i];

		if (sleeper.move.task == step->task ||
		    is_woken(pool, &sleeper, trace, step))
			continue;
		*new_sleeper(pool) = sleeper;
		ret->n++;
		ret->tasks |= 1u << sleeper.move.task;
	}
}

void dpor_sleep_effects(struct dpor_pool *pool, struct dpor_sleeper *sleeper,
			const struct dpor_effect *effects, uint32_t n)
{
	sleeper->effects = pool->effects_n;
	sleeper->effects_n = n;
	for (; n; n--) {
		if (pool->effects_n == pool->effects_max) {
			pool->effects_max = pool->effects_max ?
					    2 * pool->effects_max : 256;
			pool->effects = realloc(pool->effects,
						pool->effects_max *
						sizeof(*pool->effects));
			assert(pool->effects && "out of memory for sleep sets");
		}
		pool->effects[pool->effects_n++] = *effects++;
	}
}

void dpor_sleep_add(struct dpor_pool *pool, struct dpor_sleepers *sleepers,
		    const struct dpor_trace *trace, uint32_t step,
		    const struct dpor_move *move)
{
	struct dpor_sleeper *sleeper = new_sleeper(pool);
	const struct dpor_step *s = &trace->steps[step];

	sleepers->n++;
	sleepers->tasks |= 1u << move->task;
	sleeper->move = *move;
	sleeper->effects = pool->effects_n;
	sleeper->effects_n = 0;
	if (step >= trace->n || s->task != move->task || !s->effects_n)
		return;
	/* A step of one effect keeps it in its move. */
	sleeper->move.effect = trace->effects[s->effects];
	dpor_sleep_effects(pool, sleeper, &trace->effects[s->effects + 1],
			   s->effects_n - 1);
}

void dpor_sleep_pop(struct dpor_pool *pool, const struct dpor_sleepers *last)
{
	assert(last->first + last->n == pool->n);
	pool->n = last->first;
	pool->effects_n = last->effects;
}

bool dpor_sleeps(const struct dpor_pool *pool, const struct dpor_sleepers *set,
		 int task, unsigned int choice)
{
	uint32_t i;

	for (i = 0; i < set->n; i++) {
		const struct dpor_sleeper *sleeper =
			&pool->sleepers[set->first + i];

		if (sleeper->move.task == task &&
		    (sleeper->move.effect.kind != WEFT_OP_CHOOSE ||
		     sleeper->move.choice == choice))
			return true;
	}
	return false;
}
