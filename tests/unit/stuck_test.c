/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Livelocks are found by the circle they go round in, and loops that end are
 * not called livelocks (framework/exec_cycle.h).
 */
#include <string.h>

#include "tests/unit/program.h"
#include "tests/unit/unit.h"

static struct model_cell *x, *y;
static struct model_lock *lock;

static const char *const strategies[] = { "dfs", "dpor", "sleep", "random" };
#define STRATEGIES ((int)(sizeof(strategies) / sizeof(strategies[0])))

static void explore(const struct weft_scenario *scenario, void (*main)(void),
		    long n, const char *strategy, struct weft_result *ret)
{
	struct program program = {
		.scenario = scenario, .main = main, .strategy = strategy,
		.params = { n }, .seed = 1, .stop_early = true,
		.minimise_max = 200, .executions_max = 3000,
	};

	program_explore(&program, ret);
}

/* --- bugs --- */

static const struct {
	const char *name;
	long n;
	const char *summary, *signature;
	unsigned long steps;
} bugs[] = {
	{ "model/livelock", 0,
	  "livelock: one and other-1 repeat the same 6 steps for ever",
	  "stuck:one,other-1:a,b", 6 },
	{ "model/spin-for-ever", 1,
	  "spins without progress: spinner-1 repeats the same 1 step for ever",
	  "stuck:spinner-1", 1 },
	{ "model/spin-for-ever", 2,
	  "livelock: spinner-1 and spinner-2 repeat the same 4 steps for ever",
	  "stuck:spinner-1,spinner-2", 4 },
	{ "model/lost-handoff", 0,
	  "spins without progress: taker repeats the same 1 step for ever",
	  "stuck:taker", 1 },
};

START_TEST(a_livelock_is_a_finding_with_its_cycle)
{
	const struct weft_finding *f;
	struct weft_result result;
	int i = _i / STRATEGIES;

	explore(weft_scenario_find(bugs[i].name), NULL, bugs[i].n,
		strategies[_i % STRATEGIES], &result);
	f = assert_finding(&result, "stuck", bugs[i].summary);
	ck_assert_str_eq(f->signature, bugs[i].signature);
	ck_assert_uint_eq(f->cycle_to - f->cycle_from + 1, bugs[i].steps);
	ck_assert_uint_eq(f->cycle_to, f->steps);
	ck_assert(f->replayed);
	ck_assert_uint_ge(f->evidence.steps_n, bugs[i].steps);
	weft_result_clear(&result);
}
END_TEST

/* --- loops without an operation (framework/exec_spin.c) --- */

#define ACCESSES_MAX 10000

static void explore_counted(void (*main)(void), const char *strategy,
			    struct weft_result *ret)
{
	struct program program = {
		.main = main, .strategy = strategy, .seed = 1,
		.minimise_max = 200, .executions_max = 3000,
		.accesses_max = ACCESSES_MAX,
	};

	program_explore(&program, ret);
}

static void stepper(long id)
{
	(void)id;
	model_write(y, 1);
}

static void plain_spinner(long id)
{
	model_write(y, id);
	while (!model_plain_read(x))
		;
}

static void plain_spin(void)
{
	x = model_cell("x", 0);
	y = model_cell("y", 0);
	model_spawn("stepper", stepper, 0);
	model_spawn("spinner", plain_spinner, 2);
	model_join_all();
}

START_TEST(accesses_without_end_are_a_finding)
{
	const struct weft_finding *f;
	struct weft_result result;

	explore_counted(plain_spin, strategies[_i], &result);
	f = assert_finding(&result, "stuck",
			   "spins without an operation: task 2 (spinner-2) made 10000 memory accesses in a row");
	ck_assert_uint_eq(result.findings_n, 1);
	ck_assert_str_eq(f->signature, "stuck:spin");
	assert_tasks(f, "2");
	ck_assert(f->replayed);
	ck_assert_uint_eq(f->preemptions, 0);
	ck_assert_uint_ge(f->stack.n, 1);
	weft_result_clear(&result);
}
END_TEST

