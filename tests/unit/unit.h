/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A unit test is one file with one unit_suite(), and one line in
 * tests/subdir.am. unit.c has main(): it runs the suite and prints TAP.
 */
#ifndef WEFT_TESTS_UNIT_H
#define WEFT_TESTS_UNIT_H

#include <check.h>

/* Supplied by each test file. */
Suite *unit_suite(void);

/* One test case with one test per function; a shorthand for the suites. */
void unit_add(Suite *suite, const TTest *test);

#endif
