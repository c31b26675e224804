/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Wakeup trees: which sequences are still to be explored from a state.
 *
 * Source: Abdulla, Aronis, Jonsson, Sagonas, "Source sets: a foundation for
 * optimal dynamic partial order reduction", JACM 64(4), 2017, section 6.
 *
 *  I1  Siblings are explored in the order they were added.
 *  I2  A sequence is inserted unless a branch that leads to an equivalent one
 *      is there: one whose tasks are, step by step, weak initials of it.
 */
#ifndef WEFT_WAKEUP_H
#define WEFT_WAKEUP_H

#include "dpor_reverse.h"

#define WAKEUP_NONE UINT32_MAX

struct wakeup_branch {
	struct dpor_move	move;
	uint32_t		child, next;
};

/* The branches of all trees of a search. */
struct wakeup_forest {
	struct wakeup_branch	*branches;
	uint32_t		n, max, free_list;
	uint64_t		live, live_max;
};

void wakeup_init(struct wakeup_forest *forest);
void wakeup_clear(struct wakeup_forest *forest);

/* Adds a branch of one move as the last sibling of a tree. */
uint32_t wakeup_add(struct wakeup_forest *forest, uint32_t *tree,
		    const struct dpor_move *move);

static inline void wakeup_free_branch(struct wakeup_forest *forest,
				      uint32_t index)
{
	forest->branches[index].next = forest->free_list;
	forest->free_list = index;
	forest->live--;
}

/* A branch, its siblings behind it, and all below them. */
void wakeup_free_tree(struct wakeup_forest *forest, uint32_t index);

/*
 * Inserts a sequence into a tree, unless it is covered (I2).
 * Return: true when it is covered whatever comes behind its late step.
 */
bool wakeup_insert(struct wakeup_forest *forest, uint32_t *tree,
		   struct dpor_sequence *seq);

#endif
