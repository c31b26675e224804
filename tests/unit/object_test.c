/* SPDX-License-Identifier: GPL-2.0-only */
/* Lock objects and classes (framework/object.h): states and rollback. */
#include <string.h>

#include "framework/object.h"
#include "tests/unit/unit.h"

static struct weft_region region;
static struct weft_objects objects;
static char place[65536];	/* addresses to name locks by */

static void set_up(void)
{
	ck_assert_int_eq(weft_region_create(&region, NULL, 0), 0);
	ck_assert_int_eq(weft_objects_create(&objects, &region), 0);
}

static void tear_down(void)
{
	weft_objects_destroy(&objects);
	weft_region_destroy(&region);
}

static struct weft_lock_ref ref_at(int i, enum weft_lock_kind kind)
{
	return (struct weft_lock_ref) {
		.addr = &place[8 * i], .name = "lock", .key = place,
		.kind = (unsigned char)kind,
	};
}

static struct weft_object *get(int i)
{
	struct weft_lock_ref ref = ref_at(i, WEFT_LOCK_MUTEX);

	return weft_object_get(&objects, &ref);
}

START_TEST(a_new_lock_is_free)
{
	struct weft_object *object = get(1);

	ck_assert_int_eq(object->writer, -1);
	ck_assert_uint_eq(object->readers, 0);
	ck_assert(weft_object_is_free(object, WEFT_EXCLUSIVE));
	ck_assert(weft_object_is_free(object, WEFT_SHARED));
	ck_assert_ptr_eq(weft_object_find(&objects, &place[8]), object);
	ck_assert_ptr_null(weft_object_find(&objects, &place[16]));
}
END_TEST

START_TEST(who_may_enter)
{
	struct weft_lock_ref ref = ref_at(1, WEFT_LOCK_RWSEM);
	struct weft_object *o = weft_object_get(&objects, &ref);

	o->writer = 2;
	ck_assert(!weft_object_is_free(o, WEFT_EXCLUSIVE));
	ck_assert(!weft_object_is_free(o, WEFT_SHARED));
	ck_assert(!weft_object_is_free(o, WEFT_EXCLUSIVE));
	o->writer = -1;
	o->readers = 2;
	ck_assert(!weft_object_is_free(o, WEFT_EXCLUSIVE));
	ck_assert(weft_object_is_free(o, WEFT_SHARED));
	o->queued = 1u << 3;
	ck_assert(!weft_object_is_free(o, WEFT_SHARED));
	o->readers = 0;
	ck_assert(weft_object_is_free(o, WEFT_EXCLUSIVE));
}
END_TEST

START_TEST(only_reader_writer_locks_are_fair)
{
	int kind;

	for (kind = 0; kind < WEFT_LOCK_KINDS; kind++) {
		struct weft_lock_ref ref = ref_at(kind, (enum weft_lock_kind)kind);

		ck_assert_int_eq(
			weft_object_is_fair(weft_object_get(&objects, &ref)),
			kind == WEFT_LOCK_RWSEM || kind == WEFT_LOCK_RWLOCK);
	}
}
END_TEST

START_TEST(init_forgets_the_state)
{
	struct weft_lock_ref ref = ref_at(4, WEFT_LOCK_SPIN);
	struct weft_object *object = get(4);

	object->writer = 3;
	object->queued = 7;
	object = weft_object_init(&objects, &ref);
	ck_assert_int_eq(object->writer, -1);
	ck_assert_uint_eq(object->queued, 0);
	ck_assert_uint_eq(object->kind, WEFT_LOCK_SPIN);
}
END_TEST

