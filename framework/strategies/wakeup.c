/* SPDX-License-Identifier: GPL-2.0-only */
/* Wakeup trees; contract in wakeup.h. */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "wakeup.h"

void wakeup_init(struct wakeup_forest *forest)
{
	memset(forest, 0, sizeof(*forest));
	forest->vacant = WAKEUP_NONE;
}

void wakeup_clear(struct wakeup_forest *forest)
{
	free(forest->branches);
	free(forest->used);
	wakeup_init(forest);
}

static void grow(struct wakeup_forest *forest)
{
	uint32_t old = forest->max;

	forest->max = old ? 2 * old : 1024;
	forest->branches = realloc(forest->branches, forest->max *
				   sizeof(*forest->branches));
	forest->used = realloc(forest->used, forest->max / WAKEUP_SEGMENT);
	assert(forest->branches && forest->used &&
	       "out of memory for the wakeup tree");
	memset(forest->used + old / WAKEUP_SEGMENT, 0,
	       (forest->max - old) / WAKEUP_SEGMENT);
}

void wakeup_refill(struct wakeup_forest *forest, unsigned int stream)
{
	uint32_t first = forest->vacant;

	if (first != WAKEUP_NONE) {
		forest->vacant = forest->branches[first].next;
		forest->vacant_n--;
	} else {
		if (forest->n == forest->max)
			grow(forest);
		first = forest->n;
		forest->n += WAKEUP_SEGMENT;
	}
	forest->streams[stream].at = first;
	forest->streams[stream].end = first + WAKEUP_SEGMENT;
}

void wakeup_vacate(struct wakeup_forest *forest, uint32_t segment)
{
	uint32_t first = segment * WAKEUP_SEGMENT, i;

	for (i = 0; i < WAKEUP_STREAMS; i++) {
		if (forest->streams[i].end != first + WAKEUP_SEGMENT)
			continue;
		forest->streams[i].at = first;
		return;
	}
	forest->branches[first].next = forest->vacant;
	forest->vacant = first;
	forest->vacant_n++;
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
		uint32_t branch = wakeup_new(forest, WAKEUP_CHAIN, &move);

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

#define AHEAD 128	/* bytes: two lines */

uint32_t wakeup_insert(struct wakeup_forest *forest, uint32_t *tree,
		   struct dpor_sequence *seq)
{
	uint32_t at = *tree, parent = WAKEUP_NONE, until = 0, placed, chain;
	bool is_leaf = false;

	while (at != WAKEUP_NONE) {
		const struct wakeup_branch *branch = &forest->branches[at];
		uint32_t next = dpor_sequence_next(seq, branch->move.task);

		/* It takes as long to come as a few moves take to compare. */
		__builtin_prefetch((const char *)branch + AHEAD);
		if (branch->next != WAKEUP_NONE)
			__builtin_prefetch(&forest->branches[branch->next]);
		if (!dpor_sequence_starts(seq, &branch->move, next)) {
			at = branch->next;
			continue;
		}
		placed = dpor_sequence_place(seq, branch->move.task, next);
		if (placed > until)
			until = placed;
		parent = at;
		at = branch->child;
		is_leaf = at == WAKEUP_NONE;
	}
	if (is_leaf)
		return until;
	chain = new_chain(forest, seq);
	wakeup_hang(forest, parent == WAKEUP_NONE ? tree :
			    &forest->branches[parent].child, chain);
	return DPOR_NONE;
}
