/* SPDX-License-Identifier: GPL-2.0-only */
/* Faults under the reductions: each trace within the bound once, and no other. */
#include "tests/unit/program.h"
#include "tests/unit/unit.h"

static const char *const reductions[] = { "dpor", "source", "sleep" };

/* By the formulas in scenarios/models/faults.c. */
static const struct {
	const char *name;
	long n, m;
	unsigned long faults, traces;
} counts[] = {
	{ "model/faults-apart", 2, 1, 1, 3 },
	{ "model/faults-apart", 3, 2, 1, 7 },
	{ "model/faults-apart", 3, 2, 2, 22 },
	{ "model/faults-apart", 3, 2, 6, 64 },
	{ "model/faults-apart", 4, 3, 2, 79 },
	{ "model/faults-lock", 4, 0, 1, 48 },
	{ "model/faults-lock", 4, 0, 2, 60 },
	{ "model/faults-lock", 4, 0, 4, 65 },
	{ "model/faults-lock", 5, 0, 1, 240 },
};

START_TEST(traces_within_the_bound_are_counted)
{
	struct program program = {
		.scenario = weft_scenario_find(counts[_i].name),
		.params = { counts[_i].n, counts[_i].m },
		.faults = counts[_i].faults,
	};
	struct weft_result result;
	size_t i;

	for (i = 0; i < sizeof(reductions) / sizeof(reductions[0]); i++) {
		program.strategy = reductions[i];
		program_explore(&program, &result);
		assert_exhausted(&result, counts[_i].traces);
	}
}
END_TEST

static struct model_cell *cell, *failed;

static void ask_then_write(long id)
{
	model_write(&failed[id], model_may_fail("an operation"));
	model_write(cell, id);
}

static void asking(void)
{
	cell = model_cell("x", 0);
	failed = model_cells("failed", 2, 0);
	model_spawn("a", ask_then_write, 0);
	model_spawn("b", ask_then_write, 1);
	model_join_all();
}

static unsigned long none, first, second, both;

static void note(struct weft_exec *x)
{
	bool a = failed[0].value, b = failed[1].value;

	(void)x;
	none += !a && !b;
	first += a && !b;
	second += !a && b;
	both += a && b;
}

/* Two orders of the writes with each. */
static void explore_asking(const char *strategy, unsigned long faults)
{
	struct program program = {
		.main = asking, .strategy = strategy, .faults = faults,
		.each = note,
	};
	struct weft_result result;

	none = first = second = both = 0;
	program_explore(&program, &result);
	assert_exhausted(&result, faults == 1 ? 6 : 8);
	/* Those that were cut short are among them. */
	ck_assert_uint_ge(none, 2);
	ck_assert_uint_ge(first, 2);
	ck_assert_uint_ge(second, 2);
	ck_assert((both > 0) == (faults > 1));
}

START_TEST(whose_fault_it_is_does_not_depend_on_the_order)
{
	explore_asking(reductions[_i], 1);
	explore_asking(reductions[_i], 2);
}
END_TEST

static unsigned long steps;

static void note_steps(struct weft_exec *x)
{
	if (!steps)
		steps = weft_exec_steps(x);
	ck_assert_uint_eq(weft_exec_steps(x), steps);
}

START_TEST(a_question_is_put_when_no_fault_is_left)
{
	struct program program = {
		.main = asking, .strategy = "dfs", .faults = 1,
		.each = note_steps,
	};
	struct weft_result result;

	steps = 0;
	program_explore(&program, &result);
	ck_assert_int_eq(result.verdict, WEFT_VERDICT_EXHAUSTED);
	weft_result_clear(&result);
}
END_TEST

static struct model_lock *lock;
static bool seen[2];

static void look(long id)
{
	(void)id;
	seen[model_is_locked(lock)] = true;
}

static void hold(long id)
{
	(void)id;
	model_lock(lock);
	model_unlock(lock);
}

static void looking(void)
{
	lock = model_mutex("m");
	model_spawn("look", look, 0);
	model_spawn("hold", hold, 0);
	model_join_all();
}

/* Before, within and behind the section. */
START_TEST(whoever_looks_at_a_lock_is_ordered_with_its_holder)
{
	struct program program = {
		.main = looking, .strategy = reductions[_i],
	};
	struct weft_result result;

	seen[0] = seen[1] = false;
	program_explore(&program, &result);
	assert_exhausted(&result, 3);
	ck_assert(seen[0]);
	ck_assert(seen[1]);
}
END_TEST

Suite *unit_suite(void)
{
	Suite *suite = suite_create("faults");
	int n = sizeof(reductions) / sizeof(reductions[0]);
	TCase *loop = tcase_create("loop");

	tcase_add_loop_test(loop, traces_within_the_bound_are_counted, 0,
			    (int)(sizeof(counts) / sizeof(counts[0])));
	tcase_add_loop_test(loop, whose_fault_it_is_does_not_depend_on_the_order,
			    0, n);
	tcase_add_loop_test(loop,
			    whoever_looks_at_a_lock_is_ordered_with_its_holder,
			    0, n);
	suite_add_tcase(suite, loop);
	unit_add(suite, a_question_is_put_when_no_fault_is_left);
	return suite;
}
