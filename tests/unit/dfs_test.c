/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The dfs strategy (framework/strategies/dfs.c) against a brute-force oracle
 * that enumerates interleavings and counts preemptions by itself.
 */
#include <stdio.h>
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
	long		left[8];
	unsigned int	preemptions, bound;
	struct texts	all;
};

static void enumerate(struct oracle *o, long depth)
{
	long i, last = depth ? o->prefix[depth - 1] - '0' : 0;

	if (depth == threads * ops) {
		o->prefix[depth] = '\0';
		texts_add(&o->all, o->prefix);
		return;
	}
	for (i = 1; i <= threads; i++) {
		unsigned int cost = last && i != last && o->left[last];

		if (!o->left[i] || o->preemptions + cost > o->bound)
			continue;
		o->left[i]--;
		o->preemptions += cost;
		o->prefix[depth] = (char)('0' + i);
		enumerate(o, depth + 1);
		o->preemptions -= cost;
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

static struct weft_result explore(unsigned int preemptions_plus_one)
{
	struct program program = {
		.main = writers, .preemptions = preemptions_plus_one,
		.each = collect,
	};
	struct weft_result result;

	texts_clear(&seen);
	program_explore(&program, &result);
	return result;
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

	threads = multinomials[_i].threads;
	ops = multinomials[_i].ops;
	result = explore(0);
	ck_assert_uint_eq(result.progress.bound_done, WEFT_PREEMPTIONS_NONE);
	ck_assert_uint_eq(result.passes, 1);
	ck_assert_uint_eq(result.depth_max, threads * ops);
	assert_exhausted(&result, multinomials[_i].executions);
	texts_clear(&seen);
}
END_TEST

/* I1: the same schedules as the oracle, none of them twice. */
static void compare_with_oracle(unsigned int bound)
{
	struct texts all = brute_force(bound);
	struct weft_result result = explore(bound + 1);
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
} sizes[] = { { 2, 1 }, { 2, 2 }, { 2, 4 }, { 3, 2 }, { 3, 3 }, { 4, 2 } };

START_TEST(schedules_within_a_bound_are_those_of_brute_force)
{
	unsigned int bound;

	threads = sizes[_i].threads;
	ops = sizes[_i].ops;
	for (bound = 0; bound <= 4; bound++)
		compare_with_oracle(bound);
}
END_TEST

START_TEST(two_threads_follow_the_formula)
{
	long k;

	threads = 2;
	for (k = 1; k <= 6; k++) {
		unsigned long a = (unsigned long)k - 1;
		struct weft_result result;

		ops = k;
		result = explore(1);
		assert_exhausted(&result, 2);
		result = explore(2);
		assert_exhausted(&result, 2 + 2 * a);
		result = explore(3);
		assert_exhausted(&result, 2 + 2 * a + 2 * a * a);
	}
	texts_clear(&seen);
}
END_TEST

START_TEST(a_bound_that_cuts_says_so)
{
	struct weft_result result;

	threads = 2;
	ops = 3;
	result = explore(2);
	ck_assert_uint_eq(result.progress.bound_done, 2);
	assert_exhausted(&result, 6);
	result = explore(20);	/* more than there can be: no bound */
	ck_assert_uint_eq(result.progress.bound_done, WEFT_PREEMPTIONS_NONE);
	assert_exhausted(&result, 20);
	texts_clear(&seen);
}
END_TEST

static unsigned int preemptions_of(const char *digits)
{
	unsigned int n = 0;
	size_t i;

	for (i = 1; digits[i]; i++)
		n += digits[i] != digits[i - 1] &&
		     strchr(digits + i, digits[i - 1]);
	return n;
}

START_TEST(fewer_preemptions_come_first)
{
	struct program program = {
		.main = writers, .iterate = true, .each = collect,
	};
	struct weft_result result;
	unsigned int last = 0;
	size_t i;

	threads = 3;
	ops = 3;
	program_explore(&program, &result);
	assert_exhausted(&result, 1680);
	for (i = 0; i < seen.n; i++) {
		ck_assert_uint_ge(preemptions_of(seen.text[i]), last);
		last = preemptions_of(seen.text[i]);
	}
	ck_assert_uint_eq(last, 6);
	texts_clear(&seen);
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
	struct program program = { .main = writers, .executions_max = 5 };
	struct weft_result result;

	threads = 2;
	ops = 5;
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
