/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The lock graph of a campaign; contract in lockgraph.h.
 *
 * Cycles are the strongly connected components of more than one node, and
 * loops (Tarjan, "Depth-first search and linear graph algorithms", 1972),
 * over acquisitions that can block: trylock edges never close a cycle.
 */
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lockgraph.h"
#include "port.h"

void weft_lockgraph_cut_edges(struct weft_lockgraph *graph, size_t n)
{
	while (graph->edges_n > n) {
		struct weft_lock_edge *edge = &graph->edges[--graph->edges_n];

		free(edge->task_name);
		free(edge->schedule);
	}
}

void weft_lockgraph_clear(struct weft_lockgraph *graph)
{
	size_t i;

	weft_lockgraph_cut_edges(graph, 0);
	for (i = 0; i < graph->nodes_n; i++)
		free(graph->nodes[i].name);
	free(graph->nodes);
	free(graph->edges);
	free(graph->by_class);
	memset(graph, 0, sizeof(*graph));
}

/*
 * Classes may share a name: device mutexes, which the kernel tells lockdep not
 * to validate, are classes of one instance each. They are numbered by first use.
 */
static char *unique_name(const struct weft_lockgraph *graph, const char *name,
			 bool is_wait)
{
	unsigned int same = 1;
	size_t i, size = strlen(name) + 16;
	char *text = malloc(size);

	assert(text && "out of memory for the lock graph");
	for (i = 0; i < graph->nodes_n; i++) {
		const struct weft_lock_node *node = &graph->nodes[i];

		same += node->is_wait == is_wait &&
			node->base_n == strlen(name) &&
			!strncmp(node->name, name, node->base_n);
	}
	snprintf(text, size, same > 1 ? "%s #%u" : "%s", name, same);
	return text;
}

static uint32_t add_node(struct weft_lockgraph *graph, const char *name,
			 unsigned int kind, bool is_wait)
{
	char *text = unique_name(graph, name, is_wait);
	struct weft_lock_node *node;

	if (graph->nodes_n == graph->nodes_max) {
		graph->nodes_max = graph->nodes_max ? 2 * graph->nodes_max : 64;
		graph->nodes = realloc(graph->nodes, graph->nodes_max *
				       sizeof(*graph->nodes));
		assert(graph->nodes && "out of memory for the lock graph");
	}
	node = &graph->nodes[graph->nodes_n];
	memset(node, 0, sizeof(*node));
	node->name = text;
	node->base_n = strlen(name);
	node->kind = (unsigned char)kind;
	node->is_wait = is_wait;
	return (uint32_t)graph->nodes_n++;
}

uint32_t weft_lockgraph_new_node(struct weft_lockgraph *graph, uint32_t class,
				 const char *name, unsigned int kind)
{
	if (class >= graph->by_class_n) {
		size_t n = class + 64;

		graph->by_class = realloc(graph->by_class,
					  n * sizeof(*graph->by_class));
		assert(graph->by_class && "out of memory for the lock graph");
		memset(graph->by_class + graph->by_class_n, 0,
		       (n - graph->by_class_n) * sizeof(*graph->by_class));
		graph->by_class_n = n;
	}
	graph->by_class[class] = add_node(graph, name, kind, false) + 1;
	return graph->by_class[class] - 1;
}

uint32_t weft_lockgraph_wait_node(struct weft_lockgraph *graph,
				  const char *what)
{
	uint32_t i;

	for (i = 0; i < graph->nodes_n; i++)
		if (graph->nodes[i].is_wait &&
		    !strcmp(graph->nodes[i].name, what))
			return i;
	return add_node(graph, what, WEFT_LOCK_KINDS, true);
}

static bool is_edge(const struct weft_lock_edge *edge, uint32_t from,
		    uint32_t to, enum weft_edge_mode mode, bool from_shared)
{
	return edge->from == from && edge->to == to && edge->mode == mode &&
	       edge->from_shared == from_shared;
}

bool weft_lockgraph_edge(struct weft_lockgraph *graph, uint32_t from,
			 uint32_t to, enum weft_edge_mode mode,
			 bool from_shared, struct weft_lock_edge **ret_edge)
{
	uint32_t *recent = &graph->recent[(from * 31 + to * 7 + mode * 2 +
					   from_shared) & 255];
	struct weft_lock_edge *edge;
	size_t i;

	if (*recent && is_edge(&graph->edges[*recent - 1], from, to, mode,
			       from_shared)) {
		graph->edges[*recent - 1].count++;
		return false;
	}
	for (i = 0; i < graph->edges_n; i++) {
		edge = &graph->edges[i];
		if (is_edge(edge, from, to, mode, from_shared)) {
			*recent = (uint32_t)i + 1;
			edge->count++;
			return false;
		}
	}
	if (graph->edges_n == graph->edges_max) {
		graph->edges_max = graph->edges_max ? 2 * graph->edges_max : 64;
		graph->edges = realloc(graph->edges, graph->edges_max *
				       sizeof(*graph->edges));
		assert(graph->edges && "out of memory for the lock graph");
	}
	edge = &graph->edges[graph->edges_n++];
	memset(edge, 0, sizeof(*edge));
	edge->from = from;
	edge->to = to;
	edge->mode = (unsigned char)mode;
	edge->from_shared = from_shared;
	edge->count = 1;
	edge->execution = graph->execution;
	*ret_edge = edge;
	return true;
}

