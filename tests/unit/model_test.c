/* SPDX-License-Identifier: GPL-2.0-only */
/* scenarios/model.h and the programs in scenarios/models/. */
#include <string.h>

#include "tests/unit/program.h"
#include "tests/unit/unit.h"

static void explore_named(const char *name, long n, struct weft_result *ret)
{
	struct program program = {
		.scenario = weft_scenario_find(name),
		.params = { n },
		.races = WEFT_RACES_REPORT,
	};

	ck_assert_ptr_nonnull(program.scenario);
	program_explore(&program, ret);
}

/* Where every operation conflicts with all others, dfs counts are traces. */
static const struct {
	const char *name;
	long n;
	unsigned long executions;
} counts[] = {
	{ "model/readers", 1, 2 },
	{ "model/nwriters", 3, 24 },
	{ "model/nwriters", 4, 120 },
	{ "model/mutex-order", 2, 2 },
	{ "model/mutex-order", 3, 6 },
	{ "model/mutex-order", 5, 120 },
	{ "model/mutex-vs-trylock", 1, 3 },
	{ "model/mutex-vs-trylock", 2, 16 },
	{ "model/lockinc", 3, 6 },
	{ "model/lockinc", 5, 120 },
	{ "model/circular-buffer", 3, 20 },
	{ "model/circular-buffer", 7, 3432 },
};

START_TEST(counts_equal_the_published_ones)
{
	struct weft_result result;

	explore_named(counts[_i].name, counts[_i].n, &result);
	assert_exhausted(&result, counts[_i].executions);
}
END_TEST

START_TEST(every_model_program_meets_its_expectation)
{
	size_t i, seen = 0;

	for (i = 0; weft_scenarios[i]; i++) {
		const struct weft_scenario *s = weft_scenarios[i];
		struct weft_result result;

		/* Reductions have their own tests: these must end soon. */
		if (!weft_scenario_is_model(s) || !s->expect[0].verdict)
			continue;
		/* All schedules of four tasks take long; tests/litmus has them. */
		if (!strncmp(s->name, "model/order-", 12))
			continue;
		seen++;
		explore_named(s->name, 0, &result);
		ck_assert_msg(!strcmp(weft_verdict_name(result.verdict),
				      s->expect[0].verdict), "%s: %s (%s)",
			      s->name, weft_verdict_name(result.verdict),
			      result.findings_n ? result.findings[0].summary :
						  result.reason);
		/* Races have no names of places here: tests/litmus looks at these. */
		if (s->expect[0].kind && !strcmp(s->expect[0].kind, "race")) {
			ck_assert_uint_gt(result.advisory_n, 0);
			ck_assert_uint_eq(result.advisory_n, result.findings_n);
			ck_assert_str_eq(result.findings[0].kind, "race");
			ck_assert_ptr_nonnull(result.findings[0].race);
			weft_result_clear(&result);
			continue;
		}
		ck_assert_uint_eq(result.findings_n, s->expect[0].kind ? 1 : 0);
		if (s->expect[0].kind) {
			const struct weft_finding *f = &result.findings[0];

			ck_assert_str_eq(f->kind, s->expect[0].kind);
			ck_assert_msg(!s->expect[0].summary ||
				      strstr(f->summary, s->expect[0].summary) ||
				      strstr(f->signature,
					     s->expect[0].summary),
				      "%s: %s", s->name, f->summary);
			ck_assert(f->replayed);
		}
		weft_result_clear(&result);
	}
	ck_assert_uint_gt(seen, 10);
}
END_TEST

START_TEST(philosophers_deadlock_in_a_circle)
{
	const struct weft_finding *f;
	struct weft_result result;

	explore_named("model/philo", 4, &result);
	f = assert_finding(&result, "deadlock", "deadlock of 4 tasks");
	ck_assert_uint_eq(result.findings_n, 1);
	assert_tasks(f, "1,2,3,4");
	assert_locks(f, "fork[1],fork[2],fork[3],fork[0]");
	/* Three are blocked already when the next one starts. */
	ck_assert_uint_eq(f->preemptions, 1);
	weft_result_clear(&result);
}
END_TEST

