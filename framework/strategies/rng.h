/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the random strategies share, above all the generator: splitmix64.
 *
 * Source: Steele, Lea, Flood, "Fast splittable pseudorandom number
 * generators", OOPSLA 2014.
 *
 * It is seeded per execution, so that execution N of a seed draws the same
 * numbers however many came before.
 */
#ifndef WEFT_STRATEGIES_RNG_H
#define WEFT_STRATEGIES_RNG_H

#include <stdint.h>

#include "strategy.h"

struct rng {
	uint64_t	state;
};

static inline uint64_t rng_next(struct rng *rng)
{
	uint64_t z = rng->state += 0x9e3779b97f4a7c15ull;

	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ull;
	z = (z ^ (z >> 27)) * 0x94d049bb133111ebull;
	return z ^ (z >> 31);
}

/* @execution counts from 0. */
static inline void rng_seed(struct rng *rng, uint64_t seed, uint64_t execution)
{
	rng->state = seed;
	rng->state = rng_next(rng) ^ execution;
	rng_next(rng);
}

/* Below @n, which is not 0. The bias of the remainder is below n / 2^63. */
static inline uint64_t rng_below(struct rng *rng, uint64_t n)
{
	return rng_next(rng) % n;
}

/* One of the tasks of a set that is not empty. */
static inline unsigned int rng_task(struct rng *rng, uint32_t tasks)
{
	uint64_t skip = rng_below(rng, (uint64_t)__builtin_popcount(tasks));

	while (skip--)
		tasks &= tasks - 1;
	return (unsigned int)__builtin_ctz(tasks);
}

/* random.c: nothing to learn from an execution, and nothing to tell. */
void rng_end(void *state, const struct weft_decision *decisions,
	     unsigned int n);
void rng_progress(const void *state, struct weft_progress *ret);

#endif