/* As many as are allowed, an operation, and as many again. */
static void long_walker(long id)
{
	int i, j;

	(void)id;
	for (j = 0; j < 3; j++) {
		for (i = 1; i < ACCESSES_MAX; i++)
			model_plain_read(x);
		model_write(y, j);
	}
}

static void long_walk(void)
{
	x = model_cell("x", 0);
	y = model_cell("y", 0);
	model_spawn("stepper", stepper, 0);
	model_spawn("walker", long_walker, 0);
	model_join_all();
}

START_TEST(as_many_accesses_as_are_allowed_are_none)
{
	struct weft_result result;

	explore_counted(long_walk, strategies[_i], &result);
	ck_assert_uint_eq(result.findings_n, 0);
	ck_assert_uint_gt(weft_result_runs(&result), 3);
	weft_result_clear(&result);
}
END_TEST

/* --- near misses --- */

static void late_writer(long id)
{
	(void)id;
	model_write(y, 1);
	model_write(x, 1);
}

static void spinner(long id)
{
	(void)id;
	while (!model_read(x))
		model_relax();
}

/* Nothing but fairness lets the writer go on: the others keep each other busy. */
static void three_spin(void)
{
	x = model_cell("x", 0);
	y = model_cell("y", 0);
	model_spawn("spinner", spinner, 1);
	model_spawn("spinner", spinner, 2);
	model_spawn("writer", late_writer, 0);
	model_join_all();
}

/* The same without a word from the loop: it is watched from a step on. */
static void silent_spinner(long id)
{
	(void)id;
	while (!model_read(x))
		;
}

static void silent(void)
{
	x = model_cell("x", 0);
	y = model_cell("y", 0);
	model_spawn("spinner", silent_spinner, 0);
	model_spawn("writer", late_writer, 0);
	model_join_all();
}

/* What counts the turns is nowhere but in a register or on the stack. */
static void patient(long id)
{
	long turn;

	(void)id;
	for (turn = 0; turn < 700; turn++) {
		model_read(x);
		model_relax();
	}
}

static void bounded(void)
{
	x = model_cell("x", 0);
	model_spawn("patient", patient, 0);
	model_join_all();
}

/* The lock is free now and then only, in the middle of the circle. */
static void gate_keeper(long id)
{
	bool seen;

	(void)id;
	do {
		model_lock(lock);
		seen = model_read(x);
		model_unlock(lock);
		model_relax();
	} while (!seen);
}

static void late_comer(long id)
{
	(void)id;
	model_lock(lock);
	model_write(x, 1);
	model_unlock(lock);
}

static void gate(void)
{
	lock = model_mutex("gate");
	x = model_cell("x", 0);
	model_spawn("keeper", gate_keeper, 0);
	model_spawn("comer", late_comer, 0);
	model_join_all();
}

static int always(void *arg)
{
	(void)arg;
	return 1;
}

/* Time passes although somebody spins: a timer is not passed over for ever. */
static void sleeper(long id)
{
	(void)id;
	weft_exec_await(weft_exec_current, WEFT_WAIT_TIME, NULL, "clock",
			always, NULL);
	model_write(x, 1);
}

static void polite_spinner(long id)
{
	(void)id;
	while (!model_read(x))
		weft_exec_await(weft_exec_current, WEFT_WAIT_SPIN, NULL,
				"cpu_relax()", always, NULL);
}

static void timer(void)
{
	x = model_cell("x", 0);
	model_spawn("spinner", polite_spinner, 0);
	model_spawn("sleeper", sleeper, 0);
	model_join_all();
}

static void (*const near_misses[])(void) = {
	three_spin, silent, bounded, gate, timer,
};
#define NEAR_MISSES ((int)(sizeof(near_misses) / sizeof(near_misses[0])))

START_TEST(a_loop_that_ends_is_no_livelock)
{
	const char *strategy = strategies[_i % STRATEGIES];
	struct weft_result result;

	explore(NULL, near_misses[_i / STRATEGIES], 0, strategy, &result);
	ck_assert_msg(!result.findings_n, "%s: %s", strategy,
		      result.findings_n ? result.findings[0].summary : "");
	ck_assert_uint_lt(result.depth_max, PROGRAM_DEPTH_MAX);
	weft_result_clear(&result);
}
END_TEST

