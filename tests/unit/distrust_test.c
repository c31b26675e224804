/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A search ends at an execution that nothing is known of: its state was not restored,
 * or a wait looks at more than it named. Both ways to search tell, with one unit at
 * a time and with two, and what such an execution "found" is not kept.
 */
#include <string.h>

#include "framework/search.h"
#include "tests/unit/unit.h"

/* What an image has: memory that is watched, here and there a name. */
static struct {
	long	flag;
	long	own[3];		/* what each task announces; nobody else looks */
	long	named, other;
} __attribute__((aligned(4096))) data;

static bool is_saved;		/* does the undo log know? */

static void set_flag(struct weft_exec *x)
{
	if (is_saved)
		weft_region_save(weft_exec_region(x), &data.flag,
				 sizeof(data.flag));
	data.flag++;
}

static void announce(struct weft_exec *x, int i)
{
	weft_exec_notify(x, WEFT_EVENT_WAKE, &data.own[i], "own");
	weft_exec_state(x, WEFT_STATE_WRITE, &data.named);
}

static void work_first(void *arg)
{
	announce(arg, 0);
	set_flag(arg);
}

static void work(void *arg)
{
	announce(arg, 1);
	announce(arg, 1);
}

/* Three tasks that meet, and a flag that is raised once in each execution. */
static void raise_once(void *arg)
{
	struct weft_exec *x = weft_exec_current;

	(void)arg;
	weft_exec_snapshot_here(x);
	weft_exec_spawn(x, "first", work_first, x, NULL, 0);
	weft_exec_spawn(x, "second", work, x, NULL, 0);
	weft_exec_spawn(x, "third", work, x, NULL, 0);
	weft_exec_join_all(x);
	if (data.flag != 1)
		weft_report(x, "invariant", "the flag is raised once", "once",
			    NULL, 0, NULL, 0);
}

static int flag_is_set(void *arg)
{
	(void)arg;
	return data.flag != 0;
}

static unsigned int reads_named(void *arg, const void **ret)
{
	(void)arg;
	ret[0] = &data.other;
	return 1;
}

static void wait_for_flag(void *arg)
{
	weft_exec_await_reads(arg, WEFT_WAIT_QUEUE, &data.own[2], "the flag",
			      flag_is_set, NULL, reads_named);
}

/* The same with a waiter, who names something else. */
static void wait_once(void *arg)
{
	struct weft_exec *x = weft_exec_current;

	(void)arg;
	weft_exec_snapshot_here(x);
	weft_exec_spawn(x, "waiter", wait_for_flag, x, NULL, 0);
	weft_exec_spawn(x, "first", work_first, x, NULL, 0);
	weft_exec_spawn(x, "second", work, x, NULL, 0);
	weft_exec_join_all(x);
}

static struct weft_exec *create(void (*main)(void *arg), bool is_paranoid)
{
	const struct weft_exec_config config = {
		.main = main, .data = (char *)&data,
		.data_size = sizeof(data), .depth_max = 1000,
		.paranoid = is_paranoid,
	};
	struct weft_exec *x;

	memset(&data, 0, sizeof(data));
	x = weft_exec_create(&config);
	ck_assert_ptr_nonnull(x);
	return x;
}

static struct weft_campaign campaign_by(const char *strategy)
{
	struct weft_campaign campaign = {
		.strategy = weft_strategy_find(strategy),
		.options = {
			.preemptions = WEFT_PREEMPTIONS_NONE,
			.nodes_max = 1 << 16, .image = true,
		},
		.keep_going = true,
	};

	ck_assert_ptr_nonnull(campaign.strategy);
	return campaign;
}

/* A unit that is out. */
struct out {
	uint64_t		number;
	struct weft_buffer	request;
};