/* I2 */
START_TEST(rollback_gives_back_the_state_at_the_mark)
{
	int round;

	get(1)->writer = 5;
	get(2)->readers = 2;
	get(3);
	weft_objects_mark(&objects);
	for (round = 0; round < 3; round++) {
		get(1)->writer = -1;
		get(2)->readers = 0;
		get(2)->queued = 6;
		get(3)->writer = 9;
		get(3)->writer = 8;
		get(4)->writer = 7;
		weft_objects_rollback(&objects);
		ck_assert_uint_eq(objects.n, 3);
		ck_assert_int_eq(get(1)->writer, 5);
		ck_assert_uint_eq(get(2)->readers, 2);
		ck_assert_uint_eq(get(2)->queued, 0);
		ck_assert_int_eq(get(3)->writer, -1);
		ck_assert_ptr_null(weft_object_find(&objects, &place[8 * 4]));
		weft_objects_rollback(&objects);
	}
}
END_TEST

/* Enough to make the table grow, before and after the mark. */
START_TEST(rollback_survives_a_growing_table)
{
	int i, round;

	for (i = 0; i < 400; i++)
		get(i)->readers = (uint16_t)i;
	weft_objects_mark(&objects);
	for (round = 0; round < 3; round++) {
		get(7)->readers = 9999;
		for (i = 400; i < 5000; i++)
			get(i)->writer = (int16_t)(i % 100);
		get(8)->readers = 9999;
		for (i = 0; i < 5000; i++)
			ck_assert_ptr_eq(weft_object_find(&objects,
						&place[8 * i])->addr,
					 &place[8 * i]);
		weft_objects_rollback(&objects);
		ck_assert_uint_eq(objects.n, 400);
		for (i = 0; i < 5000; i++) {
			const struct weft_object *o =
				weft_object_find(&objects, &place[8 * i]);

			if (i >= 400) {
				ck_assert_ptr_null(o);
				continue;
			}
			ck_assert_ptr_nonnull(o);
			ck_assert_uint_eq(o->readers, i);
		}
	}
}
END_TEST

START_TEST(classes_are_keys_and_subclasses)
{
	struct weft_lock_ref ref = ref_at(1, WEFT_LOCK_MUTEX), other = ref;
	uint32_t class = weft_class_get(&objects, &ref);

	other.addr = &place[800];
	ck_assert_uint_eq(weft_class_get(&objects, &other), class);
	other.subclass = 1;
	ck_assert_uint_ne(weft_class_get(&objects, &other), class);
	ck_assert_str_eq(objects.classes[class].name, "lock");
	ck_assert_str_eq(objects.classes[weft_class_get(&objects,
						&other)].name, "lock/1");
	other.subclass = 0;
	other.key = &place[1];
	ck_assert_uint_ne(weft_class_get(&objects, &other), class);
	other.key = NULL;	/* a static lock is its own class */
	other.name = NULL;
	ck_assert_str_eq(objects.classes[weft_class_get(&objects,
						&other)].name,
			 "(unnamed lock)");
	ck_assert_uint_eq(objects.classes_n, 4);
}
END_TEST

START_TEST(classes_outlive_executions)
{
	struct weft_lock_ref ref = ref_at(1, WEFT_LOCK_MUTEX);
	uint32_t class;

	weft_objects_mark(&objects);
	class = weft_object_get(&objects, &ref)->class;
	weft_objects_rollback(&objects);
	ck_assert_ptr_null(weft_object_find(&objects, ref.addr));
	ck_assert_uint_eq(weft_object_get(&objects, &ref)->class, class);
	ck_assert_uint_eq(objects.classes_n, 1);
}
END_TEST

Suite *unit_suite(void)
{
	Suite *suite = suite_create("object");
	TCase *tcase = tcase_create("object");

	tcase_add_checked_fixture(tcase, set_up, tear_down);
	tcase_add_test(tcase, a_new_lock_is_free);
	tcase_add_test(tcase, who_may_enter);
	tcase_add_test(tcase, only_reader_writer_locks_are_fair);
	tcase_add_test(tcase, init_forgets_the_state);
	tcase_add_test(tcase, rollback_gives_back_the_state_at_the_mark);
	tcase_add_test(tcase, rollback_survives_a_growing_table);
	tcase_add_test(tcase, classes_are_keys_and_subclasses);
	tcase_add_test(tcase, classes_outlive_executions);
	suite_add_tcase(suite, tcase);
	return suite;
}
