/* SPDX-License-Identifier: GPL-2.0-only */
/* The shadow (shadow.h): FastTrack's cases, and random histories against clocks
 * that remember everything. */
#include <string.h>

#include "framework/shadow.h"
#include "tests/unit/unit.h"

#define GRANULES 16
#define LOCK 9		/* a granule that is a lock */
#define EVENT 10	/* one that is notified */

static struct weft_shadow s;
static struct weft_shadow_race race;

static void begin(void)
{
	ck_assert_int_eq(weft_shadow_create(&s, GRANULES), 0);
}

static void end(void)
{
	weft_shadow_destroy(&s);
}

static bool access_as(enum weft_shadow_kind kind, int task, size_t granule,
		      unsigned char mask, bool write)
{
	struct weft_shadow_access access = {
		.granule = granule, .mask = mask, .write = write, .kind = kind,
		.task = task, .pc = 100 * (uintptr_t)task + granule,
	};

	return weft_shadow_access(&s, &access, &race);
}

static bool reads(int task, size_t granule)
{
	return access_as(WEFT_SHADOW_PLAIN, task, granule, 0xff, false);
}

static bool writes(int task, size_t granule)
{
	return access_as(WEFT_SHADOW_PLAIN, task, granule, 0xff, true);
}

static void hands_over(int from, int to)
{
	access_as(WEFT_SHADOW_SYNC, from, EVENT, 1, true);
	access_as(WEFT_SHADOW_SYNC, to, EVENT, 1, false);
}

START_TEST(unordered_writes_race)
{
	ck_assert(!writes(1, 0));
	ck_assert(!writes(1, 0));
	ck_assert(writes(2, 0));
	ck_assert_int_eq(race.task, 1);
	ck_assert(race.write);
	ck_assert_uint_eq(race.pc, 100);
	ck_assert(!writes(1, 0));	/* told once */
}
END_TEST

START_TEST(a_write_races_with_a_read_before_and_after)
{
	ck_assert(!writes(1, 0));
	ck_assert(reads(2, 0));
	ck_assert(race.write);
	ck_assert(!reads(1, 1));
	ck_assert(writes(2, 1));
	ck_assert_int_eq(race.task, 1);
	ck_assert(!race.write);
}
END_TEST

START_TEST(reads_do_not_race)
{
	ck_assert(!reads(1, 0));
	ck_assert(!reads(2, 0));
	ck_assert(!reads(3, 0));
}
END_TEST

/* The last reader is ordered before the write, another one is not. */
START_TEST(a_write_races_with_any_of_several_reads)
{
	reads(1, 0);
	reads(2, 0);
	reads(3, 0);
	hands_over(3, 4);
	hands_over(1, 4);
	ck_assert(writes(4, 0));
	ck_assert_int_eq(race.task, 2);
}
END_TEST

START_TEST(a_write_after_all_reads_does_not_race)
{
	reads(1, 0);
	reads(2, 0);
	hands_over(1, 3);
	hands_over(2, 3);
	ck_assert(!writes(3, 0));
	ck_assert(reads(1, 0));
}
END_TEST

START_TEST(a_lock_orders)
{
	weft_shadow_acquire(&s, 1, LOCK, false);
	writes(1, 0);
	weft_shadow_release(&s, 1, LOCK, false);
	weft_shadow_acquire(&s, 2, LOCK, false);
	ck_assert(!reads(2, 0));
	ck_assert(!writes(2, 0));
	weft_shadow_release(&s, 2, LOCK, false);
	ck_assert(writes(2, 1) == false);	/* after the release */
	weft_shadow_acquire(&s, 1, LOCK, false);
	ck_assert(!writes(1, 0));
	ck_assert(writes(1, 1));
}
END_TEST

START_TEST(another_lock_does_not_order)
{
	writes(1, 0);
	weft_shadow_release(&s, 1, LOCK, false);
	weft_shadow_acquire(&s, 2, LOCK + 1, false);
	ck_assert(writes(2, 0));
}
END_TEST