START_TEST(a_search_with_loops_comes_to_its_end)
{
	struct program program = {
		.main = near_misses[_i], .preemptions = 1 + 1,
	};
	struct weft_result result;

	program_explore(&program, &result);
	ck_assert_msg(result.verdict == WEFT_VERDICT_EXHAUSTED, "%s",
		      result.reason);
	weft_result_clear(&result);
}
END_TEST

START_TEST(a_reduction_that_had_to_force_a_turn_says_so)
{
	struct weft_result result;

	explore(NULL, three_spin, 0, "dpor", &result);
	ck_assert_str_eq(weft_verdict_name(result.verdict), "incomplete");
	ck_assert_ptr_nonnull(strstr(result.reason, "--strategy dfs"));
	weft_result_clear(&result);
}
END_TEST

/* --- what is neither --- */

static void chooser(long id)
{
	(void)id;
	while (model_choose(2, "once more"))
		model_relax();
}

static void choosing(void)
{
	model_spawn("chooser", chooser, 0);
	model_join_all();
}

/* Chance is not a scheduler: it may end the loop at each turn. */
START_TEST(a_loop_that_a_choice_can_end_is_no_livelock)
{
	struct program program = { .main = choosing, .depth_max = 400 };
	struct weft_result result;

	program_explore(&program, &result);
	ck_assert_uint_eq(result.findings_n, 0);
	ck_assert_str_eq(result.reason,
			 "an execution reached the depth limit");
	weft_result_clear(&result);
}
END_TEST

/* --- going back --- */

static const char *const searched[] = {
	"model/livelock", "model/livelock-ok", "model/spin-until-late",
	"model/backoff-bounded",
};

START_TEST(going_back_changes_nothing)
{
	struct program program = {
		.scenario = weft_scenario_find(searched[_i]),
		.executions_max = 3000,
	};
	struct weft_result with, without;

	program_explore(&program, &with);
	program.marks_max = 1;
	program_explore(&program, &without);
	ck_assert_uint_eq(with.executions, without.executions);
	ck_assert_uint_eq(with.steps, without.steps);
	ck_assert_uint_eq(with.depth_max, without.depth_max);
	ck_assert_uint_eq(with.findings_n, without.findings_n);
	ck_assert_int_eq(with.verdict, without.verdict);
	weft_result_clear(&with);
	weft_result_clear(&without);
}
END_TEST

Suite *unit_suite(void)
{
	Suite *suite = suite_create("stuck");
	TCase *loop = tcase_create("twins");

	tcase_set_timeout(loop, 60);
	tcase_add_loop_test(loop, a_livelock_is_a_finding_with_its_cycle, 0,
			    (int)(sizeof(bugs) / sizeof(bugs[0])) * STRATEGIES);
	tcase_add_loop_test(loop, a_loop_that_ends_is_no_livelock, 0,
			    NEAR_MISSES * STRATEGIES);
	tcase_add_loop_test(loop, a_search_with_loops_comes_to_its_end, 0,
			    NEAR_MISSES);
	/* Sanitizers leave in dead slots of stacks what tells equal states apart. */
#ifndef __SANITIZE_ADDRESS__
	tcase_add_loop_test(loop, going_back_changes_nothing, 0,
			    (int)(sizeof(searched) / sizeof(searched[0])));
#else
	(void)going_back_changes_nothing;
	(void)searched;
#endif
	tcase_add_loop_test(loop, accesses_without_end_are_a_finding, 0,
			    STRATEGIES);
	tcase_add_loop_test(loop, as_many_accesses_as_are_allowed_are_none, 0,
			    STRATEGIES);
	suite_add_tcase(suite, loop);
	unit_add(suite, a_reduction_that_had_to_force_a_turn_says_so);
	unit_add(suite, a_loop_that_a_choice_can_end_is_no_livelock);
	return suite;
}
