/* SPDX-License-Identifier: GPL-2.0-only */
/* The lock graph (framework/lockgraph.h): edges, cycles, order. */
#include <stdlib.h>
#include <string.h>

#include "framework/lockgraph.h"
#include "framework/port.h"
#include "tests/unit/unit.h"

static struct weft_lockgraph graph;

/* Classes are letters. */
static uint32_t node(char name)
{
	char text[2] = { name, '\0' };

	return weft_lockgraph_node(&graph, (uint32_t)name, text,
				   WEFT_LOCK_MUTEX);
}

static bool edge(char from, char to, enum weft_edge_mode mode, bool from_shared)
{
	struct weft_lock_edge *added;

	return weft_lockgraph_edge(&graph, node(from), node(to), mode,
				   from_shared, &added);
}

/* "A>B! B>C" after finish; '!' is in a cycle, '~' a trylock, '?' a wait. */
static void assert_graph(const char *expected)
{
	char text[512] = "";
	size_t i;

	weft_lockgraph_finish(&graph);
	for (i = 0; i < graph.edges_n; i++) {
		const struct weft_lock_edge *e = &graph.edges[i];

		strcat(text, i ? " " : "");
		strcat(text, graph.nodes[e->from].name);
		strcat(text, e->mode == WEFT_EDGE_TRY ? "~" :
			     e->mode == WEFT_EDGE_WAIT ? "?" : ">");
		strcat(text, graph.nodes[e->to].name);
		strcat(text, e->in_cycle ? "!" : "");
	}
	ck_assert_str_eq(text, expected);
	weft_lockgraph_clear(&graph);
}

START_TEST(an_edge_is_new_once_and_counted)
{
	ck_assert(edge('A', 'B', WEFT_EDGE_EXCLUSIVE, false));
	ck_assert(!edge('A', 'B', WEFT_EDGE_EXCLUSIVE, false));
	ck_assert(edge('A', 'B', WEFT_EDGE_SHARED, false));
	ck_assert(edge('A', 'B', WEFT_EDGE_EXCLUSIVE, true));
	ck_assert(edge('B', 'A', WEFT_EDGE_EXCLUSIVE, false));
	ck_assert(!edge('A', 'B', WEFT_EDGE_EXCLUSIVE, false));
	ck_assert_uint_eq(graph.edges_n, 4);
	ck_assert_uint_eq(graph.edges[0].count, 3);
	weft_lockgraph_clear(&graph);
}
END_TEST

START_TEST(a_chain_has_no_cycle)
{
	edge('A', 'B', WEFT_EDGE_EXCLUSIVE, false);
	edge('B', 'C', WEFT_EDGE_EXCLUSIVE, false);
	edge('A', 'C', WEFT_EDGE_EXCLUSIVE, false);
	assert_graph("A>B A>C B>C");
}
END_TEST

START_TEST(cycles_of_any_length_are_marked)
{
	edge('A', 'B', WEFT_EDGE_EXCLUSIVE, false);
	edge('B', 'A', WEFT_EDGE_EXCLUSIVE, false);
	assert_graph("A>B! B>A!");
	edge('A', 'B', WEFT_EDGE_EXCLUSIVE, false);
	edge('B', 'C', WEFT_EDGE_EXCLUSIVE, false);
	edge('C', 'A', WEFT_EDGE_EXCLUSIVE, false);
	edge('C', 'D', WEFT_EDGE_EXCLUSIVE, false);
	edge('E', 'A', WEFT_EDGE_EXCLUSIVE, false);
	assert_graph("A>B! B>C! C>A! C>D E>A");
	edge('A', 'A', WEFT_EDGE_EXCLUSIVE, false);
	assert_graph("A>A!");
}
END_TEST

START_TEST(two_cycles_are_kept_apart)
{
	edge('A', 'B', WEFT_EDGE_EXCLUSIVE, false);
	edge('B', 'A', WEFT_EDGE_EXCLUSIVE, false);
	edge('B', 'C', WEFT_EDGE_EXCLUSIVE, false);
	edge('C', 'D', WEFT_EDGE_EXCLUSIVE, false);
	edge('D', 'C', WEFT_EDGE_EXCLUSIVE, false);
	assert_graph("A>B! B>A! B>C C>D! D>C!");
}
END_TEST

