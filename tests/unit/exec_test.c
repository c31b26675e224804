/* SPDX-License-Identifier: GPL-2.0-only */
/* Operations of an execution (framework/exec.h): locks, waits, misuse. */
#include <string.h>

#include "tests/unit/program.h"
#include "tests/unit/unit.h"

static struct model_lock *m, *sem;
static struct model_cell *x, *y, *order;

/* Appends a digit to the cell "order", without a scheduling point. */
static void happened(long digit)
{
	weft_region_save(weft_exec_region(program_exec), &order->value, 8);
	order->value = 10 * order->value + digit;
}

static unsigned long outcomes[100000];

static void count_outcome(void)
{
	outcomes[order->value]++;
}

static void critical(long id)
{
	model_lock(m);
	happened(id);
	model_write(x, id);
	happened(id);
	model_unlock(m);
}

static void exclusion(void)
{
	m = model_mutex("m");
	x = model_cell("x", 0);
	order = model_cell("order", 0);
	model_spawn("t", critical, 1);
	model_spawn("t", critical, 2);
	model_join_all();
	count_outcome();
}

START_TEST(a_mutex_excludes)
{
	struct weft_result result = program_result(exclusion);

	assert_exhausted(&result, 2);
	ck_assert_uint_eq(outcomes[1122], 1);
	ck_assert_uint_eq(outcomes[2211], 1);
}
END_TEST

/* Counts who was in, likewise. */
static void entered(void)
{
	if (!y)
		return;
	weft_region_save(weft_exec_region(program_exec), &y->value, 8);
	y->value++;
}

static void reads(long id)
{
	model_lock_shared(sem);
	happened(id);
	entered();
	model_unlock_shared(sem);
}

static void writes(long id)
{
	model_lock(sem);
	happened(id);
	model_unlock(sem);
}

/* Reader 1 holds until main has seen reader 2; writer 3 may get in between. */
static void holds_for_others(long id)
{
	model_lock_shared(sem);
	happened(id);
	entered();
	model_await(x, 1);
	model_unlock_shared(sem);
}

static void late_reader(long id)
{
	model_await(x, 1);
	reads(id);
}

static void queued_writer(void)
{
	sem = model_rwsem("sem");
	x = model_cell("x", 0);
	y = model_cell("y", 0);
	order = model_cell("order", 0);
	model_spawn("holder", holds_for_others, 1);
	model_spawn("writer", writes, 3);
	model_spawn("reader", reads, 2);
	model_await(y, 2);		/* both readers were in */
	model_write(x, 1);
	model_join_all();
	count_outcome();
}

START_TEST(a_queued_writer_blocks_later_readers)
{
	struct weft_result result = program_result(queued_writer);

	/*
	 * When the writer is in line first, reader 2 stays out, main never
	 * sees both in, and all wait for ever.
	 */
	const struct weft_finding *f = assert_finding(&result, "deadlock",
		"reader-2 waits for sem");

	ck_assert_ptr_nonnull(f);
	ck_assert_uint_gt(outcomes[123], 0);
	ck_assert_uint_gt(outcomes[213], 0);
	ck_assert_uint_eq(outcomes[132], 0);
	weft_result_clear(&result);
}
END_TEST

static void downgrades(long id)
{
	model_lock(sem);
	happened(id);
	model_downgrade(sem);
	model_await_not(x, 0);		/* a reader gets in meanwhile */
	happened(id);
	model_unlock_shared(sem);
}

static void reads_and_tells(long id)
{
	model_lock_shared(sem);
	happened(id);
	model_write(x, 1);
	model_unlock_shared(sem);
}

static void downgrading(void)
{
	sem = model_rwsem("sem");
	x = model_cell("x", 0);
	order = model_cell("order", 0);
	model_spawn("downgrader", downgrades, 1);
	model_spawn("reader", reads_and_tells, 2);
	model_join_all();
	count_outcome();
}

START_TEST(a_downgrade_lets_readers_in)
{
	struct weft_result result = program_result(downgrading);

	ck_assert_str_eq(weft_verdict_name(result.verdict), "exhausted");
	ck_assert_uint_gt(outcomes[121], 0);	/* reader while downgraded */
	ck_assert_uint_gt(outcomes[211], 0);	/* reader first */
	ck_assert_uint_eq(outcomes[112], 0);
	weft_result_clear(&result);
}
END_TEST

static void locks_only(long id)
{
	(void)id;
	model_lock(m);
	model_write(x, 1);
}

static void unlocks_only(long id)
{
	(void)id;
	model_await(x, 1);
	model_unlock(m);
}

static void foreign_unlock(void)
{
	m = model_mutex("m");
	x = model_cell("x", 0);
	model_spawn("locker", locks_only, 0);
	model_spawn("unlocker", unlocks_only, 0);
	model_join_all();
}

START_TEST(an_unlock_by_another_task_is_a_finding)
{
	assert_sole_finding(foreign_unlock, "context",
		"unlock of a lock held by another task: m by task 2 (unlocker)",
		"m", "2");
}
END_TEST

static void unlocks_free(long id)
{
	(void)id;
	model_unlock(m);
	model_lock(m);		/* still usable */
	model_unlock(m);
}

