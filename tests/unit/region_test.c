/* SPDX-License-Identifier: GPL-2.0-only */
/* The watched memory (framework/region.h, hot.h): its numbered guarantees. */
#include <errno.h>
#include <string.h>
#include <sys/mman.h>

#include "framework/hot.h"
#include "framework/region.h"
#include "tests/unit/unit.h"

static struct weft_region region;

static void set_up(void)
{
	ck_assert_int_eq(weft_region_create(&region, NULL, 0), 0);
}

static void tear_down(void)
{
	weft_region_destroy(&region);
}

static void *alloc(int task, size_t size)
{
	void *memory = weft_region_alloc(&region, task, size, 16);

	ck_assert_ptr_nonnull(memory);
	return memory;
}

/* I1 */
START_TEST(addresses_do_not_depend_on_the_interleaving)
{
	void *one[3], *two[3];
	int i;

	weft_region_mark(&region);
	for (i = 0; i < 3; i++)
		one[i] = alloc(1, 24);
	for (i = 0; i < 3; i++)
		two[i] = alloc(2, 100);
	weft_region_rollback(&region);
	for (i = 0; i < 3; i++) {
		ck_assert_ptr_eq(alloc(2, 100), two[i]);
		ck_assert_ptr_eq(alloc(1, 24), one[i]);
	}
}
END_TEST

START_TEST(two_regions_name_the_same_place_alike)
{
	struct weft_region other;
	char *memory = alloc(3, 8);

	ck_assert_int_eq(weft_region_create(&other, NULL, 0), 0);
	ck_assert_uint_eq(weft_region_offset(&region, memory),
		weft_region_offset(&other,
				   weft_region_alloc(&other, 3, 8, 16)));
	ck_assert_uint_eq(weft_region_offset(&region, &other), UINT64_MAX);
	weft_region_destroy(&other);
}
END_TEST

/* I2: the bytes */
START_TEST(rollback_restores_every_announced_byte)
{
	unsigned char *memory = alloc(0, 4096), before[4096];
	int i, round;

	for (i = 0; i < 4096; i++)
		memory[i] = (unsigned char)(i * 7);
	memcpy(before, memory, sizeof(before));
	weft_region_mark(&region);
	for (round = 1; round < 5; round++) {
		for (i = 0; i < 300; i++) {
			size_t at = (size_t)(i * 97 * round) % 4090;

			weft_region_save(&region, memory + at, 5);
			memset(memory + at, round, 5);
		}
		ck_assert_int_ne(memcmp(memory, before, 4096), 0);
		weft_region_rollback(&region);
		ck_assert_mem_eq(memory, before, 4096);
	}
}
END_TEST

/* I2: the cost */
START_TEST(undo_costs_one_entry_per_granule_written)
{
	unsigned long *memory = alloc(0, 8192);
	int i;

	weft_region_mark(&region);
	ck_assert_uint_eq(region.hot.undo_n, 0);
	for (i = 0; i < 1000; i++)
		weft_region_save(&region, &memory[i % 10], 8);
	ck_assert_uint_eq(region.hot.undo_n, 10);
	weft_region_save(&region, (char *)&memory[20] + 4, 8);	/* straddles */
	ck_assert_uint_eq(region.hot.undo_n, 12);
	weft_region_save(&region, &memory[100], 1);
	weft_region_save(&region, (char *)&memory[100] + 7, 1);
	ck_assert_uint_eq(region.hot.undo_n, 13);
	weft_region_save(&region, memory, 0);
	ck_assert_uint_eq(region.hot.undo_n, 13);
	weft_region_rollback(&region);
	ck_assert_uint_eq(region.hot.undo_n, 0);
	weft_region_save(&region, &memory[3], 8);
	ck_assert_uint_eq(region.hot.undo_n, 1);
}
END_TEST

