/* SPDX-License-Identifier: GPL-2.0-only */
/* The deadlock detector: each bug with its locks and tasks, and near misses. */
#include "tests/unit/program.h"
#include "tests/unit/unit.h"

static struct model_lock *a, *b, *locks, *sem;
static struct model_cell *flag;
static long n;

/* Takes lock id - 1, then the next one around the circle. */
static void around(long id)
{
	struct model_lock *first = model_mutex_at(locks, id - 1);
	struct model_lock *second = model_mutex_at(locks, id % n);

	model_lock(first);
	model_lock(second);
	model_unlock(second);
	model_unlock(first);
}

static void circle(void)
{
	long i;

	locks = model_mutexes("l", n);
	for (i = 1; i <= n; i++)
		model_spawn("t", around, i);
	model_join_all();
}

static const struct {
	long n;
	const char *summary, *locks, *tasks, *signature;
} circles[] = {
	{ 1, "self-deadlock: t-1 waits for l[0] held by itself",
	  "l[0]", "1", "deadlock:l[0]" },
	{ 2, "deadlock of 2 tasks: t-1 waits for l[1] held by t-2, t-2 waits for l[0] held by t-1",
	  "l[1],l[0]", "1,2", "deadlock:l[0],l[1]" },
	{ 3, "deadlock of 3 tasks: t-1 waits for l[1] held by t-2, t-2 waits for l[2] held by t-3, t-3 waits for l[0] held by t-1",
	  "l[1],l[2],l[0]", "1,2,3", "deadlock:l[0],l[1],l[2]" },
	{ 4, "deadlock of 4 tasks", "l[1],l[2],l[3],l[0]", "1,2,3,4",
	  "deadlock:l[0],l[1],l[2],l[3]" },
};

START_TEST(a_circle_is_reported_whole_and_in_order)
{
	const struct weft_finding *f;
	struct weft_result result;

	n = circles[_i].n;
	result = program_result(circle);
	ck_assert_uint_eq(result.findings_n, 1);
	f = assert_finding(&result, "deadlock", circles[_i].summary);
	assert_locks(f, circles[_i].locks);
	assert_tasks(f, circles[_i].tasks);
	ck_assert_str_eq(f->signature, circles[_i].signature);
	ck_assert(f->replayed);
	weft_result_clear(&result);
}
END_TEST

START_TEST(the_evidence_names_holders_and_waiters)
{
	const struct weft_task_state *task;
	const struct weft_finding *f;
	struct weft_result result;

	n = 2;
	result = program_result(circle);
	f = assert_finding(&result, "deadlock", "deadlock of 2 tasks");
	ck_assert_uint_eq(f->evidence.tasks_n, 3);
	task = &f->evidence.tasks[1];
	ck_assert_str_eq(task->name, "t-1");
	ck_assert(task->blocked);
	ck_assert_str_eq(task->wait_lock, "l[1]");
	ck_assert_int_eq(task->wait_holder, 2);
	ck_assert_uint_eq(task->held_n, 1);
	ck_assert_str_eq(task->held[0].lock, "l[0]");
	ck_assert_uint_gt(task->wait_stack.n, 0);
	weft_result_clear(&result);
}
END_TEST

static void in_order(long id)
{
	(void)id;
	model_lock(a);
	model_lock(b);
	model_unlock(b);
	model_unlock(a);
}

static void same_order(void)
{
	a = model_mutex("a");
	b = model_mutex("b");
	model_spawn("t", in_order, 1);
	model_spawn("t", in_order, 2);
	model_join_all();
}

START_TEST(the_same_order_is_silent)
{
	struct weft_result result = program_result(same_order);

	ck_assert_uint_eq(result.graph.edges_n, 1);
	ck_assert(!result.graph.edges[0].in_cycle);
	assert_exhausted(&result, 2);
}
END_TEST

static void tries_back(long id)
{
	(void)id;
	model_lock(b);
	if (model_trylock(a))
		model_unlock(a);
	model_unlock(b);
}

static void trying(void)
{
	a = model_mutex("a");
	b = model_mutex("b");
	model_spawn("t", in_order, 1);
	model_spawn("t", tries_back, 2);
	model_join_all();
}

START_TEST(a_trylock_against_the_order_is_silent)
{
	struct weft_result result = program_result(trying);

	ck_assert_str_eq(weft_verdict_name(result.verdict), "exhausted");
	ck_assert_uint_eq(result.findings_n, 0);
	ck_assert_uint_eq(result.graph.edges_n, 2);
	ck_assert(!result.graph.edges[0].in_cycle);
	ck_assert(!result.graph.edges[1].in_cycle);
	weft_result_clear(&result);
}
END_TEST

