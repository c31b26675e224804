/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The lock graph as JSON: names and places, no addresses, so that it outlives
 * the image and can be compared with that of another one. The form is that of
 * docs/weft-lock-graph-1.schema.json; pages and GraphML are made from it.
 */
#include <assert.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "graph_view.h"
#include "json.h"
#include "graph_files.h"
#include "output.h"
#include "report.h"
#include "story.h"

const char *const lockgraph_kinds[WEFT_LOCK_KINDS + 1] = {
	[WEFT_LOCK_MUTEX]	= "mutex",
	[WEFT_LOCK_SPIN]	= "spinlock",
	[WEFT_LOCK_RWSEM]	= "rwsem",
	[WEFT_LOCK_RWLOCK]	= "rwlock",
	[WEFT_LOCK_SEMAPHORE]	= "semaphore",
	[WEFT_LOCK_ANNOTATION]	= "annotation",
	[WEFT_LOCK_KINDS]	= "wait",
};

const char *const lockgraph_modes[] = {
	[WEFT_EDGE_EXCLUSIVE]	= "lock",
	[WEFT_EDGE_SHARED]	= "shared",
	[WEFT_EDGE_TRY]		= "trylock",
	[WEFT_EDGE_WAIT]	= "wait",
};

unsigned int lockgraph_kind(const struct weft_lock_node *node)
{
	return node->is_wait || node->kind > WEFT_LOCK_KINDS ?
	       WEFT_LOCK_KINDS : node->kind;
}

/* "&dev->mutex" of "&dev->mutex #2" */
static json_t *base_name(const struct weft_lock_node *node)
{
	char *text = output_format("%.*s", (int)node->base_n, node->name);
	json_t *name = json_text(text);

	free(text);
	return name;
}

/* How often is not told: executions share what they begin with (tally.h). */
static json_t *node_object(const struct weft_lock_node *node, bool shown,
			   unsigned int number)
{
	json_t *object = json_object();

	json_object_set_new(object, "name", json_text(node->name));
	json_object_set_new(object, "class",
			    base_name(node));
	json_object_set_new(object, "kind",
			    json_string(lockgraph_kinds[lockgraph_kind(node)]));
	json_object_set_new(object, "shown", json_boolean(shown));
	json_object_set_new(object, "number", json_integer(number));
	return object;
}

static json_t *edge_object(const struct weft_run *run,
			   const struct weft_lock_edge *edge, bool shown,
			   unsigned int number)
{
	json_t *object = json_object();

	json_object_set_new(object, "number", json_integer(number));
	json_object_set_new(object, "from", json_integer(edge->from));
	json_object_set_new(object, "to", json_integer(edge->to));
	json_object_set_new(object, "mode",
			    json_string(lockgraph_modes[edge->mode]));
	json_object_set_new(object, "held_shared",
			    json_boolean(edge->from_shared));
	json_object_set_new(object, "on_cycle", json_boolean(edge->in_cycle));
	json_object_set_new(object, "execution",
			    json_integer((json_int_t)edge->execution));
	json_object_set_new(object, "task", json_text(edge->task_name));
	json_object_set_new(object, "held_at",
			    json_site(run, &edge->from_stack));
	json_object_set_new(object, "taken_at",
			    json_site(run, &edge->to_stack));
	json_object_set_new(object, "shown", json_boolean(shown));
	return object;
}

static json_t *nodes_array(const struct weft_lockgraph *graph,
			   const struct weft_graph_view *view)
{
	json_t *nodes = json_array();
	size_t i;

	for (i = 0; i < graph->nodes_n; i++)
		json_array_append_new(nodes, node_object(&graph->nodes[i],
				view->nodes[i], view->node_numbers[i]));
	return nodes;
}

struct json_t *weft_lock_graph_to_json(const struct weft_run *run, bool full)
{
	const struct weft_lockgraph *graph = &run->result->graph;
	json_t *object = json_object(), *edges = json_array();
	struct weft_graph_view view;
	size_t i;

	weft_graph_view_create(&view, run, full);
	json_object_set_new(object, "locks", nodes_array(graph, &view));
	for (i = 0; i < graph->edges_n; i++)
		json_array_append_new(edges, edge_object(run, &graph->edges[i],
				view.edges[i], view.edge_numbers[i]));
	weft_graph_view_clear(&view);
	json_object_set_new(object, "edges", edges);
	return object;
}

static void add_stacks(json_t *document, const struct weft_run *run,
		       struct weft_source *source)
{
	struct weft_places *places = weft_places_create(run, source);
	const struct weft_lockgraph *graph = &run->result->graph;
	json_t *edge;
	size_t i;

	json_array_foreach(json_object_get(document, "edges"), i, edge) {
		json_object_set_new(edge, "held_stack", weft_places_add(places,
				&graph->edges[i].from_stack));
		json_object_set_new(edge, "taken_stack", weft_places_add(places,
				&graph->edges[i].to_stack));
	}
	weft_places_finish(places, document);
}

static void add_schedules(json_t *document, const struct lockgraph_schedules *s)
{
	json_t *edge, *files = json_array();
	size_t i;

	for (i = 0; i < s->n; i++)
		json_array_append_new(files, json_text(s->names[i]));
	json_object_set_new(document, "schedules", files);
	json_array_foreach(json_object_get(document, "edges"), i, edge) {
		json_object_set_new(edge, "schedule", s->of_edge[i] < 0 ?
				    json_null() : json_integer(s->of_edge[i]));
		json_object_set_new(edge, "step", s->of_edge[i] < 0 ?
				    json_null() : json_integer((json_int_t)
						s->step_of_edge[i]));
	}
}

struct json_t *lockgraph_document(const struct weft_run *run, bool full,
				  const struct lockgraph_schedules *schedules,
				  struct weft_source *source)
{
	json_t *document = json_object();

	json_object_set_new(document, "format", json_integer(1));
	json_object_set_new(document, "scenario", json_text(run->scenario->name));
	json_object_set_new(document, "kernel", json_text(run->kernel));
	json_object_set_new(document, "release", json_text(run->release));
	json_object_update_new(document, weft_lock_graph_to_json(run, full));
	add_stacks(document, run, source);
	add_schedules(document, schedules);
	return document;
}
