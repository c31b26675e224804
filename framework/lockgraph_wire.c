/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What a part of a search adds to the lock graph, as bytes; contract in
 * segment.h.
 *
 * Classes are numbered by first use in each process, so a node travels with
 * its class's key, which is the same everywhere.
 */
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "segment_internal.h"

static uint64_t *copy_numbers(size_t n)
{
	uint64_t *numbers = calloc(n + 1, sizeof(*numbers));

	assert(numbers && "out of memory for the lock graph");
	return numbers;
}

void segment__graph_take(struct weft_base *base)
{
	const struct weft_lockgraph *graph = base->graph;
	size_t i;

	free(base->uses);
	free(base->counts);
	base->nodes_n = graph->nodes_n;
	base->edges_n = graph->edges_n;
	base->uses = copy_numbers(base->nodes_n);
	base->counts = copy_numbers(base->edges_n);
	for (i = 0; i < base->nodes_n; i++)
		base->uses[i] = graph->nodes[i].uses;
	for (i = 0; i < base->edges_n; i++)
		base->counts[i] = graph->edges[i].count;
}

void segment__put_class(const struct weft_base *base, size_t class,
			struct weft_buffer *to)
{
	const struct weft_objects *objects = weft_exec_objects(base->x);

	weft_buffer_put_address(to, (uintptr_t)objects->classes[class].key);
	weft_buffer_put(to, objects->classes[class].subclass);
	weft_buffer_put_text(to, objects->classes[class].name);
}

static size_t class_of(const struct weft_lockgraph *graph, uint32_t node)
{
	size_t class = 0;

	while (class < graph->by_class_n && graph->by_class[class] != node + 1)
		class++;
	assert(class < graph->by_class_n);
	return class;
}

static void put_node(const struct weft_base *base, uint32_t i,
		     struct weft_buffer *to)
{
	const struct weft_lock_node *node = &base->graph->nodes[i];

	weft_buffer_put(to, node->is_wait);
	if (node->is_wait) {
		weft_buffer_put_text(to, node->name);
	} else {
		segment__put_class(base, class_of(base->graph, i), to);
		weft_buffer_put(to, node->kind);
	}
	weft_buffer_put(to, node->uses);
}

static void put_edge(const struct weft_lock_edge *edge, struct weft_buffer *to)
{
	weft_buffer_put(to, edge->from);
	weft_buffer_put(to, edge->to);
	weft_buffer_put(to, edge->mode);
	weft_buffer_put(to, edge->from_shared);
	weft_buffer_put(to, edge->count);
	weft_buffer_put(to, edge->execution);
	weft_buffer_put_signed(to, edge->task);
	weft_buffer_put_text(to, edge->task_name);
	weft_buffer_put_text(to, edge->schedule);
	segment__put_stack(&edge->from_stack, to);
	segment__put_stack(&edge->to_stack, to);
}

void segment__graph_put(const struct weft_base *base, struct weft_buffer *to)
{
	const struct weft_lockgraph *graph = base->graph;
	size_t i;

	weft_buffer_put(to, base->nodes_n);
	for (i = 0; i < base->nodes_n; i++)
		weft_buffer_put(to, graph->nodes[i].uses - base->uses[i]);
	weft_buffer_put(to, base->edges_n);
	for (i = 0; i < base->edges_n; i++)
		weft_buffer_put(to, graph->edges[i].count - base->counts[i]);
	weft_buffer_put(to, graph->nodes_n - base->nodes_n);
	for (i = base->nodes_n; i < graph->nodes_n; i++)
		put_node(base, (uint32_t)i, to);
	weft_buffer_put(to, graph->edges_n - base->edges_n);
	for (i = base->edges_n; i < graph->edges_n; i++)
		put_edge(&graph->edges[i], to);
}

void segment__graph_restore(struct weft_base *base)
{
	struct weft_lockgraph *graph = base->graph;
	size_t i;

	for (i = 0; i < base->nodes_n; i++)
		graph->nodes[i].uses = base->uses[i];
	for (i = 0; i < base->edges_n; i++)
		graph->edges[i].count = base->counts[i];
	while (graph->nodes_n > base->nodes_n)
		free(graph->nodes[--graph->nodes_n].name);
	weft_lockgraph_cut_edges(graph, base->edges_n);
	for (i = 0; i < graph->by_class_n; i++)
		if (graph->by_class[i] > base->nodes_n)
			graph->by_class[i] = 0;
	memset(graph->recent, 0, sizeof(graph->recent));
}

