/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The random strategies (framework/strategies/), and the sample before a
 * search (framework/sample.c). Seeds are fixed: each number here is exact.
 */
#include <stdlib.h>
#include <string.h>

#include "tests/unit/program.h"
#include "tests/unit/unit.h"

#define SEEDS 20

static const char *const samplers[] = { "random", "pct", "pos", "surw" };
#define SAMPLERS ((int)(sizeof(samplers) / sizeof(samplers[0])))

/* --- finding what others find --- */

/*
 * Mean number of executions to the first failure, by sampler in the order
 * above: column 3.2 of our tables, from prototypes of all four.
 */
static const struct {
	const char *name;
	long params[2];
	double published[4];
} defects[] = {
	{ "model/account", { 0 }, { 3.3, 2.5, 2.5, 3.3 } },
	{ "model/lazy01", { 0 }, { 3.2, 2.8, 3.8, 3.1 } },
	{ "model/deadlock01", { 0 }, { 1.9, 3.5, 3.9, 1.7 } },
	{ "model/carter01", { 0 }, { 1.6, 2.5, 1.7, 1.6 } },
	{ "model/reorder", { 3, 1 }, { 25, 31, 13, 11 } },
	{ "model/reorder", { 5, 1 }, { 54, 35, 17, 19 } },
	{ "model/twostage", { 1, 1 }, { 17, 7, 10, 13 } },
	{ "model/stack", { 5 }, { 2.6, 3.8, 2.2, 2.1 } },
	{ "model/wronglock", { 3 }, { 3.1, 6.7, 3.3, 4.2 } },
	{ "model/bluetooth", { 0 }, { 27, 15, 16, 30 } },
	{ "model/token-ring", { 0 }, { 4.0, 5.3, 5.2, 6.0 } },
	{ "model/philo", { 3 }, { 2.6, 10, 5, 2.1 } },
	{ "model/philo", { 5 }, { 4.5, 153, 13, 4.8 } },
};

#define DEFECTS ((int)(sizeof(defects) / sizeof(defects[0])))

static unsigned long first_failure(int defect, const char *sampler,
				   uint64_t seed)
{
	struct program program = {
		.scenario = weft_scenario_find(defects[defect].name),
		.strategy = sampler, .seed = seed, .stop_early = true,
		.executions_max = 5000,
		.params = { defects[defect].params[0],
			    defects[defect].params[1] },
	};
	struct weft_result result;
	unsigned long execution;

	ck_assert_ptr_nonnull(program.scenario);
	program_explore(&program, &result);
	ck_assert_str_eq(weft_verdict_name(result.verdict), "bug");
	ck_assert(result.findings[0].replayed);
	execution = result.findings[0].execution;
	ck_assert_uint_eq(execution, result.executions);
	weft_result_clear(&result);
	return execution;
}

START_TEST(failures_come_as_early_as_published)
{
	int defect = _i / SAMPLERS, sampler = _i % SAMPLERS;
	double mean = 0, published = defects[defect].published[sampler];
	uint64_t seed;

	for (seed = 1; seed <= SEEDS; seed++)
		mean += (double)first_failure(defect, samplers[sampler], seed) /
			SEEDS;
	/* The mean of 20 geometric draws is rarely twice the true one. */
	ck_assert_msg(mean <= 2 * published + 1, "%s of %s: %g, not %g",
		      samplers[sampler], defects[defect].name, mean, published);
}
END_TEST

/* --- what each draws --- */

static long first_ops, other_ops = 1;
static bool apart;
static struct model_cell *cells;
static struct texts seen;
static unsigned int preemptions_max;

static void writes(long id)
{
	long i, n = id == 1 ? first_ops : other_ops;

	for (i = 0; i < n; i++)
		model_write(&cells[apart ? id : 0], id);
}

static void start(long threads)
{
	long i;

	cells = model_cells("c", 8, 0);
	for (i = 1; i <= threads; i++)
		model_spawn("t", writes, i);
}

static void two(void)
{
	start(2);
}

static void three(void)
{
	start(3);
}

static void collect(struct weft_exec *exec)
{
	char *digits = schedule_digits(weft_exec_schedule(exec));
	const struct weft_decision *decisions;
	unsigned int i, n, preemptions = 0;

	decisions = weft_exec_decisions(exec, &n);
	for (i = 0; i < n; i++)
		preemptions += weft_is_preemption(&decisions[i],
						  decisions[i].chosen);
	if (preemptions > preemptions_max)
		preemptions_max = preemptions;
	texts_add(&seen, digits);
	free(digits);
}

