/* SPDX-License-Identifier: GPL-2.0-only */
/* Smaller schedules, compared with the minimum over all schedules. */
#include <stdlib.h>
#include <string.h>

#include "framework/minimise.h"
#include "tests/unit/program.h"
#include "tests/unit/unit.h"

#define SEEDS 6

static struct model_lock *a, *b;
static struct model_cell *noise, *x;

static struct smallest brute_force(const struct program *program,
				   const char *signature)
{
	struct smallest smallest = { .preemptions = ~0ul, .steps = ~0ul };
	struct weft_strategy_options options = {
		.preemptions = WEFT_PREEMPTIONS_NONE,
	};
	const struct weft_strategy *dfs = &weft_strategy_dfs;
	struct weft_exec *exec = program_create(program);
	void *state = dfs->create(&options);

	ck_assert_int_eq(weft_exec_setup(exec), WEFT_OUTCOME_COMPLETE);
	while (dfs->begin(state) == WEFT_BEGIN_RUN) {
		const struct weft_decision *decisions;
		const struct weft_finding *f;
		unsigned int n;

		weft_exec_run(exec, dfs, state, false);
		decisions = weft_exec_decisions(exec, &n);
		dfs->end(state, decisions, n);
		f = weft_find_signature(exec, signature);
		if (f)
			note_smallest(&smallest, f);
		smallest.executions++;
	}
	dfs->destroy(state);
	program_destroy();
	return smallest;
}

/* The first finding of a strategy, made smaller; to be cleared. */
static struct weft_result found_by(struct program program,
				   const char *strategy, uint64_t seed)
{
	struct weft_result result;

	program.strategy = strategy;
	program.seed = seed;
	program.stop_early = true;
	program.executions_max = 100000;
	if (!program.minimise_max)
		program.minimise_max = WEFT_MINIMISE_EXECUTIONS;
	program_explore(&program, &result);
	ck_assert_str_eq(weft_verdict_name(result.verdict), "bug");
	ck_assert(result.findings[0].replayed);
	return result;
}

static void check_smallest(const struct program *program,
			   const char *strategy, uint64_t seed,
			   struct smallest *smallest)
{
	struct weft_result result = found_by(*program, strategy, seed);
	const struct weft_finding *f = &result.findings[0];

	if (!smallest->executions)
		*smallest = brute_force(program, f->signature);
	ck_assert_uint_eq(f->preemptions, smallest->preemptions);
	ck_assert_uint_eq(f->steps, smallest->steps);
	ck_assert_str_eq(weft_minimal_name(f->minimal), "proven");
	ck_assert_uint_ge(f->first.preemptions, f->preemptions);
	weft_result_clear(&result);
}

static const char *const models[] = {
	"model/deadlock01", "model/account", "model/philo", "model/carter01",
	"model/wronglock", "model/reorder", "model/twostage",
	"model/lost-wakeup",
};

START_TEST(every_strategy_ends_at_the_minimum_over_all_schedules)
{
	struct program program = {
		.scenario = weft_scenario_find(models[_i]),
	};
	struct smallest smallest = { 0 };
	uint64_t seed;

	check_smallest(&program, "dfs", 0, &smallest);
	ck_assert_uint_gt(smallest.executions, 3);
	check_smallest(&program, "dpor", 0, &smallest);
	for (seed = 1; seed <= SEEDS; seed++)
		check_smallest(&program, "random", seed, &smallest);
}
END_TEST

static void make_noise(int times)
{
	while (times--)
		model_fetch_add(noise, 1);
}

static void noisy(long id)
{
	make_noise(6);
	model_lock(id == 1 ? a : b);
	make_noise(4);
	model_lock(id == 1 ? b : a);
	model_unlock(id == 1 ? b : a);
	model_unlock(id == 1 ? a : b);
}

static void noisy_abba(void)
{
	a = model_mutex("a");
	b = model_mutex("b");
	noise = model_cell("noise", 0);
	model_spawn("t", noisy, 1);
	model_spawn("t", noisy, 2);
	model_join_all();
}

/* 6 + lock, 6 + lock, then 4 and the wait on each side: 22 steps, 1 switch. */
START_TEST(a_walk_through_noise_becomes_one_preemption)
{
	struct program program = { .main = noisy_abba };
	uint64_t seed;

	for (seed = 1; seed <= SEEDS; seed++) {
		struct weft_result result = found_by(program, "random", seed);
		const struct weft_finding *f = &result.findings[0];

		ck_assert_uint_gt(f->first.preemptions, 3);
		ck_assert_uint_eq(f->first.steps, 22);
		ck_assert_uint_eq(f->preemptions, 1);
		ck_assert_uint_eq(f->steps, 22);
		ck_assert_str_eq(weft_minimal_name(f->minimal), "proven");
		weft_result_clear(&result);
	}
}
END_TEST

