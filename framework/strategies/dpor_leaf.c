/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Leaves of several moves that are lent (dpor_lend.c). The nodes between, which make
 * the way to the leaf, are not there before its turn.
 *
 *  I1  What such a node is does not depend on who makes it: its tree is what was
 *      inserted from above, who sleeps follows from the steps before it, and what
 *      they do and who could go on then is what the first execution of the borrower
 *      shows. So that tells the lender of the way, and all its letters for nodes
 *      before the leaf. The lender makes the nodes, and then inserts the letters.
 *  I2  The leaves before it are gone when it has its turn: they will sleep, or will
 *      have been woken. They are left out of the trees that the borrower gets.
 *  I3  So a leaf is not lent if it, or one before it in the tree, is unsure (I3 of
 *      dpor_reverse.h): if that one turns out to be disabled it will not sleep when the
 *      leaf has its turn; if it is enabled, it may cover the leaf.
 */
#include "dpor_leaf.h"

/*
 * A walk over the leaves of a tree, up to @end or behind so many others. @found: where
 * it ended, below @depth branches; WAKEUP_NONE: it did not. @n: passed; @best: of
 * them, the last of those with the fewest branches above them, @best_depth, which was
 * more at first. @is_unsure: I3
 */
struct walk {
	uint32_t		end, n_max;
	uint32_t		n, found, depth;
	uint32_t		best, best_depth;
	bool			is_unsure;
};

static bool walk_leaves(const struct dpor *dpor, uint32_t at, uint32_t depth,
			struct walk *walk)
{
	for (; at != WAKEUP_NONE; at = dpor__branch(dpor, at)->next) {
		uint32_t child = dpor__branch(dpor, at)->child;

		walk->is_unsure |= dpor__branch(dpor, at)->move.effect.unsure;
		if (child != WAKEUP_NONE) {
			/* Too deep, and nothing is looked for there. */
			if (depth >= walk->best_depth &&
			    walk->end == WAKEUP_NONE &&
			    walk->n_max == UINT32_MAX)
				continue;
			if (walk_leaves(dpor, child, depth + 1, walk))
				return true;
			continue;
		}
		if (at == walk->end || walk->n == walk->n_max) {
			walk->found = at;
			walk->depth = depth;
			return true;
		}
		walk->n++;
		if (depth > walk->best_depth || walk->is_unsure)
			continue;
		walk->best = at;
		walk->best_depth = depth;
	}
	return false;
}

static struct walk walk(const struct dpor *dpor, uint32_t tree, uint32_t end,
			uint32_t n_max, uint32_t depth_max)
{
	struct walk walk = {
		.end = end, .n_max = n_max, .best_depth = depth_max,
		.best = WAKEUP_NONE, .found = WAKEUP_NONE,
	};

	walk_leaves(dpor, tree, 0, &walk);
	return walk;
}

uint32_t dpor__leaf(const struct dpor *dpor, uint32_t tree, uint32_t number,
		    uint32_t *ret_depth)
{
	struct walk w = walk(dpor, tree, WAKEUP_NONE, number, 0);

	*ret_depth = w.depth;
	return w.found;
}

bool dpor__find_leaf(const struct dpor *dpor, uint32_t tree, uint32_t leaf,
		     uint32_t *ret_number)
{
	struct walk w = walk(dpor, tree, leaf, UINT32_MAX, 0);

	*ret_number = w.n;
	return w.found != WAKEUP_NONE;
}

uint32_t dpor__best_leaf(const struct dpor *dpor, uint32_t tree, uint32_t *end,
			 uint32_t *depth)
{
	struct walk w = walk(dpor, tree, *end, UINT32_MAX, *depth);

	if (*end != WAKEUP_NONE && w.found == WAKEUP_NONE)
		return WAKEUP_NONE;
	*end = WAKEUP_NONE;
	*depth = w.best_depth;
	return w.best;
}

