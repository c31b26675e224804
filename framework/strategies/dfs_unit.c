/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Units of the depth-first search; what they are for is in strategy.h.
 *
 *  I1  The stack of the bound being explored is cut into slices, the top first,
 *      so that the pieces one after the other run what the whole would have run,
 *      in its order; and what they mail, put one after the other, is what
 *      the next stack would have been.
 *  I2  Ancestors of schedules still to be run are kept once for each unit.
 *
 * A schedule is written as the nodes of its chain that were not written before,
 * outermost first, and the number of the node they hang on.
 */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "dfs.h"

/* Nodes by number in a unit. */
struct numbering {
	uint32_t	*numbers;	/* writing: by node, plus one */
	uint32_t	*nodes;		/* reading: by number */
	uint32_t	n, max;
};

static uint64_t bits_of(double number)
{
	uint64_t bits;

	memcpy(&bits, &number, sizeof(bits));
	return bits;
}

/* Not a part of a whole: bad. */
static double read_share(struct weft_reader *from)
{
	uint64_t bits = weft_reader_get(from);
	double share;

	memcpy(&share, &bits, sizeof(share));
	from->bad |= !(share >= 0 && share <= 1);
	return share;
}

static void write_node(const struct dfs *dfs, struct numbering *numbering,
		       uint32_t index, struct weft_buffer *to)
{
	uint32_t chain = 0, at = index;

	for (; at != NO_NODE && !numbering->numbers[at]; chain++)
		at = dfs->nodes[at].parent;
	weft_buffer_put(to, chain);
	weft_buffer_put(to, at == NO_NODE ? 0 : numbering->numbers[at]);
	while (chain--) {
		const struct node *node;
		uint32_t up = chain;

		for (at = index; up; up--)
			at = dfs->nodes[at].parent;
		node = &dfs->nodes[at];
		numbering->numbers[at] = ++numbering->n;
		weft_buffer_put(to, node->decision);
		weft_buffer_put(to, node->chosen);
		weft_buffer_put(to, node->cost);
		weft_buffer_put(to, bits_of(node->share));
	}
}

static void numbering_begin(struct numbering *numbering, size_t n)
{
	memset(numbering, 0, sizeof(*numbering));
	numbering->numbers = calloc(n + 1, sizeof(*numbering->numbers));
	assert(numbering->numbers && "out of memory for a unit");
}

/* Buckets from number @from on, each bottom first. */
static void write_buckets(const struct dfs *dfs, size_t from,
			  struct weft_buffer *to)
{
	struct numbering numbering;
	size_t i, j, n = 0;

	for (i = from; i < dfs->buckets_n; i++)
		n += dfs->buckets[i].n;
	weft_buffer_put(to, n);
	if (!n)
		return;
	numbering_begin(&numbering, dfs->nodes_n);
	for (i = from; i < dfs->buckets_n; i++)
		for (j = 0; j < dfs->buckets[i].n; j++)
			write_node(dfs, &numbering, dfs->buckets[i].nodes[j],
				   to);
	free(numbering.numbers);
}

static bool number_node(struct numbering *numbering, uint32_t index)
{
	if (numbering->n == numbering->max) {
		uint32_t max = 2 * numbering->max + 64;
		uint32_t *nodes = realloc(numbering->nodes,
					  max * sizeof(*nodes));

		if (!nodes)
			return false;
		numbering->nodes = nodes;
		numbering->max = max;
	}
	numbering->nodes[numbering->n++] = index;
	return true;
}

/* One more node of a chain; NO_NODE when it makes no sense. */
static uint32_t read_node(struct dfs *dfs, uint32_t parent,
			  struct weft_reader *from)
{
	uint32_t decision = (uint32_t)weft_reader_get_most(from, UINT32_MAX);
	uint16_t chosen = (uint16_t)weft_reader_get_most(from, UINT16_MAX);
	uint32_t cost = (uint32_t)weft_reader_get_most(from, UINT32_MAX);
	double share = read_share(from);
	uint32_t depth = parent == NO_NODE ? 0 : dfs->nodes[parent].depth + 1;
	uint32_t index;

	/* A deviation lies behind the last, and its price is bounded. */
	if (from->bad || (!depth && cost) ||
	    (depth > 1 && decision <= dfs->nodes[parent].decision) ||
	    (depth && (cost < dfs->nodes[parent].cost ||
		       cost > dfs->nodes[parent].cost + WEFT_THREADS_MAX)))
		return NO_NODE;
	index = dfs__take_node(dfs);
	if (index == NO_NODE)
		return NO_NODE;
	dfs->nodes[index] = (struct node){
		.parent = parent, .decision = decision, .depth = depth,
		.cost = cost, .chosen = chosen, .share = share,
	};
	if (parent != NO_NODE)
		dfs->nodes[parent].refs++;
	return index;
}

