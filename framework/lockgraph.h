/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The lock graph: who was held when what was acquired or waited for, over all
 * executions of a campaign.
 *
 * Nodes are lock classes, edges held → acquired. Each edge keeps the stacks of
 * its first sight and counts the others. Order of edges: by class names, so
 * that output does not depend on the order of discovery.
 */
#ifndef WEFT_LOCKGRAPH_H
#define WEFT_LOCKGRAPH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "finding.h"

enum weft_edge_mode {
	WEFT_EDGE_EXCLUSIVE,
	WEFT_EDGE_SHARED,
	WEFT_EDGE_TRY,
	WEFT_EDGE_WAIT,		/* a wait, not an acquisition */
};

struct weft_lock_node {
	char		*name;		/* with a number: "&dev->mutex #2" */
	size_t		base_n;		/* length of the name without it */
	unsigned char	kind;		/* enum weft_lock_kind */
	bool		is_wait;
	uint64_t	uses;
};

struct weft_lock_edge {
	uint32_t	from, to;	/* nodes */
	unsigned char	mode;		/* of the acquisition */
	unsigned char	from_shared;
	bool		in_cycle;	/* set by weft_lockgraph_finish() */
	uint64_t	count;
	unsigned long	execution;	/* first seen in, from 1 */
	int		task;
	char		*task_name;	/* of the task, or NULL */
	char		*schedule;	/* up to there, as text; NULL: the setup */
	struct weft_stack from_stack, to_stack;
};

struct weft_lockgraph {
	struct weft_lock_node	*nodes;
	size_t			nodes_n, nodes_max;
	struct weft_lock_edge	*edges;
	size_t			edges_n, edges_max;
	uint32_t		*by_class;	/* class → node plus one */
	size_t			by_class_n;
	unsigned long		execution;	/* stamped on new edges */
	uint32_t		recent[256];	/* hash → edge plus one */
};

void weft_lockgraph_clear(struct weft_lockgraph *graph);
/* Forgets all edges but the first @n. */
void weft_lockgraph_cut_edges(struct weft_lockgraph *graph, size_t n);

/* Node of a lock class (by number: classes of one name stay apart, numbered by
 * first use) or of a wait reason (by name). */
uint32_t weft_lockgraph_new_node(struct weft_lockgraph *graph, uint32_t class,
				 const char *name, unsigned int kind);
static inline uint32_t weft_lockgraph_node(struct weft_lockgraph *graph,
					   uint32_t class, const char *name,
					   unsigned int kind)
{
	if (class < graph->by_class_n && graph->by_class[class])
		return graph->by_class[class] - 1;
	return weft_lockgraph_new_node(graph, class, name, kind);
}
uint32_t weft_lockgraph_wait_node(struct weft_lockgraph *graph,
				  const char *what);

/**
 * weft_lockgraph_edge() - note that @to was acquired with @from held
 *
 * Return: true when the edge is new and wants its stacks filled in.
 */
bool weft_lockgraph_edge(struct weft_lockgraph *graph, uint32_t from,
			 uint32_t to, enum weft_edge_mode mode,
			 bool from_shared, struct weft_lock_edge **ret_edge);

/* Sorts nodes and edges by name and marks the edges that lie on cycles. */
void weft_lockgraph_finish(struct weft_lockgraph *graph);

#endif