START_TEST(readers_are_ordered_with_writers_only)
{
	writes(1, 0);
	weft_shadow_release(&s, 1, LOCK, false);
	weft_shadow_acquire(&s, 2, LOCK, true);
	weft_shadow_acquire(&s, 3, LOCK, true);
	ck_assert(!reads(2, 0));
	ck_assert(!writes(2, 1));
	weft_shadow_release(&s, 2, LOCK, true);
	weft_shadow_acquire(&s, 4, LOCK, true);
	ck_assert(reads(4, 1));
	weft_shadow_release(&s, 4, LOCK, true);
	weft_shadow_acquire(&s, 5, LOCK, false);
	ck_assert(!writes(5, 0));
}
END_TEST

START_TEST(spawn_and_join_order)
{
	writes(1, 0);
	weft_shadow_spawn(&s, 1, 2);
	writes(1, 1);
	ck_assert(!writes(2, 0));
	ck_assert(writes(2, 1));
	ck_assert(!writes(2, 2));
	ck_assert(!writes(2, 3));
	weft_shadow_join(&s, 1, 2);
	ck_assert(!writes(1, 2));
	ck_assert(writes(3, 3));
}
END_TEST

START_TEST(notify_orders_and_a_wait_before_does_not)
{
	writes(1, 0);
	hands_over(1, 2);
	ck_assert(!reads(2, 0));
	writes(3, 1);
	access_as(WEFT_SHADOW_SYNC, 4, EVENT + 1, 1, false);
	access_as(WEFT_SHADOW_SYNC, 3, EVENT + 1, 1, true);
	ck_assert(reads(4, 1));
}
END_TEST

/* Marked accesses: a read learns from writes, and nothing from reads. */
START_TEST(visible_accesses_order_when_one_writes)
{
	writes(1, 0);
	access_as(WEFT_SHADOW_VISIBLE, 1, 5, 0xff, true);
	access_as(WEFT_SHADOW_VISIBLE, 2, 5, 0xff, false);
	ck_assert(!reads(2, 0));
	writes(2, 1);
	access_as(WEFT_SHADOW_VISIBLE, 2, 5, 0xff, false);
	access_as(WEFT_SHADOW_VISIBLE, 3, 5, 0xff, false);
	ck_assert(reads(3, 1));
	writes(3, 2);
	access_as(WEFT_SHADOW_VISIBLE, 3, 6, 0xff, false);
	access_as(WEFT_SHADOW_VISIBLE, 4, 6, 0xff, true);
	ck_assert(!writes(4, 2));
}
END_TEST

START_TEST(a_visible_access_races_with_a_plain_one)
{
	ck_assert(!access_as(WEFT_SHADOW_VISIBLE, 1, 0, 0xff, true));
	ck_assert(reads(2, 0));
	ck_assert(!writes(1, 1));
	ck_assert(access_as(WEFT_SHADOW_VISIBLE, 2, 1, 0xff, false));
}
END_TEST

/* I2, with other bytes accessed in between. */
START_TEST(only_bytes_that_overlap_race)
{
	ck_assert(!access_as(WEFT_SHADOW_PLAIN, 1, 0, 0x0f, true));
	ck_assert(!access_as(WEFT_SHADOW_PLAIN, 2, 0, 0xf0, true));
	ck_assert(!access_as(WEFT_SHADOW_PLAIN, 1, 0, 0x0f, true));
	ck_assert(!access_as(WEFT_SHADOW_PLAIN, 2, 0, 0x30, false));
	ck_assert(access_as(WEFT_SHADOW_PLAIN, 3, 0, 0x01, false));
	ck_assert_int_eq(race.task, 1);
	ck_assert(access_as(WEFT_SHADOW_PLAIN, 3, 0, 0x80, false));
	ck_assert_int_eq(race.task, 2);
}
END_TEST

