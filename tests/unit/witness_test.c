/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What is foretold of deadlocks, and what becomes of cycles of the lock graph
 * (framework/witness.h).
 */
#include "tests/unit/program.h"
#include "tests/unit/unit.h"

static struct model_lock *nodes, *other;
static char node_key;

/* A lock of the class "node", as it is taken with @subclass. */
static struct weft_lock_ref node_ref(long i, unsigned char subclass)
{
	return (struct weft_lock_ref) {
		.addr = model_mutex_at(nodes, i), .name = "node",
		.key = &node_key, .kind = WEFT_LOCK_MUTEX,
		.subclass = subclass,
	};
}

static void take_node(long i, unsigned char subclass)
{
	struct weft_lock_ref ref = node_ref(i, subclass);

	weft_exec_lock(program_exec, &ref, WEFT_EXCLUSIVE);
}

static void drop_node(long i)
{
	struct weft_lock_ref ref = node_ref(i, 0);

	weft_exec_unlock(program_exec, &ref, WEFT_EXCLUSIVE);
}

static void make_nodes(void)
{
	long i;

	nodes = model_mutexes("n", 2);
	for (i = 0; i < 2; i++) {
		struct weft_lock_ref ref = node_ref(i, 0);

		weft_exec_lock_init(program_exec, &ref);
	}
}

static struct weft_result explore(void (*main)(void), bool stop_early)
{
	struct program program = {
		.main = main, .sample = 1, .witness = 8,
		.stop_early = stop_early,
	};
	struct weft_result result;

	program_explore(&program, &result);
	return result;
}

/* ---- subclasses ---- */

static void takes_both_nodes(long first)
{
	take_node(first, 0);
	take_node(!first, 1);
	drop_node(!first);
	drop_node(first);
}

static void nested_in_both_orders(void)
{
	make_nodes();
	model_spawn("a", takes_both_nodes, 0);
	model_spawn("b", takes_both_nodes, 1);
	model_join_all();
}

START_TEST(a_deadlock_foretold_is_the_one_that_is_found_whatever_the_subclass)
{
	struct weft_result result = explore(nested_in_both_orders, true);
	const struct weft_finding *finding =
		assert_finding(&result, "deadlock", "deadlock of 2 tasks");

	ck_assert_uint_eq(result.predicted, 1);
	ck_assert_uint_eq(result.confirmed, 1);
	ck_assert_uint_eq(finding->predicted, 1);
	assert_locks(finding, "node,node");
	weft_result_clear(&result);
}
END_TEST

static void takes_node_in_other(long id)
{
	(void)id;
	model_lock(other);
	take_node(0, 1);
	drop_node(0);
	model_unlock(other);
}

static void takes_other_in_node(long id)
{
	(void)id;
	take_node(0, 1);
	model_lock(other);
	model_unlock(other);
	drop_node(0);
}

static void a_cycle_with_a_subclass(void)
{
	make_nodes();
	other = model_mutex("other");
	model_spawn("a", takes_node_in_other, 0);
	model_spawn("b", takes_other_in_node, 0);
	model_join_all();
}

START_TEST(a_cycle_through_a_subclass_is_feasible)
{
	int stop_early;

	for (stop_early = 0; stop_early < 2; stop_early++) {
		struct weft_result result = explore(a_cycle_with_a_subclass,
						    stop_early);
		const struct weft_finding *finding =
			assert_finding(&result, "deadlock", "of 2 tasks");

		ck_assert_uint_eq(finding->predicted, 1);
		ck_assert_uint_eq(result.cycles_n, 1);
		ck_assert_int_eq(result.cycles[0].verdict,
				 WEFT_CYCLE_FEASIBLE);
		ck_assert_str_eq(result.cycles[0].signature,
				 finding->signature);
		weft_result_clear(&result);
	}
}
END_TEST

Suite *unit_suite(void)
{
	Suite *suite = suite_create("witness");

	unit_add(suite, a_deadlock_foretold_is_the_one_that_is_found_whatever_the_subclass);
	unit_add(suite, a_cycle_through_a_subclass_is_feasible);
	return suite;
}