/* Sees x between two changes, and again after the second: two switches. */
static void change(long id)
{
	(void)id;
	make_noise(10);
	model_write(x, 1);
	make_noise(10);
	model_write(x, 2);
	make_noise(10);
}

static void watch(long id)
{
	long first;

	(void)id;
	make_noise(10);
	first = model_read(x);
	make_noise(10);
	WEFT_CHECK(first != 1 || model_read(x) != 2, "x stays as it was seen");
}

static void two_switches(void)
{
	noise = model_cell("noise", 0);
	x = model_cell("x", 0);
	model_spawn("change", change, 0);
	model_spawn("watch", watch, 0);
	model_spawn("other", watch, 0);
	model_join_all();
}

/* The search of all schedules with 2 preemptions takes thousands of runs. */
START_TEST(thinning_out_alone_gets_far_when_the_budget_is_small)
{
	struct program program = { .main = two_switches, .minimise_max = 400 };
	uint64_t seed;

	for (seed = 1; seed <= SEEDS; seed++) {
		struct weft_result result = found_by(program, "random", seed);
		const struct weft_finding *f = &result.findings[0];

		ck_assert_uint_gt(f->first.preemptions, 4);
		ck_assert_uint_eq(f->preemptions, 2);
		ck_assert_uint_le(f->minimise_executions, 400);
		ck_assert_str_ne(weft_minimal_name(f->minimal), "proven");
		weft_result_clear(&result);
	}
}
END_TEST

/* x is 1 from the second of its operations on, for a long time. */
static void flicker(long id)
{
	(void)id;
	make_noise(1);
	model_write(x, 1);
	make_noise(200);
	model_write(x, 0);
}

static void look(long id)
{
	(void)id;
	WEFT_CHECK(model_read(x) == 0, "x is 0");
}

static void flickering(void)
{
	noise = model_cell("noise", 0);
	x = model_cell("x", 0);
	model_spawn("flicker", flicker, 0);
	model_spawn("look", look, 0);
	model_join_all();
}

/* Two to set x, one to see it; the search has no budget to get there. */
START_TEST(a_switch_moves_to_where_it_saves_steps)
{
	struct program program = { .main = flickering, .minimise_max = 30 };
	uint64_t seed, moved = 0;

	for (seed = 1; seed <= SEEDS; seed++) {
		struct weft_result result = found_by(program, "random", seed);
		const struct weft_finding *f = &result.findings[0];

		moved += f->first.steps > 3;
		ck_assert_uint_eq(f->preemptions, 1);
		ck_assert_uint_eq(f->steps, 3);
		ck_assert_str_eq(weft_minimal_name(f->minimal), "preemptions");
		weft_result_clear(&result);
	}
	ck_assert_uint_gt(moved, 0);
}
END_TEST

START_TEST(the_search_proves_the_same_with_a_larger_budget)
{
	struct program program = { .main = flickering };
	struct weft_result result = found_by(program, "random", 2);
	const struct weft_finding *f = &result.findings[0];

	ck_assert_uint_eq(f->preemptions, 1);
	ck_assert_uint_eq(f->steps, 3);
	ck_assert_str_eq(weft_minimal_name(f->minimal), "proven");
	weft_result_clear(&result);
}
END_TEST

static struct model_cell *y, *z, *u, *bad;

static void writes(long id)
{
	(void)id;
	model_write(y, 1);
	make_noise(1);
	model_write(z, 1);
	make_noise(1);
	model_write(z, 2);
	model_write(u, 1);
}

static void sees_z(long id)
{
	(void)id;
	make_noise(1);
	if (model_read(z) == 1)
		model_fetch_add(bad, 1);
}

static void sees_y_and_u(long id)
{
	(void)id;
	if (model_read(y) == 1 && model_read(u) == 0)
		model_fetch_add(bad, 1);
}

static void seen_twice(void)
{
	noise = model_cell("noise", 0);
	y = model_cell("y", 0);
	z = model_cell("z", 0);
	u = model_cell("u", 0);
	bad = model_cell("bad", 0);
	model_spawn("writes", writes, 0);
	model_spawn("sees-z", sees_z, 0);
	model_spawn("sees-y-and-u", sees_y_and_u, 0);
	model_join_all();
	WEFT_CHECK(model_read(bad) < 2, "not both see it");
}

/*
 * Task 2 comes once too early: 1 33 3 1 (2) 1 2 2 1 1 1. Going there and coming
 * back are the second and the third of four switches; without one of them the
 * other one does harm.
 */
