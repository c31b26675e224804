/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Depth-first search with iterative bounding: of preemptions (dfs), or of
 * delays of a round-robin scheduler (delay).
 *
 * Source: Musuvathi and Qadeer, "Iterative context bounding for systematic
 * testing of multithreaded programs", PLDI 2007; Emmi, Qadeer, Rakamaric,
 * "Delay-bounded scheduling", POPL 2011.
 *
 * A schedule is a preferred one plus deviations (deviations.h). A node is one
 * deviation on top of its parent's; running it gives one execution, and its
 * children deviate at later decisions only.
 *
 *  I1  Every schedule within the bound is run exactly once: its sequence of
 *      deviations is unique, and is built one by one in ascending order.
 *  I2  All schedules of cost c are run before any of cost c + 1, so that the
 *      first finding has the fewest preemptions, or delays.
 *  I3  No partial-order reduction is done, so the bound needs no care.
 *  I4  An execution that does not repeat its parent's decisions up to its own
 *      deviation is noticed: verdict nondeterminism.
 *  I5  The shares of all schedules within the bound add up to 1 (estimate.h),
 *      divided as forecast.h says.
 */
#include <stdlib.h>
#include <string.h>

#include "dfs.h"

bool dfs__by_cost(const struct dfs *dfs)
{
	return dfs->bound.iterate || dfs->bound.max != DEVIATION_NO_BOUND;
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

static size_t memory_of(const struct dfs *dfs)
{
	size_t bytes = sizeof(*dfs) + dfs->nodes_max * sizeof(*dfs->nodes) +
		       dfs->buckets_n * sizeof(*dfs->buckets) +
		       dfs->deviations.max * sizeof(*dfs->deviations.at) +
		       dfs->forecast.max * sizeof(*dfs->forecast.sizes);
	size_t i;

	for (i = 0; i < dfs->buckets_n; i++)
		bytes += dfs->buckets[i].max * sizeof(uint32_t);
	return bytes;
}

/* Would one more node, at this cost, need more than there may be? */
static bool is_memory_full(const struct dfs *dfs, size_t at)
{
	const struct bucket *bucket = at < dfs->buckets_n ? &dfs->buckets[at] :
							    NULL;
	size_t more = 0;

	if (dfs->free_list == NO_NODE && dfs->nodes_n == dfs->nodes_max)
		more += dfs->nodes_max * sizeof(*dfs->nodes);
	if (bucket && bucket->n == bucket->max)
		more += bucket->max * sizeof(*bucket->nodes);
	return dfs->memory_limit && more &&
	       memory_of(dfs) + more > dfs->memory_limit;
}

/* Remembers one more schedule to run; a full table is not forgotten. */
static void add_child(struct dfs *dfs, uint32_t parent,
		      const struct node *child)
{
	struct node *node;
	uint32_t index;

	if (dfs->nodes_limit && dfs->live >= dfs->nodes_limit) {
		dfs->table_full = true;
		return;
	}
	if (is_memory_full(dfs, dfs__by_cost(dfs) ? child->cost : 0)) {
		dfs->memory_full = true;
		return;
	}
	index = dfs__take_node(dfs);
	if (index == NO_NODE) {
		dfs->table_full = true;
		return;
	}
	node = &dfs->nodes[index];
	*node = *child;
	node->parent = parent;
	node->refs = 1;
	node->depth = 0;
	if (parent != NO_NODE) {
		dfs->nodes[parent].refs++;
		node->depth = dfs->nodes[parent].depth + 1;
	}
	if (!dfs__push(dfs, dfs__by_cost(dfs) ? child->cost : 0, index)) {
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
	free(dfs->deviations.at);
	free(dfs->forecast.sizes);
	free(dfs);
}

static void *create(const struct weft_strategy_options *options,
		    const struct deviation_bound *bound)
{
	static const struct node preferred = { .share = 1 };
	struct dfs *dfs = calloc(1, sizeof(*dfs));

	if (!dfs)
		return NULL;
	dfs->bound = *bound;
	dfs->nodes_limit = options->nodes_max;
	dfs->memory_limit = options->memory_max;
	dfs->probed = options->probed;
	dfs->free_list = NO_NODE;
	dfs->current = NO_NODE;
	add_child(dfs, NO_NODE, &preferred);
	if (dfs->table_full || dfs->memory_full) {
		dfs_destroy(dfs);
		return NULL;
	}
	return dfs;
}

static void *dfs_create(const struct weft_strategy_options *options)
{
	struct deviation_bound bound =
		deviation_bound(&deviation_preemptions, options);

	return create(options, &bound);
}

static void *delay_create(const struct weft_strategy_options *options)
{
	struct deviation_bound bound =
		deviation_bound(&deviation_delays, options);

	return create(options, &bound);
}

static bool next_bucket(struct dfs *dfs)
{
	while (!dfs->is_piece && dfs->at < dfs->buckets_n &&
	       !dfs->buckets[dfs->at].n)
		dfs->at++;
	return dfs->at < dfs->buckets_n && dfs->buckets[dfs->at].n;
}

/* The root has no deviation; all other nodes add one to their parent's. */
static bool load_deviations(struct dfs *dfs, uint32_t index)
{
	unsigned int n = dfs->nodes[index].depth, old_n = dfs->deviations.n;

	if (!deviations_reserve(&dfs->deviations, n))
		return false;
	dfs->shared = old_n == n ? WEFT_FROM_SNAPSHOT :
		      n > old_n ? dfs->nodes[index].decision :
				  dfs->deviations.at[n].decision;
	dfs->deviations.n = n;
	dfs->deviations.next = 0;
	while (n) {
		const struct node *node = &dfs->nodes[index];
		struct deviation *d = &dfs->deviations.at[--n];

		/* Up to here the last execution differed from this one. */
		if (n >= old_n)
			dfs->shared = node->decision;
		else if (d->decision != node->decision ||
			 d->chosen != node->chosen)
			dfs->shared = d->decision < node->decision ?
				      d->decision : node->decision;
		d->decision = node->decision;
		d->chosen = node->chosen;
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
	bucket = &dfs->buckets[dfs->at];
	dfs->current = bucket->nodes[--bucket->n];
	if (!load_deviations(dfs, dfs->current)) {
		dfs->table_full = true;
		return WEFT_BEGIN_EXHAUSTED;
	}
	return WEFT_BEGIN_RUN;
}

static unsigned int dfs_shared(const void *state)
{
	const struct dfs *dfs = state;

	return dfs->ran ? dfs->shared : WEFT_FROM_SNAPSHOT;
}

static void dfs_resume(void *state, unsigned int decision)
{
	struct deviations *deviations = &((struct dfs *)state)->deviations;

	deviations->next = 0;
	while (decision != WEFT_FROM_SNAPSHOT &&
	       deviations->next < deviations->n &&
	       deviations->at[deviations->next].decision < decision)
		deviations->next++;
}

static unsigned int dfs_pick(void *state, const struct weft_view *view)
{
	struct dfs *dfs = state;

	return deviations_pick(&dfs->deviations, dfs->bound.rules, view);
}

static void add_children(struct dfs *dfs, const struct weft_decision *d,
			 uint32_t number)
{
	const struct node *parent = &dfs->nodes[dfs->current];
	struct node child = { .decision = number };
	uint32_t cost = parent->cost, price;
	double share = parent->share;
	unsigned int i;

	deviation_for_each(i, d) {
		price = dfs->bound.rules->price(d, i);
		if (!deviation_is_within(&dfs->bound, cost + price)) {
			dfs->cut = true;
			continue;
		}
		child.chosen = (uint16_t)i;
		child.cost = cost + price;
		child.share = share * forecast_part(&dfs->forecast, number,
						    price);
		add_child(dfs, dfs->current, &child);
	}
}

static void dfs_end(void *state, const struct weft_decision *decisions,
		    unsigned int n)
{
	struct dfs *dfs = state;
	const struct node *node = &dfs->nodes[dfs->current];
	uint32_t i, from = node->depth ? node->decision + 1 : 0;

	if (dfs->deviations.next != dfs->deviations.n)
		dfs->deviations.astray = true;
	if (from > n)
		from = n;
	forecast_make(&dfs->forecast, &dfs->bound, decisions, from, n,
		      node->cost);
	weft_explored_leaf(&dfs->explored,
			   node->share * forecast_rest(&dfs->forecast));
	for (i = from; i < n; i++)
		add_children(dfs, &decisions[i], i);
	dfs__put_node(dfs, dfs->current);
	dfs->current = NO_NODE;
	dfs->ran = true;
}

static void dfs_progress(const void *state, struct weft_progress *ret)
{
	const struct dfs *dfs = state;
	struct weft_estimate estimate =
		weft_explored_estimate(&dfs->explored, dfs->probed);

	memset(ret, 0, sizeof(*ret));
	ret->delays = dfs->bound.rules == &deviation_delays;
	ret->explored = dfs->explored;
	ret->estimate = weft_estimate_total(&estimate);
	ret->done = weft_estimate_done(&estimate);
	ret->memory = memory_of(dfs);
	ret->table_full = dfs->table_full;
	ret->memory_full = dfs->memory_full;
	if (dfs->deviations.astray)
		ret->mismatch = "an execution did not repeat the schedule it was to vary";
	ret->bound = dfs__by_cost(dfs) ? dfs->at : WEFT_BOUND_NONE;
	ret->bound_done = dfs__by_cost(dfs) ? dfs->at : 0;
	if (!dfs->exhausted)
		return;
	if (!dfs->table_full && !dfs->memory_full) {
		ret->estimate = estimate.leaves;
		ret->done = 1;
	}
	ret->bound = dfs->bound.max;
	/* When nothing lay beyond the bound, there was no bound. */
	ret->bound_done = dfs->cut ? dfs->bound.max + 1 : WEFT_BOUND_NONE;
}

#define ROW								\
	.systematic = true, .destroy = dfs_destroy,			\
	.begin = dfs_begin, .pick = dfs_pick, .end = dfs_end,		\
	.progress = dfs_progress, .shared = dfs_shared,			\
	.resume = dfs_resume, .save = dfs__save, .load = dfs__load,	\
	.split = dfs__split, .mail = dfs__mail, .deliver = dfs__deliver

const struct weft_strategy weft_strategy_dfs = {
	.name = "dfs",
	.summary = "every schedule once, by number of preemptions",
	.probe = &weft_strategy_dfs_probe,
	.create = dfs_create,
	ROW
};

const struct weft_strategy weft_strategy_delay = {
	.name = "delay",
	.summary = "every schedule once, by number of delays of a round robin",
	.delays = true,
	.probe = &weft_strategy_delay_probe,
	.create = delay_create,
	ROW
};
