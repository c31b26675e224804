/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Optimal dynamic partial-order reduction, and the sleep-set search it is
 * checked against.
 *
 * Source: Abdulla, Aronis, Jonsson, Sagonas, "Source sets: a foundation for
 * optimal dynamic partial order reduction", JACM 64(4), 2017 (wakeup trees);
 * Godefroid, "Partial-order methods for the verification of concurrent
 * systems", 1996 (sleep sets).
 *
 *  I1  (optimal) Every Mazurkiewicz trace is executed exactly once, and no
 *      execution is cut short.
 *  I2  All races of each finished execution are processed, with the whole of
 *      notdep(e, E): an incremental scan loses traces.
 *  I3  The tasks in a node's sleep set, with the operations they had, are
 *      those whose continuations from there have been explored.
 *  I4  A loose operation that ends a sequence may turn out to be disabled where
 *      it was moved to, so that its branch leads nowhere. Weak initials are
 *      sound only if every branch is executed. With loose operations around
 *      the search is careful: a sequence is covered only by a task with a step
 *      in it (initials, as in source-DPOR). Every trace is then still executed
 *      exactly once, but some executions are cut short. A search that meets its
 *      first loose operation late begins again.
 *
 * Data choices are enumerated at their nodes; together with races that move
 * them the search is not known to be complete and says so.
 */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "dpor_trace.h"
#include "wakeup.h"

/* The state before one pick. */
struct node {
	uint32_t		tree;		/* first branch; the one being explored is first */
	uint32_t		sleeping;	/* a bit per task */
	uint32_t		enabled;
	uint16_t		choices;	/* data choice: alternatives; else 0 */
	uint16_t		chosen;
	size_t			step;		/* of the trace, where it begins */
	struct weft_operation	sleep[WEFT_THREADS_MAX];
};

struct dpor {
	struct dpor_trace	trace;
	bool			optimal;	/* else: sleep sets only */
	struct node		*nodes;
	size_t			n, max;
	size_t			kept;		/* nodes to be repeated */
	size_t			reached;	/* nodes of the last execution */
	struct wakeup_forest	forest;
	uint64_t		branches_max;	/* limit on live ones */
	uint32_t		inherited;	/* rest of the branch being followed */
	bool			begun, exhausted, table_full, chose;
	bool			spawned_apart;	/* see dpor_trace_spawns_apart() */
	bool			careful;	/* I4 */
};

static bool is_covered_by_sleep(const struct node *node,
				const struct wakeup_sequence *rest)
{
	uint32_t tasks = node->sleeping;
	size_t first;

	while (tasks) {
		int task = __builtin_ctz(tasks);

		tasks &= tasks - 1;
		if (wakeup_is_initial(rest, &node->sleep[task], &first))
			return true;
	}
	return false;
}

/* The node at which a step of the trace was picked. */
static size_t node_of(const struct dpor *dpor, size_t step)
{
	size_t low = 0, high = dpor->n;

	while (high - low > 1) {
		size_t middle = (low + high) / 2;

		if (dpor->nodes[middle].step <= step)
			low = middle;
		else
			high = middle;
	}
	return low;
}

static void on_race(void *arg, size_t e, const struct dpor_future *v, size_t n)
{
	struct dpor *dpor = arg;
	size_t node = node_of(dpor, e);
	struct wakeup_sequence rest = { .v = v, .n = n, .careful = dpor->careful };

	rest.gone = calloc(n + 1, sizeof(*rest.gone));
	assert(rest.gone && "out of memory for races");
	if (!is_covered_by_sleep(&dpor->nodes[node], &rest)) {
		if (dpor->branches_max &&
		    dpor->forest.live >= dpor->branches_max)
			dpor->table_full = true;
		else
			wakeup_insert(&dpor->forest, &dpor->nodes[node].tree, &rest);
	}
	free(rest.gone);
}

static void dpor_destroy(void *state)
{
	struct dpor *dpor = state;

	if (!dpor)
		return;
	dpor_trace_clear(&dpor->trace);
	free(dpor->nodes);
	wakeup_clear(&dpor->forest);
	free(dpor);
}

static struct dpor *create(const struct weft_strategy_options *options,
			   bool optimal)
{
	struct dpor *dpor = calloc(1, sizeof(*dpor));

	if (!dpor)
		return NULL;
	dpor->optimal = optimal;
	wakeup_init(&dpor->forest);
	dpor->inherited = WAKEUP_NONE;
	dpor->branches_max = options->nodes_max;
	return dpor;
}

static void *dpor_create(const struct weft_strategy_options *options)
{
	return create(options, true);
}

static void *sleep_create(const struct weft_strategy_options *options)
{
	return create(options, false);
}

static enum weft_begin dpor_begin(void *state)
{
	struct dpor *dpor = state;

	if (dpor->begun && !dpor->kept) {
		dpor->exhausted = true;
		return WEFT_BEGIN_EXHAUSTED;
	}
	dpor->begun = true;
	dpor->n = 0;
	dpor_trace_begin(&dpor->trace);
	return WEFT_BEGIN_RUN;
}

