/* SPDX-License-Identifier: GPL-2.0-only */
/* Leaves of wakeup trees that are lent; contract in dpor_leaf.c. */
#ifndef WEFT_DPOR_LEAF_H
#define WEFT_DPOR_LEAF_H

#include "dpor_unit.h"

/* Leaf number @number of a tree, in their order, from 0, and how many branches are
 * above it; WAKEUP_NONE: too few. */
uint32_t dpor__leaf(const struct dpor *dpor, uint32_t tree, uint32_t number,
		    uint32_t *ret_depth);
/* Is it a leaf of the tree? Then its number. */
bool dpor__find_leaf(const struct dpor *dpor, uint32_t tree, uint32_t leaf,
		     uint32_t *ret_number);
/*
 * Of the leaves before @end those with the fewest branches above them, no more than
 * @depth, and the last of them. WAKEUP_NONE as @end: of all; so it is when the tree has
 * had it. Return: WAKEUP_NONE: there is none.
 */
uint32_t dpor__best_leaf(const struct dpor *dpor, uint32_t tree, uint32_t *end,
			 uint32_t *depth);
/* Where a branch leads to that has @below below it; and how much deeper that is. */
uint32_t dpor__first_leaf(const struct dpor *dpor, uint32_t branch,
			  uint32_t below, uint32_t *ret_depth);
/* The one among the siblings @tree that is above the leaf, or is it. */
uint32_t dpor__branch_to(const struct dpor *dpor, uint32_t tree, uint32_t leaf);

/* What comes before the leaf is left out: I2. */
void dpor__put_tree_from(struct dpor_writer *w, const struct dpor *dpor,
			 uint32_t tree, uint32_t leaf);
/* I1: in the mail of who borrowed a leaf. */
void dpor__put_way(struct dpor_writer *w, const struct dpor *dpor);
/* @nodes: of the borrower that are not its own. False: it is of another leaf. */
bool dpor__get_way(struct dpor_parser *p, struct dpor *dpor, uint32_t nodes);

#endif
