/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Lone branches (struct node) and the forest. Most nodes of a program with
 * locks never get a second branch; those are neither made nor dropped.
 *
 *  I1  A node is lone only in an optimal search that is not careful, and only while its
 *      one branch is being explored: it begins as such, and what is inserted there
 *      plants it first.
 *  I2  Whoever takes a search apart looks at the trees of its nodes: then all are
 *      planted. So are they when a search turns careful.
 */
#include "dpor_internal.h"

_Static_assert(WEFT_OP_KINDS <= 64, "a bit each");

/* Kinds that write. */
static const uint64_t writes = 0
#define OP(id, name, access, point) | \
	(uint64_t)(WEFT_OP_##access == WEFT_OP_WRITE) << WEFT_OP_##id
#include "op.def"
#undef OP
;

struct dpor_effect dpor__effect_of_kind(uint32_t object, uint8_t kind)
{
	struct dpor_effect effect = {
		.object = object, .kind = kind, .write = writes >> kind & 1,
		.commutes = kind == WEFT_OP_ACCESS_ADD ||
			    kind == WEFT_OP_LOCK_LOOK,
	};

	return effect;
}

void dpor__plant_lone(struct dpor *dpor, struct node *node)
{
	struct dpor_move move = {
		.task = node->chosen, .choice = node->choice,
		.effect = dpor__effect_of_kind(node->object, node->kind),
	};

	wakeup_add(&dpor->forest, &node->tree, &move);
	node->lone = false;
}

void dpor__plant_all(struct dpor *dpor)
{
	while (dpor->planted < dpor->n)
		dpor__plant(dpor, &dpor->nodes[dpor->planted++]);
}

uint64_t dpor__live_branches(const struct dpor *dpor)
{
	uint64_t live = dpor->forest.live;
	uint32_t i;

	for (i = 0; i < dpor->n; i++)
		live += dpor->nodes[i].lone;
	return live;
}
