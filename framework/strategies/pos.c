/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * POS, partial order sampling: each pending operation has a random priority,
 * the highest one is applied, and those that conflict with it draw again.
 *
 * Source: Yuan, Yang, Gu, "Partial order aware concurrency sampling", CAV
 * 2018.
 *
 *  I1  A pending operation keeps its priority until its task runs, or a
 *      conflicting operation is applied. (Otherwise who has lost one race
 *      would go on to lose all that follow.)
 */
#include <stdlib.h>

#include "rng.h"

struct pos {
	uint64_t		seed, execution;
	struct rng		rng;
	uint32_t		drawn;		/* tasks whose priority is valid */
	uint64_t		priority[WEFT_THREADS_MAX];
	struct weft_published	pending[WEFT_THREADS_MAX];
};

static void *pos_create(const struct weft_strategy_options *options)
{
	struct pos *pos = calloc(1, sizeof(*pos));

	if (pos)
		pos->seed = options->seed;
	return pos;
}

static enum weft_begin pos_begin(void *state)
{
	struct pos *pos = state;

	rng_seed(&pos->rng, pos->seed, pos->execution++);
	pos->drawn = 0;
	return WEFT_BEGIN_RUN;
}

static bool conflicts(const struct weft_operation *applied,
		      const struct weft_published *pending)
{
	return applied->object != UINT64_MAX &&
	       applied->object == pending->object &&
	       (applied->write ||
		weft_op_access(pending->kind) == WEFT_OP_WRITE);
}

static void pos_applied(void *state, const struct weft_operation *op)
{
	struct pos *pos = state;
	uint32_t tasks;

	pos->drawn &= ~(1u << op->task);
	for (tasks = pos->drawn; tasks; tasks &= tasks - 1) {
		int task = __builtin_ctz(tasks);

		if (conflicts(op, &pos->pending[task]))
			pos->drawn &= ~(1u << task);
	}
}

static unsigned int pos_pick(void *state, const struct weft_view *view)
{
	struct pos *pos = state;
	unsigned int task, best = WEFT_THREADS_MAX;
	uint32_t tasks;

	if (view->choices)
		return (unsigned int)rng_below(&pos->rng, view->choices);
	for (tasks = view->enabled; tasks; tasks &= tasks - 1) {
		task = (unsigned int)__builtin_ctz(tasks);
		pos->pending[task] = view->published[task];
		if (!(pos->drawn >> task & 1))
			pos->priority[task] = rng_next(&pos->rng);
		if (best == WEFT_THREADS_MAX ||
		    pos->priority[task] > pos->priority[best])
			best = task;
	}
	/* Its operation is taken now, whether or not it is told of. */
	pos->drawn = (pos->drawn | view->enabled) & ~(1u << best);
	return best;
}

const struct weft_strategy weft_strategy_pos = {
	.name = "pos",
	.summary = "random priorities of operations; proves nothing",
	.create = pos_create,
	.destroy = free,
	.begin = pos_begin,
	.pick = pos_pick,
	.end = rng_end,
	.progress = rng_progress,
	.applied = pos_applied,
};