static bool read_chain(struct dfs *dfs, struct numbering *numbering,
		       struct weft_reader *from)
{
	size_t chain = weft_reader_get_count(from, 4);
	size_t number = (size_t)weft_reader_get_most(from, numbering->n);
	uint32_t at = number ? numbering->nodes[number - 1] : NO_NODE;
	size_t bucket;

	if (!chain)
		return false;
	while (chain--) {
		at = read_node(dfs, at, from);
		if (at == NO_NODE || !number_node(numbering, at))
			return false;
	}
	dfs->nodes[at].refs++;
	bucket = dfs__by_cost(dfs) ? dfs->nodes[at].cost : 0;
	return bucket >= dfs->at && dfs__push(dfs, bucket, at);
}

static bool read_buckets(struct dfs *dfs, struct weft_reader *from)
{
	struct numbering numbering = { 0 };
	size_t n = weft_reader_get_count(from, 6);
	bool good = !from->bad;

	while (good && n--)
		good = read_chain(dfs, &numbering, from);
	free(numbering.nodes);
	return good;
}

static void write_flags(const struct dfs *dfs, bool is_piece,
			struct weft_buffer *to)
{
	weft_buffer_put(to, is_piece);
	weft_buffer_put(to, dfs->at);
	weft_buffer_put(to, dfs->cut);
	weft_buffer_put(to, dfs->table_full);
	weft_buffer_put(to, dfs->deviations.astray);
}

void dfs__save(const void *state, struct weft_buffer *to)
{
	const struct dfs *dfs = state;

	write_flags(dfs, dfs->is_piece, to);
	write_buckets(dfs, 0, to);
}

static void drop_buckets(struct dfs *dfs, size_t from)
{
	size_t i;

	for (i = from; i < dfs->buckets_n; i++) {
		struct bucket *bucket = &dfs->buckets[i];

		while (bucket->n)
			dfs__put_node(dfs, bucket->nodes[--bucket->n]);
	}
}

bool dfs__load(void *state, struct weft_reader *from)
{
	struct dfs *dfs = state;

	drop_buckets(dfs, 0);
	dfs->is_piece = weft_reader_get_most(from, 1);
	dfs->at = (uint32_t)weft_reader_get_most(from, UINT32_MAX);
	dfs->cut = weft_reader_get_most(from, 1);
	dfs->table_full = weft_reader_get_most(from, 1);
	dfs->deviations.astray = weft_reader_get_most(from, 1);
	return !from->bad && read_buckets(dfs, from);
}

static void write_slice(const struct dfs *dfs, const uint32_t *nodes, size_t n,
			struct weft_buffer *to)
{
	struct dfs bare = { .at = dfs->at };
	struct numbering numbering;
	size_t i;

	write_flags(&bare, true, to);
	weft_buffer_put(to, n);
	numbering_begin(&numbering, dfs->nodes_n);
	for (i = 0; i < n; i++)
		write_node(dfs, &numbering, nodes[i], to);
	free(numbering.numbers);
}

unsigned int dfs__split(void *state, unsigned int wanted,
			struct weft_buffer *pieces)
{
	struct dfs *dfs = state;
	struct bucket *bucket;
	unsigned int i, n;

	while (!dfs->is_piece && dfs->at < dfs->buckets_n &&
	       !dfs->buckets[dfs->at].n)
		dfs->at++;
	if (dfs->at >= dfs->buckets_n)
		return 0;
	bucket = &dfs->buckets[dfs->at];
	n = bucket->n < wanted ? (unsigned int)bucket->n : wanted;
	if (n < 2)
		return 0;
	for (i = 0; i < n; i++) {
		size_t low = bucket->n * (n - 1 - i) / n;
		size_t high = bucket->n * (n - i) / n;

		write_slice(dfs, bucket->nodes + low, high - low, &pieces[i]);
	}
	while (bucket->n)
		dfs__put_node(dfs, bucket->nodes[--bucket->n]);
	return n;
}

bool dfs__mail(void *state, struct weft_buffer *to)
{
	struct dfs *dfs = state;

	if (!dfs->is_piece)
		return false;
	weft_buffer_put(to, dfs->cut);
	weft_buffer_put(to, dfs->table_full);
	weft_buffer_put(to, dfs->deviations.astray);
	write_buckets(dfs, (size_t)dfs->at + 1, to);
	drop_buckets(dfs, (size_t)dfs->at + 1);
	return true;
}

bool dfs__deliver(void *state, struct weft_reader *from)
{
	struct dfs *dfs = state;

	dfs->cut |= weft_reader_get_most(from, 1);
	dfs->table_full |= weft_reader_get_most(from, 1);
	dfs->deviations.astray |= weft_reader_get_most(from, 1);
	return !from->bad && read_buckets(dfs, from);
}
