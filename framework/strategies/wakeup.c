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

uint32_t wakeup_room(struct wakeup_forest *forest)
{
	if (forest->n == forest->max) {
		forest->max = forest->max ? 2 * forest->max : 1024;
		forest->branches = realloc(forest->branches, forest->max *
					   sizeof(*forest->branches));
		assert(forest->branches && "out of memory for the wakeup tree");
	}
	return forest->n++;
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

/* A sequence as branches, each the only child of the one before. Return: the
 * first. */
static uint32_t new_chain(struct wakeup_forest *forest,
			  const struct dpor_sequence *seq)
{
	uint32_t first = WAKEUP_NONE, last = WAKEUP_NONE;
	struct dpor_rest rest;
	struct dpor_move move;

	dpor_sequence_begin(&rest, seq);
	while (dpor_sequence_move(&rest, &move)) {
		uint32_t branch = wakeup_new(forest, &move);

		if (last == WAKEUP_NONE)
			first = branch;
		else
			forest->branches[last].child = branch;
		last = branch;
	}
	return first;
}

void wakeup_hang(struct wakeup_forest *forest, uint32_t *tree,
		 uint32_t branch)
{
	uint32_t at = *tree;

	if (at == WAKEUP_NONE) {
		*tree = branch;
		return;
	}
	while (forest->branches[at].next != WAKEUP_NONE)
		at = forest->branches[at].next;
	forest->branches[at].next = branch;
}

bool wakeup_insert(struct wakeup_forest *forest, uint32_t *tree,
		   struct dpor_sequence *seq)
{
	uint32_t at = *tree, parent = WAKEUP_NONE, chain;
	bool is_leaf = false, is_sure = seq->late_at != DPOR_NONE;

	while (at != WAKEUP_NONE) {
		const struct wakeup_branch *branch = &forest->branches[at];
		uint32_t next = dpor_sequence_next(seq, branch->move.task);

		if (!dpor_sequence_starts(seq, &branch->move, next)) {
			at = branch->next;
			continue;
		}
		is_sure &= dpor_sequence_place(seq, branch->move.task, next);
		parent = at;
		at = branch->child;
		is_leaf = at == WAKEUP_NONE;
	}
	if (is_leaf)
		return is_sure;
	chain = new_chain(forest, seq);
	wakeup_hang(forest, parent == WAKEUP_NONE ? tree :
			    &forest->branches[parent].child, chain);
	return false;
}