static void reads_twice(long id)
{
	(void)id;
	model_lock_shared(sem);
	model_lock_shared(sem);
	model_unlock_shared(sem);
	model_unlock_shared(sem);
}

static void writes_once(long id)
{
	(void)id;
	model_lock(sem);
	model_unlock(sem);
}

static void recursive_read(void)
{
	sem = model_rwsem("sem");
	model_spawn("reader", reads_twice, 0);
	model_spawn("writer", writes_once, 0);
	model_join_all();
}

START_TEST(a_second_read_waits_for_the_writer_in_line)
{
	assert_sole_finding(recursive_read, "deadlock",
		"deadlock of 2 tasks: reader waits for sem behind writer, writer waits for sem held by reader",
		"sem,sem", "1,2");
}
END_TEST

static void upgrades(long id)
{
	(void)id;
	model_lock_shared(sem);
	model_lock(sem);
}

static void upgrading(void)
{
	sem = model_rwsem("sem");
	model_spawn("upgrader", upgrades, 0);
	model_join_all();
}

START_TEST(an_upgrade_waits_for_itself)
{
	struct weft_result result = program_result(upgrading);
	const struct weft_finding *f = assert_finding(&result, "deadlock",
		"self-deadlock: upgrader waits for sem held by itself");

	assert_locks(f, "sem");
	assert_tasks(f, "1");
	weft_result_clear(&result);
}
END_TEST

static void reader_of_one(long id)
{
	(void)id;
	model_lock_shared(sem);
	model_lock(a);
	model_unlock(a);
	model_unlock_shared(sem);
}

static void holder_of_one(long id)
{
	(void)id;
	model_lock(a);
	model_lock(sem);
	model_unlock(sem);
	model_unlock(a);
}

static void bystander(void)
{
	sem = model_rwsem("sem");
	a = model_mutex("a");
	model_spawn("reader", reader_of_one, 0);
	model_spawn("victim", writes_once, 0);
	model_spawn("holder", holder_of_one, 0);
	model_join_all();
}

/* Two writers in line do not wait for each other. */
START_TEST(who_only_waits_is_no_part_of_the_circle)
{
	assert_sole_finding(bystander, "deadlock",
		"reader waits for a held by holder, holder waits for sem held by reader",
		"a,sem", "1,3");
}
END_TEST

static void leaves_locked(long id)
{
	(void)id;
	model_lock(a);
}

static void stranding(void)
{
	a = model_mutex("a");
	model_spawn("t", leaves_locked, 1);
	model_spawn("t", leaves_locked, 2);
	model_join_all();
}

START_TEST(a_lock_left_behind_strands_the_next)
{
	struct weft_result result = program_result(stranding);
	const struct weft_finding *f = assert_finding(&result, "deadlock",
						      "blocked for ever: t-");

	ck_assert_uint_eq(result.executions, 2);
	assert_locks(f, "a");
	weft_result_clear(&result);
}
END_TEST

static void waits_with_lock(long id)
{
	(void)id;
	model_lock(a);
	model_await(flag, 1);
	model_unlock(a);
}

static void sets_with_lock(long id)
{
	(void)id;
	model_lock(a);
	model_write(flag, 1);
	model_unlock(a);
}

static void waiting(void)
{
	a = model_mutex("a");
	flag = model_cell("flag", 0);
	model_spawn("waiter", waits_with_lock, 0);
	model_spawn("setter", sets_with_lock, 0);
	model_join_all();
}

START_TEST(a_wait_with_the_lock_its_waker_needs_is_named)
{
	assert_sole_finding(waiting, "deadlock",
		"blocked for ever: waiter waits for flag, setter waits for a",
		"a", "1,2");
}
END_TEST

/* --- locks that are announced to lockdep, and waited for at a queue --- */