START_TEST(visible_bytes_order_only_where_they_overlap)
{
	writes(1, 0);
	access_as(WEFT_SHADOW_VISIBLE, 1, 5, 0x0f, true);
	access_as(WEFT_SHADOW_VISIBLE, 2, 5, 0xf0, true);
	ck_assert(reads(2, 0));
	access_as(WEFT_SHADOW_VISIBLE, 3, 5, 0x18, true);
	writes(4, 1);
	access_as(WEFT_SHADOW_VISIBLE, 4, 6, 0xff, true);
	access_as(WEFT_SHADOW_VISIBLE, 3, 6, 0x01, false);
	ck_assert(!writes(3, 1));
}
END_TEST

/* I3 */
START_TEST(the_model_races_with_tested_code_only)
{
	access_as(WEFT_SHADOW_MODEL, 1, 0, 0xff, true);
	ck_assert(!access_as(WEFT_SHADOW_MODEL, 2, 0, 0xff, true));
	ck_assert(reads(2, 0));		/* and with that, both count */
	ck_assert(!access_as(WEFT_SHADOW_MODEL, 1, 1, 0xff, true));
	ck_assert(reads(2, 1));
	ck_assert(!reads(1, 2));
	ck_assert(access_as(WEFT_SHADOW_MODEL, 2, 2, 0xff, true));
}
END_TEST

START_TEST(rollback_forgets)
{
	size_t mark;

	writes(1, 0);
	mark = weft_shadow_mark(&s);
	ck_assert(writes(2, 0));
	hands_over(1, 2);
	weft_shadow_rollback(&s, mark);
	ck_assert_uint_eq(weft_shadow_mark(&s), mark);
	ck_assert(writes(2, 0));
	weft_shadow_rollback(&s, 0);
	ck_assert(!writes(2, 0));
}
END_TEST

/* --- against clocks that remember everything --- */

#define TASKS 4
#define CELLS 4
#define HISTORY 48

struct action {
	enum { ACCESS, ACQUIRE, RELEASE, SPAWNS, JOINS } what;
	enum weft_shadow_kind kind;
	int task, other;
	size_t granule;
	unsigned char mask;
	bool write, shared;
};

static uint64_t state;

static unsigned int below(unsigned int n)
{
	state = state * 6364136223846793005ull + 1442695040888963407ull;
	return (unsigned int)(state >> 33) % n;
}

static struct action random_action(void)
{
	static const unsigned char masks[] = { 0xff, 0x0f, 0xf0, 0x01, 0x3c };
	struct action a = {
		.what = below(10) < 6 ? ACCESS : ACQUIRE + below(4),
		.kind = (enum weft_shadow_kind)below(4),
		.task = (int)below(TASKS), .other = (int)below(TASKS),
		.granule = below(CELLS), .mask = masks[below(5)],
		.write = below(2), .shared = below(2),
	};

	return a;
}

static bool apply(const struct action *a)
{
	switch (a->what) {
	case ACQUIRE:
		weft_shadow_acquire(&s, a->task, LOCK, a->shared);
		return false;
	case RELEASE:
		weft_shadow_release(&s, a->task, LOCK, a->shared);
		return false;
	case SPAWNS:
		weft_shadow_spawn(&s, a->task, a->other);
		return false;
	case JOINS:
		weft_shadow_join(&s, a->task, a->other);
		return false;
	default:
		return access_as(a->kind, a->task, a->granule, a->mask,
				 a->write);
	}
}

/* before[i][j]: action i is ordered before action j. */
static bool before[HISTORY][HISTORY];

/* I1, pair by pair. */
static bool gives_order(const struct action *a, const struct action *b)
{
	bool a_visible = a->kind == WEFT_SHADOW_VISIBLE ||
			 a->kind == WEFT_SHADOW_SYNC;
	bool b_visible = b->kind == WEFT_SHADOW_VISIBLE ||
			 b->kind == WEFT_SHADOW_SYNC;

	if (a->task == b->task)
		return true;
	if (a->what == RELEASE && b->what == ACQUIRE)
		return !a->shared || !b->shared;
	if (a->what == SPAWNS && a->other == b->task)
		return true;
	if (b->what == JOINS && (a->task == b->other ||
				 (a->what == SPAWNS && a->other == b->other)))
		return true;
	return a->what == ACCESS && b->what == ACCESS && a_visible &&
	       b_visible && a->granule == b->granule && (a->mask & b->mask) &&
	       (a->write || b->write);
}

