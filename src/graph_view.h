/* SPDX-License-Identifier: GPL-2.0-only */
/* Which part of a lock graph is drawn by default. */
#ifndef WEFT_GRAPH_VIEW_H
#define WEFT_GRAPH_VIEW_H

#include "report.h"

#define LOCKGRAPH_WIDE 6	/* edges at one lock that make rows better than columns */

/**
 * struct weft_graph_view - what is drawn
 * @nodes, @edges: one flag per node and edge of the graph
 * @nodes_left_out: locks that are not drawn
 * @node_numbers, @edge_numbers: from 1; what is drawn by default has the lowest, so
 *         that a number means the same in both views
 */
struct weft_graph_view {
	bool	*nodes;
	bool	*edges;
	size_t	nodes_n, edges_n;
	size_t	nodes_left_out;
	unsigned int *node_numbers, *edge_numbers;
};

/**
 * weft_graph_view_create() - choose
 * @full: everything
 *
 * By default: the locks on cycles, and those taken in code of the campaign's
 * focus or, without one, of VFIO, mediated devices and KVM; and the edges
 * between them. Without symbols nothing can be told apart: everything.
 */
void weft_graph_view_create(struct weft_graph_view *view,
			    const struct weft_run *run, bool full);
void weft_graph_view_clear(struct weft_graph_view *view);

#endif