static void sample(void (*fn)(void), const char *sampler, unsigned long n)
{
	struct program program = {
		.main = fn, .strategy = sampler, .seed = 1,
		.executions_max = n + 1, .each = collect,
	};
	struct weft_result result;

	texts_clear(&seen);
	preemptions_max = 0;
	program_explore(&program, &result);
	ck_assert_str_eq(weft_verdict_name(result.verdict), "incomplete");
	weft_result_clear(&result);
	ck_assert_uint_eq(seen.n, n);	/* the last one is not collected */
}

static unsigned int count(const char *digits)
{
	unsigned int n = 0;
	size_t i;

	for (i = 0; i < seen.n; i++)
		n += !strcmp(seen.text[i], digits);
	return n;
}

/* All of 1000 a fifth part of 5, give or take five standard deviations. */
#define assert_fifth(digits) do {		\
	ck_assert_uint_ge(count(digits), 137);	\
	ck_assert_uint_le(count(digits), 263);	\
} while (0)

START_TEST(surw_draws_every_order_of_a_long_and_a_short_thread_alike)
{
	first_ops = 4;
	apart = false;
	sample(two, "surw", 1000);
	assert_fifth("21111");
	assert_fifth("12111");
	assert_fifth("11211");
	assert_fifth("11121");
	assert_fifth("11112");
	/* A random walk does not: every second one begins with the short. */
	sample(two, "random", 1000);
	ck_assert_uint_gt(count("21111"), 400);
	ck_assert_uint_lt(count("11112"), 137);
	texts_clear(&seen);
}
END_TEST

START_TEST(pos_orders_independent_operations_alike)
{
	static const char *const orders[] = { "123", "132", "213", "231",
					      "312", "321" };
	size_t i;

	first_ops = 1;
	apart = true;
	sample(three, "pos", 1200);
	for (i = 0; i < 6; i++) {
		ck_assert_uint_ge(count(orders[i]), 135);
		ck_assert_uint_le(count(orders[i]), 265);
	}
	texts_clear(&seen);
}
END_TEST

/*
 * Without a conflict the short thread keeps its priority p and comes last when
 * four others are above it: in 1 of 5. With one it draws again each time: in 1
 * of 16.
 */
START_TEST(pos_draws_again_for_what_conflicts)
{
	first_ops = 4;
	apart = true;
	sample(two, "pos", 1000);
	assert_fifth("11112");
	apart = false;
	sample(two, "pos", 1000);
	ck_assert_uint_ge(count("11112"), 25);
	ck_assert_uint_le(count("11112"), 100);
	texts_clear(&seen);
}
END_TEST

START_TEST(pct_changes_its_mind_twice_at_most)
{
	first_ops = 6;
	other_ops = 6;
	apart = false;
	sample(three, "pct", 1000);
	ck_assert_uint_eq(preemptions_max, 2);
	texts_clear(&seen);
}
END_TEST

/* --- seeds --- */

static struct texts run_from(const char *sampler, int skip, int n)
{
	const struct weft_strategy *strategy = weft_strategy_find(sampler);
	struct weft_strategy_options options = { .seed = 7 };
	struct program program = { .main = three };
	struct weft_exec *x = program_create(&program);
	void *state = strategy->create(&options);
	int i;

	ck_assert_int_eq(weft_exec_setup(x), WEFT_OUTCOME_COMPLETE);
	texts_clear(&seen);
	for (i = 0; i < n; i++) {
		const struct weft_decision *decisions;
		unsigned int decisions_n;

		strategy->begin(state);
		if (i < skip)
			continue;
		weft_exec_run(x, strategy, state, false);
		decisions = weft_exec_decisions(x, &decisions_n);
		strategy->end(state, decisions, decisions_n);
		collect(x);
	}
	strategy->destroy(state);
	program_destroy();
	return seen;
}

START_TEST(execution_n_of_a_seed_is_the_same_whatever_came_before)
{
	static const char *const names[] = { "random", "pos" };
	struct texts all, late;
	size_t i;

	first_ops = 5;
	apart = false;
	all = run_from(names[_i], 0, 40);
	memset(&seen, 0, sizeof(seen));
	late = run_from(names[_i], 30, 40);
	ck_assert_uint_eq(late.n, 10);
	for (i = 0; i < late.n; i++)
		ck_assert_str_eq(late.text[i], all.text[30 + i]);
	/* It is not that all are the same. */
	ck_assert_uint_gt(texts_sort(&all), 10);
	texts_clear(&all);
	texts_clear(&late);
}
END_TEST

START_TEST(another_seed_is_another_sample)
{
	unsigned long by_seed[8], different = 0;
	uint64_t seed;

	for (seed = 0; seed < 8; seed++) {
		by_seed[seed] = first_failure(5, samplers[_i], seed);
		different += seed && by_seed[seed] != by_seed[0];
		ck_assert_uint_eq(by_seed[seed],
				  first_failure(5, samplers[_i], seed));
	}
	ck_assert_uint_ge(different, 4);
}
END_TEST

