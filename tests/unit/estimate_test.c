/* SPDX-License-Identifier: GPL-2.0-only */
/* Estimates (framework/estimate.h) on trees and programs of known size. */
#include <stdlib.h>
#include <string.h>

#include "framework/estimate.h"
#include "tests/unit/program.h"
#include "tests/unit/unit.h"

#define DEPTH 12

/* --- trees --- */

struct walk {
	unsigned int		(*branches)(size_t depth, unsigned long label);
	struct weft_branching	path[DEPTH];
	struct weft_estimate	by_path, by_share;
	unsigned long		leaves, total;
	double			least, most;	/* estimate / total, when known */
};

static void reached_leaf(struct walk *w, size_t depth, double share)
{
	double estimate;

	w->leaves++;
	if (!w->total)
		return;		/* counting */
	weft_estimate_path(&w->by_path, w->leaves, w->path, depth);
	weft_estimate_leaf(&w->by_share, share);
	/* Shares are weighted backtrack in whatever order. */
	ck_assert_double_eq_tol(w->by_path.part, w->by_share.part, 1e-12);
	estimate = weft_estimate_total(&w->by_path);
	if (estimate <= 0)
		return;
	ck_assert_double_ge(estimate, (double)w->leaves);	/* I2 */
	estimate /= (double)w->total;
	if (!w->least || estimate < w->least)
		w->least = estimate;
	if (estimate > w->most)
		w->most = estimate;
}

static void descend(struct walk *w, size_t depth, unsigned long label,
		    double share)
{
	unsigned int i, n = depth < DEPTH ? w->branches(depth, label) : 0;

	if (!n)
		reached_leaf(w, depth, share);
	for (i = 0; i < n; i++) {
		w->path[depth].done = i;
		w->path[depth].pending = n - 1 - i;
		descend(w, depth + 1, 31 * label + i, share / n);
	}
}

static struct walk walk(unsigned int (*branches)(size_t, unsigned long))
{
	struct walk w = { .branches = branches };

	descend(&w, 0, 1, 1);
	w.total = w.leaves;
	w.leaves = 0;
	descend(&w, 0, 1, 1);
	ck_assert_double_eq_tol(weft_estimate_total(&w.by_path),
				(double)w.total, 1e-6);		/* I1 */
	ck_assert_double_eq_tol(weft_estimate_done(&w.by_path), 1, 1e-9);
	return w;
}

/* 2 3 2 3 …: siblings are alike. */
static unsigned int regular(size_t depth, unsigned long label)
{
	(void)label;
	return depth < 8 ? 2 + depth % 2 : 0;
}

START_TEST(a_regular_tree_is_estimated_exactly)
{
	struct walk w = walk(regular);

	ck_assert_uint_eq(w.total, 1296);
	ck_assert_double_eq_tol(w.least, 1, 1e-9);
	ck_assert_double_eq_tol(w.most, 1, 1e-9);
}
END_TEST

/* 0 to 3 branches, at random; never none near the root. */
static unsigned int bushy(size_t depth, unsigned long label)
{
	unsigned long hash = (label + 7) * 0x9e3779b97f4a7c15ul;

	return (unsigned int)(depth < 3 ? 2 + (hash >> 60) % 2 :
					  (hash >> 60) % 4);
}

START_TEST(a_random_tree_is_estimated_within_ten)
{
	struct walk w = walk(bushy);

	ck_assert_uint_gt(w.total, 100);
	ck_assert_double_gt(w.least, 0.1);
	ck_assert_double_lt(w.most, 10);
}
END_TEST

/* A comb: the first branch is a leaf, all the rest is in the second. */
static unsigned int comb(size_t depth, unsigned long label)
{
	return !depth || label % 31 == 1 ? 2 : 0;
}

START_TEST(a_comb_is_underestimated)
{
	struct weft_estimate e = { 0 };
	unsigned int i;

	for (i = 1; i <= 20; i++)
		weft_estimate_leaf(&e, 1.0 / (double)(1ul << i));
	/* After 20 of unknown many all but 2^-20 seems done. */
	ck_assert_double_eq_tol(weft_estimate_total(&e), 20, 0.01);
	ck_assert_double_eq_tol(walk(comb).leaves, DEPTH + 1, 0.5);
}
END_TEST

START_TEST(little_known_is_unknown)
{
	struct weft_estimate e = { 0 };
	struct weft_probed probed = { 0 };
	int i;

	ck_assert_double_eq(weft_estimate_total(&e), 0);
	ck_assert_double_lt(weft_estimate_done(&e), 0);
	for (i = 0; i < 15; i++)
		weft_estimate_leaf(&e, 1e-3);
	ck_assert_double_eq(weft_estimate_total(&e), 0);
	weft_estimate_leaf(&e, 1e-3);
	ck_assert_double_eq_tol(weft_estimate_total(&e), 1000, 1e-6);
	for (i = 0; i < 7; i++)
		weft_probed_add(&probed, 100);
	ck_assert_double_eq(weft_probed_total(&probed), 0);
	weft_probed_add(&probed, 900);
	ck_assert_double_eq_tol(weft_probed_total(&probed), 200, 1e-9);
}
END_TEST

