/* SPDX-License-Identifier: GPL-2.0-only */
/* Random walk: each decision uniformly among the enabled tasks. */
#include <stdlib.h>
#include <string.h>

#include "rng.h"

struct walk {
	uint64_t	seed;
	uint64_t	execution;
	struct rng	rng;
};

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

	rng_seed(&walk->rng, walk->seed, walk->execution++);
	return WEFT_BEGIN_RUN;
}

static unsigned int walk_pick(void *state, const struct weft_view *view)
{
	struct walk *walk = state;

	if (view->choices)
		return (unsigned int)rng_below(&walk->rng, view->choices);
	return rng_task(&walk->rng, view->enabled);
}

void rng_end(void *state, const struct weft_decision *decisions,
	     unsigned int n)
{
	(void)state;
	(void)decisions;
	(void)n;
}

void rng_progress(const void *state, struct weft_progress *ret)
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
	.end = rng_end,
	.progress = rng_progress,
};
