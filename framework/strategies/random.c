/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Random walk: each decision uniformly among the enabled tasks.
 *
 * The generator is splitmix64 (Steele, Lea, Flood, "Fast splittable
 * pseudorandom number generators", OOPSLA 2014), seeded per execution, so
 * that execution N of a seed is the same however many came before.
 */
#include <stdlib.h>
#include <string.h>

#include "strategy.h"

struct walk {
	uint64_t seed;
	uint64_t execution;
	uint64_t random;
};

static uint64_t next_random(uint64_t *state)
{
	uint64_t z = *state += 0x9e3779b97f4a7c15ull;

	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ull;
	z = (z ^ (z >> 27)) * 0x94d049bb133111ebull;
	return z ^ (z >> 31);
}

static void *walk_create(const struct weft_strategy_options *options)
{
	struct walk *walk = calloc(1, sizeof(*walk));

	if (walk)
		walk->seed = options->seed;
	return walk;
}

static enum weft_begin walk_begin(void *state)
{
	struct walk *walk = state;

	walk->random = walk->seed;
	walk->random = next_random(&walk->random) ^ walk->execution++;
	next_random(&walk->random);
	return WEFT_BEGIN_RUN;
}

/* The bias of the remainder is below 2^-58 for 32 tasks. */
static unsigned int random_below(struct walk *walk, unsigned int n)
{
	return (unsigned int)(next_random(&walk->random) % n);
}

static unsigned int walk_pick(void *state, const struct weft_view *view)
{
	struct walk *walk = state;
	uint32_t enabled = view->enabled;
	unsigned int skip;

	if (view->choices)
		return random_below(walk, view->choices);
	skip = random_below(walk, (unsigned int)__builtin_popcount(enabled));
	while (skip--)
		enabled &= enabled - 1;
	return (unsigned int)__builtin_ctz(enabled);
}

static void walk_end(void *state, const struct weft_decision *decisions,
		     unsigned int n)
{
	(void)state;
	(void)decisions;
	(void)n;
}

static void walk_progress(const void *state, struct weft_progress *ret)
{
	(void)state;
	memset(ret, 0, sizeof(*ret));
	ret->bound = WEFT_PREEMPTIONS_NONE;
	ret->done = -1;
}

const struct weft_strategy weft_strategy_random = {
	.name = "random",
	.summary = "random walk, seeded; proves nothing, finds much",
	.create = walk_create,
	.destroy = free,
	.begin = walk_begin,
	.pick = walk_pick,
	.end = walk_end,
	.progress = walk_progress,
};
