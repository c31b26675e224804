/* SPDX-License-Identifier: GPL-2.0-only */
/* What differs between two lock graphs; contract in diff.h. */
#include <assert.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "diff.h"
#include "diff_graph.h"
#include "output.h"

static int by_name(const void *a, const void *b)
{
	return strcmp(((const struct diff_lock *)a)->name,
		      ((const struct diff_lock *)b)->name);
}

static struct diff_lock *find(const struct diff_graph *d, const char *name)
{
	size_t i;

	for (i = 0; i < d->n; i++)
		if (!strcmp(d->locks[i].name, name))
			return &d->locks[i];
	return NULL;
}

static void add_locks(struct diff_graph *d, json_t *graph, int side)
{
	json_t *lock;
	size_t i;

	json_array_foreach(json_object_get(graph, "locks"), i, lock) {
		const char *name = json_text_of(lock, "class");
		struct diff_lock *at = find(d, name);

		if (!at) {
			at = reallocarray(d->locks, d->n + 1, sizeof(*at));
			assert(at && "out of memory for a comparison");
			d->locks = at;
			at += d->n++;
			memset(at, 0, sizeof(*at));
			at->name = name;
		}
		at->kind = json_text_of(lock, "kind");
		at->there[side] = true;
		at->shown |= diff_is(lock, "shown");
	}
}

static const char *class_of(json_t *graph, json_t *edge, const char *end)
{
	json_t *at = json_array_get(json_object_get(graph, "locks"),
		(size_t)json_integer_value(json_object_get(edge, end)));

	return json_text_of(at, "class");
}

/* Functions move from file to file, and lines change all the time. */
static bool same_site(json_t *a, json_t *b)
{
	return !strcmp(json_text_of(a, "function"), json_text_of(b, "function"));
}

/* Equal but for the instance: kept once. */
static bool is_there(json_t *ways, json_t *edge)
{
	json_t *way;
	size_t i;

	json_array_foreach(ways, i, way)
		if (!strcmp(json_text_of(way, "mode"), json_text_of(edge, "mode")) &&
		    diff_is(way, "held_shared") ==
		    diff_is(edge, "held_shared") &&
		    same_site(json_object_get(way, "held_at"),
			      json_object_get(edge, "held_at")) &&
		    same_site(json_object_get(way, "taken_at"),
			      json_object_get(edge, "taken_at")))
			return true;
	return false;
}

static json_t *way_of(json_t *edge)
{
	static const char *const keys[] = {
		"mode", "held_shared", "held_at", "taken_at", "execution",
	};
	json_t *way = json_object();
	size_t i;

	for (i = 0; i < sizeof(keys) / sizeof(*keys); i++)
		json_object_set(way, keys[i], json_object_get(edge, keys[i]));
	return way;
}

static void add_edges(struct diff_graph *d, json_t *graph, int side)
{
	json_t *edge;
	size_t i;

	json_array_foreach(json_object_get(graph, "edges"), i, edge) {
		struct diff_lock *from = find(d, class_of(graph, edge, "from"));
		struct diff_lock *to = find(d, class_of(graph, edge, "to"));
		struct diff_edge *at;

		if (!from || !to)
			continue;
		at = diff_edge(d, (size_t)(from - d->locks),
			       (size_t)(to - d->locks));
		if (!at->ways[side])
			at->ways[side] = json_array();
		if (!is_there(at->ways[side], edge))
			json_array_append_new(at->ways[side], way_of(edge));
		at->shown |= diff_is(edge, "shown");
		if (!diff_is(edge, "on_cycle"))
			continue;
		at->on_cycle[side] = from->on_cycle = to->on_cycle = true;
	}
}

static const char *change_of(bool before, bool after)
{
	return before ? after ? "kept" : "gone" : "new";
}

static json_t *lock_object(const struct diff_lock *lock)
{
	return json_pack("{s:s, s:s, s:s, s:b, s:b}", "name", lock->name,
			 "kind", lock->kind, "change",
			 change_of(lock->there[0], lock->there[1]),
			 "shown", lock->shown, "on_cycle", lock->on_cycle);
}

/* Is there a way in @b that has the @key of @way? */
static bool has_mode(json_t *b, json_t *way)
{
	json_t *other;
	size_t i;

	json_array_foreach(b, i, other)
		if (!strcmp(json_text_of(way, "mode"), json_text_of(other, "mode")) &&
		    diff_is(way, "held_shared") ==
		    diff_is(other, "held_shared"))
			return true;
	return false;
}

