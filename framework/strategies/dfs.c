/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Depth-first search with iterative preemption bounding.
 *
 * Source: Musuvathi and Qadeer, "Iterative context bounding for systematic
 * testing of multithreaded programs", PLDI 2007.
 *
 * A schedule is the default schedule (go on with the running task, else the
 * lowest id) plus deviations (decision number, other choice). A node is one
 * deviation on top of its parent's; running it gives one execution, and its
 * children deviate at later decisions only.
 *
 *  I1  Every schedule within the bound is run exactly once: its sequence of
 *      deviations is unique, and is built one by one in ascending order.
 *  I2  All schedules with p preemptions are run before any with p + 1, so that
 *      the first finding has the fewest preemptions.
 *  I3  No partial-order reduction is done, so the bound needs no care.
 *  I4  An execution that does not repeat its parent's decisions up to its own
 *      deviation is noticed: verdict nondeterminism.
 */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "dfs.h"

bool dfs__bounded(const struct dfs *dfs)
{
	return dfs->options.iterate ||
	       dfs->options.preemptions != WEFT_PREEMPTIONS_NONE;
}

uint32_t dfs__take_node(struct dfs *dfs)
{
	uint32_t index = dfs->free_list;

	if (index != NO_NODE) {
		dfs->free_list = dfs->nodes[index].parent;
	} else {
		if (dfs->nodes_n == dfs->nodes_max) {
			uint32_t max = dfs->nodes_max ? 2 * dfs->nodes_max :
				       4096;
			struct node *nodes = realloc(dfs->nodes,
						     max * sizeof(*nodes));

			if (!nodes)
				return NO_NODE;
			dfs->nodes = nodes;
			dfs->nodes_max = max;
		}
		index = dfs->nodes_n++;
	}
	dfs->live++;
	return index;
}

void dfs__put_node(struct dfs *dfs, uint32_t index)
{
	while (index != NO_NODE && !--dfs->nodes[index].refs) {
		uint32_t parent = dfs->nodes[index].parent;

		dfs->nodes[index].parent = dfs->free_list;
		dfs->free_list = index;
		dfs->live--;
		index = parent;
	}
}

bool dfs__push(struct dfs *dfs, size_t at, uint32_t node)
{
	struct bucket *bucket;

	if (at >= dfs->buckets_n) {
		struct bucket *buckets = realloc(dfs->buckets,
						 (at + 1) * sizeof(*buckets));

		if (!buckets)
			return false;
		memset(buckets + dfs->buckets_n, 0,
		       (at + 1 - dfs->buckets_n) * sizeof(*buckets));
		dfs->buckets = buckets;
		dfs->buckets_n = at + 1;
	}
	bucket = &dfs->buckets[at];
	if (bucket->n == bucket->max) {
		size_t max = bucket->max ? 2 * bucket->max : 256;
		uint32_t *nodes = realloc(bucket->nodes, max * sizeof(*nodes));

		if (!nodes)
			return false;
		bucket->nodes = nodes;
		bucket->max = max;
	}
	bucket->nodes[bucket->n++] = node;
	return true;
}

/* Remembers one more schedule to run; a full table is not forgotten. */
static void add_child(struct dfs *dfs, uint32_t parent, uint32_t decision,
		      unsigned int chosen, uint32_t preemptions)
{
	struct node *node;
	uint32_t index;

	if (!dfs->options.iterate && preemptions > dfs->options.preemptions) {
		dfs->cut = true;
		return;
	}
	if (dfs->options.nodes_max && dfs->live >= dfs->options.nodes_max) {
		dfs->table_full = true;
		return;
	}
	index = dfs__take_node(dfs);
	if (index == NO_NODE) {
		dfs->table_full = true;
		return;
	}
	node = &dfs->nodes[index];
	node->parent = parent;
	node->refs = 1;
	node->decision = decision;
	node->chosen = (uint16_t)chosen;
	node->preemptions = preemptions;
	node->depth = 0;
	if (parent != NO_NODE) {
		dfs->nodes[parent].refs++;
		node->depth = dfs->nodes[parent].depth + 1;
	}
	if (!dfs__push(dfs, dfs__bounded(dfs) ? preemptions : 0, index)) {
		dfs->table_full = true;
		dfs__put_node(dfs, index);
	}
}

static void dfs_destroy(void *state)
{
	struct dfs *dfs = state;
	size_t i;

	if (!dfs)
		return;
	for (i = 0; i < dfs->buckets_n; i++)
		free(dfs->buckets[i].nodes);
	free(dfs->buckets);
	free(dfs->nodes);
	free(dfs->deviations);
	free(dfs);
}

