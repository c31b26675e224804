/* SPDX-License-Identifier: GPL-2.0-only */
/* Which part of a search, or of a unit of one, is explored. */
#include <assert.h>
#include <stdlib.h>

#include "dpor_internal.h"

/* At a node of ours. */
static uint32_t branches_at(const struct dpor *dpor, const struct node *node)
{
	return node->lone ? 1 : dpor__branches(dpor, node->tree);
}

uint32_t dpor__branches(const struct dpor *dpor, uint32_t tree)
{
	uint32_t n = 0;

	for (; tree != WAKEUP_NONE; tree = dpor__branch(dpor, tree)->next)
		n++;
	return n;
}

void dpor__estimate(struct dpor *dpor)
{
	unsigned long leaves = ++dpor->leaves;
	uint32_t i;

	if ((leaves & 1023) && (leaves & (leaves - 1)))
		return;
	if (dpor->path_max < dpor->max) {
		dpor->path_max = dpor->max;
		dpor->path = realloc(dpor->path, dpor->max *
				     sizeof(*dpor->path));
		assert(dpor->path && "out of memory for the search");
	}
	for (i = 0; i < dpor->n; i++) {
		dpor->path[i].done = dpor->nodes[i].done;
		dpor->path[i].pending =
			branches_at(dpor, &dpor->nodes[i]) - 1;
	}
	weft_estimate_path(&dpor->estimate, leaves, dpor->path, dpor->n);
}

double dpor__part(const struct dpor *dpor)
{
	uint32_t i = dpor->n;
	double part = 0;

	if (i == dpor->own)
		return dpor->begun ? 1 : 0;
	if (dpor->unsettled) {
		const struct node *node = &dpor->nodes[--i];
		double all = node->done + branches_at(dpor, node);

		part = all > 0 ? node->done / all : 1;
	}
	while (i-- > dpor->own) {
		const struct node *node = &dpor->nodes[i];

		part = (node->done + part) /
		       (node->done + branches_at(dpor, node));
	}
	return part;
}

double dpor__part_of_whole(const struct dpor *dpor)
{
	double part = dpor__part(dpor);

	if (dpor->begun && dpor->n == dpor->own)
		return dpor->weight;
	if (part <= dpor->behind)
		return 0;
	return dpor->weight * (part - dpor->behind) / (1 - dpor->behind);
}

void dpor__explored(const struct dpor *dpor, struct weft_explored *ret)
{
	weft_explored_between(ret, dpor->reported, dpor__part_of_whole(dpor));
	ret->leaves = dpor->leaves;
}

double dpor__part_below(const struct dpor *dpor, uint32_t a)
{
	double part = 1;
	uint32_t i;

	for (i = dpor->own; i <= a; i++)
		part /= dpor->nodes[i].done +
			dpor__branches(dpor, dpor->nodes[i].tree);
	return part;
}
