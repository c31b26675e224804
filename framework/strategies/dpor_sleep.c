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

/* Room for so many more. */
static void __attribute__((noinline))
reserve(struct dpor_pool *pool, uint32_t more)
{
	while (pool->max - pool->n < more)
		pool->max = pool->max ? 2 * pool->max : 256;
	pool->sleepers = realloc(pool->sleepers, pool->max *
				 sizeof(*pool->sleepers));
	assert(pool->sleepers && "out of memory for sleep sets");
}

static bool is_woken_by(const struct dpor_pool *pool,
			const struct dpor_sleeper *sleeper,
			const struct dpor_effect *x)
{
	uint32_t i;

	if (dpor_effects_conflict(x, &sleeper->move.effect))
		return true;
	for (i = 0; i < sleeper->effects_n; i++)
		if (dpor_effects_conflict(x,
				&pool->effects[sleeper->effects + i]))
			return true;
	return false;
}

static inline bool is_woken(const struct dpor_pool *pool,
			    const struct dpor_sleeper *sleeper,
			    const struct dpor_trace *trace,
			    const struct dpor_step *step)
{
	const struct dpor_effect *x = &trace->effects[step->effects];
	uint32_t i;

	for (i = 0; i < step->effects_n; i++)
		if (is_woken_by(pool, sleeper, &x[i]))
			return true;
	return false;
}

/* Of most sleepers and steps: both have one effect. */
static inline bool is_woken_by_one(const struct dpor_sleeper *sleeper,
				   const struct dpor_effect *x, uint32_t n)
{
	return n && dpor_effects_conflict(x, &sleeper->move.effect);
}

void dpor_sleep_inherit(struct dpor_pool *pool,
			const struct dpor_sleepers *from,
			const struct dpor_trace *trace,
			struct dpor_sleepers *ret)
{
	const struct dpor_step *step = &trace->steps[trace->n - 1];
	const struct dpor_effect *x = &trace->effects[step->effects];
	const struct dpor_sleeper *s, *end;
	struct dpor_sleeper *to;
	uint32_t tasks = 0;

	if (pool->max - pool->n < from->n)
		reserve(pool, from->n);
	s = pool->sleepers + from->first;
	to = pool->sleepers + pool->n;
	for (end = s + from->n; s < end; s++) {
		if (s->move.task == step->task ||
		    (step->effects_n > 1 || s->effects_n ?
		     is_woken(pool, s, trace, step) :
		     is_woken_by_one(s, x, step->effects_n)))
			continue;
		*to++ = *s;
		tasks |= 1u << s->move.task;
	}
	ret->first = pool->n;
	ret->n = (uint32_t)(to - pool->sleepers) - pool->n;
	ret->effects = pool->effects_n;
	ret->tasks = tasks;
	pool->n += ret->n;
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
	const struct dpor_step *s = &trace->steps[step];
	struct dpor_sleeper *sleeper;

	if (pool->n == pool->max)
		reserve(pool, 1);
	sleeper = &pool->sleepers[pool->n++];
	sleepers->n++;
	sleepers->tasks |= 1u << move->task;
	sleeper->move = *move;
	sleeper->move.effect.unsure = false;
	sleeper->effects = pool->effects_n;
	sleeper->effects_n = 0;
	if (step >= trace->n || s->task != move->task || !s->effects_n)
		return;
	/* A step of one effect keeps it in its move. */
	sleeper->move.effect = trace->effects[s->effects];
	dpor_sleep_effects(pool, sleeper, &trace->effects[s->effects + 1],
			   s->effects_n - 1);
}

bool dpor_sleeps(const struct dpor_pool *pool, const struct dpor_sleepers *set,
		 int task, unsigned int choice)
{
	uint32_t i;

	for (i = 0; i < set->n; i++) {
		const struct dpor_sleeper *sleeper =
			&pool->sleepers[set->first + i];

		if (sleeper->move.task == task &&
		    sleeper->move.choice == choice)
			return true;
	}
	return false;
}