START_TEST(a_visit_in_vain_is_dropped_there_and_back)
{
	static const unsigned int runs[][2] = {
		{ 1, 1 }, { 3, 3 }, { 1, 1 }, { 2, 1 }, { 1, 1 }, { 2, 2 },
		{ 1, 3 },
	};
	struct program program = { .main = seen_twice };
	struct weft_spending spending = { .max = 30 };
	struct weft_schedule schedule = { 0 };
	struct weft_result result;
	const char *mismatch;
	size_t i;

	for (i = 0; i < sizeof(runs) / sizeof(runs[0]); i++)
		weft_schedule_add(&schedule, runs[i][0], runs[i][1]);
	program_create(&program);
	weft_replay(program_exec, &schedule, &result, &mismatch, NULL);
	ck_assert_ptr_null(mismatch);
	ck_assert_uint_eq(result.findings_n, 1);
	ck_assert_uint_eq(result.findings[0].preemptions, 4);
	weft_minimise(program_exec, &result.findings[0], &spending);
	ck_assert_uint_eq(result.findings[0].preemptions, 2);
	ck_assert_uint_eq(result.findings[0].first.preemptions, 4);
	program_destroy();
	weft_schedule_clear(&schedule);
	weft_result_clear(&result);
}
END_TEST

/* Enough for switches to be thinned out, far too few for a search. */
#define PHILO_EXECUTIONS 1500

static void check_philosophers(struct program *program,
			       const struct weft_schedule *schedule)
{
	struct weft_spending spending = { .max = PHILO_EXECUTIONS };
	struct weft_result result;
	const char *mismatch;

	program_create(program);
	weft_replay(program_exec, schedule, &result, &mismatch, NULL);
	ck_assert_ptr_null(mismatch);
	ck_assert_uint_eq(result.findings_n, 1);
	ck_assert_uint_eq(result.findings[0].preemptions,
			  (unsigned int)program->params[0] - 1);
	weft_minimise(program_exec, &result.findings[0], &spending);
	ck_assert_uint_eq(result.findings[0].preemptions, 1);
	ck_assert_uint_eq(result.findings[0].steps,
			  (unsigned long)program->params[0]);
	program_destroy();
	weft_result_clear(&result);
}

/*
 * In the order of their places all but the last one are preempted. The other
 * way round each waits for the fork that was taken just before, all but the
 * first one. No switch can be missed, and each has one place only.
 */
START_TEST(runs_are_moved_to_where_their_task_waits)
{
	struct program program = {
		.scenario = weft_scenario_find("model/philo"),
		.params = { _i },
	};
	struct weft_schedule schedule = { 0 };
	int task;

	for (task = 1; task <= _i; task++)
		weft_schedule_add(&schedule, (unsigned int)task, 1);
	check_philosophers(&program, &schedule);
	weft_schedule_clear(&schedule);
}
END_TEST

/*
 * With many of them a philosopher that comes later drags those along who
 * waited for it: 4 9 8 7 3 2 6 5 1 becomes 9 8 7 6 5 4 3 2 1.
 */
START_TEST(runs_are_moved_wherever_a_walk_began)
{
	struct program program = {
		.scenario = weft_scenario_find("model/philo"),
		.params = { _i }, .minimise_max = PHILO_EXECUTIONS,
	};
	uint64_t seed;

	for (seed = 1; seed <= SEEDS; seed++) {
		struct weft_result result = found_by(program, "random", seed);
		const struct weft_finding *f = &result.findings[0];

		ck_assert_uint_gt(f->first.preemptions, 1);
		ck_assert_uint_eq(f->preemptions, 1);
		ck_assert_uint_eq(f->steps, (unsigned long)_i);
		weft_result_clear(&result);
	}
}
END_TEST

START_TEST(a_budget_is_kept_and_the_result_never_worse)
{
	unsigned long budget;

	for (budget = 1; budget < 40; budget++) {
		struct program program = {
			.main = noisy_abba, .minimise_max = budget,
		};
		struct weft_result result = found_by(program, "random", 1);
		const struct weft_finding *f = &result.findings[0];

		ck_assert_uint_le(f->minimise_executions, budget);
		ck_assert_uint_le(f->preemptions, f->first.preemptions);
		ck_assert_uint_le(f->steps, f->first.steps);
		weft_result_clear(&result);
	}
}
END_TEST

START_TEST(without_a_budget_a_schedule_stays_as_it_was_found)
{
	struct program program = {
		.main = noisy_abba, .strategy = "random", .seed = 1,
		.stop_early = true,
	};
	struct weft_result result;

	program_explore(&program, &result);
	ck_assert_uint_gt(result.findings[0].preemptions, 3);
	ck_assert_uint_eq(result.findings[0].preemptions,
			  result.findings[0].first.preemptions);
	ck_assert_str_eq(weft_minimal_name(result.findings[0].minimal),
			 "untried");
	ck_assert_uint_eq(result.findings[0].minimise_executions, 0);
	weft_result_clear(&result);
}
END_TEST