/* What is new needs no entries of its own, until there is a checkpoint behind it. */
START_TEST(new_memory_is_undone_as_a_whole)
{
	unsigned long *memory;
	size_t entries, position;

	weft_region_mark(&region);
	memory = alloc(0, 64);
	entries = region.hot.undo_n;
	weft_region_save(&region, memory, 64);
	ck_assert_uint_eq(region.hot.undo_n, entries);
	memory[3] = 7;
	position = weft_region_checkpoint(&region);
	weft_region_save(&region, &memory[3], 8);
	ck_assert_uint_eq(region.hot.undo_n, entries + 1);
	memory[3] = 8;
	weft_region_return(&region, position);
	ck_assert_uint_eq(memory[3], 7);
	weft_region_rollback(&region);
	ck_assert_uint_eq(memory[3], 0);
	ck_assert_uint_eq(weft_region_invalid(&region, (uintptr_t)memory - 16,
					      96), 0);
	ck_assert_ptr_eq(alloc(0, 64), memory);
}
END_TEST

/* What an overflow has left there is no part of the allocation, and comes back. */
START_TEST(memory_that_was_written_too_early_is_not_new)
{
	unsigned long *first, *second, *memory;
	size_t position;

	weft_region_mark(&region);
	first = alloc(0, 64);
	second = first + 16;	/* where the next one will be */
	weft_region_save(&region, second, 8);
	*second = 5;
	position = weft_region_checkpoint(&region);
	memory = alloc(0, 256);
	ck_assert(memory <= second && second < memory + 32);
	weft_region_save(&region, memory, 256);
	*second = 6;
	weft_region_return(&region, position);
	ck_assert_uint_eq(*second, 5);
}
END_TEST

START_TEST(the_undo_log_grows)
{
	size_t size = 4u << 20;
	char *memory = alloc(0, size);

	memset(memory, 1, size);
	weft_region_mark(&region);
	weft_region_save(&region, memory, size);
	memset(memory, 2, size);
	ck_assert_uint_eq(region.hot.undo_n, size / 8);
	weft_region_rollback(&region);
	ck_assert_int_eq(memory[0], 1);
	ck_assert_int_eq(memory[size - 1], 1);
}
END_TEST

START_TEST(memory_is_zeroed_again_after_rollback)
{
	char *memory;
	int i;

	weft_region_mark(&region);
	for (i = 0; i < 3; i++) {
		memory = alloc(1, 64);
		ck_assert_int_eq(memory[0] | memory[63], 0);
		weft_region_save(&region, memory, 64);
		memset(memory, 0xff, 64);
		weft_region_rollback(&region);
	}
}
END_TEST

