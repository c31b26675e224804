/* SPDX-License-Identifier: GPL-2.0-only */
/* Verdicts (framework/verdict.h) and tables that must agree with each other. */
#include <string.h>

#include "framework/detector.h"
#include "framework/op.h"
#include "framework/strategy.h"
#include "framework/verdict.h"
#include "tests/unit/unit.h"

/* From the worst on; the order cli.md promises. */
static const enum weft_verdict order[] = {
	WEFT_VERDICT_INTERNAL, WEFT_VERDICT_UNMODELLED,
	WEFT_VERDICT_NONDETERMINISM, WEFT_VERDICT_BUG,
	WEFT_VERDICT_INCOMPLETE, WEFT_VERDICT_EXHAUSTED,
};

START_TEST(the_worse_verdict_wins)
{
	size_t n = sizeof(order) / sizeof(order[0]), i, j;

	for (i = 0; i < n; i++)
		for (j = 0; j < n; j++)
			ck_assert_int_eq(weft_verdict_worst(order[i], order[j]),
					 order[i < j ? i : j]);
}
END_TEST

START_TEST(exit_codes_are_the_documented_ones)
{
	ck_assert_int_eq(WEFT_VERDICT_EXHAUSTED, 0);
	ck_assert_int_eq(WEFT_VERDICT_BUG, 1);
	ck_assert_int_eq(WEFT_VERDICT_INCOMPLETE, 2);
	ck_assert_int_eq(WEFT_VERDICT_NONDETERMINISM, 3);
	ck_assert_int_eq(WEFT_VERDICT_UNMODELLED, 4);
	ck_assert_int_eq(WEFT_VERDICT_INTERNAL, 5);
	ck_assert_int_eq(WEFT_EXIT_USAGE, 64);
	ck_assert_str_eq(weft_verdict_name(WEFT_VERDICT_EXHAUSTED),
			 "exhausted");
	ck_assert_str_eq(weft_verdict_name(WEFT_VERDICT_UNMODELLED),
			 "unmodelled");
}
END_TEST

START_TEST(names_are_unique)
{
	int i, j;

	for (i = 0; i < WEFT_OP_KINDS; i++)
		for (j = 0; j < i; j++)
			ck_assert_str_ne(weft_op_name((enum weft_op_kind)i),
					 weft_op_name((enum weft_op_kind)j));
	for (i = 0; weft_detectors[i]; i++)
		for (j = 0; j < i; j++)
			ck_assert_str_ne(weft_detectors[i]->name,
					 weft_detectors[j]->name);
	for (i = 0; weft_strategies[i]; i++)
		ck_assert_ptr_eq(weft_strategy_find(weft_strategies[i]->name),
				 weft_strategies[i]);
	ck_assert_ptr_null(weft_strategy_find("no such strategy"));
}
END_TEST

/* A finding's kind is a fixed-size name. */
START_TEST(every_detector_says_what_it_cannot_do)
{
	int i;

	for (i = 0; weft_detectors[i]; i++) {
		ck_assert_uint_lt(strlen(weft_detectors[i]->name), 24);
		ck_assert_uint_gt(strlen(weft_detectors[i]->finds), 10);
		ck_assert_ptr_nonnull(weft_detectors[i]->misses);
		ck_assert_ptr_nonnull(weft_detectors[i]->false_alarms);
	}
	ck_assert_int_ge(i, 4);
}
END_TEST

START_TEST(operations_have_the_access_their_table_says)
{
	ck_assert_int_eq(weft_op_access(WEFT_OP_LOCK), WEFT_OP_WRITE);
	ck_assert_int_eq(weft_op_access(WEFT_OP_LOCK_SHARED), WEFT_OP_READ);
	ck_assert_int_eq(weft_op_access(WEFT_OP_TRYLOCK), WEFT_OP_WRITE);
	ck_assert_int_eq(weft_op_access(WEFT_OP_ACCESS_READ), WEFT_OP_READ);
	ck_assert_int_eq(weft_op_access(WEFT_OP_ACCESS_RMW), WEFT_OP_WRITE);
	ck_assert_int_eq(weft_op_access(WEFT_OP_CHOOSE), WEFT_OP_NONE);
	ck_assert(weft_op_is_point(WEFT_OP_LOCK));
	ck_assert(!weft_op_is_point(WEFT_OP_SPAWN));
}
END_TEST

Suite *unit_suite(void)
{
	Suite *suite = suite_create("verdict");

	unit_add(suite, the_worse_verdict_wins);
	unit_add(suite, exit_codes_are_the_documented_ones);
	unit_add(suite, names_are_unique);
	unit_add(suite, every_detector_says_what_it_cannot_do);
	unit_add(suite, operations_have_the_access_their_table_says);
	return suite;
}