START_TEST(a_trylock_never_closes_a_cycle)
{
	edge('A', 'B', WEFT_EDGE_EXCLUSIVE, false);
	edge('B', 'A', WEFT_EDGE_TRY, false);
	assert_graph("A>B B~A");
	edge('A', 'A', WEFT_EDGE_TRY, false);
	assert_graph("A~A");
	/* But an acquisition beside it does, and only that one is marked. */
	edge('A', 'B', WEFT_EDGE_EXCLUSIVE, false);
	edge('B', 'A', WEFT_EDGE_TRY, false);
	edge('B', 'A', WEFT_EDGE_EXCLUSIVE, false);
	assert_graph("A>B! B>A! B~A");
}
END_TEST

START_TEST(readers_nest)
{
	edge('A', 'A', WEFT_EDGE_SHARED, true);
	assert_graph("A>A");
	edge('A', 'A', WEFT_EDGE_SHARED, false);
	assert_graph("A>A!");
	edge('A', 'A', WEFT_EDGE_EXCLUSIVE, true);
	assert_graph("A>A!");
}
END_TEST

START_TEST(a_wait_is_a_node_of_its_own)
{
	struct weft_lock_edge *added;
	uint32_t wait = weft_lockgraph_wait_node(&graph, "A");

	ck_assert_uint_ne(wait, node('A'));
	ck_assert_uint_eq(weft_lockgraph_wait_node(&graph, "A"), wait);
	ck_assert(weft_lockgraph_edge(&graph, node('A'), wait, WEFT_EDGE_WAIT,
				      false, &added));
	assert_graph("A?A");
}
END_TEST

START_TEST(classes_of_one_name_are_numbered)
{
	uint32_t first = weft_lockgraph_node(&graph, 1, "x", WEFT_LOCK_MUTEX);
	uint32_t second = weft_lockgraph_node(&graph, 2, "x", WEFT_LOCK_MUTEX);
	uint32_t other = weft_lockgraph_node(&graph, 4, "xy", WEFT_LOCK_MUTEX);

	ck_assert_uint_ne(second, first);
	ck_assert_uint_eq(weft_lockgraph_node(&graph, 1, "x", WEFT_LOCK_MUTEX),
			  first);
	ck_assert_str_eq(graph.nodes[first].name, "x");
	ck_assert_str_eq(graph.nodes[second].name, "x #2");
	ck_assert_str_eq(graph.nodes[other].name, "xy");
	ck_assert_uint_eq(graph.nodes_n, 3);
	weft_lockgraph_clear(&graph);
}
END_TEST

START_TEST(the_order_does_not_depend_on_the_discovery)
{
	static const char pairs[][2] = {
		{ 'A', 'B' }, { 'B', 'C' }, { 'C', 'D' }, { 'D', 'A' },
		{ 'A', 'D' }, { 'E', 'A' },
	};
	static const char expected[] = "A>B! A>D! B>C! C>D! D>A! E>A";
	int turn, i;

	for (turn = 0; turn < 6; turn++) {
		for (i = 0; i < 6; i++)
			edge(pairs[(i + turn) % 6][0], pairs[(i + turn) % 6][1],
			     WEFT_EDGE_EXCLUSIVE, false);
		assert_graph(expected);
		for (i = 6; i--; )
			edge(pairs[(i + turn) % 6][0], pairs[(i + turn) % 6][1],
			     WEFT_EDGE_EXCLUSIVE, false);
		assert_graph(expected);
	}
}
END_TEST

START_TEST(a_finished_graph_can_grow)
{
	edge('B', 'A', WEFT_EDGE_EXCLUSIVE, false);
	weft_lockgraph_finish(&graph);
	ck_assert(!edge('B', 'A', WEFT_EDGE_EXCLUSIVE, false));
	ck_assert(edge('A', 'B', WEFT_EDGE_EXCLUSIVE, false));
	assert_graph("A>B! B>A!");
}
END_TEST

Suite *unit_suite(void)
{
	Suite *suite = suite_create("lockgraph");

	unit_add(suite, an_edge_is_new_once_and_counted);
	unit_add(suite, a_chain_has_no_cycle);
	unit_add(suite, cycles_of_any_length_are_marked);
	unit_add(suite, two_cycles_are_kept_apart);
	unit_add(suite, a_trylock_never_closes_a_cycle);
	unit_add(suite, readers_nest);
	unit_add(suite, a_wait_is_a_node_of_its_own);
	unit_add(suite, classes_of_one_name_are_numbered);
	unit_add(suite, the_order_does_not_depend_on_the_discovery);
	unit_add(suite, a_finished_graph_can_grow);
	return suite;
}
