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

/* ---- annotations ---- */

static struct model_cell *readers, *removed, *worked;
static struct model_lock *mutex, *copies;
static char active_key;

/* Copies are of one class. */
static struct weft_lock_ref active_ref(long copy)
{
	return (struct weft_lock_ref) {
		.addr = model_mutex_at(copies, copy), .name = "active",
		.key = &active_key, .kind = WEFT_LOCK_ANNOTATION,
	};
}

static void enter(long copy, enum weft_lock_mode mode)
{
	struct weft_lock_ref ref = active_ref(copy);

	weft_exec_annotate(program_exec, &ref, mode, false);
}

static void leave(long copy, enum weft_lock_mode mode)
{
	struct weft_lock_ref ref = active_ref(copy);

	weft_exec_annotate_end(program_exec, &ref, mode);
}

static void two_tasks(void (*a)(long id), void (*b)(long id))
{
	mutex = model_mutex("mutex");
	copies = model_mutexes("copy", 3);
	readers = model_cell("readers", 0);
	removed = model_cell("removed", 0);
	worked = model_cell("active", 0);
	model_spawn("a", a, 0);
	if (b)
		model_spawn("b", b, 1);
	model_join_all();
}

/* As an attribute of sysfs: it has an active reference while it is read. */
static void reads_attribute(long id)
{
	(void)id;
	model_add(readers, 1);
	if (!model_read(removed)) {
		enter(0, WEFT_SHARED);
		model_lock(mutex);
		model_unlock(mutex);
		leave(0, WEFT_SHARED);
	}
	model_add(readers, -1);
}

static void removes_attribute(long id)
{
	(void)id;
	model_lock(mutex);
	model_write(removed, 1);
	enter(0, WEFT_EXCLUSIVE);
	model_await(readers, 0);
	leave(0, WEFT_EXCLUSIVE);
	model_unlock(mutex);
}

static void removal_against_a_reader(void)
{
	two_tasks(removes_attribute, reads_attribute);
}

static void removes_itself(long id)
{
	(void)id;
	model_add(readers, 1);
	enter(0, WEFT_SHARED);
	removes_attribute(0);
}

static void removal_by_a_reader(void)
{
	two_tasks(removes_itself, NULL);
}

/* It is in, and waits for something else. */
static void waits_inside(long id)
{
	(void)id;
	model_lock(mutex);
	enter(0, WEFT_SHARED);
	model_await(readers, 7);
	leave(0, WEFT_SHARED);
	model_unlock(mutex);
}

static void a_wait_of_a_reader(void)
{
	two_tasks(waits_inside, reads_attribute);
}

/* Before whoever waits inside. */
static void removes_and_waits(long id)
{
	(void)id;
	enter(0, WEFT_EXCLUSIVE);
	model_lock(mutex);
	model_await(readers, 7);
	model_unlock(mutex);
	leave(0, WEFT_EXCLUSIVE);
}

static void never_waits(long id)
{
	(void)id;
	model_lock(mutex);
	enter(0, WEFT_EXCLUSIVE);
	leave(0, WEFT_EXCLUSIVE);
	model_unlock(mutex);
}

static void a_wait_in_front(void)
{
	two_tasks(never_waits, removes_and_waits);
}

static void no_wait_at_all(void)
{
	two_tasks(never_waits, reads_attribute);
}

/* As a flush of work: the wait has the name, and whoever works on it a copy. */
static void flushes(long id)
{
	(void)id;
	model_lock(mutex);
	enter(0, WEFT_EXCLUSIVE);
	leave(0, WEFT_EXCLUSIVE);
	model_await(worked, 1);
	model_unlock(mutex);
}

static void works(long id)
{
	enter(id, WEFT_EXCLUSIVE);
	model_lock(mutex);
	model_unlock(mutex);
	leave(id, WEFT_EXCLUSIVE);
	model_add(worked, 1);
}

static void a_flush_against_its_work(void)
{
	two_tasks(flushes, works);
}

/* It is another work that this one does, and not what is flushed. */
static void works_for_ever(long id)
{
	enter(id, WEFT_EXCLUSIVE);
	model_await(readers, 7);
	leave(id, WEFT_EXCLUSIVE);
}

static void flushes_and_works_for_ever(long id)
{
	model_spawn("c", works_for_ever, 2);
	flushes(id);
}

static void a_flush_with_two_at_work(void)
{
	two_tasks(flushes_and_works_for_ever, works);
}

static const struct {
	const char	*what;
	void		(*main)(void);
	enum weft_cycle_verdict verdict;	/* when the search is exhausted */
	bool		early;			/* before, too */
} cycles[] = {
	{ "removal against a reader", removal_against_a_reader,
	  WEFT_CYCLE_FEASIBLE },
	{ "removal by a reader", removal_by_a_reader, WEFT_CYCLE_FEASIBLE,
	  .early = true },
	{ "a wait of a reader", a_wait_of_a_reader, WEFT_CYCLE_UNKNOWN },
	{ "a wait in front", a_wait_in_front, WEFT_CYCLE_UNKNOWN },
	{ "no wait at all", no_wait_at_all, WEFT_CYCLE_INFEASIBLE },
	{ "a flush against its work", a_flush_against_its_work,
	  WEFT_CYCLE_FEASIBLE },
	{ "a flush with two at work", a_flush_with_two_at_work,
	  WEFT_CYCLE_UNKNOWN },
};

#define CYCLES ((int)(sizeof(cycles) / sizeof(cycles[0])))

/* The cycle from "active" that is the only one. */
static void assert_cycle(int which, bool stop_early,
			 enum weft_cycle_verdict verdict)
{
	struct weft_result result = explore(cycles[which].main, stop_early);
	const struct weft_lock_cycle *cycle = result.cycles;

	ck_assert_msg(result.cycles_n == 1, "%s: %zu cycles",
		      cycles[which].what, result.cycles_n);
	ck_assert_msg(cycle->verdict == verdict, "%s: %s: %s",
		      cycles[which].what,
		      weft_cycle_verdict_name(cycle->verdict), cycle->reason);
	if (verdict == WEFT_CYCLE_FEASIBLE)
		ck_assert_ptr_nonnull(weft_result_find(&result,
						       cycle->signature));
	weft_result_clear(&result);
}

START_TEST(a_cycle_through_an_annotation_is_what_a_deadlock_shows)
{
	assert_cycle(_i, false, cycles[_i].verdict);
}
END_TEST

START_TEST(also_where_the_search_ends_with_that_deadlock)
{
	if (cycles[_i].early)
		assert_cycle(_i, true, WEFT_CYCLE_FEASIBLE);
}
END_TEST

Suite *unit_suite(void)
{
	Suite *suite = suite_create("witness");
	TCase *annotations = tcase_create("annotations");

	unit_add(suite, a_deadlock_foretold_is_the_one_that_is_found_whatever_the_subclass);
	unit_add(suite, a_cycle_through_a_subclass_is_feasible);
	tcase_add_loop_test(annotations, a_cycle_through_an_annotation_is_what_a_deadlock_shows,
			    0, CYCLES);
	tcase_add_loop_test(annotations, also_where_the_search_ends_with_that_deadlock,
			    0, CYCLES);
	suite_add_tcase(suite, annotations);
	return suite;
}
