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
 *  I3  wakeup_insert_short() inserts a part of the sequence: the late step, what
 *      happens before it, and more until nobody sleeps behind it, neither of the
 *      node's sleepers nor of the branches that are explored before. What comes
 *      then is found by whoever comes there: no execution is cut short, as nobody
 *      sleeps, and none is repeated, as what is before it woke. Whether a
 *      sequence is covered is still asked of all of it.
 */
#ifndef WEFT_WAKEUP_H
#define WEFT_WAKEUP_H

#include "dpor_sleep.h"

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

/* A branch that was never used. */
uint32_t wakeup_room(struct wakeup_forest *forest);
/* As the last sibling of a tree. */
void wakeup_hang(struct wakeup_forest *forest, uint32_t *tree,
		 uint32_t branch);

/* A branch of one move, in no tree. */
static inline uint32_t wakeup_new(struct wakeup_forest *forest,
				  const struct dpor_move *move)
{
	uint32_t index = forest->free_list;
	struct wakeup_branch *branch;

	if (index != WAKEUP_NONE)
		forest->free_list = forest->branches[index].next;
	else
		index = wakeup_room(forest);
	if (++forest->live > forest->live_max)
		forest->live_max = forest->live;
	branch = &forest->branches[index];
	branch->move = *move;
	branch->child = WAKEUP_NONE;
	branch->next = WAKEUP_NONE;
	return index;
}

/* Adds a branch of one move as the last sibling of a tree. */
static inline uint32_t wakeup_add(struct wakeup_forest *forest, uint32_t *tree,
				  const struct dpor_move *move)
{
	uint32_t branch = wakeup_new(forest, move);

	if (*tree == WAKEUP_NONE)
		*tree = branch;
	else
		wakeup_hang(forest, tree, branch);
	return branch;
}

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
/* The same by I3, in a search whose steps have one effect each. @asleep: @n that
 * sleep at the node; @first: what its first branch, being explored, does there. */
bool wakeup_insert_short(struct wakeup_forest *forest, uint32_t *tree,
			 struct dpor_sequence *seq,
			 const struct dpor_sleeper *asleep, uint32_t n,
			 const struct dpor_effect *first);

#endif