/* The name of a class ends with its subclass; a reference has it apart. */
uint32_t segment__get_class(struct weft_base *base, const char *name,
			    const void *key, unsigned char subclass,
			    unsigned char kind)
{
	struct weft_lock_ref ref = {
		.addr = key, .name = name, .key = key, .kind = kind,
		.subclass = subclass,
	};
	char *plain = strdup(name);
	char suffix[8];
	size_t n;
	uint32_t class;

	assert(plain && "out of memory for lock classes");
	n = (size_t)snprintf(suffix, sizeof(suffix), "/%u", subclass);
	if (subclass && strlen(plain) > n)
		plain[strlen(plain) - n] = '\0';
	ref.name = plain;
	class = weft_class_get(weft_exec_objects(base->x), &ref);
	free(plain);
	return class;
}

static bool add_node(struct weft_base *base, struct weft_reader *from,
		     uint32_t *ret_node)
{
	bool is_wait = weft_reader_get_most(from, 1);
	const void *key = is_wait ? NULL :
			  (const void *)weft_reader_get_address(from);
	unsigned char subclass = is_wait ? 0 :
		(unsigned char)weft_reader_get_most(from, UINT8_MAX);
	char *name = weft_reader_get_text(from);
	unsigned char kind = is_wait ? 0 :
		(unsigned char)weft_reader_get_most(from, WEFT_LOCK_KINDS);
	uint64_t uses = weft_reader_get(from);

	if (from->bad || !name) {
		free(name);
		return false;
	}
	*ret_node = is_wait ? weft_lockgraph_wait_node(base->graph, name) :
		    weft_lockgraph_node(base->graph,
					segment__get_class(base, name, key,
							   subclass, kind),
					name, kind);
	base->graph->nodes[*ret_node].uses += uses;
	free(name);
	return true;
}

static bool add_edge(struct weft_base *base, struct weft_reader *from,
		     const uint32_t *nodes, size_t n, unsigned long executions)
{
	size_t a = (size_t)weft_reader_get_most(from, n - 1);
	size_t b = (size_t)weft_reader_get_most(from, n - 1);
	enum weft_edge_mode mode = (enum weft_edge_mode)
		weft_reader_get_most(from, WEFT_EDGE_WAIT);
	bool from_shared = weft_reader_get_most(from, 1);
	struct weft_lock_edge told = { .count = weft_reader_get(from) }, *edge;
	size_t i;

	told.execution = weft_reader_get(from) + executions;
	told.task = (int)weft_reader_get_signed(from);
	told.task_name = weft_reader_get_text(from);
	told.schedule = weft_reader_get_text(from);
	segment__get_stack(&told.from_stack, from);
	segment__get_stack(&told.to_stack, from);
	if (from->bad) {
		free(told.task_name);
		free(told.schedule);
		return false;
	}
	if (weft_lockgraph_edge(base->graph, nodes[a], nodes[b], mode,
				from_shared, &edge)) {
		edge->count = told.count;
		edge->execution = told.execution;
		edge->task = told.task;
		edge->task_name = told.task_name;
		edge->schedule = told.schedule;
		edge->from_stack = told.from_stack;
		edge->to_stack = told.to_stack;
		return true;
	}
	free(told.task_name);
	free(told.schedule);
	for (i = 0; i < base->graph->edges_n; i++) {
		edge = &base->graph->edges[i];
		if (edge->from == nodes[a] && edge->to == nodes[b] &&
		    edge->mode == mode && edge->from_shared == from_shared)
			edge->count += told.count - 1;
	}
	return true;
}

bool segment__graph_add(struct weft_base *base, struct weft_reader *from,
			unsigned long executions)
{
	struct weft_lockgraph *graph = base->graph;
	size_t known, n, i;
	uint32_t *nodes;
	bool good = true;

	known = weft_reader_get_count(from, 1);
	if (known > graph->nodes_n)
		return false;
	for (i = 0; i < known; i++)
		graph->nodes[i].uses += weft_reader_get(from);
	n = weft_reader_get_count(from, 1);
	if (n > graph->edges_n)
		return false;
	for (i = 0; i < n; i++)
		graph->edges[i].count += weft_reader_get(from);
	n = weft_reader_get_count(from, 3);
	nodes = calloc(known + n + 1, sizeof(*nodes));
	assert(nodes && "out of memory for the lock graph");
	for (i = 0; i < known; i++)
		nodes[i] = (uint32_t)i;
	for (n += known; good && i < n; i++)
		good = add_node(base, from, &nodes[i]);
	i = weft_reader_get_count(from, 11);
	for (good = good && (!i || n); good && i; i--)
		good = add_edge(base, from, nodes, n, executions);
	free(nodes);
	return good && !from->bad;
}
