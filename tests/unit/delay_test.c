/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The delay strategy (framework/strategies/dfs.c, deviations.c) against a
 * brute-force oracle that enumerates interleavings and counts delays by itself.
 */
#include <stdlib.h>
#include <string.h>

#include "tests/unit/program.h"
#include "tests/unit/unit.h"

static long threads, ops;
static struct model_cell *x;
static struct texts seen;

static void writes(long id)
{
	long i;

	for (i = 0; i < ops; i++)
		model_write(x, id);
}

/* Nobody joins: each step is a write of one of the threads. */
static void writers(void)
{
	long i;

	x = model_cell("x", 0);
	for (i = 1; i <= threads; i++)
		model_spawn("t", writes, i);
}

static void collect(struct weft_exec *exec)
{
	char *digits = schedule_digits(weft_exec_schedule(exec));

	texts_add(&seen, digits);
	free(digits);
}

/* --- the oracle --- */

struct oracle {
	char		prefix[64];
	long		left[8];	/* [0]: main, which has ended */
	unsigned int	delays, bound;
	struct texts	all;
};

/* Who is passed over on the way round from the one that ran last. */
static unsigned int passed_over(const struct oracle *o, long last, long next)
{
	unsigned int n = 0;

	for (; last != next; last = (last + 1) % (threads + 1))
		n += o->left[last] > 0;
	return n;
}

static void enumerate(struct oracle *o, long depth)
{
	long i, last = depth ? o->prefix[depth - 1] - '0' : 0;

	if (depth == threads * ops) {
		o->prefix[depth] = '\0';
		texts_add(&o->all, o->prefix);
		return;
	}
	for (i = 1; i <= threads; i++) {
		unsigned int cost = passed_over(o, last, i);

		if (!o->left[i] || o->delays + cost > o->bound)
			continue;
		o->left[i]--;
		o->delays += cost;
		o->prefix[depth] = (char)('0' + i);
		enumerate(o, depth + 1);
		o->delays -= cost;
		o->left[i]++;
	}
}

static struct texts brute_force(unsigned int bound)
{
	struct oracle o = { .bound = bound };
	long i;

	for (i = 1; i <= threads; i++)
		o.left[i] = ops;
	enumerate(&o, 0);
	return o.all;
}

static unsigned int delays_of(const char *digits)
{
	struct oracle o = { .bound = 0 };
	unsigned int n = 0;
	long last = 0;
	size_t i;

	for (i = 1; i <= (size_t)threads; i++)
		o.left[i] = ops;
	for (i = 0; digits[i]; i++) {
		long next = digits[i] - '0';

		n += passed_over(&o, last, next);
		o.left[next]--;
		last = next;
	}
	return n;
}

static struct weft_result explore(unsigned int delays_plus_one, bool iterate)
{
	struct program program = {
		.main = writers, .strategy = "delay", .each = collect,
		.delays = delays_plus_one, .iterate = iterate,
	};
	struct weft_result result;

	texts_clear(&seen);
	program_explore(&program, &result);
	return result;
}

/* The same schedules as the oracle, none of them twice. */
static void compare_with_oracle(unsigned int bound)
{
	struct texts all = brute_force(bound);
	struct weft_result result = explore(bound + 1, false);
	size_t i;

	assert_exhausted(&result, all.n);
	ck_assert_uint_eq(seen.n, all.n);
	ck_assert_uint_eq(texts_sort(&seen), all.n);
	ck_assert_uint_eq(texts_sort(&all), all.n);
	for (i = 0; i < all.n; i++)
		ck_assert_str_eq(seen.text[i], all.text[i]);
	texts_clear(&all);
	texts_clear(&seen);
}

static const struct {
	long threads, ops;
} sizes[] = { { 2, 1 }, { 2, 4 }, { 3, 1 }, { 3, 3 }, { 4, 2 }, { 5, 1 } };

START_TEST(schedules_within_a_bound_are_those_of_brute_force)
{
	unsigned int bound;

	threads = sizes[_i].threads;
	ops = sizes[_i].ops;
	for (bound = 0; bound <= 4; bound++)
		compare_with_oracle(bound);
}
END_TEST

/* Whoever is delayed comes last in the round. */
START_TEST(without_a_delay_there_is_one_schedule)
{
	struct weft_result result;

	threads = 4;
	ops = 2;
	result = explore(1, false);
	ck_assert_str_eq(seen.text[0], "11223344");
	ck_assert(result.progress.delays);
	ck_assert_uint_eq(result.progress.bound_done, 1);
	assert_exhausted(&result, 1);
	texts_clear(&seen);
}
END_TEST

START_TEST(fewer_delays_come_first)
{
	struct weft_result result;
	unsigned int last = 0;
	size_t i;

	threads = 3;
	ops = 3;
	result = explore(0, true);
	ck_assert_uint_eq(result.progress.bound_done, WEFT_BOUND_NONE);
	assert_exhausted(&result, 1680);
	for (i = 0; i < seen.n; i++) {
		ck_assert_uint_ge(delays_of(seen.text[i]), last);
		last = delays_of(seen.text[i]);
	}
	ck_assert_uint_gt(last, 3);
	texts_clear(&seen);
}
END_TEST

START_TEST(a_bound_that_cuts_says_so)
{
	struct weft_result result;

	threads = 2;
	ops = 3;
	result = explore(2, false);
	ck_assert_uint_eq(result.progress.bound_done, 2);
	/* The delay comes before any of the first five writes. */
	assert_exhausted(&result, 4);
	result = explore(20, false);	/* more than there can be: no bound */
	ck_assert_uint_eq(result.progress.bound_done, WEFT_BOUND_NONE);
	assert_exhausted(&result, 20);
	texts_clear(&seen);
}
END_TEST

/* A limit in the middle leaves the bounds before it covered, and says which. */
START_TEST(a_limit_tells_how_many_delays_were_covered)
{
	struct program program = {
		.main = writers, .strategy = "delay", .iterate = true,
	};
	struct weft_result result;
	struct texts all;

	threads = 3;
	ops = 3;
	all = brute_force(2);
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
