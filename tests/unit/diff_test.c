/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What differs between two campaigns (src/diff.h). Graphs are written as the edges
 * they have, "held>taken", with a letter for the mode and one for the function.
 */
#include <jansson.h>
#include <stdio.h>
#include <string.h>

#include "src/diff.h"
#include "tests/unit/unit.h"

static size_t lock_index(json_t *locks, const char *name, size_t n)
{
	json_t *lock;
	size_t i;

	json_array_foreach(locks, i, lock)
		if (strlen(json_text_of(lock, "name")) == n &&
		    !strncmp(json_text_of(lock, "name"), name, n))
			return i;
	/* "A #2" is of class A. */
	json_array_append_new(locks, json_pack("{s:s%, s:s%, s:s, s:b}",
		"name", name, n, "class", name, strcspn(name, " >") < n ?
		strcspn(name, " >") : n, "kind", "mutex", "shown", true));
	return i;
}

/* "A>B" or "A>B:shared@g", several separated by semicolons. */
static json_t *graph(const char *text)
{
	json_t *locks = json_array(), *edges = json_array();

	while (*text) {
		size_t n = strcspn(text, ";"), from = strcspn(text, ">");
		size_t to = from + 1 + strcspn(text + from + 1, ":@;");
		const char *function = memchr(text, '@', n);
		size_t a = lock_index(locks, text, from);
		size_t b = lock_index(locks, text + from + 1, to - from - 1);

		json_array_append_new(edges, json_pack(
			"{s:i, s:i, s:s, s:b, s:b, s:b, s:{s:s}, s:{s:s%}}",
			"from", (int)a, "to", (int)b, "mode",
			memchr(text, ':', n) ? "shared" : "lock",
			"held_shared", false, "on_cycle", false, "shown", true,
			"held_at", "function", "f", "taken_at", "function",
			function ? function + 1 : "f", (size_t)1));
		text += n + (text[n] == ';');
	}
	return json_pack("{s:o, s:o}", "locks", locks, "edges", edges);
}

static json_t *difference(const char *before, const char *after)
{
	json_t *a = graph(before), *b = graph(after), *diff;

	ck_assert(a && b);
	diff = diff_graphs(a, b);
	json_decref(a);
	json_decref(b);
	return diff;
}

/* The change of an edge or an order, "" where there is none. */
static const char *change_of(json_t *diff, const char *list, const char *from,
			     const char *to)
{
	json_t *object;
	size_t i;

	json_array_foreach(json_object_get(diff, list), i, object)
		if (!strcmp(json_text_of(object, "from"), from) &&
		    !strcmp(json_text_of(object, "to"), to))
			return json_text_of(object, "change");
	return "";
}

static const char *lock_change(json_t *diff, const char *name)
{
	json_t *lock;
	size_t i;

	json_array_foreach(json_object_get(diff, "locks"), i, lock)
		if (!strcmp(json_text_of(lock, "name"), name))
			return json_text_of(lock, "change");
	return "";
}

START_TEST(edges_are_gone_new_and_kept)
{
	json_t *diff = difference("A>B;B>C", "A>B;D>C");

	ck_assert_str_eq(change_of(diff, "edges", "A", "B"), "kept");
	ck_assert_str_eq(change_of(diff, "edges", "B", "C"), "gone");
	ck_assert_str_eq(change_of(diff, "edges", "D", "C"), "new");
	ck_assert_str_eq(lock_change(diff, "D"), "new");
	ck_assert_str_eq(lock_change(diff, "B"), "kept");
	json_decref(diff);
}
END_TEST

START_TEST(another_mode_or_function_is_a_change)
{
	json_t *diff = difference("A>B;C>D;E>F", "A>B:shared;C>D@g;E>F");
	json_t *edges = json_object_get(diff, "edges");

	ck_assert_uint_eq(diff_count(edges, "change", "changed"), 2);
	ck_assert_str_eq(change_of(diff, "edges", "A", "B"), "changed");
	ck_assert_str_eq(change_of(diff, "edges", "C", "D"), "changed");
	ck_assert_str_eq(change_of(diff, "edges", "E", "F"), "kept");
	json_decref(diff);
}
END_TEST

START_TEST(an_order_turned_round_is_swapped_once)
{
	json_t *diff = difference("A>B", "B>A");
	json_t *orders = json_object_get(diff, "orders");

	ck_assert_uint_eq(json_array_size(orders), 1);
	ck_assert_str_eq(change_of(diff, "orders", "A", "B"), "swapped");
	json_decref(diff);
}
END_TEST

