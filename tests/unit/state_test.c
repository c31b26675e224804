/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * State that waits look at (framework/exec_state.c): what a reduction makes of it, and
 * that a wait that looks at more than it tells is found out. Services at rest
 * (framework/exec_rest.c): they are not asked, and that changes nothing.
 */
#include <assert.h>
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
static bool is_told, is_opaque, names_two, is_paranoid;
static unsigned long asked;	/* how often the service was */

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

static int has_work(void *arg)
{
	asked++;
	return flag_is_set(arg);
}

static unsigned int reads_service(void *arg, const void **ret)
{
	ret[1] = &data.own[1];
	return reads_named(arg, ret) + names_two;
}

static void serve(void *arg)
{
	for (;;) {
		weft_exec_await_reads(arg, WEFT_WAIT_IDLE, &data.other, "work",
				      has_work, NULL, reads_service);
		set_flag(arg, 0);
	}
}

static void raise_flag_late(void *arg)
{
	announce(arg, 0);
	announce(arg, 0);
	announce(arg, 0);
	raise_flag(arg);
}

static void announce_often(void *arg)
{
	int i;

	for (i = 0; i < 4; i++)
		weft_exec_notify(arg, WEFT_EVENT_WAKE, &data.own[0], "own");
}

/* A service, and two tasks that make many decisions before there is work for it. */
static void give_work(void *arg)
{
	struct weft_exec *x = weft_exec_current;

	(void)arg;
	weft_exec_snapshot_here(x);
	weft_exec_spawn(x, "service", serve, x, NULL, WEFT_SPAWN_SERVICE);
	weft_exec_spawn(x, "writer", raise_flag_late, x, NULL, 0);
	weft_exec_spawn(x, "other", announce_often, x, NULL, 0);
	weft_exec_join_all(x);
	weft_exec_quiesce(x);
	assert(!data.flag);
}

/* The result is to be cleared. */
static struct weft_result explore(void (*main)(void *arg), const char *strategy)
{
	struct weft_exec_config config = {
		.main = main, .data = (char *)&data,
		.data_size = sizeof(data), .depth_max = 1000,
		.paranoid = is_paranoid,
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

static struct weft_result serve_in(const char *strategy)
{
	asked = 0;
	return explore(give_work, strategy);
}

/* The same schedules as if it were asked at every stop, with fewer questions. */
START_TEST(a_service_at_rest_is_not_asked)
{
	struct weft_result all, result;
	unsigned long asked_all;

	is_told = true;
	is_paranoid = true;
	all = serve_in("dfs");
	asked_all = asked;
	is_paranoid = false;
	result = serve_in("dfs");
	ck_assert_int_eq(all.verdict, WEFT_VERDICT_EXHAUSTED);
	ck_assert_int_eq(result.verdict, WEFT_VERDICT_EXHAUSTED);
	ck_assert_uint_eq(result.executions, all.executions);
	ck_assert_uint_eq(result.steps, all.steps);
	ck_assert_uint_gt(asked, 0);
	ck_assert_uint_lt(3 * asked, 2 * asked_all);
	weft_result_clear(&all);
	weft_result_clear(&result);
}
END_TEST

/* It may look at what changes without being told. */
START_TEST(a_service_that_names_more_is_asked)
{
	struct weft_result result;
	unsigned long asked_one;

	is_told = true;
	result = serve_in("dfs");
	asked_one = asked;
	weft_result_clear(&result);
	names_two = true;
	is_told = false;
	result = serve_in("dfs");
	ck_assert_int_eq(result.verdict, WEFT_VERDICT_EXHAUSTED);
	ck_assert_uint_gt(2 * asked, 3 * asked_one);
	weft_result_clear(&result);
}
END_TEST

/* Where no reduction asks all waits: before the execution ends, at the latest. */
START_TEST(a_service_that_looks_at_more_than_it_tells_is_found_out)
{
	static const char *const others[] = { "dfs", "random" };
	struct weft_result result;

	is_told = false;
	result = serve_in(others[_i]);
	ck_assert_int_eq(result.verdict, WEFT_VERDICT_INTERNAL);
	ck_assert_ptr_nonnull(strstr(result.reason, "\"work\" of task service"));
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
	tcase_add_loop_test(lies,
			    a_service_that_looks_at_more_than_it_tells_is_found_out,
			    0, 2);
	suite_add_tcase(suite, lies);
	unit_add(suite, a_service_at_rest_is_not_asked);
	unit_add(suite, a_service_that_names_more_is_asked);
	return suite;
}
