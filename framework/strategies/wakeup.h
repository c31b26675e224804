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

#include "dpor_trace.h"

#define WAKEUP_NONE UINT32_MAX

struct wakeup_branch {
	struct weft_operation	op;	/* first operation of the branch */
	uint32_t		child, next;
};

/* The branches of all trees of a search. */
struct wakeup_forest {
	struct wakeup_branch	*branches;
	uint32_t		n, max, free_list;
	uint64_t		live;
};

/**
 * struct wakeup_sequence - a sequence to be inserted
 * @gone:    by step: placed already; @n bytes, zeroed by the caller
 * @careful: only tasks with a step in the sequence count as initials, because
 *           branches may turn out to lead nowhere
 */
struct wakeup_sequence {
	const struct dpor_future	*v;
	bool				*gone;
	size_t				n;
	bool				careful;
};

void wakeup_init(struct wakeup_forest *forest);
void wakeup_clear(struct wakeup_forest *forest);

/* Adds a branch of one operation as the last sibling of a tree. */
void wakeup_add(struct wakeup_forest *forest, uint32_t *tree,
		const struct weft_operation *op);
void wakeup_free_branch(struct wakeup_forest *forest, uint32_t index);
/* A branch, its siblings behind it, and all below them. */
void wakeup_free_tree(struct wakeup_forest *forest, uint32_t index);

/**
 * wakeup_is_initial() - can the sequence be executed with @op first?
 * @ret_first: its task's first step in the sequence, or SIZE_MAX
 */
bool wakeup_is_initial(const struct wakeup_sequence *rest,
		       const struct weft_operation *op, size_t *ret_first);

/* Inserts a sequence into a tree, unless it is covered (I2). */
void wakeup_insert(struct wakeup_forest *forest, uint32_t *tree,
		   struct wakeup_sequence *rest);

#endif
