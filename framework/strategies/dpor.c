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

#define NO_NODE UINT32_MAX

/* A branch of a wakeup tree. */
struct branch {
	struct weft_operation	op;	/* first operation of the branch */
	uint32_t		child, next;
};

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
	struct branch		*branches;
	uint32_t		branches_n, branches_max, free_list;
	uint64_t		live, nodes_max;
	uint32_t		inherited;	/* rest of the branch being followed */
	bool			begun, exhausted, table_full, chose;
	bool			spawned_apart;	/* see dpor_trace_spawns_apart() */
	bool			careful;	/* I4 */
};

static uint32_t new_branch(struct dpor *dpor, const struct weft_operation *op)
{
	uint32_t index = dpor->free_list;

	if (index != NO_NODE) {
		dpor->free_list = dpor->branches[index].next;
	} else {
		if (dpor->branches_n == dpor->branches_max) {
			dpor->branches_max = dpor->branches_max ?
					     2 * dpor->branches_max : 1024;
			dpor->branches = realloc(dpor->branches,
				dpor->branches_max * sizeof(*dpor->branches));
			assert(dpor->branches &&
			       "out of memory for the wakeup tree");
		}
		index = dpor->branches_n++;
	}
	dpor->live++;
	dpor->branches[index].op = *op;
	dpor->branches[index].child = NO_NODE;
	dpor->branches[index].next = NO_NODE;
	return index;
}

static void free_branch(struct dpor *dpor, uint32_t index)
{
	dpor->branches[index].next = dpor->free_list;
	dpor->free_list = index;
	dpor->live--;
}

static void free_tree(struct dpor *dpor, uint32_t index)
{
	while (index != NO_NODE) {
		uint32_t next = dpor->branches[index].next;

		free_tree(dpor, dpor->branches[index].child);
		free_branch(dpor, index);
		index = next;
	}
}

/* A sequence under construction: steps of v that are not yet placed. */
struct remaining {
	const struct dpor_future	*v;
	bool				*gone;
	size_t				n;
	bool				careful;	/* I4 */
};

static bool before(const struct dpor_future *a, const struct dpor_future *b)
{
	return b->clock[a->op.task] >= a->number;
}

/*
 * Is the task of @op a weak initial of the sequence? Then *ret_first is its
 * first step there, or SIZE_MAX when it has none.
 */
static bool is_weak_initial(const struct remaining *rest,
			    const struct weft_operation *op, size_t *ret_first)
{
	size_t i, first = SIZE_MAX;

	for (i = 0; i < rest->n && first == SIZE_MAX; i++)
		if (!rest->gone[i] && rest->v[i].op.task == op->task)
			first = i;
	*ret_first = first;
	if (first == SIZE_MAX && rest->careful)
		return false;
	for (i = 0; i < rest->n && (first == SIZE_MAX || i < first); i++) {
		if (rest->gone[i])
			continue;
		if (first == SIZE_MAX ?
		    dpor_dependent(&rest->v[i].op, op) :
		    before(&rest->v[i], &rest->v[first]))
			return false;
	}
	return true;
}

static bool is_covered_by_sleep(const struct node *node,
				const struct remaining *rest)
{
	uint32_t tasks = node->sleeping;
	size_t first;

	while (tasks) {
		int task = __builtin_ctz(tasks);

		tasks &= tasks - 1;
		if (is_weak_initial(rest, &node->sleep[task], &first))
			return true;
	}
	return false;
}

/* Appends what is left of the sequence as one chain at *link. */
static void append_chain(struct dpor *dpor, uint32_t parent, size_t node,
			 const struct remaining *rest)
{
	uint32_t last = parent;
	size_t i;

	for (i = 0; i < rest->n; i++) {
		uint32_t branch, at;

		if (rest->gone[i])
			continue;
		branch = new_branch(dpor, &rest->v[i].op);
		at = last == NO_NODE ? dpor->nodes[node].tree :
				       dpor->branches[last].child;
		if (at == NO_NODE) {
			if (last == NO_NODE)
				dpor->nodes[node].tree = branch;
			else
				dpor->branches[last].child = branch;
		} else {
			while (dpor->branches[at].next != NO_NODE)
				at = dpor->branches[at].next;
			dpor->branches[at].next = branch;
		}
		last = branch;
	}
}

