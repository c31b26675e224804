/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * In which order locks are taken, over any number of locks in between.
 *
 * The lock graph has an edge from the lock taken last; what matters for a deadlock
 * is everything that is held. So orders are ways along edges, and the shortest one
 * stands for all (breadth first, names in order: always the same one).
 */
#include <assert.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "diff.h"
#include "diff_graph.h"

#define NOWHERE ((size_t)-1)

/* For each pair: the lock before the last on the shortest way, or NOWHERE. */
struct ways {
	size_t	n;
	size_t	*above[2];
};

static void search(struct diff_graph *d, int side, size_t from, size_t *above,
		   size_t *queue)
{
	size_t begin = 0, end = 0, to;

	for (to = 0; to < d->n; to++)
		above[to] = NOWHERE;
	queue[end++] = from;
	while (begin < end) {
		size_t at = queue[begin++];

		for (to = 0; to < d->n; to++)
			if (to != from && above[to] == NOWHERE &&
			    diff_edge(d, at, to)->ways[side]) {
				above[to] = at;
				queue[end++] = to;
			}
	}
}

static bool is_ordered(const struct ways *ways, int side, size_t from,
		       size_t to)
{
	return ways->above[side][from * ways->n + to] != NOWHERE;
}

/* Names of the locks in between, outermost first; null: no order. */
static json_t *between(struct diff_graph *d, const struct ways *ways, int side,
		       size_t from, size_t to)
{
	const size_t *above = ways->above[side] + from * ways->n;
	json_t *names;

	if (above[to] == NOWHERE)
		return json_null();
	names = json_array();
	for (to = above[to]; to != from; to = above[to])
		json_array_insert_new(names, 0,
				      json_string(d->locks[to].name));
	return names;
}

static void add(json_t *orders, struct diff_graph *d, const struct ways *ways,
		size_t from, size_t to, const char *change)
{
	const struct diff_lock *a = &d->locks[from], *b = &d->locks[to];
	const struct diff_edge *there = diff_edge(d, from, to);
	const struct diff_edge *back = diff_edge(d, to, from);
	bool swapped = !strcmp(change, "swapped");

	json_array_append_new(orders,
		json_pack("{s:s, s:s, s:s, s:o, s:o, s:b, s:b, s:b}",
			  "from", a->name, "to", b->name, "change", change,
			  "before", between(d, ways, 0, from, to),
			  "after", swapped ?
			  between(d, ways, 1, to, from) :
			  between(d, ways, 1, from, to),
			  "direct", there->ways[0] || there->ways[1] ||
			  (swapped && (back->ways[0] || back->ways[1])),
			  "shown", a->shown && b->shown,
			  "on_cycle", a->on_cycle && b->on_cycle));
}

static void compare(json_t *orders, struct diff_graph *d,
		    const struct ways *ways, size_t from, size_t to)
{
	bool before = is_ordered(ways, 0, from, to);
	bool after = is_ordered(ways, 1, from, to);
	bool back_before = is_ordered(ways, 0, to, from);
	bool back_after = is_ordered(ways, 1, to, from);
	json_t *a, *b;

	if (before && !after && !back_before && back_after) {
		add(orders, d, ways, from, to, "swapped");
	} else if (!before && after && back_before && !back_after) {
		return;		/* told from its other end */
	} else if (before != after) {
		add(orders, d, ways, from, to, before ? "gone" : "new");
	} else if (before) {
		a = between(d, ways, 0, from, to);
		b = between(d, ways, 1, from, to);
		if (!json_equal(a, b))
			add(orders, d, ways, from, to, "path");
		json_decref(a);
		json_decref(b);
	}
}

struct json_t *diff_orders(struct diff_graph *d)
{
	struct ways ways = { .n = d->n };
	size_t *queue = calloc(d->n + 1, sizeof(*queue));
	json_t *orders = json_array();
	size_t from, to;
	int side;

	assert(queue && "out of memory for a comparison");
	for (side = 0; side < 2; side++) {
		ways.above[side] = calloc(d->n * d->n + 1, sizeof(size_t));
		assert(ways.above[side] && "out of memory for a comparison");
		for (from = 0; from < d->n; from++)
			search(d, side, from, ways.above[side] + from * d->n,
			       queue);
	}
	for (from = 0; from < d->n; from++)
		for (to = 0; to < d->n; to++)
			if (from != to)
				compare(orders, d, &ways, from, to);
	free(queue);
	free(ways.above[0]);
	free(ways.above[1]);
	return orders;
}
