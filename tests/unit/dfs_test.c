/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The dfs strategy (framework/strategies/dfs.c) against a brute-force oracle
 * that enumerates interleavings and counts preemptions by itself.
 */
#include "tests/unit/unit.h"
#include "tests/unit/writers.h"

static struct model_cell *x;

static unsigned int preempted(const long *left, long last, long next)
{
	return last && next != last && left[last];
}

static struct weft_result explore(unsigned int preemptions_plus_one)
{
	return writers_explore((struct program){
		.preemptions = preemptions_plus_one,
	});
}

static const struct {
	long threads, ops;
	unsigned long executions;
} multinomials[] = {
	{ 1, 4, 1 }, { 2, 1, 2 }, { 2, 2, 6 }, { 2, 3, 20 }, { 2, 5, 252 },
	{ 3, 2, 90 }, { 3, 3, 1680 }, { 4, 1, 24 }, { 4, 2, 2520 },
	{ 5, 1, 120 },
};

START_TEST(without_a_bound_counts_are_multinomials)
{
	struct weft_result result;

	writers_threads = multinomials[_i].threads;
	writers_ops = multinomials[_i].ops;
	result = explore(0);
	ck_assert_uint_eq(result.progress.bound_done, WEFT_PREEMPTIONS_NONE);
	ck_assert_uint_eq(result.passes, 1);
	ck_assert_uint_eq(result.depth_max, writers_threads * writers_ops);
	assert_exhausted(&result, multinomials[_i].executions);
	texts_clear(&writers_seen);
}
END_TEST

/* I1: the same schedules as the oracle, none of them twice. */
static void compare_with_oracle(unsigned int bound)
{
	struct texts all = writers_brute_force(bound, preempted);
	struct weft_result result = explore(bound + 1);

	assert_writers_seen(&result, &all);
}

static const struct {
	long threads, ops;
} sizes[] = { { 2, 1 }, { 2, 2 }, { 2, 4 }, { 3, 2 }, { 3, 3 }, { 4, 2 } };

START_TEST(schedules_within_a_bound_are_those_of_brute_force)
{
	unsigned int bound;

	writers_threads = sizes[_i].threads;
	writers_ops = sizes[_i].ops;
	for (bound = 0; bound <= 4; bound++)
		compare_with_oracle(bound);
}
END_TEST

START_TEST(two_threads_follow_the_formula)
{
	long k;

	writers_threads = 2;
	for (k = 1; k <= 6; k++) {
		unsigned long a = (unsigned long)k - 1;
		struct weft_result result;

		writers_ops = k;
		result = explore(1);
		assert_exhausted(&result, 2);
		result = explore(2);
		assert_exhausted(&result, 2 + 2 * a);
		result = explore(3);
		assert_exhausted(&result, 2 + 2 * a + 2 * a * a);
	}
	texts_clear(&writers_seen);
}
END_TEST

START_TEST(a_bound_that_cuts_says_so)
{
	struct weft_result result;

	writers_threads = 2;
	writers_ops = 3;
	result = explore(2);
	ck_assert_uint_eq(result.progress.bound_done, 2);
	assert_exhausted(&result, 6);
	result = explore(20);	/* more than there can be: no bound */
	ck_assert_uint_eq(result.progress.bound_done, WEFT_PREEMPTIONS_NONE);
	assert_exhausted(&result, 20);
	texts_clear(&writers_seen);
}
END_TEST

START_TEST(fewer_preemptions_come_first)
{
	struct weft_result result;
	unsigned int last = 0;
	size_t i;

	writers_threads = 3;
	writers_ops = 3;
	result = writers_explore((struct program){ .iterate = true });
	assert_exhausted(&result, 1680);
	for (i = 0; i < writers_seen.n; i++) {
		unsigned int preemptions =
			writers_cost_of(writers_seen.text[i], preempted);

		ck_assert_uint_ge(preemptions, last);
		last = preemptions;
	}
	ck_assert_uint_eq(last, 6);
	texts_clear(&writers_seen);
}
END_TEST

/* Fails only after two switches away from a thread that could go on. */
static void spoils(long id)
{
	if (id == 1) {
		model_write(x, 1);
		model_write(x, 2);
		WEFT_CHECK(model_read(x) != 4, "nobody writes four");
	} else {
		if (model_read(x) != 1)
			return;
		if (model_read(x) == 2)
			model_write(x, 4);
	}
}

static void spoiling(void)
{
	x = model_cell("x", 0);
	model_spawn("t", spoils, 1);
	model_spawn("t", spoils, 2);
}

START_TEST(the_first_finding_has_the_fewest_preemptions)
{
	struct program program = {
		.main = spoiling, .iterate = true, .stop_early = true,
	};
	const struct weft_finding *f;
	struct weft_result result;

	program_explore(&program, &result);
	f = assert_finding(&result, "invariant", "nobody writes four");
	ck_assert_uint_eq(f->preemptions, 3);
	ck_assert(f->replayed);
	ck_assert_uint_eq(result.progress.bound, 3);
	weft_result_clear(&result);
	program.iterate = false;
	program.preemptions = 2 + 1;
	program_explore(&program, &result);
	ck_assert_uint_eq(result.progress.bound_done, 3);
	ck_assert_int_eq(result.verdict, WEFT_VERDICT_EXHAUSTED);
	weft_result_clear(&result);
}
END_TEST

START_TEST(a_limit_on_executions_is_a_verdict)
{
	struct program program = { .main = writers_main, .executions_max = 5 };
	struct weft_result result;

	writers_threads = 2;
	writers_ops = 5;
	program_explore(&program, &result);
	ck_assert_str_eq(weft_verdict_name(result.verdict), "incomplete");
	ck_assert_str_eq(result.reason, "the limit on executions was reached");
	ck_assert_uint_eq(result.executions, 5);
	weft_result_clear(&result);
}
END_TEST

Suite *unit_suite(void)
{
	Suite *suite = suite_create("dfs");
	TCase *loops = tcase_create("loops");

	tcase_add_loop_test(loops, without_a_bound_counts_are_multinomials, 0,
			    (int)(sizeof(multinomials) /
				  sizeof(multinomials[0])));
	tcase_add_loop_test(loops,
			    schedules_within_a_bound_are_those_of_brute_force,
			    0, (int)(sizeof(sizes) / sizeof(sizes[0])));
	suite_add_tcase(suite, loops);
	unit_add(suite, two_threads_follow_the_formula);
	unit_add(suite, a_bound_that_cuts_says_so);
	unit_add(suite, fewer_preemptions_come_first);
	unit_add(suite, the_first_finding_has_the_fewest_preemptions);
	unit_add(suite, a_limit_on_executions_is_a_verdict);
	return suite;
}
