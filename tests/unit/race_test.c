/* SPDX-License-Identifier: GPL-2.0-only */
/* What orders plain accesses, and what does not: shadow_race.h, rule by rule. */
#include "../../framework/shadow_race.h"
#include "unit.h"

#define GRANULES 8
#define DATA 1
#define FLAG 2
#define LOCK 3

static struct weft_shadow shadow;
static unsigned int races;
static struct weft_race_earlier last;

static void told(void *arg, const struct weft_race_earlier *earlier)
{
	(void)arg;
	races++;
	last = *earlier;
}

static void begin(void)
{
	ck_assert_int_eq(weft_race_shadow_create(&shadow, GRANULES), 0);
	races = 0;
}

static void end(unsigned int expected)
{
	ck_assert_uint_eq(races, expected);
	weft_shadow_destroy(&shadow);
}

static struct weft_shadow_access make(int task, size_t granule,
				      unsigned char mask, bool write)
{
	struct weft_shadow_access access = {
		.granule = granule, .mask = mask, .write = write, .task = task,
		.pc = 0x100 + (uintptr_t)task,
	};

	return access;
}

static void plain(int task, bool write)
{
	struct weft_shadow_access access = make(task, DATA, 0x0f, write);

	weft_race_access(&shadow, &access, false, told, NULL);
}

static void bytes(int task, unsigned char mask, bool write)
{
	struct weft_shadow_access access = make(task, DATA, mask, write);

	weft_race_access(&shadow, &access, false, told, NULL);
}

static void marked(int task, size_t granule, enum weft_access_kind kind)
{
	struct weft_shadow_access access = make(task, granule, 0x0f,
						kind != WEFT_ACCESS_READ);

	weft_race_access(&shadow, &access, true, told, NULL);
	weft_race_marked(&shadow, &access, kind);
}

static void order(int task, enum weft_order_kind kind)
{
	struct weft_shadow_access access = make(task, FLAG, 0x0f, false);

	weft_race_order(&shadow, &access, kind);
}

START_TEST(plain_accesses_race)
{
	begin();
	plain(1, true);
	plain(2, false);
	ck_assert_int_eq(last.task, 1);
	ck_assert(last.write && !last.marked);
	ck_assert_uint_eq(last.pc, 0x101);
	end(1);
}
END_TEST

START_TEST(reads_do_not_race)
{
	begin();
	plain(1, false);
	plain(2, false);
	end(0);
}
END_TEST

START_TEST(each_reader_is_told_with_its_place)
{
	begin();
	plain(1, false);
	plain(2, false);
	plain(3, true);
	end(2);
}
END_TEST

START_TEST(bytes_are_exact)
{
	begin();
	bytes(1, 0x03, true);
	bytes(2, 0x0c, true);
	ck_assert_uint_eq(races, 0);
	bytes(2, 0x06, true);
	end(1);
}
END_TEST

START_TEST(marked_accesses_race_with_plain_ones_only)
{
	begin();
	marked(1, DATA, WEFT_ACCESS_WRITE);
	marked(2, DATA, WEFT_ACCESS_WRITE);
	marked(2, DATA, WEFT_ACCESS_RMW);
	ck_assert_uint_eq(races, 0);
	plain(3, false);
	end(2);
}
END_TEST

START_TEST(a_lock_orders)
{
	begin();
	plain(1, true);
	weft_shadow_release(&shadow, 1, LOCK, false);
	weft_shadow_acquire(&shadow, 2, LOCK, false);
	plain(2, true);
	end(0);
}
END_TEST

START_TEST(a_marked_flag_does_not_order)
{
	begin();
	plain(1, true);
	marked(1, FLAG, WEFT_ACCESS_WRITE);
	marked(2, FLAG, WEFT_ACCESS_READ);
	plain(2, false);
	end(1);
}
END_TEST