uint32_t dpor__first_leaf(const struct dpor *dpor, uint32_t branch,
			  uint32_t below, uint32_t *ret_depth)
{
	*ret_depth = 0;
	for (; below != WAKEUP_NONE; below = dpor__branch(dpor, below)->child) {
		branch = below;
		++*ret_depth;
	}
	return branch;
}

uint32_t dpor__branch_to(const struct dpor *dpor, uint32_t tree, uint32_t leaf)
{
	uint32_t number;

	for (; tree != leaf; tree = dpor__branch(dpor, tree)->next)
		if (dpor__find_leaf(dpor, dpor__branch(dpor, tree)->child, leaf,
				    &number))
			break;
	return tree;
}

void dpor__put_tree_from(struct dpor_writer *w, const struct dpor *dpor,
			 uint32_t tree, uint32_t leaf)
{
	uint32_t at = dpor__branch_to(dpor, tree, leaf);

	weft_buffer_put(w->to, 1);
	dpor_put_move(w, &dpor__branch(dpor, at)->move);
	if (at == leaf)
		weft_buffer_put(w->to, 0);
	else
		dpor__put_tree_from(w, dpor, dpor__branch(dpor, at)->child,
				    leaf);
	dpor__put_tree(w, dpor, dpor__branch(dpor, at)->next);
}

/* --- telling of the way --- */

void dpor__put_way(struct dpor_writer *w, const struct dpor *dpor)
{
	uint32_t first = dpor->own - dpor->way - 1, i = first;
	/* Unless nothing was run yet. */
	bool has = !dpor->loaded && dpor->n >= dpor->own &&
		   dpor__step_of(dpor, dpor->own - 1);

	weft_buffer_put(w->to, has ? dpor->way + 1 : 0);
	for (; has && i < dpor->own; i++) {
		const struct dpor_step *step = &dpor->trace.steps[i];

		if (i > first)
			weft_buffer_put(w->to, dpor->nodes[i].enabled);
		dpor_put_effects(w, dpor->trace.effects + step->effects,
				 step->effects_n);
	}
}

/* The node behind the last one. */
static void add_node(struct dpor *dpor, uint32_t enabled)
{
	struct node *node;

	dpor__reserve_nodes(dpor);
	node = &dpor->nodes[dpor->n];
	*node = (struct node) {
		.tree = dpor->inherited, .enabled = enabled,
		.step = dpor->n, .index = dpor->n,
	};
	dpor_sleep_on(&dpor->sleep, &node[-1].asleep, &dpor->trace,
		      &node->asleep);
	dpor->kept = ++dpor->n;
	dpor__follow(dpor, node);
	dpor_trace_step(&dpor->trace, node->chosen);
}

/* Of the last step, or of one that is known. */
static void get_effects(struct dpor_parser *p, bool is_known)
{
	size_t n = weft_reader_get_count(p->from, 2);

	while (n-- && !p->from->bad) {
		struct dpor_effect effect = dpor_get_effect(p);

		/* Of an operation without an object there is none. */
		p->from->bad |= effect.object == DPOR_NONE;
		if (!is_known && !p->from->bad)
			dpor_trace_effect(p->trace, &effect);
	}
}

/* Some of its nodes may be there, or all: each answer of the borrower tells. */
bool dpor__get_way(struct dpor_parser *p, struct dpor *dpor, uint32_t nodes)
{
	struct dpor_trace *trace = &dpor->trace;
	uint32_t n, i, depth, there = dpor->n;

	dpor__first_leaf(dpor, WAKEUP_NONE, dpor->inherited, &depth);
	n = (uint32_t)weft_reader_get_most(p->from, nodes);
	if (nodes != there + depth || trace->n != there || (n && n <= depth))
		return false;
	for (i = nodes - n; i < nodes && !p->from->bad; i++) {
		uint32_t enabled = i > nodes - n ?
				   dpor_our_tasks(p, dpor_get_mask(p)) : 0;

		if (i >= there)
			add_node(dpor, enabled);
		get_effects(p, i + 1 < there || trace->steps[i].effects_n);
	}
	return !p->from->bad;
}