static void *dfs_create(const struct weft_strategy_options *options)
{
	struct dfs *dfs = calloc(1, sizeof(*dfs));

	if (!dfs)
		return NULL;
	dfs->options = *options;
	dfs->free_list = NO_NODE;
	dfs->current = NO_NODE;
	add_child(dfs, NO_NODE, 0, 0, 0);	/* the default schedule */
	if (dfs->table_full) {
		dfs_destroy(dfs);
		return NULL;
	}
	return dfs;
}

static bool next_bucket(struct dfs *dfs)
{
	while (!dfs->is_piece && dfs->bound < dfs->buckets_n &&
	       !dfs->buckets[dfs->bound].n)
		dfs->bound++;
	return dfs->bound < dfs->buckets_n && dfs->buckets[dfs->bound].n;
}

/* The root has no deviation; all other nodes add one to their parent's. */
static bool load_deviations(struct dfs *dfs, uint32_t index)
{
	unsigned int n = dfs->nodes[index].depth;

	if (n > dfs->deviations_max) {
		struct deviation *deviations =
			realloc(dfs->deviations, 2 * n * sizeof(*deviations));

		if (!deviations)
			return false;
		dfs->deviations = deviations;
		dfs->deviations_max = 2 * n;
	}
	dfs->deviations_n = n;
	dfs->next = 0;
	while (n) {
		const struct node *node = &dfs->nodes[index];

		dfs->deviations[--n].decision = node->decision;
		dfs->deviations[n].chosen = node->chosen;
		index = node->parent;
	}
	return true;
}

static enum weft_begin dfs_begin(void *state)
{
	struct dfs *dfs = state;
	struct bucket *bucket;

	if (!next_bucket(dfs)) {
		dfs->exhausted = !dfs->is_piece;
		return WEFT_BEGIN_EXHAUSTED;
	}
	bucket = &dfs->buckets[dfs->bound];
	dfs->current = bucket->nodes[--bucket->n];
	if (!load_deviations(dfs, dfs->current)) {
		dfs->table_full = true;
		return WEFT_BEGIN_EXHAUSTED;
	}
	return WEFT_BEGIN_RUN;
}

static unsigned int dfs_pick(void *state, const struct weft_view *view)
{
	struct dfs *dfs = state;

	if (dfs->next < dfs->deviations_n &&
	    dfs->deviations[dfs->next].decision == view->index) {
		uint32_t chosen = dfs->deviations[dfs->next++].chosen;

		if (view->choices ? chosen < view->choices :
				    view->enabled >> chosen & 1)
			return chosen;
		dfs->astray = true;
	}
	return weft_default_choice(view->enabled, view->running,
				   view->choices);
}

static void add_children(struct dfs *dfs, const struct weft_decision *d,
			 uint32_t number)
{
	uint32_t preemptions = dfs->nodes[dfs->current].preemptions;
	unsigned int i, n = d->choices ? d->choices : 32;

	for (i = 0; i < n; i++) {
		if (i == d->chosen || (!d->choices && !(d->enabled >> i & 1)))
			continue;
		add_child(dfs, dfs->current, number, i,
			  preemptions + weft_is_preemption(d, i));
	}
}

static void dfs_end(void *state, const struct weft_decision *decisions,
		    unsigned int n)
{
	struct dfs *dfs = state;
	const struct node *node = &dfs->nodes[dfs->current];
	uint32_t i = node->depth ? node->decision + 1 : 0;

	if (dfs->next != dfs->deviations_n)
		dfs->astray = true;
	for (; i < n; i++)
		add_children(dfs, &decisions[i], i);
	dfs__put_node(dfs, dfs->current);
	dfs->current = NO_NODE;
}

static void dfs_progress(const void *state, struct weft_progress *ret)
{
	const struct dfs *dfs = state;

	memset(ret, 0, sizeof(*ret));
	ret->done = -1;
	ret->table_full = dfs->table_full;
	if (dfs->astray)
		ret->mismatch = "an execution did not repeat the schedule it was to vary";
	ret->bound = dfs__bounded(dfs) ? dfs->bound : WEFT_PREEMPTIONS_NONE;
	ret->bound_done = dfs__bounded(dfs) ? dfs->bound : 0;
	if (!dfs->exhausted)
		return;
	ret->done = 1;
	ret->bound = dfs->options.preemptions;
	/* When nothing lay beyond the bound, there was no bound. */
	ret->bound_done = dfs->cut ? dfs->options.preemptions + 1 :
				     WEFT_PREEMPTIONS_NONE;
}

const struct weft_strategy weft_strategy_dfs = {
	.name = "dfs",
	.summary = "every schedule once, by number of preemptions",
	.systematic = true,
	.create = dfs_create,
	.destroy = dfs_destroy,
	.begin = dfs_begin,
	.pick = dfs_pick,
	.end = dfs_end,
	.progress = dfs_progress,
	.save = dfs__save,
	.load = dfs__load,
	.split = dfs__split,
	.mail = dfs__mail,
	.deliver = dfs__deliver,
};
