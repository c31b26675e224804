// SPDX-License-Identifier: GPL-2.0-only
/* Which part of a lock graph is drawn by default; contract in graph_view.h. */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "graph_view.h"

#define SUBJECT "drivers/vfio/:virt/kvm/:samples/vfio-mdev/:scenarios/drivers/"

static bool in_prefixes(const char *file, const char *prefixes)
{
	while (*prefixes) {
		size_t n = strcspn(prefixes, ":");

		if (n && !strncmp(file, prefixes, n))
			return true;
		prefixes += n + (prefixes[n] == ':');
	}
	return false;
}

static bool is_subject(const struct weft_run *run,
		       const struct weft_stack *stack)
{
	struct weft_frame site;

	if (!weft_symbols_site(run->symbols, stack, &site) || !site.file)
		return false;
	return in_prefixes(site.file, SUBJECT) ||
	       (run->focus && in_prefixes(site.file, run->focus));
}

static void choose_nodes(struct weft_graph_view *view,
			 const struct weft_run *run)
{
	const struct weft_lockgraph *graph = &run->result->graph;
	size_t i;

	for (i = 0; i < graph->edges_n; i++) {
		const struct weft_lock_edge *edge = &graph->edges[i];

		if (edge->in_cycle || is_subject(run, &edge->from_stack))
			view->nodes[edge->from] = true;
		if (edge->in_cycle || is_subject(run, &edge->to_stack))
			view->nodes[edge->to] = true;
	}
}

/* Edges between chosen nodes; or, if there are none, at chosen nodes. */
static void choose_edges_at(struct weft_graph_view *view,
			    const struct weft_lockgraph *graph, int ends)
{
	size_t i;

	for (i = 0; i < graph->edges_n; i++) {
		view->edges[i] = view->nodes[graph->edges[i].from] +
				 view->nodes[graph->edges[i].to] >= ends;
		view->edges_n += view->edges[i];
	}
}

static void choose_edges(struct weft_graph_view *view,
			 const struct weft_lockgraph *graph)
{
	size_t i;

	choose_edges_at(view, graph, 2);
	if (!view->edges_n) {
		choose_edges_at(view, graph, 1);
		for (i = 0; i < graph->edges_n; i++)
			if (view->edges[i])
				view->nodes[graph->edges[i].from] =
					view->nodes[graph->edges[i].to] = true;
	}
	for (i = 0; i < graph->nodes_n; i++)
		view->nodes_n += view->nodes[i];
	view->nodes_left_out = graph->nodes_n - view->nodes_n;
}

/* Those chosen first, the others after them. */
static unsigned int *number(const bool *chosen, size_t n)
{
	unsigned int *numbers = calloc(n + 1, sizeof(*numbers)), next = 0;
	size_t i;

	assert(numbers && "out of memory for a report");
	for (i = 0; i < n; i++)
		if (chosen[i])
			numbers[i] = ++next;
	for (i = 0; i < n; i++)
		if (!chosen[i])
			numbers[i] = ++next;
	return numbers;
}

static void show_all(struct weft_graph_view *view,
		     const struct weft_lockgraph *graph)
{
	memset(view->nodes, true, graph->nodes_n);
	memset(view->edges, true, graph->edges_n);
	view->nodes_n = graph->nodes_n;
	view->edges_n = graph->edges_n;
	view->nodes_left_out = 0;
}

/**
 * weft_graph_view_create() - see graph_view.h
 */
void weft_graph_view_create(struct weft_graph_view *view,
			    const struct weft_run *run, bool full)
{
	const struct weft_lockgraph *graph = &run->result->graph;

	memset(view, 0, sizeof(*view));
	view->nodes = calloc(graph->nodes_n + 1, sizeof(*view->nodes));
	view->edges = calloc(graph->edges_n + 1, sizeof(*view->edges));
	assert(view->nodes && view->edges && "out of memory for a report");
	if (!run->symbols || !run->kernel)
		memset(view->nodes, true, graph->nodes_n);
	else
		choose_nodes(view, run);
	choose_edges(view, graph);
	view->node_numbers = number(view->nodes, graph->nodes_n);
	view->edge_numbers = number(view->edges, graph->edges_n);
	if (full)
		show_all(view, graph);
}

/**
 * weft_graph_view_clear() - free everything
 */
void weft_graph_view_clear(struct weft_graph_view *view)
{
	free(view->nodes);
	free(view->edges);
	free(view->node_numbers);
	free(view->edge_numbers);
	memset(view, 0, sizeof(*view));
}
