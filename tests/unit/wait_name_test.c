/* SPDX-License-Identifier: GPL-2.0-only */
/* What sleeping tasks wait for, by names of locks (kernel-shim/wait_name.h). */
#include <string.h>

#include "kernel-shim/wait_name.h"
#include "tests/unit/unit.h"

START_TEST(completions_are_told_as_such)
{
	ck_assert_str_eq(wait_name("(litmus_done).wait.lock"),
			 "completion litmus_done");
	ck_assert_str_eq(wait_name("(dev.comp).wait.lock"),
			 "completion dev.comp");
	ck_assert_str_eq(wait_name("&x->wait"), "completion &x->wait");
}
END_TEST

START_TEST(wait_queues_have_their_own_name)
{
	ck_assert_str_eq(wait_name("litmus_wq.lock"), "litmus_wq");
	ck_assert_str_eq(wait_name("queues.wait.lock"), "queues.wait");
	ck_assert_str_eq(wait_name("&root->deactivate_waitq"),
			 "&root->deactivate_waitq");
	ck_assert_str_eq(wait_name("&dev->wait"), "&dev->wait");
}
END_TEST

START_TEST(what_is_no_such_name_stays)
{
	static const char *const names[] = {
		"a wake-up", "", ".lock", "().wait.lock", "lock", "clock",
	};
	static const char *const told[] = {
		"a wake-up", "", ".lock", "().wait", "lock", "clock",
	};
	size_t i;

	for (i = 0; i < sizeof(names) / sizeof(*names); i++)
		ck_assert_str_eq(wait_name(names[i]), told[i]);
}
END_TEST

/* I1: waits are told apart by the address of their text. */
START_TEST(one_name_has_one_text)
{
	char name[] = "(again).wait.lock";
	const char *first = wait_name(name);

	ck_assert_ptr_eq(wait_name("(again).wait.lock"), first);
	ck_assert_ptr_ne(wait_name("(other).wait.lock"), first);
	memset(name, '?', sizeof(name) - 1);
	ck_assert_str_eq(first, "completion again");
}
END_TEST

Suite *unit_suite(void)
{
	Suite *suite = suite_create("wait_name");

	unit_add(suite, completions_are_told_as_such);
	unit_add(suite, wait_queues_have_their_own_name);
	unit_add(suite, what_is_no_such_name_stays);
	unit_add(suite, one_name_has_one_text);
	return suite;
}
