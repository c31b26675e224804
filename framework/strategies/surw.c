/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * SURW, selectively uniform random walk: all orders of the interesting
 * operations are equally likely, those of the others are a random walk.
 *
 * Source: Zhao, Wolff, Mathur, Roychoudhury, "Selectively uniform concurrency
 * testing", ASPLOS 2025.
 *
 * Each execution draws what is interesting: the operations on one object that
 * two tasks have used, or, as often as on any of these, all of them. The next
 * interesting operation belongs to a task drawn with a weight of as many of
 * them as it has left; until it is applied, the other tasks' wait.
 *
 *  I1  When the counts are right, the operations always enabled and the tasks
 *      all there from the start, each order of the interesting operations has
 *      the same probability.
 *
 * The counts are means over the executions that came before, by number of
 * task: execution N depends on the seed and on those before it, and on nothing
 * else. The first one is a random walk. Operations of a task that is not yet
 * there do not count for its creator.
 */
#include <stdlib.h>

#include "rng.h"

#define OBJECTS_MAX	1024	/* a power of two; what comes later is left out */
#define ALL		0	/* the object that stands for all of them */
#define NOBODY		(-1)

/* What has been done to an object, in all executions and in this one. */
struct object {
	bool		used;
	bool		written;
	uint64_t	name;
	uint32_t	tasks;			/* a bit per task that used it */
	uint64_t	total[WEFT_THREADS_MAX];
};

struct surw {
	uint64_t	seed, execution;
	struct rng	rng;
	struct object	objects[OBJECTS_MAX + 1];	/* ALL, then a hash table */
	uint16_t	seen[OBJECTS_MAX];	/* slots, in order of sight */
	unsigned int	seen_n;
	unsigned int	interesting;		/* slot; ALL */
	int64_t		left[WEFT_THREADS_MAX];	/* expected operations */
	int		intended;
};

static void *surw_create(const struct weft_strategy_options *options)
{
	struct surw *surw = calloc(1, sizeof(*surw));

	if (surw)
		surw->seed = options->seed;
	return surw;
}

/* The slot of an object; ALL when there is no room or it is no object. */
static unsigned int slot_of(struct surw *surw, uint64_t name)
{
	uint64_t hash = (name >> 3) * 0x9e3779b97f4a7c15ull >> 32;
	struct object *object;
	unsigned int i, slot;

	if (name == UINT64_MAX)
		return ALL;
	for (i = 0; i < OBJECTS_MAX; i++) {
		slot = 1 + (unsigned int)((hash + i) % OBJECTS_MAX);
		object = &surw->objects[slot];
		if (object->used && object->name == name)
			return slot;
		if (object->used)
			continue;
		if (surw->seen_n == OBJECTS_MAX / 2)
			return ALL;
		object->used = true;
		object->name = name;
		surw->seen[surw->seen_n++] = (uint16_t)slot;
		return slot;
	}
	return ALL;
}

static bool is_candidate(const struct object *object)
{
	return object->written && object->tasks & (object->tasks - 1);
}

static unsigned int draw_interesting(struct surw *surw)
{
	unsigned int i, n = 0;
	uint64_t skip;

	for (i = 0; i < surw->seen_n; i++)
		n += is_candidate(&surw->objects[surw->seen[i]]);
	skip = rng_below(&surw->rng, 2 * (uint64_t)n + 1);
	if (skip >= n)
		return ALL;
	for (i = 0; i < surw->seen_n; i++)
		if (is_candidate(&surw->objects[surw->seen[i]]) && !skip--)
			return surw->seen[i];
	return ALL;
}

static enum weft_begin surw_begin(void *state)
{
	struct surw *surw = state;
	const struct object *object;
	uint64_t past = surw->execution++;
	int i;

	rng_seed(&surw->rng, surw->seed, past);
	surw->interesting = draw_interesting(surw);
	object = &surw->objects[surw->interesting];
	for (i = 0; i < WEFT_THREADS_MAX; i++)
		surw->left[i] = past ? (int64_t)((object->total[i] + past / 2) /
						 past) : 0;
	surw->intended = NOBODY;
	return WEFT_BEGIN_RUN;
}

static bool is_interesting(const struct surw *surw,
			   const struct weft_view *view, int task)
{
	return surw->interesting == ALL ||
	       surw->objects[surw->interesting].name ==
	       view->published[task].object;
}

/* One more than expected is always possible: nobody has no chance. */
static uint64_t weight(const struct surw *surw, int task)
{
	return surw->left[task] > 0 ? (uint64_t)surw->left[task] : 1;
}

static int draw_intended(struct surw *surw, uint32_t tasks)
{
	uint64_t sum = 0, skip;
	uint32_t rest;

	for (rest = tasks; rest; rest &= rest - 1)
		sum += weight(surw, __builtin_ctz(rest));
	skip = rng_below(&surw->rng, sum);
	for (rest = tasks; rest; rest &= rest - 1) {
		int task = __builtin_ctz(rest);

		if (skip < weight(surw, task))
			return task;
		skip -= weight(surw, task);
	}
	return __builtin_ctz(tasks);	/* not reached: skip < sum */
}

/* Tasks with interesting operations to come, and who may go on now. */
static uint32_t allowed(struct surw *surw, const struct weft_view *view)
{
	uint32_t waiting = 0, expecting = 0, tasks;

	for (tasks = view->enabled; tasks; tasks &= tasks - 1) {
		int task = __builtin_ctz(tasks);

		if (is_interesting(surw, view, task))
			waiting |= 1u << task;
		else if (surw->left[task] > 0)
			expecting |= 1u << task;
	}
	if (!waiting)
		return view->enabled;
	/* The intended task may have been blocked, or have less to do. */
	if (surw->intended == NOBODY ||
	    !((waiting | expecting) >> surw->intended & 1))
		surw->intended = draw_intended(surw, waiting | expecting);
	return (view->enabled & ~waiting) |
	       (waiting & 1u << surw->intended);
}

static void note(struct surw *surw, const struct weft_view *view, int task)
{
	const struct weft_published *op = &view->published[task];
	struct object *object = &surw->objects[slot_of(surw, op->object)];

	if (is_interesting(surw, view, task)) {
		surw->left[task]--;
		surw->intended = NOBODY;
	}
	surw->objects[ALL].total[task]++;
	if (object == &surw->objects[ALL])
		return;
	object->total[task]++;
	object->tasks |= 1u << task;
	object->written |= weft_op_access(op->kind) == WEFT_OP_WRITE;
}

static unsigned int surw_pick(void *state, const struct weft_view *view)
{
	struct surw *surw = state;
	int task;

	if (view->choices)
		return (unsigned int)rng_below(&surw->rng, view->choices);
	task = (int)rng_task(&surw->rng, allowed(surw, view));
	note(surw, view, task);
	return (unsigned int)task;
}

const struct weft_strategy weft_strategy_surw = {
	.name = "surw",
	.summary = "uniform over the orders of what interests; proves nothing",
	.forced = true,
	.create = surw_create,
	.destroy = free,
	.begin = surw_begin,
	.pick = surw_pick,
	.end = rng_end,
	.progress = rng_progress,
};