START_TEST(release_and_marked_load_order)
{
	begin();
	plain(1, true);
	marked(1, FLAG, WEFT_ACCESS_WRITE);
	order(1, WEFT_ORDER_RELEASE);
	marked(2, FLAG, WEFT_ACCESS_READ);
	plain(2, false);
	end(0);
}
END_TEST

START_TEST(what_comes_behind_a_release_is_not_ordered)
{
	begin();
	marked(1, FLAG, WEFT_ACCESS_WRITE);
	order(1, WEFT_ORDER_RELEASE);
	plain(1, true);
	marked(2, FLAG, WEFT_ACCESS_READ);
	plain(2, false);
	end(1);
}
END_TEST

START_TEST(another_store_ends_a_release)
{
	begin();
	plain(1, true);
	marked(1, FLAG, WEFT_ACCESS_WRITE);
	order(1, WEFT_ORDER_RELEASE);
	marked(3, FLAG, WEFT_ACCESS_WRITE);
	marked(2, FLAG, WEFT_ACCESS_READ);
	plain(2, false);
	end(1);
}
END_TEST

START_TEST(an_atomic_update_keeps_a_release)
{
	begin();
	plain(1, true);
	marked(1, FLAG, WEFT_ACCESS_WRITE);
	order(1, WEFT_ORDER_RELEASE);
	marked(3, FLAG, WEFT_ACCESS_RMW);
	marked(2, FLAG, WEFT_ACCESS_READ);
	plain(2, false);
	end(0);
}
END_TEST

START_TEST(a_release_fence_covers_later_marked_stores)
{
	begin();
	plain(1, true);
	order(1, WEFT_ORDER_WMB);
	marked(1, FLAG, WEFT_ACCESS_WRITE);
	marked(2, FLAG, WEFT_ACCESS_READ);
	plain(2, false);
	end(0);
}
END_TEST

/* refcount_dec_and_test(): released by all, acquired by the last through a fence */
START_TEST(the_last_put_needs_its_fence)
{
	int fence;

	for (fence = 0; fence < 2; fence++) {
		begin();
		plain(1, true);
		marked(1, FLAG, WEFT_ACCESS_RMW);
		order(1, WEFT_ORDER_RELEASE);
		marked(2, FLAG, WEFT_ACCESS_RMW);
		order(2, WEFT_ORDER_RELEASE);
		if (fence)
			order(2, WEFT_ORDER_RMB);
		plain(2, true);
		end(!fence);
	}
}
END_TEST

START_TEST(a_rollback_forgets)
{
	size_t mark;

	begin();
	plain(1, false);
	mark = weft_shadow_mark(&shadow);
	plain(1, true);
	order(1, WEFT_ORDER_MB);
	marked(1, FLAG, WEFT_ACCESS_WRITE);
	weft_shadow_rollback(&shadow, mark);
	plain(2, false);
	ck_assert_uint_eq(races, 0);
	plain(2, true);
	ck_assert(!last.write);
	end(1);
}
END_TEST

Suite *unit_suite(void)
{
	Suite *suite = suite_create("race");
	TCase *tcase = tcase_create("race");

	tcase_add_test(tcase, plain_accesses_race);
	tcase_add_test(tcase, reads_do_not_race);
	tcase_add_test(tcase, each_reader_is_told_with_its_place);
	tcase_add_test(tcase, bytes_are_exact);
	tcase_add_test(tcase, marked_accesses_race_with_plain_ones_only);
	tcase_add_test(tcase, a_lock_orders);
	tcase_add_test(tcase, a_marked_flag_does_not_order);
	tcase_add_test(tcase, release_and_marked_load_order);
	tcase_add_test(tcase, what_comes_behind_a_release_is_not_ordered);
	tcase_add_test(tcase, another_store_ends_a_release);
	tcase_add_test(tcase, an_atomic_update_keeps_a_release);
	tcase_add_test(tcase, a_release_fence_covers_later_marked_stores);
	tcase_add_test(tcase, the_last_put_needs_its_fence);
	tcase_add_test(tcase, a_rollback_forgets);
	suite_add_tcase(suite, tcase);
	return suite;
}