START_TEST(image_data_is_watched_too)
{
	size_t size = 8192;
	uint64_t before;
	struct weft_region image;
	char *data;

	/* As an image does, it lies where there is room behind it. */
	data = mmap((void *)0x210000000000ul, size, PROT_READ | PROT_WRITE,
		    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	ck_assert_ptr_ne(data, MAP_FAILED);
	memset(data, 3, size);
	ck_assert_int_eq(weft_region_create(&image, data, size), 0);
	before = weft_region_hash(&image);
	weft_region_mark(&image);
	weft_region_save(&image, data + 100, 4);
	memset(data + 100, 9, 4);
	ck_assert_uint_ne(weft_region_hash(&image), before);
	weft_region_rollback(&image);
	ck_assert_uint_eq(weft_region_hash(&image), before);
	ck_assert_uint_eq(weft_region_offset(&image, data + 100), 100);
	weft_region_destroy(&image);
	munmap(data, size);
}
END_TEST

START_TEST(allocations_are_aligned_and_apart)
{
	size_t aligns[] = { 1, 8, 16, 64, 4096 };
	char *end = NULL;
	size_t i;

	for (i = 0; i < sizeof(aligns) / sizeof(aligns[0]); i++) {
		char *memory = weft_region_alloc(&region, 2, 33, aligns[i]);

		ck_assert_ptr_nonnull(memory);
		ck_assert_uint_eq((uintptr_t)memory % aligns[i], 0);
		ck_assert_uint_eq((uintptr_t)memory % 16, 0);
		ck_assert(memory >= end);
		ck_assert_uint_eq(weft_region_alloc_size(&region, memory), 33);
		end = memory + 33;
	}
}
END_TEST

/* I3 */
START_TEST(freed_memory_is_not_given_out_again)
{
	void *memory = alloc(1, 32), *next;

	ck_assert_int_eq(weft_region_free(&region, memory), WEFT_FREE_OK);
	next = alloc(1, 32);
	ck_assert_ptr_ne(next, memory);
	ck_assert_uint_eq(weft_region_alloc_size(&region, memory), 0);
}
END_TEST

START_TEST(what_is_live_says_what_it_was_asked_for_as)
{
	char *memory = alloc(1, 32);

	weft_region_find(&region, memory)->what = "cell";
	ck_assert_str_eq(weft_region_alloc_what(&region, memory), "cell");
	ck_assert_ptr_null(weft_region_alloc_what(&region, memory + 8));
	ck_assert_int_eq(weft_region_free(&region, memory), WEFT_FREE_OK);
	ck_assert_ptr_null(weft_region_alloc_what(&region, memory));
}
END_TEST

START_TEST(double_and_invalid_frees_are_told_apart)
{
	char *memory = alloc(1, 64);
	char local;

	ck_assert_int_eq(weft_region_free(&region, memory + 8),
			 WEFT_FREE_INVALID);
	ck_assert_int_eq(weft_region_free(&region, memory + 16),
			 WEFT_FREE_INVALID);
	ck_assert_int_eq(weft_region_free(&region, &local), WEFT_FREE_INVALID);
	ck_assert_int_eq(weft_region_free(&region, memory), WEFT_FREE_OK);
	ck_assert_int_eq(weft_region_free(&region, memory), WEFT_FREE_TWICE);
	weft_region_mark(&region);
	memory = alloc(2, 64);
	ck_assert_int_eq(weft_region_free(&region, memory), WEFT_FREE_OK);
	weft_region_rollback(&region);
	/* It was never allocated. */
	ck_assert_int_eq(weft_region_free(&region, memory), WEFT_FREE_INVALID);
}
END_TEST

START_TEST(a_free_is_undone)
{
	char *memory = alloc(1, 64);

	weft_region_mark(&region);
	ck_assert_int_eq(weft_region_free(&region, memory), WEFT_FREE_OK);
	weft_region_rollback(&region);
	ck_assert_uint_eq(weft_region_alloc_size(&region, memory), 64);
	ck_assert_int_eq(weft_region_free(&region, memory), WEFT_FREE_OK);
}
END_TEST

static bool is_kept(const void *memory)
{
	return weft_region_find(&region, memory)->kept;
}

/* By any address inside; not by one behind its end, and not for ever. */
START_TEST(what_is_kept_is_so_until_the_region_goes_back)
{
	char *memory = alloc(1, 64), *other = alloc(1, 64);
	uint64_t before;
	size_t place;

	weft_region_mark(&region);
	before = weft_region_hash(&region);
	place = weft_region_checkpoint(&region);
	ck_assert(weft_region_keep(&region, memory + 63));
	ck_assert(is_kept(memory));
	ck_assert(!is_kept(other));
	ck_assert_uint_ne(weft_region_hash(&region), before);
	weft_region_return(&region, place);
	ck_assert(!is_kept(memory));
	ck_assert_uint_eq(weft_region_hash(&region), before);
	ck_assert(weft_region_keep(&region, memory));
	weft_region_rollback(&region);
	ck_assert(!is_kept(memory));
	ck_assert(!weft_region_keep(&region, memory + 64));
	ck_assert(!weft_region_keep(&region, memory - 1));
	ck_assert(!weft_region_keep(&region, (void *)8));
	ck_assert_int_eq(weft_region_free(&region, other), WEFT_FREE_OK);
	ck_assert(weft_region_keep(&region, other));
}
END_TEST

static uintptr_t invalid(const char *at, size_t len)
{
	return weft_region_invalid(&region, (uintptr_t)at, len);
}

/* I4: 13 bytes, so that the last granule is valid in part. */
START_TEST(only_the_bytes_of_an_allocation_are_valid)
{
	char *memory = alloc(1, 13);

	ck_assert_uint_eq(invalid(memory, 13), 0);
	ck_assert_uint_eq(invalid(memory, 14), (uintptr_t)memory + 13);
	ck_assert_uint_eq(invalid(memory + 13, 1), (uintptr_t)memory + 13);
	ck_assert_uint_eq(invalid(memory - 1, 2), (uintptr_t)memory - 1);
	ck_assert_uint_eq(invalid(memory + 16, 8), (uintptr_t)memory + 16);
	ck_assert_int_eq(weft_region_free(&region, memory), WEFT_FREE_OK);
	ck_assert_uint_eq(invalid(memory, 1), (uintptr_t)memory);
	ck_assert_uint_eq(invalid(memory + 12, 1), (uintptr_t)memory + 12);
}
END_TEST

/* I5 */
START_TEST(states_and_records_go_back)
{
	char *old = alloc(1, 13), *young;
	size_t n = region.allocations_n, place;
	uint64_t before;

	weft_region_mark(&region);
	before = weft_region_hash(&region);
	young = alloc(1, 40);
	place = weft_region_checkpoint(&region);
	ck_assert_int_eq(weft_region_free(&region, old), WEFT_FREE_OK);
	ck_assert_int_eq(weft_region_free(&region, young), WEFT_FREE_OK);
	weft_region_return(&region, place);
	ck_assert_uint_eq(invalid(old, 13), 0);
	ck_assert_uint_eq(invalid(old, 14), (uintptr_t)old + 13);
	ck_assert_uint_eq(invalid(young, 40), 0);
	ck_assert_uint_eq(weft_region_alloc_size(&region, old), 13);
	weft_region_rollback(&region);
	ck_assert_uint_eq(region.allocations_n, n);
	ck_assert_uint_eq(invalid(young, 60), 0);
	ck_assert_uint_eq(weft_region_hash(&region), before);
	ck_assert_ptr_eq(alloc(1, 40), young);
}
END_TEST

START_TEST(a_full_arena_says_so)
{
	size_t n = 0;

	while (weft_region_alloc(&region, 1, 1u << 20, 16))
		n++;
	ck_assert_uint_eq(n, 15);	/* of 16 MiB: heads need room too */
	ck_assert_ptr_null(weft_region_alloc(&region, 1, SIZE_MAX - 64, 16));
	ck_assert_ptr_nonnull(weft_region_alloc(&region, 1, 4096, 16));
	ck_assert_ptr_nonnull(weft_region_alloc(&region, 2, 1u << 20, 16));
}
END_TEST

static struct weft_granule *touch(unsigned int task, void *addr, bool write)
{
	region.hot.task = task;
	weft_region_touch(&region, addr, 8, write);
	return weft_hot_granule(&region.hot, (unsigned long)addr);
}

START_TEST(memory_is_shared_when_two_touch_it_and_one_writes)
{
	unsigned long *m = alloc(0, 64);

	weft_region_mark(&region);
	ck_assert(!weft_hot_is_shared(touch(2, &m[0], false)));
	ck_assert(!weft_hot_is_shared(touch(3, &m[0], false)));
	ck_assert(!weft_hot_is_shared(touch(2, &m[1], true)));
	ck_assert(!weft_hot_is_shared(touch(2, &m[1], true)));
	ck_assert_uint_eq(region.hot.promotions, 0);
	ck_assert(weft_hot_is_shared(touch(3, &m[1], false)));
	ck_assert_uint_eq(region.hot.promotions, 1);
	ck_assert(weft_hot_is_shared(touch(3, &m[0], true)));
	ck_assert_uint_eq(region.hot.promotions, 2);
	touch(4, &m[0], true);
	ck_assert_uint_eq(region.hot.promotions, 2);
	/* It stays so for the whole campaign. */
	weft_region_rollback(&region);
	ck_assert(weft_hot_is_shared(touch(2, &m[0], false)));
	/* The setup is alone, and its writes are not the threads' business. */
	touch(0, &m[2], true);
	touch(2, &m[2], false);
	ck_assert(!weft_hot_is_shared(touch(3, &m[2], false)));
}
END_TEST

START_TEST(stacks_have_guards_and_do_not_overlap)
{
	int i;

	for (i = 1; i < WEFT_THREADS_MAX; i++)
		ck_assert_uint_ge((size_t)(weft_region_stack(&region, i) -
					   weft_region_stack(&region, i - 1)),
				  WEFT_STACK_BYTES + 4096);
}
END_TEST

START_TEST(an_address_is_located_in_its_allocation)
{
	char *first = alloc(3, 40), *second = alloc(3, 24);
	size_t offset, size;
	int task;

	ck_assert_int_eq(weft_region_locate(&region, (uintptr_t)first + 39,
					    &task, &offset, &size),
			 WEFT_PLACE_HEAP);
	ck_assert_int_eq(task, 3);
	ck_assert_uint_eq(offset, 39);
	ck_assert_uint_eq(size, 40);
	weft_region_locate(&region, (uintptr_t)second, &task, &offset, &size);
	ck_assert_uint_eq(offset, 0);
	ck_assert_uint_eq(size, 24);
	weft_region_locate(&region, (uintptr_t)second + 24, &task, &offset,
			   &size);
	ck_assert_uint_eq(size, 0);
	ck_assert_int_eq(weft_region_locate(&region,
			(uintptr_t)weft_region_stack(&region, 5) + 100, &task,
			&offset, &size), WEFT_PLACE_STACK);
	ck_assert_int_eq(task, 5);
}
END_TEST

Suite *unit_suite(void)
{
	Suite *suite = suite_create("region");
	TCase *tcase = tcase_create("region");

	tcase_add_checked_fixture(tcase, set_up, tear_down);
	tcase_add_test(tcase, addresses_do_not_depend_on_the_interleaving);
	tcase_add_test(tcase, two_regions_name_the_same_place_alike);
	tcase_add_test(tcase, rollback_restores_every_announced_byte);
	tcase_add_test(tcase, undo_costs_one_entry_per_granule_written);
	tcase_add_test(tcase, new_memory_is_undone_as_a_whole);
	tcase_add_test(tcase, memory_that_was_written_too_early_is_not_new);
	tcase_add_test(tcase, the_undo_log_grows);
	tcase_add_test(tcase, memory_is_zeroed_again_after_rollback);
	tcase_add_test(tcase, image_data_is_watched_too);
	tcase_add_test(tcase, allocations_are_aligned_and_apart);
	tcase_add_test(tcase, freed_memory_is_not_given_out_again);
	tcase_add_test(tcase, what_is_live_says_what_it_was_asked_for_as);
	tcase_add_test(tcase, double_and_invalid_frees_are_told_apart);
	tcase_add_test(tcase, a_free_is_undone);
	tcase_add_test(tcase, what_is_kept_is_so_until_the_region_goes_back);
	tcase_add_test(tcase, only_the_bytes_of_an_allocation_are_valid);
	tcase_add_test(tcase, states_and_records_go_back);
	tcase_add_test(tcase, a_full_arena_says_so);
	tcase_add_test(tcase, memory_is_shared_when_two_touch_it_and_one_writes);
	tcase_add_test(tcase, stacks_have_guards_and_do_not_overlap);
	tcase_add_test(tcase, an_address_is_located_in_its_allocation);
	suite_add_tcase(suite, tcase);
	return suite;
}