/* Inserts a sequence into the wakeup tree of a node, unless it is covered. */
static void insert(struct dpor *dpor, size_t node, struct remaining *rest)
{
	uint32_t parent = NO_NODE, at = dpor->nodes[node].tree;
	bool is_leaf = false;
	size_t first;

	while (at != NO_NODE) {
		if (!is_weak_initial(rest, &dpor->branches[at].op, &first)) {
			at = dpor->branches[at].next;
			continue;
		}
		if (first != SIZE_MAX)
			rest->gone[first] = true;
		parent = at;
		at = dpor->branches[at].child;
		is_leaf = at == NO_NODE;
	}
	if (!is_leaf)
		append_chain(dpor, parent, node, rest);
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
	struct remaining rest = { .v = v, .n = n, .careful = dpor->careful };

	rest.gone = calloc(n + 1, sizeof(*rest.gone));
	assert(rest.gone && "out of memory for races");
	if (!is_covered_by_sleep(&dpor->nodes[node], &rest)) {
		if (dpor->nodes_max && dpor->live >= dpor->nodes_max)
			dpor->table_full = true;
		else
			insert(dpor, node, &rest);
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
	free(dpor->branches);
	free(dpor);
}

static struct dpor *create(const struct weft_strategy_options *options,
			   bool optimal)
{
	struct dpor *dpor = calloc(1, sizeof(*dpor));

	if (!dpor)
		return NULL;
	dpor->optimal = optimal;
	dpor->free_list = NO_NODE;
	dpor->inherited = NO_NODE;
	dpor->nodes_max = options->nodes_max;
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
		.object = view->published[task].object,
	};

	return op;
}

static void add_sibling(struct dpor *dpor, struct node *node, uint32_t branch)
{
	uint32_t at = node->tree;

	if (at == NO_NODE) {
		node->tree = branch;
		return;
	}
	while (dpor->branches[at].next != NO_NODE)
		at = dpor->branches[at].next;
	dpor->branches[at].next = branch;
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
	add_sibling(dpor, node, new_branch(dpor, &op));
	if (dpor->optimal)
		return;
	for (tasks &= ~(1u << task); tasks; tasks &= tasks - 1) {
		op = published(view, __builtin_ctz(tasks));
		add_sibling(dpor, node, new_branch(dpor, &op));
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

/* A loose operation may turn out to be disabled where it was moved to. */
static void drop_disabled(struct dpor *dpor, struct node *node)
{
	while (node->tree != NO_NODE) {
		uint32_t first = node->tree;

		if (node->enabled >> dpor->branches[first].op.task & 1)
			return;
		node->tree = dpor->branches[first].next;
		free_tree(dpor, dpor->branches[first].child);
		free_branch(dpor, first);
	}
}

/* Takes the rest of the branch that led here, as far as it can be followed. */
static void adopt(struct dpor *dpor, struct node *node)
{
	node->tree = dpor->inherited;
	dpor->inherited = NO_NODE;
	drop_disabled(dpor, node);
}

static void follow(struct dpor *dpor, struct node *node)
{
	struct branch *branch = &dpor->branches[node->tree];

	node->chosen = (uint16_t)branch->op.task;
	dpor->inherited = branch->child;
	branch->child = NO_NODE;
}

static unsigned int pick_data(struct dpor *dpor, const struct weft_view *view)
{
	struct node *node;

	if (dpor->n < dpor->kept)
		return dpor->nodes[dpor->n++].chosen;
	node = push_node(dpor);
	memset(node, 0, offsetof(struct node, sleep));
	node->tree = NO_NODE;
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
	if (node->tree == NO_NODE)
		grow_fresh(dpor, node, view);
	if (node->tree == NO_NODE) {
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
		node->sleep[node->chosen] = dpor->branches[done].op;
		node->sleeping |= 1u << node->chosen;
	}
	node->tree = dpor->branches[done].next;
	free_tree(dpor, dpor->branches[done].child);
	free_branch(dpor, done);
	drop_disabled(dpor, node);
	if (node->tree == NO_NODE)
		return false;
	follow(dpor, node);
	return true;
}

/* Forgets all branches. */
static void begin_again(struct dpor *dpor)
{
	size_t i;

	for (i = 0; i < dpor->n; i++)
		free_tree(dpor, dpor->nodes[i].tree);
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
	free_tree(dpor, dpor->inherited);
	dpor->inherited = NO_NODE;
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
