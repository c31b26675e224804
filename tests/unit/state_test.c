/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * State that waits look at (framework/exec_state.c): what a reduction makes of it, and
 * that a wait that looks at more than it tells is found out.
 */
#include <stddef.h>
#include <string.h>

#include "framework/explorer.h"
#include "tests/unit/unit.h"

/* What an image has: memory that is watched, here and there a name. */
static struct {
	long	flag;
	long	own[2];		/* what each task announces; nobody else looks */
	long	named, other;
} __attribute__((aligned(4096))) data;

/* What the programs below do. */
static enum weft_state_use use;
static bool is_told, is_opaque;

static void set_flag(struct weft_exec *x, long value)
{
	weft_region_save(weft_exec_region(x), &data.flag, sizeof(data.flag));
	data.flag = value;
}

static int flag_is_set(void *arg)
{
	(void)arg;
	return data.flag != 0;
}

static unsigned int reads_named(void *arg, const void **ret)
{
	(void)arg;
	ret[0] = &data.named;
	return 1;
}

static void announce(struct weft_exec *x, int i)
{
	weft_exec_notify(x, WEFT_EVENT_WAKE, &data.own[i], "own");
}

static void wait_for_flag(void *arg)
{
	weft_exec_await_reads(arg, WEFT_WAIT_QUEUE, &data.other, "the flag",
			      flag_is_set, NULL,
			      is_opaque ? NULL : reads_named);
}

static void raise_flag(void *arg)
{
	announce(arg, 0);
	if (is_told)
		weft_exec_state(arg, WEFT_STATE_WRITE, &data.named);
	set_flag(arg, 1);
}

/* Waiter and writer. */
static void hand_over(void *arg)
{
	struct weft_exec *x = weft_exec_current;

	(void)arg;
	weft_exec_snapshot_here(x);
	weft_exec_spawn(x, "waiter", wait_for_flag, x, NULL, 0);
	weft_exec_spawn(x, "writer", raise_flag, x, NULL, 0);
	weft_exec_join_all(x);
}

static void use_first(void *arg)
{
	announce(arg, 0);
	weft_exec_state(arg, use, &data.named);
}

static void use_second(void *arg)
{
	announce(arg, 1);
	weft_exec_state(arg, use, &data.named);
}

/* Two tasks that meet at one name, and nowhere else. */
static void meet(void *arg)
{
	struct weft_exec *x = weft_exec_current;

	(void)arg;
	weft_exec_snapshot_here(x);
	weft_exec_spawn(x, "first", use_first, x, NULL, 0);
	weft_exec_spawn(x, "second", use_second, x, NULL, 0);
	weft_exec_join_all(x);
}

/* The result is to be cleared. */
static struct weft_result explore(void (*main)(void *arg), const char *strategy)
{
	struct weft_exec_config config = {
		.main = main, .data = (char *)&data,
		.data_size = sizeof(data), .depth_max = 1000,
	};
	struct weft_campaign campaign = {
		.strategy = weft_strategy_find(strategy),
		.options = {
			.preemptions = WEFT_PREEMPTIONS_NONE,
			.nodes_max = 1 << 16, .image = true,
		},
		.keep_going = true,
	};
	struct weft_exec *x;
	struct weft_result result;

	memset(&data, 0, sizeof(data));
	x = weft_exec_create(&config);
	ck_assert_ptr_nonnull(x);
	weft_explore(x, &campaign, &result);
	weft_exec_destroy(x);
	return result;
}

static const char *const reductions[] = { "dpor", "source", "sleep" };

static void assert_traces(void (*main)(void *arg), unsigned long n)
{
	size_t i;

	for (i = 0; i < 3; i++) {
		struct weft_result result = explore(main, reductions[i]);

		ck_assert_msg(result.verdict == WEFT_VERDICT_EXHAUSTED,
			      "%s: %s: %s", reductions[i],
			      weft_verdict_name(result.verdict),
			      result.reason);
		ck_assert_uint_eq(result.executions, n);
		weft_result_clear(&result);
	}
}

START_TEST(changes_that_commute_are_one_trace)
{
	use = WEFT_STATE_ADD;
	assert_traces(meet, 1);
	use = WEFT_STATE_READ;
	assert_traces(meet, 1);
}
END_TEST

START_TEST(changes_that_do_not_are_two)
{
	use = WEFT_STATE_WRITE;
	assert_traces(meet, 2);
}
END_TEST

START_TEST(a_wait_that_tells_is_believed)
{
	is_told = true;
	is_opaque = false;
	assert_traces(hand_over, 1);
}
END_TEST

START_TEST(a_wait_that_tells_nothing_is_taken_to_look_at_anything)
{
	is_told = false;
	is_opaque = true;
	assert_traces(hand_over, 1);
}
END_TEST

START_TEST(a_wait_that_looks_at_more_than_it_tells_is_found_out)
{
	struct weft_result result;

	is_told = false;
	is_opaque = false;
	result = explore(hand_over, reductions[_i]);
	ck_assert_int_eq(result.verdict, WEFT_VERDICT_INTERNAL);
	ck_assert_ptr_nonnull(strstr(result.reason, "\"the flag\" of task waiter"));
	weft_result_clear(&result);
}
END_TEST

Suite *unit_suite(void)
{
	Suite *suite = suite_create("state");
	TCase *lies = tcase_create("lies");

	unit_add(suite, changes_that_commute_are_one_trace);
	unit_add(suite, changes_that_do_not_are_two);
	unit_add(suite, a_wait_that_tells_is_believed);
	unit_add(suite, a_wait_that_tells_nothing_is_taken_to_look_at_anything);
	tcase_add_loop_test(lies,
			    a_wait_that_looks_at_more_than_it_tells_is_found_out,
			    0, 3);
	suite_add_tcase(suite, lies);
	return suite;
}
