/* SPDX-License-Identifier: GPL-2.0-only */
/* What a search allocates is counted, and a limit on it is a verdict. */
#include <string.h>

#include "tests/unit/program.h"
#include "tests/unit/unit.h"

static void explore(const char *strategy, const char *name, long n,
		    size_t memory_max, struct weft_result *ret)
{
	struct program program = {
		.scenario = weft_scenario_find(name), .strategy = strategy,
		.memory_max = memory_max, .params = { n },
	};

	if (!strcmp(strategy, "dfs"))
		program.preemptions = 2 + 1;
	program_explore(&program, ret);
}

static const struct {
	const char *strategy, *name;
	long n;
} searches[] = {
	{ "dfs", "model/lastzero", 5 },
	{ "dpor", "model/lastzero", 11 },
};

START_TEST(a_limit_on_memory_is_a_verdict)
{
	const size_t limit = 256 << 10;
	struct weft_result all, some;

	explore(searches[_i].strategy, searches[_i].name, searches[_i].n, 0,
		&all);
	ck_assert_str_eq(weft_verdict_name(all.verdict), "exhausted");
	ck_assert_uint_gt(all.progress.memory, limit);
	ck_assert_uint_ge(all.memory_max, all.progress.memory);
	explore(searches[_i].strategy, searches[_i].name, searches[_i].n,
		limit, &some);
	ck_assert_str_eq(weft_verdict_name(some.verdict), "incomplete");
	ck_assert_ptr_nonnull(strstr(some.reason, "--max-memory"));
	ck_assert_uint_le(some.progress.memory, limit);
	ck_assert_uint_gt(some.executions, 1);
	ck_assert_uint_lt(some.executions, all.executions);
	weft_result_clear(&all);
	weft_result_clear(&some);
}
END_TEST

START_TEST(memory_does_not_depend_on_the_run)
{
	struct weft_result one, two;

	explore(searches[_i].strategy, searches[_i].name, searches[_i].n, 0,
		&one);
	explore(searches[_i].strategy, searches[_i].name, searches[_i].n, 0,
		&two);
	ck_assert_uint_eq(one.progress.memory, two.progress.memory);
	ck_assert_uint_eq(one.memory_max, two.memory_max);
	weft_result_clear(&one);
	weft_result_clear(&two);
}
END_TEST

/* Only what is executed again differs. */
START_TEST(without_states_to_return_to_the_search_is_the_same)
{
	struct program program = {
		.scenario = weft_scenario_find(searches[_i].name),
		.strategy = searches[_i].strategy, .params = { 3 },
	};
	struct weft_result with, without;

	program_explore(&program, &with);
	program.marks_max = 1;
	program_explore(&program, &without);
	ck_assert_uint_eq(with.executions, without.executions);
	ck_assert_uint_le(without.memory_max, with.memory_max);
	weft_result_clear(&with);
	weft_result_clear(&without);
}
END_TEST

Suite *unit_suite(void)
{
	const int n = sizeof(searches) / sizeof(searches[0]);
	Suite *suite = suite_create("memory_limit");
	TCase *loop = tcase_create("searches");

	tcase_set_timeout(loop, 60);
	tcase_add_loop_test(loop, a_limit_on_memory_is_a_verdict, 0, n);
	tcase_add_loop_test(loop, memory_does_not_depend_on_the_run, 0, n);
	tcase_add_loop_test(loop,
			    without_states_to_return_to_the_search_is_the_same,
			    0, n);
	suite_add_tcase(suite, loop);
	return suite;
}
