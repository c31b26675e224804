/* SPDX-License-Identifier: GPL-2.0-only */
/* The random and replay strategies, and weft_replay(). */
#include <stdlib.h>
#include <string.h>

#include "tests/unit/program.h"
#include "tests/unit/unit.h"

#define RUNS 40

static struct model_lock *m;
static struct model_cell *x, *y;
static struct texts seen;
static struct weft_schedule schedules[RUNS];
static size_t schedules_n;
static long finals[RUNS];
static long final;

static void adds(long id)
{
	model_write(x, model_read(x) * 3 + id);
	model_lock(m);
	model_write(y, model_read(y) * 3 + id);
	model_unlock(m);
	if (model_choose(2, "once more"))
		model_fetch_add(x, 1);
}

static void adding(void)
{
	x = model_cell("x", 0);
	y = model_cell("y", 0);
	m = model_mutex("m");
	model_spawn("t", adds, 1);
	model_spawn("t", adds, 2);
	model_spawn("t", adds, 3);
	model_join_all();
	final = model_read(x) * 1000 + model_read(y);
}

static void collect(struct weft_exec *exec)
{
	char *text = weft_schedule_encode(weft_exec_schedule(exec));

	texts_add(&seen, text);
	free(text);
	if (schedules_n == RUNS)
		return;
	ck_assert_int_eq(weft_schedule_copy(&schedules[schedules_n],
					    weft_exec_schedule(exec)), 0);
	finals[schedules_n++] = final;
}

static struct texts walk(uint64_t seed)
{
	struct program program = {
		.main = adding, .strategy = "random", .seed = seed,
		.executions_max = RUNS, .each = collect,
	};
	struct weft_result result;
	struct texts texts;

	program_explore(&program, &result);
	ck_assert_str_eq(weft_verdict_name(result.verdict), "incomplete");
	ck_assert_uint_eq(result.executions, RUNS);
	ck_assert_uint_eq(result.passes, 1);
	weft_result_clear(&result);
	texts = seen;
	memset(&seen, 0, sizeof(seen));
	return texts;
}

START_TEST(the_same_seed_gives_the_same_executions)
{
	struct texts one = walk(1), again = walk(1), other = walk(2);
	size_t i, same = 0;

	/* All limits stop before the last callback. */
	ck_assert_uint_eq(one.n, RUNS - 1);
	for (i = 0; i < one.n; i++)
		ck_assert_str_eq(one.text[i], again.text[i]);
	for (i = 0; i < one.n; i++)
		same += !strcmp(one.text[i], other.text[i]);
	ck_assert_uint_lt(same, RUNS / 4);
	ck_assert_uint_gt(texts_sort(&one), RUNS * 3 / 4);
	texts_clear(&one);
	texts_clear(&again);
	texts_clear(&other);
}
END_TEST

START_TEST(replaying_a_schedule_gives_the_same_execution)
{
	struct program program = { .main = adding };
	struct texts texts = walk(7);
	size_t i;

	for (i = 0; i < schedules_n; i++) {
		const char *mismatch;
		struct weft_result result;
		struct weft_exec *exec = program_create(&program);
		char *text;

		weft_replay(exec, &schedules[i], &result, &mismatch, NULL);
		ck_assert_msg(!mismatch, "%s", mismatch);
		text = weft_schedule_encode(weft_exec_schedule(exec));
		ck_assert_str_eq(text, texts.text[i]);
		ck_assert_int_eq(final, finals[i]);
		ck_assert_int_eq(result.verdict, WEFT_VERDICT_EXHAUSTED);
		free(text);
		weft_result_clear(&result);
		program_destroy();
	}
	texts_clear(&texts);
}
END_TEST

static void racy(long id)
{
	(void)id;
	model_write(x, model_read(x) + 1);
	model_write(y, 1);
	model_write(y, 2);
}

static void racing(void)
{
	x = model_cell("x", 0);
	y = model_cell("y", 0);
	model_spawn("t", racy, 1);
	model_spawn("t", racy, 2);
	model_join_all();
	WEFT_CHECK(model_read(x) == 2, "no increment is lost");
}