static void order(const struct action *history, int n)
{
	int i, j, k;

	for (j = 0; j < n; j++)
		for (i = j; i--; ) {
			before[i][j] = gives_order(&history[i], &history[j]);
			for (k = i + 1; k < j && !before[i][j]; k++)
				before[i][j] = before[i][k] && before[k][j];
		}
}

static bool conflict(const struct action *a, const struct action *b, int byte)
{
	return a->what == ACCESS && b->what == ACCESS &&
	       a->kind != WEFT_SHADOW_SYNC && b->kind != WEFT_SHADOW_SYNC &&
	       a->granule == b->granule && (a->mask >> byte & 1) &&
	       (b->mask >> byte & 1) && (a->write || b->write);
}

/* Is this byte tested and unordered after @n actions? */
static bool is_racy(const struct action *history, int n, size_t granule,
		    int byte)
{
	bool tested = false, unordered = false;
	int i, j;

	for (j = 0; j < n; j++) {
		const struct action *b = &history[j];

		if (b->what != ACCESS || b->granule != granule ||
		    !(b->mask >> byte & 1))
			continue;
		tested |= b->kind == WEFT_SHADOW_PLAIN;
		for (i = 0; i < j; i++)
			unordered |= conflict(&history[i], b, byte) &&
				     !before[i][j];
	}
	return tested && unordered;
}

/* A race is told when a byte of the access becomes racy. */
static bool expected(const struct action *history, int n)
{
	const struct action *last = &history[n - 1];
	int byte;

	if (last->what != ACCESS)
		return false;
	for (byte = 0; byte < 8; byte++)
		if ((last->mask >> byte & 1) &&
		    is_racy(history, n, last->granule, byte) &&
		    !is_racy(history, n - 1, last->granule, byte))
			return true;
	return false;
}

START_TEST(random_histories_with_rollback)
{
	struct action history[HISTORY];
	size_t marks[HISTORY + 1];
	int n = 0, step, told = 0;

	state = (uint64_t)_i;
	for (step = 0; step < 150; step++) {
		bool want;

		if (n == HISTORY || (n && !below(12))) {
			n = (int)below((unsigned int)n);
			weft_shadow_rollback(&s, marks[n]);
		}
		marks[n] = weft_shadow_mark(&s);
		history[n++] = random_action();
		order(history, n);
		want = expected(history, n);
		told += want;
		ck_assert_msg(apply(&history[n - 1]) == want,
			      "history %d, step %d: expected %d", _i, step,
			      want);
	}
	ck_assert_int_gt(told, 0);
	weft_shadow_rollback(&s, 0);
	ck_assert_uint_eq(weft_shadow_mark(&s), 0);
	ck_assert(!writes(1, 0));
}
END_TEST

/* Places as access_as() has them: 100 times the task. */
static bool is_pair(const struct weft_reads_from *all, size_t i, int writer,
		    int reader)
{
	return i < all->n && all->pairs[i].write == 100 * (uintptr_t)writer &&
	       all->pairs[i].read == 100 * (uintptr_t)reader;
}

START_TEST(reads_of_other_tasks_writes_are_pairs)
{
	struct weft_reads_from all = { 0 };
	struct weft_shadow_access update = {
		.mask = 1, .kind = WEFT_SHADOW_VISIBLE, .task = 3, .pc = 300,
	};

	s.reads_from = &all;
	reads(2, 0);
	writes(1, 0);
	reads(1, 0);
	ck_assert_uint_eq(all.n, 0);
	reads(2, 0);
	reads(2, 0);
	ck_assert_uint_eq(all.n, 1);
	ck_assert(is_pair(&all, 0, 1, 2));
	/* Only bytes that were written. */
	access_as(WEFT_SHADOW_PLAIN, 1, 1, 0x0f, true);
	access_as(WEFT_SHADOW_PLAIN, 3, 1, 0xf0, false);
	ck_assert_uint_eq(all.n, 1);
	/* What an update reads, before it is the last write. */
	weft_shadow_update(&s, &update);
	access_as(WEFT_SHADOW_VISIBLE, 3, 0, 1, true);
	access_as(WEFT_SHADOW_VISIBLE, 1, 0, 1, false);
	ck_assert_uint_eq(all.n, 3);
	ck_assert(is_pair(&all, 1, 1, 3));
	ck_assert(is_pair(&all, 2, 3, 1));
	/* Who waits reads nothing. */
	hands_over(1, 2);
	ck_assert_uint_eq(all.n, 3);
	s.reads_from = NULL;
	reads(4, 0);
	ck_assert_uint_eq(all.n, 3);
	weft_reads_from_clear(&all);
}
END_TEST

