/* SPDX-License-Identifier: GPL-2.0-only */
/* Two lock graphs, one over the other; between diff_*.c only. */
#ifndef WEFT_DIFF_GRAPH_H
#define WEFT_DIFF_GRAPH_H

#include <stdbool.h>
#include <stddef.h>

struct json_t;

/* A lock class; @there: before, after. Names live in the graphs compared. */
struct diff_lock {
	const char	*name, *kind;
	bool		there[2];
	bool		shown, on_cycle;
};

/* @ways: how and where it was taken, an array for each side; NULL: it was not. */
struct diff_edge {
	struct json_t	*ways[2];
	bool		shown, on_cycle;
};

/* @locks by name; @edges: n times n of them, by the lock that is held. */
struct diff_graph {
	struct diff_lock	*locks;
	size_t			n;
	struct diff_edge	*edges;
};

static inline struct diff_edge *diff_edge(struct diff_graph *d, size_t from,
					  size_t to)
{
	return &d->edges[from * d->n + to];
}

/* diff_order.c: "orders" of diff_graphs() */
struct json_t *diff_orders(struct diff_graph *d);

#endif
