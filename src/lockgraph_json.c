/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The lock graph as JSON: names and places, no addresses, so that it outlives
 * the image and can be compared with that of another one.
 */
#include <jansson.h>
#include <stdlib.h>

#include "graph_view.h"
#include "json.h"
#include "output.h"
#include "report.h"

static const char *const kinds[WEFT_LOCK_KINDS + 1] = {
	[WEFT_LOCK_MUTEX]	= "mutex",
	[WEFT_LOCK_SPIN]	= "spinlock",
	[WEFT_LOCK_RWSEM]	= "rwsem",
	[WEFT_LOCK_RWLOCK]	= "rwlock",
	[WEFT_LOCK_SEMAPHORE]	= "semaphore",
	[WEFT_LOCK_ANNOTATION]	= "annotation",
	[WEFT_LOCK_KINDS]	= "wait",
};

static const char *const modes[] = {
	[WEFT_EDGE_EXCLUSIVE]	= "lock",
	[WEFT_EDGE_SHARED]	= "shared",
	[WEFT_EDGE_TRY]		= "trylock",
	[WEFT_EDGE_WAIT]	= "wait",
};

/* "&dev->mutex" of "&dev->mutex #2" */
static json_t *base_name(const struct weft_lock_node *node)
{
	char *text = output_format("%.*s", (int)node->base_n, node->name);
	json_t *name = json_text(text);

	free(text);
	return name;
}

/* How often is not told: executions share what they begin with (tally.h). */
static json_t *node_object(const struct weft_lock_node *node, bool shown)
{
	json_t *object = json_object();
	unsigned int kind = node->is_wait || node->kind > WEFT_LOCK_KINDS ?
			    WEFT_LOCK_KINDS : node->kind;

	json_object_set_new(object, "name", json_text(node->name));
	json_object_set_new(object, "class",
			    base_name(node));
	json_object_set_new(object, "kind", json_string(kinds[kind]));
	json_object_set_new(object, "shown", json_boolean(shown));
	return object;
}

static json_t *edge_object(const struct weft_run *run,
			   const struct weft_lock_edge *edge, bool shown)
{
	json_t *object = json_object();

	json_object_set_new(object, "from", json_integer(edge->from));
	json_object_set_new(object, "to", json_integer(edge->to));
	json_object_set_new(object, "mode", json_string(modes[edge->mode]));
	json_object_set_new(object, "held_shared",
			    json_boolean(edge->from_shared));
	json_object_set_new(object, "on_cycle", json_boolean(edge->in_cycle));
	json_object_set_new(object, "execution",
			    json_integer((json_int_t)edge->execution));
	json_object_set_new(object, "held_at",
			    json_site(run, &edge->from_stack));
	json_object_set_new(object, "taken_at",
			    json_site(run, &edge->to_stack));
	json_object_set_new(object, "shown", json_boolean(shown));
	return object;
}

/**
 * weft_lock_graph_to_json() - {"locks": [...], "edges": [...]}
 * @full: which locks count as shown; see graph_view.h
 */
struct json_t *weft_lock_graph_to_json(const struct weft_run *run, bool full)
{
	const struct weft_lockgraph *graph = &run->result->graph;
	json_t *object = json_object(), *nodes = json_array();
	json_t *edges = json_array();
	struct weft_graph_view view;
	size_t i;

	weft_graph_view_create(&view, run, full);
	for (i = 0; i < graph->nodes_n; i++)
		json_array_append_new(nodes, node_object(&graph->nodes[i],
							 view.nodes[i]));
	for (i = 0; i < graph->edges_n; i++)
		json_array_append_new(edges, edge_object(run, &graph->edges[i],
							 view.edges[i]));
	weft_graph_view_clear(&view);
	json_object_set_new(object, "locks", nodes);
	json_object_set_new(object, "edges", edges);
	return object;
}
