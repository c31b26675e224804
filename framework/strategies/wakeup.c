/* SPDX-License-Identifier: GPL-2.0-only */
/* Wakeup trees; contract in wakeup.h. */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "wakeup.h"

void wakeup_init(struct wakeup_forest *forest)
{
	memset(forest, 0, sizeof(*forest));
	forest->free_list = WAKEUP_NONE;
}

void wakeup_clear(struct wakeup_forest *forest)
{
	free(forest->branches);
	wakeup_init(forest);
}

static uint32_t new_branch(struct wakeup_forest *forest,
			   const struct weft_operation *op)
{
	uint32_t index = forest->free_list;

	if (index != WAKEUP_NONE) {
		forest->free_list = forest->branches[index].next;
	} else {
		if (forest->n == forest->max) {
			forest->max = forest->max ? 2 * forest->max : 1024;
			forest->branches = realloc(forest->branches,
				forest->max * sizeof(*forest->branches));
			assert(forest->branches &&
			       "out of memory for the wakeup tree");
		}
		index = forest->n++;
	}
	forest->live++;
	forest->branches[index].op = *op;
	forest->branches[index].child = WAKEUP_NONE;
	forest->branches[index].next = WAKEUP_NONE;
	return index;
}

void wakeup_free_branch(struct wakeup_forest *forest, uint32_t index)
{
	forest->branches[index].next = forest->free_list;
	forest->free_list = index;
	forest->live--;
}

void wakeup_free_tree(struct wakeup_forest *forest, uint32_t index)
{
	while (index != WAKEUP_NONE) {
		uint32_t next = forest->branches[index].next;

		wakeup_free_tree(forest, forest->branches[index].child);
		wakeup_free_branch(forest, index);
		index = next;
	}
}

/* Makes @branch the last sibling of the tree that starts at @first. */
static uint32_t with_sibling(struct wakeup_forest *forest, uint32_t first,
			     uint32_t branch)
{
	uint32_t at = first;

	if (first == WAKEUP_NONE)
		return branch;
	while (forest->branches[at].next != WAKEUP_NONE)
		at = forest->branches[at].next;
	forest->branches[at].next = branch;
	return first;
}

void wakeup_add(struct wakeup_forest *forest, uint32_t *tree,
		const struct weft_operation *op)
{
	*tree = with_sibling(forest, *tree, new_branch(forest, op));
}

static bool before(const struct dpor_future *a, const struct dpor_future *b)
{
	return b->clock[a->op.task] >= a->number;
}

bool wakeup_is_initial(const struct wakeup_sequence *rest,
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

/* Appends what is left of the sequence as one chain below @parent. */
static void append_chain(struct wakeup_forest *forest, uint32_t *tree,
			 uint32_t parent, const struct wakeup_sequence *rest)
{
	size_t i;

	for (i = 0; i < rest->n; i++) {
		uint32_t branch, first;

		if (rest->gone[i])
			continue;
		branch = new_branch(forest, &rest->v[i].op);
		first = parent == WAKEUP_NONE ? *tree :
						forest->branches[parent].child;
		first = with_sibling(forest, first, branch);
		if (parent == WAKEUP_NONE)
			*tree = first;
		else
			forest->branches[parent].child = first;
		parent = branch;
	}
}

void wakeup_insert(struct wakeup_forest *forest, uint32_t *tree,
		   struct wakeup_sequence *rest)
{
	uint32_t parent = WAKEUP_NONE, at = *tree;
	bool is_leaf = false;
	size_t first;

	while (at != WAKEUP_NONE) {
		if (!wakeup_is_initial(rest, &forest->branches[at].op,
				       &first)) {
			at = forest->branches[at].next;
			continue;
		}
		if (first != SIZE_MAX)
			rest->gone[first] = true;
		parent = at;
		at = forest->branches[at].child;
		is_leaf = at == WAKEUP_NONE;
	}
	if (!is_leaf)
		append_chain(forest, tree, parent, rest);
}