struct tarjan {
	const struct weft_lockgraph *graph;
	uint32_t	*index, *low, *stack, *component;
	uint32_t	next, depth, components;
};

static bool can_block(const struct weft_lock_edge *edge)
{
	return edge->mode != WEFT_EDGE_TRY;
}

static void visit(struct tarjan *t, uint32_t node)
{
	size_t i;
	uint32_t top;

	t->index[node] = t->low[node] = ++t->next;
	t->stack[t->depth++] = node;
	for (i = 0; i < t->graph->edges_n; i++) {
		const struct weft_lock_edge *edge = &t->graph->edges[i];

		if (edge->from != node || !can_block(edge))
			continue;
		if (!t->index[edge->to]) {
			visit(t, edge->to);
			if (t->low[edge->to] < t->low[node])
				t->low[node] = t->low[edge->to];
		} else if (!t->component[edge->to] &&
			   t->index[edge->to] < t->low[node]) {
			t->low[node] = t->index[edge->to];
		}
	}
	if (t->low[node] != t->index[node])
		return;
	t->components++;
	do {
		top = t->stack[--t->depth];
		t->component[top] = t->components;
	} while (top != node);
}

static void mark_cycles(struct weft_lockgraph *graph)
{
	size_t n = graph->nodes_n, i;
	uint32_t *memory = calloc(4 * n + 1, sizeof(*memory));
	struct tarjan t = {
		.graph = graph, .index = memory, .low = memory + n,
		.stack = memory + 2 * n, .component = memory + 3 * n,
	};

	assert(memory && "out of memory for the lock graph");
	for (i = 0; i < n; i++)
		if (!t.index[i])
			visit(&t, (uint32_t)i);
	for (i = 0; i < graph->edges_n; i++) {
		struct weft_lock_edge *edge = &graph->edges[i];

		/* Shared after shared of one class is how readers nest. */
		edge->in_cycle = can_block(edge) &&
			t.component[edge->from] == t.component[edge->to] &&
			(edge->from != edge->to ||
			 !(edge->mode == WEFT_EDGE_SHARED &&
			   edge->from_shared));
	}
	free(memory);
}

static const struct weft_lockgraph *sorting;

static int compare_nodes(const void *a, const void *b)
{
	const struct weft_lock_node *x = &sorting->nodes[*(const uint32_t *)a];
	const struct weft_lock_node *y = &sorting->nodes[*(const uint32_t *)b];
	int order = x->is_wait - y->is_wait;

	if (!order)
		order = strcmp(x->name, y->name);
	return order ? order : x->kind - y->kind;
}

static int compare_edges(const void *a, const void *b)
{
	const struct weft_lock_edge *x = a, *y = b;

	if (x->from != y->from)
		return x->from < y->from ? -1 : 1;
	if (x->to != y->to)
		return x->to < y->to ? -1 : 1;
	if (x->mode != y->mode)
		return x->mode - y->mode;
	return x->from_shared - y->from_shared;
}

void weft_lockgraph_finish(struct weft_lockgraph *graph)
{
	size_t n = graph->nodes_n, i;
	struct weft_lock_node *nodes = calloc(n + 1, sizeof(*nodes));
	uint32_t *order = calloc(n + 1, sizeof(*order));
	uint32_t *place = calloc(n + 1, sizeof(*place));

	assert(nodes && order && place && "out of memory for the lock graph");
	for (i = 0; i < n; i++)
		order[i] = (uint32_t)i;
	sorting = graph;
	qsort(order, n, sizeof(*order), compare_nodes);
	for (i = 0; i < n; i++) {
		nodes[i] = graph->nodes[order[i]];
		place[order[i]] = (uint32_t)i;
	}
	free(graph->nodes);
	graph->nodes = nodes;
	graph->nodes_max = n + 1;
	for (i = 0; i < graph->edges_n; i++) {
		graph->edges[i].from = place[graph->edges[i].from];
		graph->edges[i].to = place[graph->edges[i].to];
	}
	for (i = 0; i < graph->by_class_n; i++)
		if (graph->by_class[i])
			graph->by_class[i] = place[graph->by_class[i] - 1] + 1;
	if (graph->edges_n)
		qsort(graph->edges, graph->edges_n, sizeof(*graph->edges),
		      compare_edges);
	free(order);
	free(place);
	memset(graph->recent, 0, sizeof(graph->recent));
	mark_cycles(graph);
}