static void answer(struct weft_search *search, struct out *out)
{
	struct weft_buffer answer = { 0 };
	struct weft_reader reader;

	weft_reader_init(&reader, out->request.data, out->request.n);
	weft_search_run(search, reader, &answer, NULL);
	weft_reader_init(&reader, answer.data, answer.n);
	ck_assert(weft_search_answer(search, out->number, reader));
	weft_buffer_clear(&answer);
}

/* Up to so many units are out at a time; the last one is answered first. */
static void take_turns(struct weft_search *search, unsigned int most)
{
	struct out out[2] = { 0 };
	unsigned int n;

	while (!weft_search_is_over(search)) {
		for (n = 0; n < most; n++) {
			out[n].number = weft_search_next(search,
							 &out[n].request);
			if (!out[n].number)
				break;
		}
		ck_assert_uint_ne(n, 0);
		while (n--) {
			answer(search, &out[n]);
			out[n].request.n = 0;
		}
	}
	for (n = 0; n < most; n++)
		weft_buffer_clear(&out[n].request);
}

/* @most: units out at a time; 0: by weft_explore(). @ret is to be cleared. */
static void explore(struct weft_exec *x, const char *strategy,
		    unsigned int most, struct weft_result *ret)
{
	const struct weft_search_plan plan = {
		.first = 3, .budget = 3, .wanted = 4, .ahead = 8,
	};
	struct weft_campaign campaign = campaign_by(strategy);
	struct weft_search *search;

	if (!most) {
		weft_explore(x, &campaign, ret);
	} else {
		search = weft_search_begin(x, &campaign, &plan, ret);
		ck_assert_ptr_nonnull(search);
		weft_search_sample(search);
		take_turns(search, most);
		weft_search_finish(search);
	}
	weft_exec_destroy(x);
}

static const char *const strategies[] = { "dfs", "sleep", "source", "dpor" };
#define WAYS_N (3 * (int)(sizeof(strategies) / sizeof(strategies[0])))
#define DFS_WAYS_N 3	/* dfs does not ask what waits look at */

/* The way of loop test i: 0, 1 or 2 units out, by each strategy. */
static void explore_in_way(int i, void (*main)(void *arg), bool is_paranoid,
			   struct weft_result *ret)
{
	explore(create(main, is_paranoid), strategies[i / 3],
		(unsigned int)i % 3, ret);
}

static void assert_internal(struct weft_result *result, const char *reason)
{
	ck_assert_str_eq(weft_verdict_name(result->verdict), "internal");
	ck_assert_msg(strstr(result->reason, reason), "%s", result->reason);
	ck_assert_uint_eq(result->findings_n, 0);
	weft_result_clear(result);
}

START_TEST(state_that_is_not_restored_ends_the_search)
{
	struct weft_result result;

	is_saved = false;
	explore_in_way(_i, raise_once, true, &result);
	assert_internal(&result, "going back did not restore the state");
}
END_TEST

START_TEST(state_that_is_restored_does_not)
{
	struct weft_result result;

	is_saved = true;
	explore_in_way(_i, raise_once, true, &result);
	ck_assert_str_eq(weft_verdict_name(result.verdict), "exhausted");
	ck_assert_uint_gt(result.executions, 4);
	weft_result_clear(&result);
}
END_TEST

START_TEST(a_wait_that_names_too_little_ends_the_search)
{
	struct weft_result result;

	is_saved = true;
	explore_in_way(_i, wait_once, false, &result);
	assert_internal(&result, "\"the flag\" of task waiter changed");
}
END_TEST

Suite *unit_suite(void)
{
	Suite *suite = suite_create("distrust");
	TCase *ways = tcase_create("ways");

	tcase_add_loop_test(ways, state_that_is_not_restored_ends_the_search,
			    0, WAYS_N);
	tcase_add_loop_test(ways, state_that_is_restored_does_not, 0, WAYS_N);
	tcase_add_loop_test(ways, a_wait_that_names_too_little_ends_the_search,
			    DFS_WAYS_N, WAYS_N);
	suite_add_tcase(suite, ways);
	return suite;
}