static void dpor_applied(void *state, const struct weft_operation *op)
{
	dpor_trace_add(&((struct dpor *)state)->trace, op);
}

static void dpor_waits(void *state, const struct weft_operation *op)
{
	struct dpor *dpor = state;

	dpor->trace.waiting[op->task] = *op;
	dpor->trace.is_waiting[op->task] = true;
}

/* What the pick of the node before led to: its first operation. */
static const struct weft_operation *first_op(const struct dpor *dpor,
					     const struct node *node)
{
	const struct node *next = node + 1;
	size_t i, end = next < dpor->nodes + dpor->reached ? next->step :
							     dpor->trace.n;

	for (i = node->step; i < end; i++) {
		const struct weft_operation *op = &dpor->trace.steps[i].op;

		if (op->kind != WEFT_OP_SPAWN && op->kind != WEFT_OP_EXIT)
			return op;
	}
	return NULL;
}

/* Tasks whose operation commutes with what was just done sleep on. */
static void inherit_sleep(struct dpor *dpor, struct node *node)
{
	const struct node *parent;
	uint32_t tasks;
	size_t i;

	node->sleeping = 0;
	if (dpor->n < 2)
		return;
	parent = node - 1;
	if (parent->choices) {
		node->sleeping = parent->sleeping;
		memcpy(node->sleep, parent->sleep, sizeof(node->sleep));
		return;
	}
	tasks = parent->sleeping & ~(1u << parent->chosen);
	for (; tasks; tasks &= tasks - 1) {
		int task = __builtin_ctz(tasks);
		bool asleep = true;

		for (i = parent->step; i < dpor->trace.n; i++)
			if (dpor_dependent(&dpor->trace.steps[i].op,
					   &parent->sleep[task]))
				asleep = false;
		if (!asleep)
			continue;
		node->sleeping |= 1u << task;
		node->sleep[task] = parent->sleep[task];
	}
}

static struct weft_operation published(const struct weft_view *view, int task)
{
	struct weft_operation op = {
		.kind = view->published[task].kind,
		.task = task,
		.peer = -1,
		.write = weft_op_access(view->published[task].kind) ==
			 WEFT_OP_WRITE,
		.commutes = view->published[task].kind == WEFT_OP_ACCESS_ADD,
		.object = view->published[task].object,
	};

	return op;
}

/* Branches of a node nothing is known about yet. */
static void grow_fresh(struct dpor *dpor, struct node *node,
		       const struct weft_view *view)
{
	uint32_t tasks = view->enabled & ~node->sleeping;
	struct weft_operation op;
	int task;

	if (!tasks)
		return;
	task = (int)weft_default_choice(tasks, view->running, 0);
	op = published(view, task);
	wakeup_add(&dpor->forest, &node->tree, &op);
	if (dpor->optimal)
		return;
	for (tasks &= ~(1u << task); tasks; tasks &= tasks - 1) {
		op = published(view, __builtin_ctz(tasks));
		wakeup_add(&dpor->forest, &node->tree, &op);
	}
}

static struct node *push_node(struct dpor *dpor)
{
	if (dpor->n == dpor->max) {
		dpor->max = dpor->max ? 2 * dpor->max : 256;
		dpor->nodes = realloc(dpor->nodes,
				      dpor->max * sizeof(*dpor->nodes));
		assert(dpor->nodes && "out of memory for the search");
	}
	return &dpor->nodes[dpor->n++];
}

/*
 * A loose operation may turn out to be disabled where it was moved to; and a
 * careful search may follow a branch to a task that sleeps: all that begins with
 * it there has been explored.
 */
static void drop_futile(struct dpor *dpor, struct node *node)
{
	while (node->tree != WAKEUP_NONE) {
		uint32_t first = node->tree;

		if ((node->enabled & ~node->sleeping) >>
		    dpor->forest.branches[first].op.task & 1)
			return;
		node->tree = dpor->forest.branches[first].next;
		wakeup_free_tree(&dpor->forest, dpor->forest.branches[first].child);
		wakeup_free_branch(&dpor->forest, first);
	}
}

/* Takes the rest of the branch that led here, as far as it can be followed. */
static void adopt(struct dpor *dpor, struct node *node)
{
	node->tree = dpor->inherited;
	dpor->inherited = WAKEUP_NONE;
	drop_futile(dpor, node);
}

static void follow(struct dpor *dpor, struct node *node)
{
	struct wakeup_branch *branch = &dpor->forest.branches[node->tree];

	node->chosen = (uint16_t)branch->op.task;
	dpor->inherited = branch->child;
	branch->child = WAKEUP_NONE;
}

static unsigned int pick_data(struct dpor *dpor, const struct weft_view *view)
{
	struct node *node;

	if (dpor->n < dpor->kept)
		return dpor->nodes[dpor->n++].chosen;
	node = push_node(dpor);
	memset(node, 0, offsetof(struct node, sleep));
	node->tree = WAKEUP_NONE;
	node->choices = (uint16_t)view->choices;
	node->step = dpor->trace.n;
	inherit_sleep(dpor, node);
	dpor->chose = true;
	return 0;
}