/* I3 */
START_TEST(probes_count_less_the_more_is_done)
{
	struct weft_estimate e = { .leaves = 100, .part = 0.001, .probed = 2000 };

	ck_assert_double_eq_tol(weft_estimate_total(&e), 2980, 1);
	e.part = 0.05;
	ck_assert_double_eq_tol(weft_estimate_total(&e), 2000, 1);
	e.part = 0.1;
	ck_assert_double_eq_tol(weft_estimate_total(&e), 1000, 1);
	e.leaves = 5;
	ck_assert_double_eq_tol(weft_estimate_total(&e), 2000, 1);
	e.leaves = 5000;
	e.part = 1;
	ck_assert_double_eq_tol(weft_estimate_total(&e), 5000, 1e-9);
}
END_TEST

/* --- programs --- */

static struct {
	unsigned long	n, sampled;
	double		least, most, last, first;
	double		total;
} watched;

static void watch(const struct weft_result *so_far)
{
	double estimate = so_far->progress.estimate;

	if (!so_far->passes) {
		watched.sampled++;
		return;
	}
	watched.n = so_far->executions;
	watched.last = estimate;
	if (watched.n == 1)
		watched.first = estimate;
	if (watched.n < 16)
		return;
	ck_assert_double_ge(estimate, (double)watched.n);
	estimate /= watched.total;
	if (!watched.least || estimate < watched.least)
		watched.least = estimate;
	if (estimate > watched.most)
		watched.most = estimate;
}

/*
 * Bounds on the way, as orders of magnitude: from 16 executions on. Where a
 * formula gives the number of schedules, @total is it; else 0.
 */
static const struct {
	const char	*name, *strategy;
	long		params[2];
	unsigned int	preemptions, delays;	/* plus one */
	unsigned long	total;
	double		least, most;
} programs[] = {
	{ "model/lockinc", "dfs", { 5 }, 0, 0, 120, 0.99, 1.01 },
	{ "model/philo-ok", "dfs", { 4 }, 0, 0, 0, 0.1, 10 },
	{ "model/philo-ok", "dfs", { 4 }, 3, 0, 0, 0.1, 10 },
	{ "model/philo-ok", "delay", { 4 }, 0, 5, 0, 0.1, 10 },
	{ "model/readers", "dfs", { 6 }, 0, 0, 5040, 0.99, 1.01 },
	{ "model/readers", "dfs", { 6 }, 3, 0, 5040, 0.99, 1.01 },
	{ "model/lastzero", "dfs", { 3 }, 0, 0, 0, 0.1, 10 },
	{ "model/lastzero", "dfs", { 3 }, 2, 0, 0, 0.1, 10 },
};

static struct weft_result run_program(int i, unsigned long sample,
				      unsigned long total)
{
	struct program program = {
		.scenario = weft_scenario_find(programs[i].name),
		.strategy = programs[i].strategy, .watch = watch,
		.preemptions = programs[i].preemptions,
		.delays = programs[i].delays, .sample = sample,
		.params = { programs[i].params[0], programs[i].params[1] },
	};
	struct weft_result result;

	memset(&watched, 0, sizeof(watched));
	watched.total = (double)total;
	ck_assert_ptr_nonnull(program.scenario);
	program_explore(&program, &result);
	return result;
}

static unsigned long count(int i)
{
	struct weft_result result = run_program(i, 0, 1);
	unsigned long total = result.executions;

	if (programs[i].total)
		ck_assert_uint_eq(total, programs[i].total);
	weft_result_clear(&result);
	return total;
}

START_TEST(the_estimate_ends_at_the_count)
{
	unsigned long total = count(_i);
	struct weft_result result = run_program(_i, 0, total);

	ck_assert_double_eq(result.progress.estimate, (double)total);
	ck_assert_double_eq(result.progress.done, 1);
	/* All shares together are 1: known before the search looked for more. */
	ck_assert_double_eq_tol(watched.last, (double)total, 1e-3);
	ck_assert_double_ge(watched.least, programs[_i].least);
	ck_assert_double_le(watched.most, programs[_i].most);
	weft_result_clear(&result);
}
END_TEST

START_TEST(probes_give_a_first_guess)
{
	unsigned long total = count(_i);
	struct weft_result result = run_program(_i, 400, total);

	ck_assert_uint_eq(watched.sampled, 400);
	ck_assert_uint_eq(result.sampled, 400);
	ck_assert_uint_eq(result.executions, total);
	ck_assert_double_ge(watched.first, 0.1 * watched.total);
	ck_assert_double_le(watched.first, 10 * watched.total);
	weft_result_clear(&result);
}
END_TEST

Suite *unit_suite(void)
{
	int n = (int)(sizeof(programs) / sizeof(programs[0]));
	Suite *suite = suite_create("estimate");
	TCase *loops = tcase_create("programs");

	unit_add(suite, a_regular_tree_is_estimated_exactly);
	unit_add(suite, a_random_tree_is_estimated_within_ten);
	unit_add(suite, a_comb_is_underestimated);
	unit_add(suite, little_known_is_unknown);
	unit_add(suite, probes_count_less_the_more_is_done);
	tcase_add_loop_test(loops, the_estimate_ends_at_the_count, 0, n);
	tcase_add_loop_test(loops, probes_give_a_first_guess, 0, n);
	suite_add_tcase(suite, loops);
	return suite;
}