START_TEST(a_second_place_of_a_read_is_another_pair)
{
	struct weft_reads_from all = { 0 };
	struct weft_shadow_access read = {
		.mask = 0xff, .kind = WEFT_SHADOW_PLAIN, .task = 2, .pc = 7,
	};

	s.reads_from = &all;
	writes(1, 0);
	reads(2, 0);
	weft_shadow_access(&s, &read, &race);
	ck_assert_uint_eq(all.n, 2);
	ck_assert_uint_eq(all.pairs[1].read, 7);
	weft_reads_from_clear(&all);
}
END_TEST

START_TEST(pairs_are_kept_once_cut_and_bounded)
{
	struct weft_reads_from all = { 0 };
	uintptr_t i;

	for (i = 0; i < 2000; i++)
		weft_reads_from_note(&all, i % 1000 + 1, i % 1000 + 2);
	ck_assert_uint_eq(all.n, 1000);
	weft_reads_from_cut(&all, 10);
	weft_reads_from_note(&all, 10, 11);
	ck_assert_uint_eq(all.n, 10);
	weft_reads_from_note(&all, 1000, 1001);
	ck_assert_uint_eq(all.n, 11);
	ck_assert_uint_eq(all.lost, 0);
	for (i = 0; i < WEFT_READS_FROM_MAX; i++)
		weft_reads_from_note(&all, 5000 + i, 1);
	ck_assert_uint_eq(all.n, WEFT_READS_FROM_MAX);
	ck_assert_uint_eq(all.lost, 11);
	weft_reads_from_clear(&all);
}
END_TEST

Suite *unit_suite(void)
{
	Suite *suite = suite_create("shadow");
	TCase *tc = tcase_create("shadow");

	tcase_add_checked_fixture(tc, begin, end);
	tcase_add_test(tc, unordered_writes_race);
	tcase_add_test(tc, a_write_races_with_a_read_before_and_after);
	tcase_add_test(tc, reads_do_not_race);
	tcase_add_test(tc, a_write_races_with_any_of_several_reads);
	tcase_add_test(tc, a_write_after_all_reads_does_not_race);
	tcase_add_test(tc, a_lock_orders);
	tcase_add_test(tc, another_lock_does_not_order);
	tcase_add_test(tc, readers_are_ordered_with_writers_only);
	tcase_add_test(tc, spawn_and_join_order);
	tcase_add_test(tc, notify_orders_and_a_wait_before_does_not);
	tcase_add_test(tc, visible_accesses_order_when_one_writes);
	tcase_add_test(tc, a_visible_access_races_with_a_plain_one);
	tcase_add_test(tc, only_bytes_that_overlap_race);
	tcase_add_test(tc, visible_bytes_order_only_where_they_overlap);
	tcase_add_test(tc, the_model_races_with_tested_code_only);
	tcase_add_test(tc, rollback_forgets);
	tcase_add_test(tc, reads_of_other_tasks_writes_are_pairs);
	tcase_add_test(tc, a_second_place_of_a_read_is_another_pair);
	tcase_add_test(tc, pairs_are_kept_once_cut_and_bounded);
	tcase_add_loop_test(tc, random_histories_with_rollback, 0, 300);
	suite_add_tcase(suite, tc);
	return suite;
}