START_TEST(a_random_finding_is_minimised_and_replays)
{
	struct program program = {
		.main = racing, .strategy = "random", .seed = 3,
		.executions_max = 1000, .stop_early = true,
		.minimise_max = 5000,
	};
	struct weft_result result, again;
	const struct weft_finding *f;
	const char *mismatch;

	program_explore(&program, &result);
	f = assert_finding(&result, "invariant", "no increment is lost");
	ck_assert_uint_eq(f->preemptions, 1);
	ck_assert(f->replayed);
	ck_assert_uint_gt(f->evidence.steps_n, 8);
	program.strategy = NULL;
	weft_replay(program_create(&program), &f->schedule, &again, &mismatch,
		    NULL);
	ck_assert_ptr_null(mismatch);
	ck_assert_str_eq(weft_verdict_name(again.verdict), "bug");
	ck_assert_uint_eq(again.findings_n, 1);
	ck_assert_str_eq(again.findings[0].signature, f->signature);
	ck_assert_uint_eq(again.findings[0].steps, f->steps);
	ck_assert_uint_eq(again.findings[0].evidence.steps_n,
			  f->evidence.steps_n);
	program_destroy();
	weft_result_clear(&result);
	weft_result_clear(&again);
}
END_TEST

static void takes(long id)
{
	model_lock(m);
	model_write(x, id);
	model_unlock(m);
	model_choose(3, "anything");
}

/* A step each to lock, write, unlock, choose, and take note of the answer. */
static void taking(void)
{
	x = model_cell("x", 0);
	m = model_mutex("m");
	model_spawn("t", takes, 1);
	model_spawn("t", takes, 2);
	model_join_all();
}

static const struct {
	const char *runs, *mismatch;
} impossible[] = {
	{ "run 7x5", "at step 0 task 7 should run, but it cannot go on there" },
	{ "run 40x1", "at step 0 task 40 should run, but it cannot go on there" },
	{ "run 0x1", "at step 0 task 0 should run, but it cannot go on there" },
	{ "run 1x1 2x1", "at step 1 task 2 should run, but it cannot go on there" },
	{ "run 1x6 2x5", "at step 5 task 1 should run, but it cannot go on there" },
	{ "run 1x5 2x5 0x2", "the execution ended at step 11, but the schedule goes on to step 12" },
	{ "run 1x5 2x5\nchoose 2 3", "choice 2 is 3, but only 0 to 2 are possible there" },
};

START_TEST(a_schedule_that_cannot_be_followed_is_noticed)
{
	struct program program = { .main = taking };
	const char *mismatch, *error;
	struct weft_schedule schedule;
	struct weft_result result;
	char text[256] = "weft-schedule 1\nscenario model/test\n";

	strcat(text, impossible[_i].runs);
	ck_assert_int_eq(weft_schedule_decode(text, &schedule, &error), 0);
	weft_replay(program_create(&program), &schedule, &result, &mismatch,
		    NULL);
	ck_assert_ptr_nonnull(mismatch);
	ck_assert_str_eq(mismatch, impossible[_i].mismatch);
	ck_assert_str_eq(weft_verdict_name(result.verdict), "nondeterminism");
	program_destroy();
	weft_result_clear(&result);
	weft_schedule_clear(&schedule);
}
END_TEST

static const char *const possible[] = {
	"", "run 2x1", "run 1x5 2x5", "run 1x5 2x5 0x1\nchoose 2 2",
	"run 1x3 2x1 1x1",
};

START_TEST(what_a_schedule_leaves_open_goes_on_by_itself)
{
	struct program program = { .main = taking };
	const char *mismatch, *error;
	struct weft_schedule schedule;
	struct weft_result result;
	char text[256] = "weft-schedule 1\nscenario model/test\n";

	strcat(text, possible[_i]);
	ck_assert_int_eq(weft_schedule_decode(text, &schedule, &error), 0);
	weft_replay(program_create(&program), &schedule, &result, &mismatch,
		    NULL);
	ck_assert_msg(!mismatch, "%s", mismatch);
	ck_assert_uint_eq(result.depth_max, 11);
	ck_assert_str_eq(weft_verdict_name(result.verdict), "exhausted");
	program_destroy();
	weft_result_clear(&result);
	weft_schedule_clear(&schedule);
}
END_TEST

Suite *unit_suite(void)
{
	Suite *suite = suite_create("replay");
	TCase *loops = tcase_create("schedules");

	unit_add(suite, the_same_seed_gives_the_same_executions);
	unit_add(suite, replaying_a_schedule_gives_the_same_execution);
	unit_add(suite, a_random_finding_is_minimised_and_replays);
	tcase_add_loop_test(loops, a_schedule_that_cannot_be_followed_is_noticed,
			    0, (int)(sizeof(impossible) /
				     sizeof(impossible[0])));
	tcase_add_loop_test(loops,
			    what_a_schedule_leaves_open_goes_on_by_itself, 0,
			    (int)(sizeof(possible) / sizeof(possible[0])));
	suite_add_tcase(suite, loops);
	return suite;
}