START_TEST(the_schedule_first_found_is_kept_and_replays)
{
	struct program program = { .main = noisy_abba };
	struct weft_result result = found_by(program, "random", 1), again;
	const struct weft_finding *f = &result.findings[0];
	const char *mismatch;

	program_create(&program);
	weft_replay(program_exec, &f->first.schedule, &again, &mismatch, NULL);
	ck_assert_ptr_null(mismatch);
	ck_assert_uint_eq(again.findings_n, 1);
	ck_assert_str_eq(again.findings[0].signature, f->signature);
	ck_assert_uint_eq(again.findings[0].preemptions, f->first.preemptions);
	ck_assert_uint_eq(again.findings[0].steps, f->first.steps);
	program_destroy();
	weft_result_clear(&again);
	weft_result_clear(&result);
}
END_TEST

static void choosy(long id)
{
	long first = model_choose(3, "no matter"), second;

	(void)id;
	second = model_choose(3, "matters");
	model_fetch_add(x, first);
	WEFT_CHECK(second != 2, "the second choice is not 2");
}

static void choices(void)
{
	x = model_cell("x", 0);
	model_spawn("t", choosy, 1);
	model_join_all();
}

START_TEST(choices_that_do_not_matter_become_0)
{
	struct program program = { .main = choices };
	uint64_t seed;

	for (seed = 1; seed <= SEEDS; seed++) {
		struct weft_result result = found_by(program, "random", seed);
		const struct weft_schedule *schedule =
			&result.findings[0].schedule;

		ck_assert_uint_eq(schedule->choices_n, 2);
		ck_assert_uint_eq(schedule->choices[0], 0);
		ck_assert_uint_eq(schedule->choices[1], 2);
		weft_result_clear(&result);
	}
}
END_TEST

START_TEST(the_same_start_gives_the_same_schedule)
{
	struct program program = { .main = two_switches, .minimise_max = 300 };
	struct weft_result one = found_by(program, "random", 5);
	struct weft_result two = found_by(program, "random", 5);
	char *a_text = weft_schedule_encode(&one.findings[0].schedule);
	char *b_text = weft_schedule_encode(&two.findings[0].schedule);

	ck_assert_str_eq(a_text, b_text);
	ck_assert_uint_eq(one.findings[0].minimise_executions,
			  two.findings[0].minimise_executions);
	free(a_text);
	free(b_text);
	weft_result_clear(&one);
	weft_result_clear(&two);
}
END_TEST

static bool refuse(void *arg)
{
	(void)arg;
	return false;
}

START_TEST(whoever_has_no_time_gets_what_there_is)
{
	struct weft_spending spending = {
		.max = 1000, .keep_going = refuse,
	};
	struct program program = {
		.main = noisy_abba, .strategy = "random", .seed = 1,
		.stop_early = true,
	};
	struct weft_result result;
	struct weft_finding *f;

	program_explore_open(&program, &result);
	f = &result.findings[0];
	weft_minimise(program_exec, f, &spending);
	ck_assert_uint_eq(spending.spent, 0);
	ck_assert_uint_eq(f->preemptions, f->first.preemptions);
	ck_assert_str_eq(weft_minimal_name(f->minimal), "budget");
	program_destroy();
	weft_result_clear(&result);
}
END_TEST

Suite *unit_suite(void)
{
	Suite *suite = suite_create("minimise");
	TCase *loop = tcase_create("models");

	tcase_set_timeout(loop, 60);
	tcase_add_loop_test(loop,
			    every_strategy_ends_at_the_minimum_over_all_schedules,
			    0, (int)(sizeof(models) / sizeof(models[0])));
	tcase_add_loop_test(loop, runs_are_moved_to_where_their_task_waits,
			    3, 11);
	tcase_add_loop_test(loop, runs_are_moved_wherever_a_walk_began, 6, 11);
	suite_add_tcase(suite, loop);
	unit_add(suite, a_walk_through_noise_becomes_one_preemption);
	unit_add(suite, thinning_out_alone_gets_far_when_the_budget_is_small);
	unit_add(suite, a_switch_moves_to_where_it_saves_steps);
	unit_add(suite, the_search_proves_the_same_with_a_larger_budget);
	unit_add(suite, a_visit_in_vain_is_dropped_there_and_back);
	unit_add(suite, a_budget_is_kept_and_the_result_never_worse);
	unit_add(suite, without_a_budget_a_schedule_stays_as_it_was_found);
	unit_add(suite, the_schedule_first_found_is_kept_and_replays);
	unit_add(suite, choices_that_do_not_matter_become_0);
	unit_add(suite, the_same_start_gives_the_same_schedule);
	unit_add(suite, whoever_has_no_time_gets_what_there_is);
	return suite;
}