static unsigned int dpor_pick(void *state, const struct weft_view *view)
{
	struct dpor *dpor = state;
	struct node *node;

	if (view->choices)
		return pick_data(dpor, view);
	if (dpor->n < dpor->kept)
		return dpor->nodes[dpor->n++].chosen;
	node = push_node(dpor);
	memset(node, 0, offsetof(struct node, sleep));
	node->enabled = view->enabled;
	node->step = dpor->trace.n;
	inherit_sleep(dpor, node);
	adopt(dpor, node);
	if (node->tree == WAKEUP_NONE)
		grow_fresh(dpor, node, view);
	if (node->tree == WAKEUP_NONE) {
		dpor->n--;
		return WEFT_PICK_NOBODY;
	}
	follow(dpor, node);
	return node->chosen;
}

/* Puts the branch just explored to sleep and takes the next one. */
static bool next_branch(struct dpor *dpor, struct node *node)
{
	const struct weft_operation *op;
	uint32_t done = node->tree;

	if (node->choices)
		return ++node->chosen < node->choices;
	op = first_op(dpor, node);
	if (op && op->task == node->chosen) {
		node->sleep[node->chosen] = *op;
		node->sleeping |= 1u << node->chosen;
	} else {
		node->sleep[node->chosen] = dpor->forest.branches[done].op;
		node->sleeping |= 1u << node->chosen;
	}
	node->tree = dpor->forest.branches[done].next;
	wakeup_free_tree(&dpor->forest, dpor->forest.branches[done].child);
	wakeup_free_branch(&dpor->forest, done);
	drop_futile(dpor, node);
	if (node->tree == WAKEUP_NONE)
		return false;
	follow(dpor, node);
	return true;
}

/* Forgets all branches. */
static void begin_again(struct dpor *dpor)
{
	size_t i;

	for (i = 0; i < dpor->n; i++)
		wakeup_free_tree(&dpor->forest, dpor->nodes[i].tree);
	dpor->n = 0;
	dpor->kept = 0;
	dpor->begun = false;
}

/* Return: false when the search has to begin again. */
static bool is_careful_enough(struct dpor *dpor)
{
	bool is_first = !dpor->kept;

	if (dpor->careful || !dpor_trace_has_loose(&dpor->trace))
		return true;
	dpor->careful = true;
	return is_first;
}

static void dpor_end(void *state, const struct weft_decision *decisions,
		     unsigned int n)
{
	struct dpor *dpor = state;

	(void)decisions;
	(void)n;
	wakeup_free_tree(&dpor->forest, dpor->inherited);
	dpor->inherited = WAKEUP_NONE;
	if (dpor->optimal && !is_careful_enough(dpor)) {
		begin_again(dpor);
		return;
	}
	if (dpor->optimal) {
		dpor_trace_order(&dpor->trace);
		dpor->spawned_apart |= dpor_trace_spawns_apart(&dpor->trace);
		dpor_trace_races(&dpor->trace, on_race, dpor);
	}
	dpor->reached = dpor->n;
	while (dpor->n && !next_branch(dpor, &dpor->nodes[dpor->n - 1]))
		dpor->n--;
	dpor->kept = dpor->n;
}

static void dpor_progress(const void *state, struct weft_progress *ret)
{
	const struct dpor *dpor = state;

	memset(ret, 0, sizeof(*ret));
	ret->bound = WEFT_PREEMPTIONS_NONE;
	ret->done = dpor->exhausted ? 1 : -1;
	ret->bound_done = dpor->exhausted ? WEFT_PREEMPTIONS_NONE : 0;
	ret->table_full = dpor->table_full;
	if (dpor->spawned_apart)
		ret->gap = "two tasks create tasks independently, which the reduction cannot tell apart: use --strategy dfs";
	else if (dpor->optimal && dpor->chose)
		ret->gap = "data choices are not reduced soundly yet: use --strategy dfs";
}

const struct weft_strategy weft_strategy_dpor = {
	.name = "dpor",
	.summary = "every inequivalent schedule once (optimal DPOR)",
	.systematic = true,
	.unbounded = true,
	.forced = true,
	.create = dpor_create,
	.destroy = dpor_destroy,
	.begin = dpor_begin,
	.pick = dpor_pick,
	.end = dpor_end,
	.progress = dpor_progress,
	.applied = dpor_applied,
	.waits = dpor_waits,
};

const struct weft_strategy weft_strategy_sleep = {
	.name = "sleep",
	.summary = "sleep sets only: the oracle for dpor",
	.systematic = true,
	.unbounded = true,
	.forced = true,
	.create = sleep_create,
	.destroy = dpor_destroy,
	.begin = dpor_begin,
	.pick = dpor_pick,
	.end = dpor_end,
	.progress = dpor_progress,
	.applied = dpor_applied,
	.waits = dpor_waits,
};
