/* SPDX-License-Identifier: GPL-2.0-only */
/* How executions end, and that nothing of one is left in the next. */
#include <string.h>

#include "tests/unit/program.h"
#include "tests/unit/unit.h"

static struct model_cell *x, *y;
static struct model_lock *m;

static int never(void *arg)
{
	(void)arg;
	return 0;
}

static enum weft_wait_kind service_wait;
static unsigned int service_flags;

static void serves(void *arg)
{
	(void)arg;
	weft_exec_await(program_exec, service_wait, NULL, "work to do", never,
			NULL);
}

static void writes_x(long id)
{
	model_write(x, id);
}

static void with_service(void)
{
	x = model_cell("x", 0);
	model_spawn("t", writes_x, 1);
	weft_exec_spawn(program_exec, "server", serves, NULL, NULL,
			service_flags);
	weft_exec_join(program_exec, 1);
}

START_TEST(a_service_may_be_idle_at_the_end)
{
	struct weft_result result;

	service_wait = WEFT_WAIT_IDLE;
	service_flags = WEFT_SPAWN_SERVICE;
	result = program_result(with_service);
	assert_exhausted(&result, 1);
}
END_TEST

START_TEST(a_service_may_not_wait_for_something_else)
{
	struct weft_result result;
	const struct weft_finding *f;

	service_wait = WEFT_WAIT_COMPLETION;
	service_flags = WEFT_SPAWN_SERVICE;
	result = program_result(with_service);
	f = assert_finding(&result, "deadlock",
			   "blocked for ever: server waits for work to do");
	assert_tasks(f, "2");
	weft_result_clear(&result);
}
END_TEST

START_TEST(only_services_may_stay_idle)
{
	struct weft_result result;

	service_wait = WEFT_WAIT_IDLE;
	service_flags = 0;
	result = program_result(with_service);
	assert_finding(&result, "deadlock",
		       "blocked for ever: server waits for work to do");
	weft_result_clear(&result);
}
END_TEST

static void runs_for_ever(long id)
{
	for (;;)
		model_write(x, id++);
}

static void endless(void)
{
	x = model_cell("x", 0);
	model_spawn("runner", runs_for_ever, 1);
	model_join_all();
}

START_TEST(the_step_limit_is_a_verdict)
{
	struct program program = { .main = endless, .depth_max = 500 };
	struct weft_result result;

	program_explore(&program, &result);
	ck_assert_str_eq(weft_verdict_name(result.verdict), "incomplete");
	ck_assert_str_eq(result.reason,
			 "an execution reached the depth limit");
	ck_assert_uint_eq(result.depth_max, 500);
	ck_assert_uint_eq(result.findings_n, 0);
	weft_result_clear(&result);
}
END_TEST

static unsigned long saw_zero, saw_one;

static int *volatile nowhere;

/* Crashes only when the other one came first. UBSan must not see it before. */
__attribute__((no_sanitize("undefined")))
static void crashes(long id)
{
	(void)id;
	if (model_read(x) == 1)
		*nowhere = 1;
	model_write(y, 1);
}

static void crashing(void)
{
	x = model_cell("x", 0);
	y = model_cell("y", 0);
	model_spawn("crasher", crashes, 0);
	model_spawn("writer", writes_x, 1);
	model_join_all();
	if (model_read(y))
		saw_one++;
	else
		saw_zero++;
}

START_TEST(a_crash_is_a_finding_and_the_next_execution_is_unaffected)
{
	struct weft_result result = program_result(crashing);
	const struct weft_finding *f = assert_finding(&result, "crash",
		"oops: kernel NULL pointer dereference");

	ck_assert_uint_eq(result.findings_n, 1);
	ck_assert_int_eq(f->task, 1);
	ck_assert_uint_gt(f->stack.n, 0);
	ck_assert(f->replayed);
	/* read, write y around write x: three orders, one of them a crash. */
	ck_assert_uint_eq(result.executions, 3);
	ck_assert_uint_eq(saw_one, 2);
	ck_assert_uint_eq(saw_zero, 0);
	weft_result_clear(&result);
}
END_TEST

/* Deeper than any stack; the volatile keeps the frames. */
static int overflow(int depth)
{
	volatile char filler[1024];

	filler[0] = 1;
	return depth ? overflow(depth - 1) + filler[0] : 0;
}

static void recurses(long id)
{
	(void)id;
	model_write(x, 1);
	model_write(x, overflow(1 << 20));
}

static void recursing(void)
{
	x = model_cell("x", 0);
	model_spawn("t", recurses, 0);
	model_join_all();
}

START_TEST(a_stack_overflow_is_named)
{
	struct weft_result result = program_result(recursing);

	assert_finding(&result, "crash", "oops: kernel stack overflow");
	weft_result_clear(&result);
}
END_TEST

static void works(long id)
{
	struct weft_region *region = weft_exec_region(program_exec);
	char *memory = weft_region_alloc(region, weft_exec_self(program_exec),
					 100, 16);

	model_lock(m);
	model_fetch_add(x, id);
	if (model_read(y) < 2)
		model_unlock(m);
	weft_region_free(region, memory);
	model_write(y, id);
}

static void working(void)
{
	x = model_cell("x", 5);
	y = model_cell("y", 0);
	m = model_mutex("m");
	model_spawn("t", works, 1);
	model_spawn("t", works, 2);
	model_join_all();
	model_lock(m);		/* one of them may have left it locked */
	model_write(x, 99);
	model_unlock(m);
}

