/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Counters of the tested code (framework/tally.h): the totals are those of whole
 * executions, whatever these share. Programs here count what they execute.
 */
#include <string.h>

#include "tests/unit/program.h"
#include "tests/unit/unit.h"

#define COUNTERS 8

static struct weft_counting counting;
static unsigned long counters[COUNTERS], logged_in[COUNTERS];

/* What kernel-shim/model/access.c I4 does for the counters of an image. */
static void count(int i)
{
	if (logged_in[i] != counting.epoch) {
		if (counting.n == counting.max)
			weft_exec_count_room(weft_exec_current);
		counting.log[counting.n].addr = (unsigned long)&counters[i];
		counting.log[counting.n++].old = counters[i];
		logged_in[i] = counting.epoch;
	}
	counters[i]++;
}

/* Leaves the totals in @ret; returns executions that ended of themselves. */
static unsigned long explore(struct program program, uint64_t ret[COUNTERS])
{
	struct weft_result result;
	uint64_t *totals;
	unsigned long n;
	size_t counters_n;

	memset(&counting, 0, sizeof(counting));
	memset(counters, 0, sizeof(counters));
	memset(logged_in, 0, sizeof(logged_in));
	program.counting = &counting;
	program.counters = counters;
	program.counters_n = COUNTERS;
	program_explore_open(&program, &result);
	totals = weft_exec_counts(program_exec, &counters_n);
	ck_assert_uint_eq(counters_n, COUNTERS);
	memcpy(ret, totals, COUNTERS * sizeof(*totals));
	program_destroy();
	n = weft_result_runs(&result);
	weft_result_clear(&result);
	return n;
}

static struct model_cell *cell;

static void writer(long id)
{
	(void)id;
	count(1);
	model_write(cell, 1);
	count(2);
}

static void reader(long id)
{
	(void)id;
	count(model_read(cell) ? 3 : 4);
}

static void one_reader(void)
{
	count(0);
	cell = model_cell("x", 0);
	model_spawn("writer", writer, 0);
	model_spawn("reader", reader, 0);
	model_join_all();
	count(5);
}

START_TEST(executions_that_differ_are_both_there)
{
	uint64_t totals[COUNTERS];
	unsigned long n = explore((struct program){ .main = one_reader }, totals);

	ck_assert_uint_gt(n, 1);
	ck_assert_uint_eq(totals[0], 1);	/* before the snapshot */
	ck_assert_uint_eq(totals[1], n);
	ck_assert_uint_eq(totals[2], n);
	ck_assert_uint_eq(totals[5], n);
	ck_assert_uint_gt(totals[3], 0);
	ck_assert_uint_gt(totals[4], 0);
	ck_assert_uint_eq(totals[3] + totals[4], n);
	ck_assert_uint_eq(totals[6], 0);
}
END_TEST

static void adder(long id)
{
	long i;

	for (i = 0; i < 3; i++) {
		count((int)id);
		count(4);
		if (model_fetch_add(cell, 1) % 2)
			count(5);
		count(4);
	}
	count(6);
}

static void adders(void)
{
	long i;

	cell = model_cell("x", 0);
	for (i = 1; i <= 3; i++)
		model_spawn("adder", adder, i);
	model_join_all();
}

/* Whole executions, one by one, are the oracle. */
static void compare(struct program program, unsigned long per_execution)
{
	uint64_t shared[COUNTERS], alone[COUNTERS];
	unsigned long n = explore(program, shared);
	int i;

	program.alone = true;
	ck_assert_uint_eq(explore(program, alone), n);
	for (i = 0; i < COUNTERS; i++)
		ck_assert_uint_eq(shared[i], alone[i]);
	ck_assert_uint_gt(n, 10);
	ck_assert_uint_eq(shared[4], per_execution * n);
}

START_TEST(totals_do_not_depend_on_what_is_shared)
{
	static const char *const strategies[] = {
		"dfs", "delay", "dpor", "source", "sleep",
	};

	compare((struct program){
		.main = adders, .strategy = strategies[_i],
		.delays = _i == 1 ? 4 : 0, .executions_max = 700,
	}, 18);
}
END_TEST

START_TEST(a_sample_counts_too)
{
	compare((struct program){ .main = adders, .sample = 50,
				  .preemptions = 2 }, 18);
}
END_TEST

static void failing_reader(long id)
{
	(void)id;
	count(3);
	if (model_read(cell))
		weft_exec_abort(weft_exec_current, WEFT_OUTCOME_FATAL);
	count(4);
}

static void cut_short(void)
{
	cell = model_cell("x", 0);
	model_spawn("writer", writer, 0);
	model_spawn("reader", failing_reader, 0);
	model_join_all();
}

START_TEST(what_was_cut_short_does_not_count)
{
	uint64_t totals[COUNTERS];
	unsigned long n = explore((struct program){ .main = cut_short }, totals);

	ck_assert_uint_gt(totals[4], 0);
	ck_assert_uint_lt(totals[4], n);
	ck_assert_uint_eq(totals[1], totals[4]);
	ck_assert_uint_eq(totals[2], totals[4]);
	ck_assert_uint_eq(totals[3], totals[4]);
}
END_TEST

static struct model_lock *a, *b;

static void locker(long id)
{
	struct model_lock *first = id ? a : b, *second = id ? b : a;

	count(1);
	model_lock(first);
	count(2);
	model_lock(second);
	count(3);
	model_unlock(second);
	model_unlock(first);
}

static void abba(void)
{
	a = model_mutex("a");
	b = model_mutex("b");
	model_spawn("locker", locker, 0);
	model_spawn("locker", locker, 1);
	model_join_all();
}

/* Nothing runs in them any more, and each task stands in a call. */
START_TEST(deadlocks_count)
{
	uint64_t totals[COUNTERS];
	unsigned long n = explore((struct program){ .main = abba,
						    .strategy = "dpor" },
				  totals);

	ck_assert_uint_eq(n, 3);
	ck_assert_uint_ge(totals[1], 2 * n);	/* replays count as well */
	ck_assert_uint_eq(totals[2], totals[1]);
	ck_assert_uint_ge(totals[3], 4);
	ck_assert_uint_lt(totals[3], totals[2]);
	ck_assert_uint_eq((totals[2] - totals[3]) % 2, 0);
}
END_TEST

Suite *unit_suite(void)
{
	Suite *suite = suite_create("tally");
	TCase *loops = tcase_create("strategies");

	unit_add(suite, executions_that_differ_are_both_there);
	tcase_add_loop_test(loops, totals_do_not_depend_on_what_is_shared, 0, 5);
	suite_add_tcase(suite, loops);
	unit_add(suite, a_sample_counts_too);
	unit_add(suite, what_was_cut_short_does_not_count);
	unit_add(suite, deadlocks_count);
	return suite;
}
