/* SPDX-License-Identifier: GPL-2.0-only */
/* Schedules as text (framework/schedule.h): round trips, and errors that name the line. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "framework/schedule.h"
#include "tests/unit/unit.h"

/* decode() - what must be accepted */
static struct weft_schedule decode(const char *text)
{
	struct weft_schedule schedule = { 0 };
	const char *error = "";
	int err = weft_schedule_decode(text, &schedule, &error);

	ck_assert_msg(!err, "%s", error);
	return schedule;
}

static void assert_encodes_to(const struct weft_schedule *schedule,
			      const char *expected)
{
	char *text = weft_schedule_encode(schedule);

	ck_assert_ptr_nonnull(text);
	ck_assert_str_eq(text, expected);
	free(text);
}

static const char example[] =
	"weft-schedule 1\n"
	"scenario open-vs-kvm-release\n"
	"params n=3 m=2\n"
	"kernel 6.1\n"
	"image 0123456789abcdef\n"
	"run 1x12 2x40 1x3\n"
	"choose 1 0\n"
	"racy 2a40f8 2a4100\n";

START_TEST(what_was_encoded_decodes_to_the_same_text)
{
	struct weft_schedule schedule = decode(example);

	assert_encodes_to(&schedule, example);
	weft_schedule_clear(&schedule);
}
END_TEST

START_TEST(decode_gives_every_field)
{
	struct weft_schedule schedule = decode(example);

	ck_assert_str_eq(schedule.scenario, "open-vs-kvm-release");
	ck_assert_str_eq(schedule.params, "n=3 m=2");
	ck_assert_str_eq(schedule.kernel, "6.1");
	ck_assert_uint_eq(schedule.image, 0x0123456789abcdefull);
	ck_assert_uint_eq(schedule.runs_n, 3);
	ck_assert_uint_eq(schedule.runs[1].task, 2);
	ck_assert_uint_eq(schedule.runs[1].steps, 40);
	ck_assert_uint_eq(schedule.choices_n, 2);
	ck_assert_uint_eq(schedule.choices[0], 1);
	ck_assert_uint_eq(schedule.choices[1], 0);
	ck_assert_uint_eq(schedule.racy_n, 2);
	ck_assert_uint_eq(schedule.racy[1], 0x2a4100);
	weft_schedule_clear(&schedule);
}
END_TEST

START_TEST(long_schedules_survive_line_breaks)
{
	struct weft_schedule schedule = { .scenario = strdup("model/x") };
	struct weft_schedule back;
	char *text;
	uint32_t i;

	for (i = 0; i < 1000; i++) {
		ck_assert_int_eq(weft_schedule_add(&schedule, i % 3, i + 1), 0);
		ck_assert_int_eq(weft_schedule_add_choice(&schedule, i % 7), 0);
	}
	text = weft_schedule_encode(&schedule);
	back = decode(text);
	ck_assert_uint_eq(back.runs_n, 1000);
	ck_assert_uint_eq(back.choices_n, 1000);
	ck_assert_uint_eq(back.runs[999].task, 999 % 3);
	ck_assert_uint_eq(back.runs[999].steps, 1000);
	assert_encodes_to(&back, text);
	free(text);
	weft_schedule_clear(&schedule);
	weft_schedule_clear(&back);
}
END_TEST

START_TEST(steps_of_the_same_task_join_into_one_run)
{
	struct weft_schedule schedule = { 0 };

	ck_assert_int_eq(weft_schedule_add(&schedule, 1, 2), 0);
	ck_assert_int_eq(weft_schedule_add(&schedule, 1, 3), 0);
	ck_assert_int_eq(weft_schedule_add(&schedule, 2, 0), 0);
	ck_assert_int_eq(weft_schedule_add(&schedule, 2, 1), 0);
	assert_encodes_to(&schedule, "weft-schedule 1\nrun 1x5 2x1\n");
	weft_schedule_clear(&schedule);
}
END_TEST

START_TEST(what_is_cut_keeps_its_beginning)
{
	struct weft_schedule schedule = { 0 };
	unsigned int i;

	weft_schedule_add(&schedule, 1, 3);
	weft_schedule_add(&schedule, 2, 4);
	weft_schedule_add(&schedule, 1, 5);
	for (i = 0; i < 4; i++)
		weft_schedule_add_choice(&schedule, i);
	weft_schedule_cut(&schedule, 100, 100);
	ck_assert_uint_eq(weft_schedule_steps(&schedule, schedule.runs_n), 12);
	ck_assert_uint_eq(schedule.choices_n, 4);
	weft_schedule_cut(&schedule, 7, 2);
	ck_assert_uint_eq(schedule.runs_n, 2);
	ck_assert_uint_eq(schedule.runs[1].steps, 4);
	ck_assert_uint_eq(schedule.choices_n, 2);
	ck_assert_uint_eq(schedule.choices[1], 1);
	weft_schedule_cut(&schedule, 4, 2);
	ck_assert_uint_eq(schedule.runs_n, 2);
	ck_assert_uint_eq(schedule.runs[1].task, 2);
	ck_assert_uint_eq(schedule.runs[1].steps, 1);
	weft_schedule_clear(&schedule);
}
END_TEST

START_TEST(copy_is_independent_of_its_original)
{
	struct weft_schedule schedule = decode(example), copy;

	ck_assert_int_eq(weft_schedule_copy(&copy, &schedule), 0);
	ck_assert_ptr_ne(copy.scenario, schedule.scenario);
	weft_schedule_clear(&schedule);
	assert_encodes_to(&copy, example);
	weft_schedule_clear(&copy);
}
END_TEST