/* --- the sample before a search --- */

static void touch(struct model_cell *cell, bool write)
{
	weft_region_touch(weft_exec_region(program_exec), &cell->value, 8,
			  write);
}

/* Sharing of the second cell is seen only when the first is a point. */
static void leads(long id)
{
	(void)id;
	touch(&cells[0], true);
	model_write(&cells[0], 1);
	touch(&cells[0], true);
	model_write(&cells[0], 2);
}

static void follows(long id)
{
	(void)id;
	touch(&cells[0], false);
	if (model_read(&cells[0]) == 1) {
		touch(&cells[1], true);
		model_write(&cells[1], id);
	}
}

static void learning(void)
{
	cells = model_cells("c", 2, 0);
	model_spawn("t", leads, 1);
	model_spawn("t", follows, 2);
	model_spawn("t", follows, 3);
	model_join_all();
}

START_TEST(a_sample_counts_apart)
{
	struct program program = { .main = three, .sample = 40 };
	struct weft_result result;

	first_ops = 1;
	apart = false;
	program_explore(&program, &result);
	ck_assert_uint_eq(result.sampled, 40);
	ck_assert_uint_eq(result.executions_total, 6);
	ck_assert_uint_eq(result.passes, 1);
	ck_assert_uint_eq(result.depth_max, 3);
	assert_exhausted(&result, 6);
	program.strategy = "dpor";
	program_explore(&program, &result);
	ck_assert_uint_eq(result.sampled, 40);
	assert_exhausted(&result, 6);
	program.sample = 0;
	program_explore(&program, &result);
	ck_assert_uint_eq(result.sampled, 0);
	assert_exhausted(&result, 6);
}
END_TEST

START_TEST(what_a_sample_finds_ends_the_campaign)
{
	struct program program = {
		.scenario = weft_scenario_find("model/reorder"),
		.params = { 5, 1 }, .strategy = "dpor",
		.sample = 100, .seed = 1, .stop_early = true,
		.minimise_max = 5000,
	};
	struct weft_result result;
	const struct weft_finding *f;

	program_explore(&program, &result);
	f = assert_finding(&result, "invariant", "both are set");
	ck_assert(f->replayed);
	ck_assert_uint_eq(f->preemptions, 1);
	ck_assert_uint_eq(f->execution, result.sampled);
	ck_assert_uint_gt(result.sampled, 1);
	ck_assert_uint_lt(result.sampled, 100);
	ck_assert_uint_eq(result.executions, 0);
	ck_assert_uint_eq(result.executions_total, 0);
	/* Nothing is said to be covered. */
	ck_assert_uint_eq(result.progress.bound_done, 0);
	weft_result_clear(&result);
}
END_TEST

static const struct {
	const char *name;
	long params[2];
} minimised[] = {
	{ "model/twostage", { 5, 1 } },
	{ "model/reorder", { 5, 1 } },
	{ "model/wronglock", { 5 } },
	{ "model/philo", { 5 } },
};

/* All of these need one preemption; random schedules come with many. */
START_TEST(a_random_finding_is_reported_with_few_preemptions)
{
	struct program program = {
		.scenario = weft_scenario_find(minimised[_i].name),
		.params = { minimised[_i].params[0], minimised[_i].params[1] },
		.strategy = "random", .executions_max = 5000,
		.stop_early = true, .minimise_max = 5000,
	};
	struct weft_result result;

	for (program.seed = 1; program.seed <= 5; program.seed++) {
		program_explore(&program, &result);
		ck_assert_uint_eq(result.findings_n, 1);
		ck_assert(result.findings[0].replayed);
		ck_assert_uint_eq(result.findings[0].preemptions, 1);
		ck_assert_uint_eq(result.findings[0].execution,
				  result.executions);
		weft_result_clear(&result);
	}
}
END_TEST

START_TEST(keep_going_searches_after_a_finding)
{
	struct program program = {
		.scenario = weft_scenario_find("model/reorder"),
		.params = { 2, 1 }, .strategy = "dpor", .sample = 100,
	};
	struct weft_result result;

	program_explore(&program, &result);
	ck_assert_uint_eq(result.sampled, 100);
	ck_assert_uint_eq(result.executions, 56);
	ck_assert_uint_eq(result.findings_n, 1);
	ck_assert_uint_le(result.findings[0].execution, 100);
	weft_result_clear(&result);
}
END_TEST

START_TEST(the_limit_on_executions_includes_the_sample)
{
	struct program program = {
		.main = three, .sample = 10, .executions_max = 25,
	};
	struct weft_result result;

	first_ops = 4;
	apart = false;
	program_explore(&program, &result);
	ck_assert_uint_eq(result.sampled, 10);
	ck_assert_uint_eq(result.executions, 15);
	ck_assert_str_eq(result.reason, "the limit on executions was reached");
	weft_result_clear(&result);
}
END_TEST

