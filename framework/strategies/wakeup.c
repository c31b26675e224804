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
			   const struct dpor_move *move)
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
	if (++forest->live > forest->live_max)
		forest->live_max = forest->live;
	forest->branches[index].move = *move;
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

uint32_t wakeup_add(struct wakeup_forest *forest, uint32_t *tree,
		    const struct dpor_move *move)
{
	uint32_t branch = new_branch(forest, move);
	uint32_t at = *tree;

	if (at == WAKEUP_NONE) {
		*tree = branch;
		return branch;
	}
	while (forest->branches[at].next != WAKEUP_NONE)
		at = forest->branches[at].next;
	forest->branches[at].next = branch;
	return branch;
}

struct chain {
	struct wakeup_forest	*forest;
	uint32_t		*tree;
	uint32_t		parent;
};

static void append(void *arg, const struct dpor_move *move)
{
	struct chain *chain = arg;
	uint32_t first;

	if (chain->parent == WAKEUP_NONE) {
		chain->parent = wakeup_add(chain->forest, chain->tree, move);
		return;
	}
	first = chain->forest->branches[chain->parent].child;
	if (first == WAKEUP_NONE) {
		first = new_branch(chain->forest, move);
		chain->forest->branches[chain->parent].child = first;
		chain->parent = first;
	} else {
		chain->parent = wakeup_add(chain->forest, &first, move);
	}
}

bool wakeup_insert(struct wakeup_forest *forest, uint32_t *tree,
		   struct dpor_sequence *seq)
{
	struct chain chain = { forest, tree, WAKEUP_NONE };
	bool is_leaf = false, is_sure = seq->late_at != DPOR_NONE;
	uint32_t at = *tree;

	while (at != WAKEUP_NONE) {
		const struct wakeup_branch *branch = &forest->branches[at];

		if (!dpor_sequence_starts(seq, &branch->move)) {
			at = branch->next;
			continue;
		}
		is_sure &= dpor_sequence_place(seq, branch->move.task);
		chain.parent = at;
		at = branch->child;
		is_leaf = at == WAKEUP_NONE;
	}
	if (!is_leaf)
		dpor_sequence_rest(seq, append, &chain);
	return is_leaf && is_sure;
}