static const struct announcing {
	enum weft_lock_mode owner, waiter;
	bool tried, another;
	enum weft_wait_kind wait;
	int holder;
	bool again;
} announcings[] = {
	{ WEFT_SHARED, WEFT_EXCLUSIVE, false, false, WEFT_WAIT_SCHEDULE, 1 },
	{ WEFT_EXCLUSIVE, WEFT_EXCLUSIVE, false, false, WEFT_WAIT_SCHEDULE, 1 },
	{ WEFT_EXCLUSIVE, WEFT_SHARED, false, false, WEFT_WAIT_SCHEDULE, 1 },
	{ WEFT_SHARED, WEFT_SHARED, false, false, WEFT_WAIT_SCHEDULE, -1 },
	/* It got it. */
	{ WEFT_SHARED, WEFT_EXCLUSIVE, true, false, WEFT_WAIT_SCHEDULE, -1 },
	/* Two items of a work queue: inside of both maps, and asleep for another reason. */
	{ WEFT_EXCLUSIVE, WEFT_EXCLUSIVE, false, true, WEFT_WAIT_SCHEDULE, -1 },
	{ WEFT_SHARED, WEFT_EXCLUSIVE, false, false, WEFT_WAIT_WORK, -1 },
	/* As it has it itself, it waits for itself. */
	{ WEFT_SHARED, WEFT_EXCLUSIVE, false, false, WEFT_WAIT_SCHEDULE, 2, true },
};

static const struct announcing *announcing;
static struct model_cell *other_map;

static int never_ready(void *arg)
{
	return arg && 0;
}

static void announce(struct model_cell *map, const char *name,
		     enum weft_lock_mode mode, bool tried)
{
	struct weft_lock_ref ref = {
		.addr = map, .name = name, .kind = WEFT_LOCK_ANNOTATION,
	};

	weft_exec_annotate(program_exec, &ref, mode, tried);
}

static void waiter(long id)
{
	model_write(flag, id);
	if (announcing->again)
		announce(flag, "map", WEFT_SHARED, false);
	announce(flag, "map", announcing->waiter, announcing->tried);
	if (announcing->another)
		announce(other_map, "another", WEFT_EXCLUSIVE, false);
	weft_exec_await(program_exec, announcing->wait, flag, "the queue",
			never_ready, (void *)id);
}

static void owner(long id)
{
	announce(flag, "map", announcing->owner, false);
	model_spawn("waiter", waiter, 2);
	weft_exec_await(program_exec, WEFT_WAIT_SCHEDULE, flag, "nothing",
			never_ready, (void *)id);
}

static void announced(void)
{
	flag = model_cell("flag", 0);
	other_map = model_cell("other", 0);
	model_spawn("owner", owner, 1);
	model_join_all();
}

START_TEST(who_announced_a_lock_and_sleeps_waits_for_its_holder)
{
	const struct weft_task_state *task;
	struct weft_result result;
	int holder = announcings[_i].holder;

	announcing = &announcings[_i];
	result = program_result(announced);
	ck_assert_uint_eq(result.findings_n, 1);
	task = weft_evidence_task(&result.findings[0].evidence, 2);
	ck_assert(task && task->blocked);
	ck_assert_str_eq(task->wait_text, "the queue");
	ck_assert_int_eq(task->wait_holder, holder);
	ck_assert_uint_eq(task->held_n, (holder < 0) + announcing->another +
			  announcing->again);
	if (holder < 0) {
		ck_assert_ptr_null(task->wait_lock);
	} else {
		ck_assert_str_eq(task->wait_lock, "map");
		ck_assert_uint_eq(task->wait_shared,
				  announcing->waiter == WEFT_SHARED);
	}
	/* Who had it first holds it, asleep or not. */
	task = weft_evidence_task(&result.findings[0].evidence, 1);
	ck_assert_uint_eq(task->held_n, 1);
	ck_assert_int_eq(task->wait_holder, -1);
	weft_result_clear(&result);
}
END_TEST

Suite *unit_suite(void)
{
	Suite *suite = suite_create("deadlock");
	TCase *loop = tcase_create("circles");

	tcase_add_loop_test(loop, a_circle_is_reported_whole_and_in_order, 0,
			    (int)(sizeof(circles) / sizeof(circles[0])));
	tcase_add_loop_test(loop, who_announced_a_lock_and_sleeps_waits_for_its_holder, 0,
			    (int)(sizeof(announcings) / sizeof(announcings[0])));
	suite_add_tcase(suite, loop);
	unit_add(suite, the_evidence_names_holders_and_waiters);
	unit_add(suite, the_same_order_is_silent);
	unit_add(suite, a_trylock_against_the_order_is_silent);
	unit_add(suite, a_second_read_waits_for_the_writer_in_line);
	unit_add(suite, an_upgrade_waits_for_itself);
	unit_add(suite, who_only_waits_is_no_part_of_the_circle);
	unit_add(suite, a_lock_left_behind_strands_the_next);
	unit_add(suite, a_wait_with_the_lock_its_waker_needs_is_named);
	return suite;
}
