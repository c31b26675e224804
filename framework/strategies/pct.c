/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * PCT: each task has a random priority, the highest one goes on, and at d - 1
 * random points whoever would go on falls behind all others.
 *
 * Source: Burckhardt, Kothari, Musuvathi, Nagarakatte, "A randomized scheduler
 * with probabilistic guarantees of finding bugs", ASPLOS 2010.
 *
 *  I1  A defect that needs d ordered events among n tasks and k decisions is
 *      met by one execution with probability at least 1/(n k^(d-1)).
 *
 * Change points are drawn among as many decisions as the longest execution so
 * far had: execution N depends on the seed and on those before it, and on
 * nothing else. The first one guesses.
 */
#include <stdlib.h>

#include "rng.h"

#define DEPTH		3	/* d of I1 */
#define FIRST_GUESS	64	/* decisions of an execution */

struct pct {
	uint64_t	seed, execution;
	struct rng	rng;
	uint64_t	decisions_max;		/* so far; 0: none yet */
	uint64_t	change[DEPTH - 1];	/* decisions, not sorted */
	uint32_t	known;			/* tasks that have a priority */
	uint64_t	priority[WEFT_THREADS_MAX];
};

static void *pct_create(const struct weft_strategy_options *options)
{
	struct pct *pct = calloc(1, sizeof(*pct));

	if (pct)
		pct->seed = options->seed;
	return pct;
}

static enum weft_begin pct_begin(void *state)
{
	struct pct *pct = state;
	uint64_t decisions = pct->decisions_max ? pct->decisions_max :
						  FIRST_GUESS;
	unsigned int i;

	rng_seed(&pct->rng, pct->seed, pct->execution++);
	pct->known = 0;
	for (i = 0; i < DEPTH - 1; i++)
		pct->change[i] = rng_below(&pct->rng, decisions);
	return WEFT_BEGIN_RUN;
}

/* Above all priorities a task can fall to. */
static uint64_t first_priority(struct pct *pct)
{
	return rng_next(&pct->rng) | 1ull << 63;
}

static unsigned int highest(const struct pct *pct, uint32_t tasks)
{
	unsigned int best = (unsigned int)__builtin_ctz(tasks);

	for (; tasks; tasks &= tasks - 1) {
		unsigned int task = (unsigned int)__builtin_ctz(tasks);

		if (pct->priority[task] > pct->priority[best])
			best = task;
	}
	return best;
}

static unsigned int pct_pick(void *state, const struct weft_view *view)
{
	struct pct *pct = state;
	uint32_t fresh = view->enabled & ~pct->known;
	unsigned int i;

	if (view->choices)
		return (unsigned int)rng_below(&pct->rng, view->choices);
	for (; fresh; fresh &= fresh - 1)
		pct->priority[__builtin_ctz(fresh)] = first_priority(pct);
	pct->known |= view->enabled;
	for (i = 0; i < DEPTH - 1; i++)
		if (pct->change[i] == view->index)
			pct->priority[highest(pct, view->enabled)] = i;
	return highest(pct, view->enabled);
}

static void pct_end(void *state, const struct weft_decision *decisions,
		    unsigned int n)
{
	struct pct *pct = state;

	(void)decisions;
	if (n > pct->decisions_max)
		pct->decisions_max = n;
}

const struct weft_strategy weft_strategy_pct = {
	.name = "pct",
	.summary = "random priorities, two random changes; proves nothing",
	.create = pct_create,
	.destroy = free,
	.begin = pct_begin,
	.pick = pct_pick,
	.end = pct_end,
	.progress = rng_progress,
};