START_TEST(people_may_edit_comments_blanks_and_line_ends)
{
	struct weft_schedule schedule = decode(
		"weft-schedule 1\n"
		"\n"
		"# the bug needs one preemption\n"
		"  scenario\tmodel/x   # trailing words\r\n"
		"run 1x2\n"
		"run   1x3 \t 2x1");

	ck_assert_str_eq(schedule.scenario, "model/x");
	assert_encodes_to(&schedule,
			  "weft-schedule 1\nscenario model/x\nrun 1x5 2x1\n");
	weft_schedule_clear(&schedule);
}
END_TEST

/* @begins: how the error must begin, line number included */
static const struct {
	const char *text;
	const char *begins;
} broken[] = {
	{ "", "line 1: not a weft schedule" },
	{ "hello\n", "line 1: not a weft schedule" },
	{ "weft-schedule x\n", "line 1: no format number" },
	{ "weft-schedule 99\nscenario a\n", "line 1: schedule format 99" },
	{ "weft-schedule 1\nkernel 6.1\n", "line 1: no 'scenario' line" },
	{ "weft-schedule 1\nscenario\n", "line 2: 'scenario' without a value" },
	{ "weft-schedule 1\nscenario a\nscenario b\n", "line 3: a second 'scenario'" },
	{ "weft-schedule 1\nscenario a\nwalk 1x1\n", "line 3: unknown word 'walk'" },
	{ "weft-schedule 1\nscenario a\n\nrun 1-2\n", "line 4: expected TASKxSTEPS" },
	{ "weft-schedule 1\nscenario a\nrun 1x0\n", "line 3: expected TASKxSTEPS" },
	{ "weft-schedule 1\nscenario a\nrun 1x2y\n", "line 3: expected TASKxSTEPS" },
	{ "weft-schedule 1\nscenario a\nrun -1x2\n", "line 3: expected TASKxSTEPS" },
	{ "weft-schedule 1\nscenario a\nrun 65536x1\n", "line 3: expected TASKxSTEPS" },
	{ "weft-schedule 1\nscenario a\nrun 1x99999999999999999999\n", "line 3: expected TASKxSTEPS" },
	{ "weft-schedule 1\nscenario a\n#\n\nchoose 1 b\n", "line 5: expected choices" },
	{ "weft-schedule 1\nscenario a\nracy 12 0x3\n", "line 3: expected hexadecimal offsets" },
	{ "weft-schedule 1\nscenario a\nracy 1234567890abc\n", "line 3: expected hexadecimal offsets" },
	{ "weft-schedule 1\nscenario a\nimage 12\n", "line 3: an image is named by 16" },
	{ "weft-schedule 1\nscenario a\nimage 0x23456789abcdef\n", "line 3: an image is named by 16" },
	{ "weft-schedule 1\nscenario a\nimage 0123456789abcdef\nimage 0123456789abcdef\n", "line 4: a second 'image'" },
	{ "weft-schedule 1\nscenario a\nparams n=1\nparams n=2\n", "line 4: a second 'params'" },
	{ "weft-schedule 1\nscenario a\nkernel\n", "line 3: 'kernel' without a value" },
	{ "weft-schedule 1\nscenario a\nimage 0123456789abcdeg\n", "line 3: an image is named by 16" },
};

START_TEST(broken_text_is_refused_with_its_line)
{
	struct weft_schedule schedule = { .image = 42 };
	const char *error = "";

	ck_assert_int_eq(weft_schedule_decode(broken[_i].text, &schedule,
					      &error), -EINVAL);
	ck_assert_msg(!strncmp(error, broken[_i].begins,
			       strlen(broken[_i].begins)),
		      "expected \"%s…\", got \"%s\"", broken[_i].begins, error);
	/* An output is set only on success. */
	ck_assert_uint_eq(schedule.image, 42);
	ck_assert_ptr_null(schedule.scenario);
}
END_TEST

START_TEST(an_error_of_any_length_is_one_bounded_line)
{
	char text[4096] = "weft-schedule 1\nscenario a\n";
	struct weft_schedule schedule;
	const char *error = "";
	size_t n = strlen(text);

	memset(text + n, 'w', sizeof(text) - n - 1);
	ck_assert_int_eq(weft_schedule_decode(text, &schedule, &error), -EINVAL);
	ck_assert_uint_lt(strlen(error), 200);
	ck_assert_ptr_null(strchr(error, '\n'));
}
END_TEST

Suite *unit_suite(void)
{
	Suite *suite = suite_create("schedule");
	TCase *errors = tcase_create("errors");

	unit_add(suite, what_was_encoded_decodes_to_the_same_text);
	unit_add(suite, what_is_cut_keeps_its_beginning);
	unit_add(suite, decode_gives_every_field);
	unit_add(suite, long_schedules_survive_line_breaks);
	unit_add(suite, steps_of_the_same_task_join_into_one_run);
	unit_add(suite, copy_is_independent_of_its_original);
	unit_add(suite, people_may_edit_comments_blanks_and_line_ends);
	unit_add(suite, an_error_of_any_length_is_one_bounded_line);
	tcase_add_loop_test(errors, broken_text_is_refused_with_its_line, 0,
			    (int)(sizeof(broken) / sizeof(broken[0])));
	suite_add_tcase(suite, errors);
	return suite;
}
