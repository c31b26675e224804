/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Smaller schedules of data races, compared with the minimum over all schedules: of those
 * in which both sides meet where they met, else of those that show the race.
 */
#include <stdlib.h>
#include <string.h>

#include "framework/minimise.h"
#include "tests/unit/program.h"
#include "tests/unit/unit.h"

#define SEEDS 5

static struct model_cell *data, *flag, *noise;
static struct model_lock *locks[2];

static void make_noise(int times)
{
	while (times--)
		model_fetch_add(noise, 1);
}

static void locked(long id)
{
	make_noise(2);
	model_lock(locks[id - 1]);
	model_plain_write(data, id);
	model_unlock(locks[id - 1]);
	make_noise(1);
}

/* Each side has a lock, and it is not the same one. */
static void two_locks(void)
{
	locks[0] = model_mutex("one");
	locks[1] = model_mutex("other");
	data = model_cell("data", 0);
	noise = model_cell("noise", 0);
	model_spawn("t", locked, 1);
	model_spawn("t", locked, 2);
	model_join_all();
}

static void locked_alone(long id)
{
	model_lock(locks[id - 1]);
	model_plain_write(data, id);
	model_unlock(locks[id - 1]);
}

/* Nobody else touches what comes behind the accesses. */
static void two_own_locks(void)
{
	locks[0] = model_mutex("one");
	locks[1] = model_mutex("other");
	data = model_cell("data", 0);
	model_spawn("t", locked_alone, 1);
	model_spawn("t", locked_alone, 2);
	model_join_all();
}

static void announce(long id)
{
	make_noise(3);
	model_plain_write(data, id);
	model_write(flag, 1);
	make_noise(2);
}

static void look(long id)
{
	(void)id;
	if (model_load_acquire(flag))
		model_plain_read(data);
	make_noise(2);
}

/* The flag orders nothing, but the two accesses never are next to each other. */
static void relaxed(void)
{
	data = model_cell("data", 0);
	flag = model_cell("flag", 0);
	noise = model_cell("noise", 0);
	model_spawn("t", announce, 1);
	model_spawn("t", look, 2);
	model_join_all();
}

/* Over all schedules with the points that @finding has, each recorded. */
static struct smallest brute_force(const struct program *program,
				   const struct weft_finding *finding)
{
	struct smallest smallest = { .preemptions = ~0ul, .steps = ~0ul };
	struct weft_strategy_options options = {
		.preemptions = WEFT_PREEMPTIONS_NONE,
	};
	const struct weft_strategy *dfs = &weft_strategy_dfs;
	struct weft_exec *exec = program_create(program);
	const struct weft_hot *hot = &weft_exec_region(exec)->hot;
	unsigned long promotions;
	void *state;

	ck_assert_int_eq(weft_exec_setup(exec), WEFT_OUTCOME_COMPLETE);
	weft_exec_order_plain(exec, true);
	weft_exec_follow(exec, &finding->schedule);
	weft_exec_races_again(exec, true);
	do {
		promotions = hot->promotions;
		state = dfs->create(&options);
		while (dfs->begin(state) == WEFT_BEGIN_RUN) {
			const struct weft_decision *decisions;
			const struct weft_finding *f;
			unsigned int n;

			weft_exec_run(exec, dfs, state, true);
			decisions = weft_exec_decisions(exec, &n);
			dfs->end(state, decisions, n);
			f = weft_find_signature(exec, finding->signature);
			if (f && (f->race->met || !finding->race->met))
				note_smallest(&smallest, f);
		}
		dfs->destroy(state);
	} while (promotions != hot->promotions);
	weft_exec_follow(exec, NULL);
	program_destroy();
	return smallest;
}

/* The schedule shows the same race, at the same lines and step. */
static void check_replay(const struct program *program,
			 const struct weft_finding *f)
{
	const struct weft_finding *again = NULL;
	struct weft_result result;
	const char *mismatch;
	size_t i;

	program_create(program);
	weft_replay(program_exec, &f->schedule, &result, &mismatch, NULL);
	ck_assert_ptr_null(mismatch);
	/* It ends with the second access. */
	ck_assert_uint_eq(weft_schedule_steps(&f->schedule, f->schedule.runs_n),
			  f->steps);
	again = weft_result_find(&result, f->signature);
	ck_assert_ptr_nonnull(again);
	ck_assert_uint_eq(again->steps, f->steps);
	ck_assert_uint_eq(again->preemptions, f->preemptions);
	ck_assert(again->race->met == f->race->met);
	for (i = 0; i < 2; i++)
		ck_assert_uint_eq(again->race->sides[i].pc,
				  f->race->sides[i].pc);
	program_destroy();
	weft_result_clear(&result);
}