static struct model_cell *x, *y;

static void assumes(long value)
{
	model_assume(model_read(x) == value);
	model_write(y, value);
}

static void sets(long value)
{
	model_write(x, value);
}

static void assuming(void)
{
	x = model_cell("x", 0);
	y = model_cell("y", 0);
	model_spawn("assumer", assumes, 1);
	model_spawn("setter", sets, 1);
	model_join_all();
	WEFT_CHECK(model_read(y) == 1, "the assumption held");
}

START_TEST(executions_against_an_assumption_do_not_count_as_bugs)
{
	struct weft_result result = program_result(assuming);

	/* set first: read, write follow; read first: the set is all. */
	assert_exhausted(&result, 2);
}
END_TEST

static void chooses(long id)
{
	(void)id;
	model_write(x, 10 * model_choose(3, "ten") + model_choose(2, "one"));
}

static void choosing(void)
{
	x = model_cell("x", 0);
	model_spawn("chooser", chooses, 0);
	model_join_all();
	WEFT_CHECK(model_read(x) != 21, "never the last choices");
}

START_TEST(every_choice_is_explored_and_replayed)
{
	struct weft_result result = program_result(choosing);
	const struct weft_finding *f = assert_finding(&result, "invariant",
						      "never the last choices");

	ck_assert_uint_eq(result.executions, 6);
	ck_assert_uint_eq(f->schedule.choices_n, 2);
	ck_assert_uint_eq(f->schedule.choices[0], 2);
	ck_assert_uint_eq(f->schedule.choices[1], 1);
	ck_assert(f->replayed);
	weft_result_clear(&result);
}
END_TEST

static void completes(long id)
{
	(void)id;
	model_complete(x);
}

static void waits(long id)
{
	(void)id;
	model_wait(x);
}

static void one_short(void)
{
	x = model_completion("done");
	model_spawn("waiter", waits, 1);
	model_spawn("waiter", waits, 2);
	model_spawn("completer", completes, 0);
	model_join_all();
}

START_TEST(a_completion_lets_one_waiter_go)
{
	struct weft_result result = program_result(one_short);

	/* Whichever waiter stays, it is one defect. */
	assert_finding(&result, "deadlock",
		       "blocked for ever: waiter-2 waits for done");
	ck_assert_uint_eq(result.findings_n, 1);
	ck_assert_uint_eq(result.executions, 2);
	weft_result_clear(&result);
	/* To wait is to take: whoever does it first matters. */
	result = program_result_by("dpor", one_short);
	ck_assert_uint_eq(result.executions, 2);
	weft_result_clear(&result);
}
END_TEST

static void waits_for_other(long value)
{
	model_await(value == 1 ? y : x, 1);
}

static void stranding(void)
{
	x = model_cell("x", 0);
	y = model_cell("y", 0);
	model_spawn("waiter", waits_for_other, 1);
	model_spawn("waiter", waits_for_other, 2);
}

START_TEST(a_deadlock_has_one_signature_whatever_the_tasks_numbers)
{
	struct weft_result result = program_result(stranding);
	const struct weft_finding *f = assert_finding(&result, "deadlock",
		"waiter-1 waits for y, waiter-2 waits for x");

	ck_assert_str_eq(f->signature, "deadlock:x,y");
	weft_result_clear(&result);
}
END_TEST

static void cmpxchg_once(long id)
{
	if (model_cmpxchg(x, 0, id) == 0)
		model_fetch_add(y, 1);
}

static void cmpxchg_race(void)
{
	x = model_cell("x", 0);
	y = model_cell("y", 0);
	model_spawn("t", cmpxchg_once, 1);
	model_spawn("t", cmpxchg_once, 2);
	model_join_all();
	WEFT_CHECK(model_read(y) == 1, "one cmpxchg succeeds");
	WEFT_CHECK(model_read(x) > 0, "its value stays");
}