START_TEST(sharing_met_in_a_sample_saves_passes)
{
	static const char *const strategies[] = { "dfs", "delay" };
	struct program program = {
		.main = learning, .learn = true, .strategy = strategies[_i],
	};
	struct weft_result without, with;

	program_explore(&program, &without);
	program.sample = 100;
	program_explore(&program, &with);
	ck_assert_uint_gt(without.passes, 1);
	ck_assert_uint_eq(with.passes, 1);
	ck_assert_uint_eq(with.points, without.points);
	ck_assert_uint_gt(without.points, 1);
	assert_exhausted(&with, without.executions);
	assert_exhausted(&without, without.executions);
}
END_TEST

/* --- faults --- */

#define QUESTIONS 30

static long failed;		/* number of the question; -1: none */

static void ask(long id)
{
	static const struct weft_fault page = { .what = "page", .size = 8 };
	static const struct weft_fault cell = { .what = "cell", .size = 8 };
	long i;

	(void)id;
	for (i = 0; i < QUESTIONS; i++) {
		if (!weft_exec_inject(program_exec, i == 20 ? &cell : &page))
			continue;
		failed = i;
		WEFT_CHECK(i != 20, "no cell");
		return;
	}
}

static void asking(void)
{
	model_spawn("t", ask, 1);
	model_join_all();
}

/* I1 of strategies/faults.c. */
START_TEST(each_question_fails_once_and_each_kind_first)
{
	struct weft_strategy_options options = { .seed = 1 };
	struct program program = { .main = asking, .faults = 1 };
	void *state = weft_strategy_faults.create(&options);
	struct weft_exec *x = program_create(&program);
	bool seen_failing[QUESTIONS] = { false };
	long i, none = 0, n = 0;

	ck_assert_int_eq(weft_exec_setup(x), WEFT_OUTCOME_COMPLETE);
	for (i = 0; n < QUESTIONS; i++) {
		failed = -1;
		weft_strategy_faults.begin(state);
		weft_exec_run(x, &weft_strategy_faults, state, false);
		if (failed < 0) {
			none++;
			continue;
		}
		ck_assert(!seen_failing[failed]);
		seen_failing[failed] = true;
		n++;
		if (i < 2)
			ck_assert_int_eq(failed, i ? 20 : 0);
	}
	/* The end of each round is an execution in which nothing fails. */
	ck_assert_int_eq(none, QUESTIONS - 2);
	weft_strategy_faults.destroy(state);
	program_destroy();
}
END_TEST

START_TEST(a_sample_injects_each_kind_of_fault_early)
{
	struct program program = {
		.main = asking, .strategy = "dfs", .sample = 100, .seed = 1,
		.stop_early = true, .faults = 1,
	};
	struct weft_result result;

	program_explore(&program, &result);
	ck_assert_uint_eq(assert_finding(&result, "invariant",
					 "no cell")->execution, 4);
	weft_result_clear(&result);
}
END_TEST

Suite *unit_suite(void)
{
	Suite *suite = suite_create("sample");
	TCase *loops = tcase_create("loops");

	tcase_set_timeout(loops, 60);
	tcase_add_loop_test(loops, failures_come_as_early_as_published, 0,
			    DEFECTS * SAMPLERS);
	tcase_add_loop_test(loops,
			    execution_n_of_a_seed_is_the_same_whatever_came_before,
			    0, 2);
	tcase_add_loop_test(loops, another_seed_is_another_sample, 0, SAMPLERS);
	tcase_add_loop_test(loops, sharing_met_in_a_sample_saves_passes, 0, 2);
	tcase_add_loop_test(loops,
			    a_random_finding_is_reported_with_few_preemptions,
			    0, (int)(sizeof(minimised) / sizeof(minimised[0])));
	suite_add_tcase(suite, loops);
	unit_add(suite, surw_draws_every_order_of_a_long_and_a_short_thread_alike);
	unit_add(suite, pos_orders_independent_operations_alike);
	unit_add(suite, pos_draws_again_for_what_conflicts);
	unit_add(suite, pct_changes_its_mind_twice_at_most);
	unit_add(suite, a_sample_counts_apart);
	unit_add(suite, what_a_sample_finds_ends_the_campaign);
	unit_add(suite, keep_going_searches_after_a_finding);
	unit_add(suite, the_limit_on_executions_includes_the_sample);
	unit_add(suite, each_question_fails_once_and_each_kind_first);
	unit_add(suite, a_sample_injects_each_kind_of_fault_early);
	return suite;
}