START_TEST(the_snapshot_restores_everything)
{
	struct program program = { .main = working };
	struct weft_strategy_options options = {
		.preemptions = WEFT_PREEMPTIONS_NONE,
	};
	const struct weft_strategy *dfs = &weft_strategy_dfs;
	struct weft_exec *exec = program_create(&program);
	struct weft_objects *objects = weft_exec_objects(exec);
	void *state = dfs->create(&options);
	int n = 0, blocked = 0;

	ck_assert_int_eq(weft_exec_setup(exec), WEFT_OUTCOME_COMPLETE);
	ck_assert(weft_exec_is_pristine(exec));
	while (dfs->begin(state) == WEFT_BEGIN_RUN && n < 2000) {
		const struct weft_decision *decisions;
		unsigned int decisions_n;
		uint32_t i;

		blocked += weft_exec_run(exec, dfs, state, n % 7 == 0) ==
			   WEFT_OUTCOME_BLOCKED;
		decisions = weft_exec_decisions(exec, &decisions_n);
		dfs->end(state, decisions, decisions_n);
		n++;
		ck_assert(weft_exec_is_pristine(exec));
		ck_assert_int_eq(x->value, 5);
		ck_assert_int_eq(y->value, 0);
		ck_assert_int_eq(weft_exec_tasks(exec), 1);
		for (i = 0; i < objects->n; i++)
			ck_assert_int_eq(objects->objects[i].writer, -1);
	}
	ck_assert_int_gt(n, 10);
	ck_assert_int_gt(blocked, 0);
	/* A change nobody announced is noticed. */
	x->value = 6;
	ck_assert(!weft_exec_is_pristine(exec));
	dfs->destroy(state);
	program_destroy();
}
END_TEST

static void no_threads(void)
{
	x = model_cell("x", 0);
	model_write(x, 1);
}

START_TEST(a_program_without_threads_has_nothing_to_explore)
{
	struct weft_result result = program_result(no_threads);

	ck_assert_str_eq(weft_verdict_name(result.verdict), "internal");
	ck_assert_uint_eq(result.executions, 0);
	weft_result_clear(&result);
}
END_TEST

static void too_many(void)
{
	int i;

	x = model_cell("x", 0);
	for (i = 0; i < WEFT_THREADS_MAX; i++)
		model_spawn("t", writes_x, i);
	model_join_all();
}

static void assert_limit(void (*fn)(void), const char *reason)
{
	struct weft_result result = program_result(fn);

	ck_assert_str_eq(weft_verdict_name(result.verdict), "incomplete");
	ck_assert_msg(strstr(result.reason, reason), "%s", result.reason);
	ck_assert_msg(strstr(result.reason, ": let "), "%s", result.reason);
	weft_result_clear(&result);
}

START_TEST(too_many_tasks_are_a_verdict)
{
	assert_limit(too_many, "there are more than 32 tasks, the limit, with \"t");
}
END_TEST

static struct model_lock *first_lock;

static void hold_many(long n)
{
	struct model_lock *locks = first_lock;
	long i;

	for (i = 0; i < n; i++)
		model_lock(model_mutex_at(locks, i));
	for (i = 0; i < n; i++)
		model_unlock(model_mutex_at(locks, i));
}

static void too_many_held(void)
{
	first_lock = model_mutexes("m", WEFT_HELD_MAX + 1);
	model_spawn("keeper", hold_many, WEFT_HELD_MAX + 1);
	model_join_all();
}

static void many_held(void)
{
	first_lock = model_mutexes("m", WEFT_HELD_MAX);
	model_spawn("keeper", hold_many, WEFT_HELD_MAX);
	model_join_all();
}

START_TEST(too_many_held_locks_are_a_verdict)
{
	struct weft_result result = program_result(many_held);

	assert_exhausted(&result, 1);
	assert_limit(too_many_held,
		     "task keeper-49 holds 48 locks, the limit, and takes one more");
}
END_TEST

static void allocate(long n)
{
	model_cells("c", n, 0);
}

static void too_much(void)
{
	model_spawn("eater", allocate, 1 << 20);
	model_join_all();
}

static void too_much_at_first(void)
{
	allocate(1 << 24);
	model_spawn("t", writes_x, 0);
}

START_TEST(too_much_memory_is_a_verdict)
{
	assert_limit(too_much, " of its 16 MiB, the limit,");
	assert_limit(too_much_at_first, " of its 256 MiB, the limit,");
}
END_TEST

Suite *unit_suite(void)
{
	Suite *suite = suite_create("exec_end");

	unit_add(suite, a_service_may_be_idle_at_the_end);
	unit_add(suite, a_service_may_not_wait_for_something_else);
	unit_add(suite, only_services_may_stay_idle);
	unit_add(suite, the_step_limit_is_a_verdict);
	unit_add(suite,
		 a_crash_is_a_finding_and_the_next_execution_is_unaffected);
	unit_add(suite, a_stack_overflow_is_named);
	unit_add(suite, the_snapshot_restores_everything);
	unit_add(suite, a_program_without_threads_has_nothing_to_explore);
	unit_add(suite, too_many_tasks_are_a_verdict);
	unit_add(suite, too_many_held_locks_are_a_verdict);
	unit_add(suite, too_much_memory_is_a_verdict);
	return suite;
}