START_TEST(a_lock_in_between_is_another_way_not_a_lost_order)
{
	json_t *diff = difference("A>C", "A>B;B>C");

	ck_assert_str_eq(change_of(diff, "edges", "A", "C"), "gone");
	ck_assert_str_eq(change_of(diff, "orders", "A", "C"), "path");
	ck_assert_str_eq(change_of(diff, "orders", "A", "B"), "new");
	json_decref(diff);
}
END_TEST

START_TEST(orders_over_several_locks_are_told)
{
	json_t *diff = difference("A>B;B>C;C>D", "A>B;C>D");

	ck_assert_str_eq(change_of(diff, "orders", "A", "D"), "gone");
	ck_assert_str_eq(change_of(diff, "orders", "C", "D"), "");
	json_decref(diff);
}
END_TEST

START_TEST(a_cycle_that_is_broken_is_no_swap)
{
	json_t *diff = difference("A>B;B>A", "A>B");

	ck_assert_str_eq(change_of(diff, "orders", "B", "A"), "gone");
	ck_assert_str_eq(change_of(diff, "orders", "A", "B"), "");
	json_decref(diff);
}
END_TEST

START_TEST(numbered_classes_are_one)
{
	json_t *diff = difference("A #2>B", "A>B");

	ck_assert_str_eq(change_of(diff, "edges", "A", "B"), "kept");
	ck_assert_uint_eq(json_array_size(json_object_get(diff, "orders")), 0);
	json_decref(diff);
}
END_TEST

static json_t *campaign(const char *const *signatures)
{
	json_t *findings = json_array();

	for (; *signatures; signatures++)
		json_array_append_new(findings, json_pack(
			"{s:s, s:s, s:{s:s}, s:[{s:s}]}", "kind", "memory",
			"signature", *signatures, "place", "function", "f",
			"related", "function", "g"));
	return json_pack("{s:o}", "findings", findings);
}

static void check_findings(const char *const *before, const char *const *after,
			   size_t gone, size_t new, size_t same)
{
	json_t *a = campaign(before), *b = campaign(after);
	json_t *diff = diff_findings(a, b);

	ck_assert_uint_eq(json_array_size(json_object_get(diff, "gone")), gone);
	ck_assert_uint_eq(json_array_size(json_object_get(diff, "new")), new);
	ck_assert_uint_eq(json_array_size(json_object_get(diff, "same")), same);
	json_decref(a);
	json_decref(b);
	json_decref(diff);
}

START_TEST(findings_match_by_their_signature)
{
	check_findings((const char *const[]){ "deadlock:A,B", "x", NULL },
		       (const char *const[]){ "deadlock:A,C", "x", NULL },
		       1, 1, 1);
}
END_TEST

START_TEST(lines_and_offsets_do_not_count)
{
	check_findings((const char *const[]){
		"race:f() a.c:12|g() b.c:3", "memory:leak:+0x12f", NULL },
		       (const char *const[]){
		"memory:leak:+0x3", "race:f() a.c:120|g() b.c:4", NULL },
		       0, 0, 2);
}
END_TEST

START_TEST(a_function_may_move_to_another_file)
{
	check_findings((const char *const[]){
		"crash:WARNING in f() d/a.c:12", NULL },
		       (const char *const[]){
		"crash:WARNING in f() d/b.c:3", NULL }, 0, 0, 1);
	check_findings((const char *const[]){
		"race:f() d/a.c:12|g() d/a.c:3", NULL },
		       (const char *const[]){
		"race:f() d/b.c:3|h() d/a.c:3", NULL }, 1, 1, 0);
}
END_TEST

START_TEST(names_with_digits_do_count)
{
	check_findings((const char *const[]){ "race:f1() a.c:1|g()", NULL },
		       (const char *const[]){ "race:f2() a.c:1|g()", NULL },
		       1, 1, 0);
}
END_TEST

START_TEST(each_finding_has_one_partner)
{
	check_findings((const char *const[]){ "f() a.c:1", "f() a.c:2", NULL },
		       (const char *const[]){ "f() a.c:2", NULL }, 1, 0, 1);
}
END_TEST

Suite *unit_suite(void)
{
	Suite *suite = suite_create("diff");

	unit_add(suite, edges_are_gone_new_and_kept);
	unit_add(suite, another_mode_or_function_is_a_change);
	unit_add(suite, an_order_turned_round_is_swapped_once);
	unit_add(suite, a_lock_in_between_is_another_way_not_a_lost_order);
	unit_add(suite, orders_over_several_locks_are_told);
	unit_add(suite, a_cycle_that_is_broken_is_no_swap);
	unit_add(suite, numbered_classes_are_one);
	unit_add(suite, findings_match_by_their_signature);
	unit_add(suite, lines_and_offsets_do_not_count);
	unit_add(suite, a_function_may_move_to_another_file);
	unit_add(suite, names_with_digits_do_count);
	unit_add(suite, each_finding_has_one_partner);
	return suite;
}
