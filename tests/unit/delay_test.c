/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The delay strategy (framework/strategies/dfs.c, deviations.c) against a
 * brute-force oracle that enumerates interleavings and counts delays by itself.
 */
#include "tests/unit/unit.h"
#include "tests/unit/writers.h"

/* Who is passed over on the way round from the one that ran last. */
static unsigned int passed_over(const long *left, long last, long next)
{
	unsigned int n = 0;

	for (; last != next; last = (last + 1) % (writers_threads + 1))
		n += left[last] > 0;
	return n;
}

static struct weft_result explore(unsigned int delays_plus_one, bool iterate)
{
	return writers_explore((struct program){
		.strategy = "delay", .delays = delays_plus_one,
		.iterate = iterate,
	});
}

/* The same schedules as the oracle, none of them twice. */
static void compare_with_oracle(unsigned int bound)
{
	struct texts all = writers_brute_force(bound, passed_over);
	struct weft_result result = explore(bound + 1, false);

	assert_writers_seen(&result, &all);
}

static const struct {
	long threads, ops;
} sizes[] = { { 2, 1 }, { 2, 4 }, { 3, 1 }, { 3, 3 }, { 4, 2 }, { 5, 1 } };

START_TEST(schedules_within_a_bound_are_those_of_brute_force)
{
	unsigned int bound;

	writers_threads = sizes[_i].threads;
	writers_ops = sizes[_i].ops;
	for (bound = 0; bound <= 4; bound++)
		compare_with_oracle(bound);
}
END_TEST

/* Whoever is delayed comes last in the round. */
START_TEST(without_a_delay_there_is_one_schedule)
{
	struct weft_result result;

	writers_threads = 4;
	writers_ops = 2;
	result = explore(1, false);
	ck_assert_str_eq(writers_seen.text[0], "11223344");
	ck_assert(result.progress.delays);
	ck_assert_uint_eq(result.progress.bound_done, 1);
	assert_exhausted(&result, 1);
	texts_clear(&writers_seen);
}
END_TEST

START_TEST(fewer_delays_come_first)
{
	struct weft_result result;
	unsigned int last = 0;
	size_t i;

	writers_threads = 3;
	writers_ops = 3;
	result = explore(0, true);
	ck_assert_uint_eq(result.progress.bound_done, WEFT_BOUND_NONE);
	assert_exhausted(&result, 1680);
	for (i = 0; i < writers_seen.n; i++) {
		unsigned int delays = writers_cost_of(writers_seen.text[i],
						      passed_over);

		ck_assert_uint_ge(delays, last);
		last = delays;
	}
	ck_assert_uint_gt(last, 3);
	texts_clear(&writers_seen);
}
END_TEST

START_TEST(a_bound_that_cuts_says_so)
{
	struct weft_result result;

	writers_threads = 2;
	writers_ops = 3;
	result = explore(2, false);
	ck_assert_uint_eq(result.progress.bound_done, 2);
	/* The delay comes before any of the first five writes. */
	assert_exhausted(&result, 4);
	result = explore(20, false);	/* more than there can be: no bound */
	ck_assert_uint_eq(result.progress.bound_done, WEFT_BOUND_NONE);
	assert_exhausted(&result, 20);
	texts_clear(&writers_seen);
}
END_TEST

/* A limit in the middle leaves the bounds before it covered, and says which. */
START_TEST(a_limit_tells_how_many_delays_were_covered)
{
	struct program program = {
		.main = writers_main, .strategy = "delay", .iterate = true,
	};
	struct weft_result result;
	struct texts all;

	writers_threads = 3;
	writers_ops = 3;
	all = writers_brute_force(2, passed_over);
	program.executions_max = all.n + 1;
	program_explore(&program, &result);
	ck_assert_str_eq(weft_verdict_name(result.verdict), "incomplete");
	ck_assert_uint_eq(result.progress.bound_done, 3);
	weft_result_clear(&result);
	texts_clear(&all);
}
END_TEST

static const struct {
	const char *name;
	long params[2];
	unsigned long at_most;	/* executions: the column IDB of our tables */
} defects[] = {
	{ "model/wronglock", { 3 }, 10 },
	{ "model/wronglock", { 7 }, 20 },
	{ "model/deadlock01", { 0 }, 6 },
	{ "model/bluetooth", { 0 }, 8 },
	{ "model/philo", { 3 }, 48 },
	{ "model/reorder", { 3, 1 }, 138 },
};

START_TEST(defects_show_with_few_delays)
{
	struct program program = {
		.scenario = weft_scenario_find(defects[_i].name),
		.strategy = "delay", .iterate = true, .stop_early = true,
		.params = { defects[_i].params[0], defects[_i].params[1] },
	};
	struct weft_result result;

	program_explore(&program, &result);
	ck_assert_str_eq(weft_verdict_name(result.verdict), "bug");
	ck_assert(result.findings[0].replayed);
	ck_assert_uint_le(result.executions, defects[_i].at_most);
	weft_result_clear(&result);
}
END_TEST

Suite *unit_suite(void)
{
	Suite *suite = suite_create("delay");
	TCase *loops = tcase_create("loops");

	tcase_add_loop_test(loops,
			    schedules_within_a_bound_are_those_of_brute_force,
			    0, (int)(sizeof(sizes) / sizeof(sizes[0])));
	tcase_add_loop_test(loops, defects_show_with_few_delays, 0,
			    (int)(sizeof(defects) / sizeof(defects[0])));
	suite_add_tcase(suite, loops);
	unit_add(suite, without_a_delay_there_is_one_schedule);
	unit_add(suite, fewer_delays_come_first);
	unit_add(suite, a_bound_that_cuts_says_so);
	unit_add(suite, a_limit_tells_how_many_delays_were_covered);
	return suite;
}