START_TEST(cmpxchg_succeeds_once)
{
	struct weft_result result = program_result(cmpxchg_race);

	/* The winner is either; its add is before or after the loser's try. */
	assert_exhausted(&result, 4);
}
END_TEST

static void adds(long by)
{
	model_add(x, by);
}

static void adding(void)
{
	x = model_cell("x", 0);
	model_spawn("adder", adds, 1);
	model_spawn("adder", adds, 2);
	model_spawn("adder", adds, 4);
	model_join_all();
	WEFT_CHECK(model_read(x) == 7, "no addition is lost");
}

static void adds_and_looks(long by)
{
	model_add(x, by);
	model_read(x);
}

static void looking(void)
{
	x = model_cell("x", 0);
	model_spawn("adder", adds_and_looks, 1);
	model_spawn("adder", adds, 2);
	model_join_all();
}

START_TEST(additions_commute_until_somebody_looks)
{
	struct weft_result result;

	result = program_result_by("dpor", adding);
	assert_exhausted(&result, 1);
	result = program_result_by("sleep", adding);
	assert_exhausted(&result, 1);
	/* The read is before or after the other's addition. */
	result = program_result_by("dpor", looking);
	assert_exhausted(&result, 2);
	result = program_result_by("sleep", looking);
	assert_exhausted(&result, 2);
	result = program_result_by("dfs", looking);
	assert_exhausted(&result, 3);
}
END_TEST

static void reads(long id)
{
	(void)id;
	model_read(x);
}

static void frees(long id)
{
	(void)id;
	model_free(x);
}

static void freeing(void)
{
	x = model_cell("x", 0);
	model_spawn("reader", reads, 0);
	model_spawn("freer", frees, 0);
	model_join_all();
}

START_TEST(a_use_after_free_names_both_tasks)
{
	struct weft_result result = program_result(freeing);
	const struct weft_finding *f = assert_finding(&result, "memory",
		"use after free: reader reads x, which freer has freed");

	ck_assert_uint_eq(result.executions, 2);
	ck_assert_str_eq(f->signature, "memory:use after free:x");
	assert_tasks(f, "1,2");
	ck_assert(f->replayed);
	weft_result_clear(&result);
}
END_TEST

static void freeing_twice(void)
{
	x = model_cell("x", 0);
	model_spawn("freer", frees, 1);
	model_spawn("freer", frees, 2);
	model_join_all();
}

START_TEST(a_double_free_is_found)
{
	struct weft_result result = program_result(freeing_twice);

	assert_finding(&result, "memory", "double free: freer-");
	ck_assert_uint_eq(result.findings_n, 1);
	ck_assert_uint_eq(result.executions, 2);
	weft_result_clear(&result);
}
END_TEST

static void freeing_late(void)
{
	x = model_cell("x", 0);
	model_spawn("reader", reads, 1);
	model_spawn("reader", reads, 2);
	model_join_all();
	model_free(x);
}

START_TEST(a_free_after_the_last_use_is_silent)
{
	struct weft_result result = program_result(freeing_late);

	assert_exhausted(&result, 2);	/* dfs: the reads in either order */
}
END_TEST

static void spins(long value)
{
	model_spin_until(x, value);
	model_write(y, 1);
}

static void spinning(void)
{
	x = model_cell("x", 0);
	y = model_cell("y", 0);
	model_spawn("spinner", spins, 0);
	model_spawn("setter", sets, 1);
	model_join(1);
}

START_TEST(a_spin_whose_condition_holds_goes_on_at_once)
{
	struct weft_result result = program_result(spinning);

	/* Set first: nobody ever sets it back. */
	assert_finding(&result, "deadlock", "spinner waits for x");
	ck_assert_uint_eq(result.findings_n, 1);
	ck_assert_uint_gt(result.executions, 1);
	weft_result_clear(&result);
}
END_TEST