static struct weft_result races_of(struct program *program, uint64_t seed)
{
	struct weft_result result;

	program->strategy = "random";
	program->seed = seed;
	program->executions_max = 1000;
	program->races = WEFT_RACES_REPORT;
	program->witness = 32;
	program_explore(program, &result);
	ck_assert_uint_gt(result.findings_n, 0);
	return result;
}

static void check_smallest(void (*main)(void), bool meet, bool learn)
{
	struct program program = {
		.main = main, .minimise_max = WEFT_MINIMISE_EXECUTIONS,
		.learn = learn,
	};
	uint64_t seed;
	size_t i;

	for (seed = 1; seed <= SEEDS; seed++) {
		struct weft_result result = races_of(&program, seed);

		for (i = 0; i < result.findings_n; i++) {
			const struct weft_finding *f = &result.findings[i];
			struct smallest smallest;

			ck_assert(f->advisory && f->race->met == meet);
			ck_assert(meet == !f->apart);
			ck_assert_str_eq(weft_minimal_name(f->minimal),
					 "proven");
			smallest = brute_force(&program, f);
			ck_assert_uint_eq(f->preemptions,
					  smallest.preemptions);
			ck_assert_uint_eq(f->steps, smallest.steps);
			check_replay(&program, f);
		}
		weft_result_clear(&result);
	}
}

START_TEST(sides_that_meet_do_so_in_the_smallest_schedule)
{
	check_smallest(two_locks, true, false);
}
END_TEST

/* A lock of one task is no point: behind its access it cannot be left but for this. */
START_TEST(sides_meet_in_front_of_what_is_no_point)
{
	check_smallest(two_own_locks, true, true);
}
END_TEST

START_TEST(sides_that_cannot_meet_have_a_smallest_schedule_too)
{
	check_smallest(relaxed, false, false);
}
END_TEST

/* What is behind the race is cut off, its choices with it, and those before it stay. */
static void choosy(long id)
{
	long first = model_choose(3, "before");

	if (id != 1 || first == 2)
		model_plain_write(data, id);
	make_noise(1);
	model_choose(3, "behind");
}

static void choices(void)
{
	data = model_cell("data", 0);
	noise = model_cell("noise", 0);
	model_spawn("t", choosy, 1);
	model_spawn("t", choosy, 2);
	model_join_all();
}

START_TEST(choices_behind_the_race_are_cut_off)
{
	struct program program = {
		.main = choices, .minimise_max = WEFT_MINIMISE_EXECUTIONS,
	};
	struct weft_result result = races_of(&program, 3);
	const struct weft_finding *f = &result.findings[0];

	ck_assert(f->race->met);
	ck_assert_uint_eq(f->schedule.choices_n, 2);
	ck_assert_uint_eq(f->schedule.choices[0] + f->schedule.choices[1], 2);
	check_replay(&program, f);
	weft_result_clear(&result);
}
END_TEST

START_TEST(a_budget_is_kept)
{
	struct program program = { .main = two_locks, .minimise_max = 7 };
	struct weft_result result = races_of(&program, 1);
	size_t i;

	for (i = 0; i < result.findings_n; i++) {
		const struct weft_finding *f = &result.findings[i];

		ck_assert_uint_le(f->minimise_executions, 7);
		ck_assert_str_eq(weft_minimal_name(f->minimal), "budget");
		ck_assert(f->race->met);
	}
	weft_result_clear(&result);
}
END_TEST

Suite *unit_suite(void)
{
	Suite *suite = suite_create("minimise_race");
	TCase *all = tcase_create("all schedules");

	tcase_set_timeout(all, 60);
	tcase_add_test(all, sides_that_meet_do_so_in_the_smallest_schedule);
	tcase_add_test(all, sides_meet_in_front_of_what_is_no_point);
	tcase_add_test(all, sides_that_cannot_meet_have_a_smallest_schedule_too);
	suite_add_tcase(suite, all);
	unit_add(suite, choices_behind_the_race_are_cut_off);
	unit_add(suite, a_budget_is_kept);
	return suite;
}