/* Every way of @a is one of @b, as far as @is_one looks. */
static bool all_in(json_t *a, json_t *b, bool (*is_one)(json_t *, json_t *))
{
	json_t *way;
	size_t i;

	json_array_foreach(a, i, way)
		if (!is_one(b, way))
			return false;
	return true;
}

static json_t *what_changed(const struct diff_edge *edge)
{
	json_t *before = edge->ways[0], *after = edge->ways[1];
	json_t *what = json_array();

	if (!before || !after)
		return what;
	if (!all_in(before, after, has_mode) || !all_in(after, before, has_mode))
		json_array_append_new(what, json_string("mode"));
	else if (!all_in(before, after, is_there) ||
		 !all_in(after, before, is_there))
		json_array_append_new(what, json_string("place"));
	return what;
}

static json_t *ways_or_null(json_t *ways)
{
	return ways ? json_incref(ways) : json_null();
}

/* On which sides it lies on a cycle. */
static const char *cycle_of(const struct diff_edge *edge)
{
	if (edge->on_cycle[0])
		return edge->on_cycle[1] ? "both" : "before";
	return edge->on_cycle[1] ? "after" : "";
}

static json_t *edge_object(struct diff_graph *d, size_t from, size_t to)
{
	const struct diff_edge *edge = diff_edge(d, from, to);
	const struct diff_edge *back = diff_edge(d, to, from);
	bool before = edge->ways[0], after = edge->ways[1];
	json_t *what = what_changed(edge);
	const char *change = json_array_size(what) ? "changed" :
			     change_of(before, after);

	return json_pack("{s:s, s:s, s:s, s:o, s:b, s:b, s:s, s:o, s:o}",
			 "from", d->locks[from].name, "to", d->locks[to].name,
			 "change", change, "what", what,
			 "reversed", from != to && before != after &&
			 (before ? !back->ways[0] && back->ways[1] :
				   back->ways[0] && !back->ways[1]),
			 "shown", edge->shown, "cycle", cycle_of(edge),
			 "before", ways_or_null(edge->ways[0]),
			 "after", ways_or_null(edge->ways[1]));
}

static json_t *edges_array(struct diff_graph *d)
{
	json_t *array = json_array();
	size_t from, to;

	for (from = 0; from < d->n; from++)
		for (to = 0; to < d->n; to++)
			if (diff_edge(d, from, to)->ways[0] ||
			    diff_edge(d, from, to)->ways[1])
				json_array_append_new(array,
					edge_object(d, from, to));
	return array;
}

/* What is shown has the lowest numbers, as in the graph of one kernel. */
static void number_edges(json_t *edges)
{
	json_t *edge;
	int shown, number = 0;
	size_t i;

	for (shown = 1; shown >= 0; shown--)
		json_array_foreach(edges, i, edge)
			if (diff_is(edge, "shown") == shown)
				json_object_set_new(edge, "number",
						    json_integer(++number));
}

static void clear(struct diff_graph *d)
{
	size_t i;

	for (i = 0; i < d->n * d->n; i++) {
		json_decref(d->edges[i].ways[0]);
		json_decref(d->edges[i].ways[1]);
	}
	free(d->edges);
	free(d->locks);
}

struct json_t *diff_graphs(struct json_t *before, struct json_t *after)
{
	struct diff_graph d = { 0 };
	json_t *result = json_object(), *locks = json_array();
	size_t i;

	add_locks(&d, before, 0);
	add_locks(&d, after, 1);
	if (d.n)
		qsort(d.locks, d.n, sizeof(*d.locks), by_name);
	d.edges = calloc(d.n * d.n + 1, sizeof(*d.edges));
	assert(d.edges && "out of memory for a comparison");
	add_edges(&d, before, 0);
	add_edges(&d, after, 1);
	for (i = 0; i < d.n; i++)
		json_array_append_new(locks, lock_object(&d.locks[i]));
	json_object_set_new(result, "locks", locks);
	json_object_set_new(result, "edges", edges_array(&d));
	number_edges(json_object_get(result, "edges"));
	json_object_set_new(result, "orders", diff_orders(&d));
	clear(&d);
	return result;
}

size_t diff_count(struct json_t *array, const char *key, const char *text)
{
	json_t *object;
	size_t i, n = 0;

	json_array_foreach(array, i, object)
		n += !strcmp(json_text_of(object, key), text);
	return n;
}

bool diff_is(struct json_t *object, const char *key)
{
	return json_is_true(json_object_get(object, key));
}