START_TEST(what_an_assumption_rules_out_is_counted)
{
	struct weft_result result;

	explore_named("model/peterson-sc", 0, &result);
	ck_assert_uint_gt(result.assume_blocked, 0);
	weft_result_clear(&result);
	result = program_result_by("dpor", assuming);
	ck_assert_uint_eq(result.executions, 2);
	ck_assert_uint_eq(result.assume_blocked, 1);
	weft_result_clear(&result);
}
END_TEST

static void spawns_with_a_lock(void)
{
	model_lock(model_mutex("held"));
	model_spawn("t", waits, 0);
}

START_TEST(a_spawn_with_a_lock_held_in_setup_is_refused)
{
	struct weft_result result = program_result(spawns_with_a_lock);

	ck_assert_int_eq(result.verdict, WEFT_VERDICT_INTERNAL);
	ck_assert_ptr_nonnull(strstr(result.reason, "must not hold a lock"));
	weft_result_clear(&result);
}
END_TEST

/* Where any number will do, one that an execution has room for. */
#define ROUNDS 100

/* Return: does it run? The other parameters are as small as may be. */
static bool runs_with(const struct weft_scenario *scenario, int param, long value)
{
	struct program program = {
		.scenario = scenario, .executions_max = 2,
		.races = WEFT_RACES_REPORT,
	};
	struct weft_result result;
	bool runs;
	int i;

	for (i = 0; i < 4 && scenario->params[i].key; i++)
		program.params[i] = scenario->params[i].least;
	program.params[param] = value;
	program_explore(&program, &result);
	runs = result.verdict != WEFT_VERDICT_INTERNAL &&
	       (result.verdict != WEFT_VERDICT_INCOMPLETE ||
		!strcmp(result.reason, "the limit on executions was reached"));
	ck_assert_msg(runs, "%s, %s=%ld: %s, %s", scenario->name,
		      scenario->params[param].key, value,
		      weft_verdict_name(result.verdict), result.reason);
	weft_result_clear(&result);
	return runs;
}

/* What a parameter may be is what the program runs with. */
START_TEST(every_model_program_runs_at_the_ends_of_its_parameters)
{
	size_t i, ends = 0;
	int j;

	for (i = 0; weft_scenarios[i]; i++) {
		const struct weft_scenario *s = weft_scenarios[i];

		for (j = 0; j < 4 && s->params[j].key; j++) {
			const struct weft_param *param = &s->params[j];
			long most = param->most == MODEL_ROUNDS ? ROUNDS :
								  param->most;

			ck_assert_int_le(param->least, param->value);
			ck_assert_int_le(param->value, param->most);
			ends += runs_with(s, j, param->least);
			ends += runs_with(s, j, most);
		}
	}
	ck_assert_uint_gt(ends, 120);
}
END_TEST

Suite *unit_suite(void)
{
	Suite *suite = suite_create("model");
	TCase *loop = tcase_create("counts");

	tcase_add_loop_test(loop, counts_equal_the_published_ones, 0,
			    (int)(sizeof(counts) / sizeof(counts[0])));
	suite_add_tcase(suite, loop);
	unit_add(suite, every_model_program_meets_its_expectation);
	unit_add(suite, every_model_program_runs_at_the_ends_of_its_parameters);
	unit_add(suite, philosophers_deadlock_in_a_circle);
	unit_add(suite, executions_against_an_assumption_do_not_count_as_bugs);
	unit_add(suite, every_choice_is_explored_and_replayed);
	unit_add(suite, a_completion_lets_one_waiter_go);
	unit_add(suite, a_deadlock_has_one_signature_whatever_the_tasks_numbers);
	unit_add(suite, cmpxchg_succeeds_once);
	unit_add(suite, additions_commute_until_somebody_looks);
	unit_add(suite, a_use_after_free_names_both_tasks);
	unit_add(suite, a_double_free_is_found);
	unit_add(suite, a_free_after_the_last_use_is_silent);
	unit_add(suite, a_spin_whose_condition_holds_goes_on_at_once);
	unit_add(suite, what_an_assumption_rules_out_is_counted);
	unit_add(suite, a_spawn_with_a_lock_held_in_setup_is_refused);
	return suite;
}