static void free_unlock(void)
{
	m = model_mutex("m");
	model_spawn("t", unlocks_free, 0);
	model_join_all();
}

START_TEST(an_unlock_of_a_free_lock_is_a_finding)
{
	assert_sole_finding(free_unlock, "context",
		"unlock of a lock that is not held: m by task 1 (t)",
		NULL, NULL);
}
END_TEST

static void downgrades_free(long id)
{
	(void)id;
	model_lock_shared(sem);
	model_downgrade(sem);
	model_unlock_shared(sem);
}

static void wrong_downgrade(void)
{
	sem = model_rwsem("sem");
	model_spawn("t", downgrades_free, 0);
	model_join_all();
}

START_TEST(a_downgrade_by_a_reader_is_a_finding)
{
	assert_sole_finding(wrong_downgrade, "context",
		"downgrade of a lock not held for writing: sem",
		NULL, NULL);
}
END_TEST

static void tries_both(long id)
{
	(void)id;
	WEFT_CHECK(model_trylock_shared(sem), "a free lock can be read");
	WEFT_CHECK(model_trylock_shared(sem), "readers share");
	WEFT_CHECK(!model_trylock(sem), "a reader keeps writers out");
	model_unlock_shared(sem);
	model_unlock_shared(sem);
	WEFT_CHECK(model_trylock(sem), "a free lock can be written");
	WEFT_CHECK(!model_trylock_shared(sem), "a writer keeps readers out");
	model_unlock(sem);
}

static void trying(void)
{
	sem = model_rwsem("sem");
	model_spawn("t", tries_both, 0);
	model_join_all();
}

START_TEST(trylocks_say_whether_the_lock_was_free)
{
	struct weft_result result = program_result(trying);

	assert_exhausted(&result, 1);
}
END_TEST

static void sleeps(long id)
{
	weft_exec_await(program_exec, WEFT_WAIT_TIME, NULL, "time", NULL, NULL);
	happened(id);
}

static void works(long id)
{
	model_write(x, 1);
	model_write(x, 2);
	happened(id);
}

static void time_last(void)
{
	x = model_cell("x", 0);
	order = model_cell("order", 0);
	model_spawn("sleeper", sleeps, 1);
	model_spawn("worker", works, 2);
	weft_exec_quiesce(program_exec);
	happened(3);
	model_join_all();
	count_outcome();
}

START_TEST(time_advances_when_nothing_else_can_go_on_and_quiesce_is_later)
{
	struct weft_result result = program_result(time_last);

	assert_exhausted(&result, 1);
	ck_assert_uint_eq(outcomes[213], 1);
}
END_TEST

static void ends_at_once(long id)
{
	(void)id;
}

static void join_one(void)
{
	int first;

	x = model_cell("x", 0);
	order = model_cell("order", 0);
	first = model_spawn("t", works, 1);
	model_spawn("t", ends_at_once, 2);
	ck_assert_int_eq(first, 1);
	model_join(first);
	happened(3);
	model_join_all();
	count_outcome();
}

START_TEST(a_join_waits_for_its_task)
{
	struct weft_result result = program_result(join_one);

	assert_exhausted(&result, 1);
	ck_assert_uint_eq(outcomes[13], 1);
}
END_TEST

static void spawns_more(long id)
{
	if (id < 4)
		model_spawn("t", spawns_more, id + 1);
	model_fetch_add(x, 1);
}

static void nested(void)
{
	x = model_cell("x", 0);
	model_spawn("t", spawns_more, 1);
	model_join_all();
	WEFT_CHECK(model_read(x) == 4, "all of them ran");
}

/* Each starts the next before its own step: 4 steps of 4 tasks, any order. */
START_TEST(tasks_start_tasks_without_extra_schedules)
{
	struct weft_result result = program_result(nested);

	assert_exhausted(&result, 24);
}
END_TEST

static void late(void)
{
	x = model_cell("x", 0);
	sem = model_rwsem("sem");
	order = model_cell("order", 0);
	model_spawn("reader", late_reader, 2);
	model_write(x, 1);
	model_join_all();
	count_outcome();
}

START_TEST(an_await_lets_go_when_its_condition_holds)
{
	struct weft_result result = program_result(late);

	assert_exhausted(&result, 1);
	ck_assert_uint_eq(outcomes[2], 1);
}
END_TEST

Suite *unit_suite(void)
{
	Suite *suite = suite_create("exec");

	unit_add(suite, a_mutex_excludes);
	unit_add(suite, a_queued_writer_blocks_later_readers);
	unit_add(suite, a_downgrade_lets_readers_in);
	unit_add(suite, an_unlock_by_another_task_is_a_finding);
	unit_add(suite, an_unlock_of_a_free_lock_is_a_finding);
	unit_add(suite, a_downgrade_by_a_reader_is_a_finding);
	unit_add(suite, trylocks_say_whether_the_lock_was_free);
	unit_add(suite,
		 time_advances_when_nothing_else_can_go_on_and_quiesce_is_later);
	unit_add(suite, a_join_waits_for_its_task);
	unit_add(suite, tasks_start_tasks_without_extra_schedules);
	unit_add(suite, an_await_lets_go_when_its_condition_holds);
	return suite;
}
