/* SPDX-License-Identifier: GPL-2.0-only */
/* The parsers of text: schedules and suppressions; see parser_fuzz.c. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "framework/schedule.h"
#include "src/suppress.h"
#include "tests/fuzz/parser_fuzz.h"

/* ---- schedules ---- */

static const char *const schedule_seeds[] = {
	"weft-schedule 1\nscenario model/abba\nrun 1x1 2x1\n",
	"weft-schedule 1\nscenario model/philo\nparams n=3\nrun 1x1 2x1 3x1\n",
	"weft-schedule 1\n# by hand\nscenario open-vs-kvm-release\nkernel 6.1\nimage 0123456789abcdef\nrun 1x12 2x400 1x3\nrun 3x1\nchoose 0 1 2\nracy 2a40f8 10\n",
	NULL
};

static const char *const schedule_words[] = {
	"weft-schedule ", "scenario ", "kernel ", "params ", "image ", "run ",
	"choose ", "racy ", "\n", " 1x1", " 65535x4294967295", "n=3", "#", "\r\n",
	"ffffffffffffffff", " ffffffffffff", "\t", NULL
};

/* What was taken is written so that it is taken again, as the same. */
static void check_round_trip(const struct weft_schedule *schedule)
{
	struct weft_schedule again;
	char *text = weft_schedule_encode(schedule), *second;
	const char *error;

	promised(text);
	promised(!weft_schedule_decode(text, &again, &error));
	second = weft_schedule_encode(&again);
	promised(second && !strcmp(text, second));
	weft_schedule_clear(&again);
	free(second);
	free(text);
}

static bool try_schedule(const unsigned char *data, size_t n)
{
	struct weft_schedule schedule;
	const char *error = NULL;
	int err = weft_schedule_decode((const char *)data, &schedule, &error);

	(void)n;
	if (err) {
		promised(err == -ENOMEM || (error && *error));
		return false;
	}
	check_round_trip(&schedule);
	weft_schedule_clear(&schedule);
	return true;
}

const struct target target_schedule = {
	.name = "schedule", .seeds = schedule_seeds, .words = schedule_words,
	.try = try_schedule, .cost = 1,
};

/* ---- suppressions ---- */

static const char *const suppression_seeds[] = {
	"weft-suppressions 1\n",
	"weft-suppressions 1\n# why\nkind: deadlock\nlock: &group->group_lock\nlock: &kvm->lock\nkernel: 6.1*\nreason: known upstream\n",
	"weft-suppressions 1\n\nkind: race\nfile: drivers/vfio/*\nfunction: vfio_*_open\nreason: x\n\n\nkind: crash\ntext: *WARNING*\nscenario: litmus/*\nreason: y\n",
	"weft-suppressions 1\nkind: lock order\nlock: A\nlock: B\ntext: A -> B -> A\nreason: gate\n",
	NULL
};

static const char *const suppression_words[] = {
	"weft-suppressions 1\n", "kind: ", "reason: ", "lock: ", "function: ",
	"file: ", "text: ", "scenario: ", "kernel: ", "\n", "\n\n", "*", "#", ":",
	"deadlock", "lock order", "context", "memory", "\r\n", "\t", NULL
};

static void check_rows(const struct suppressions *suppressions)
{
	size_t i, j;

	for (i = 0; i < suppressions->n; i++) {
		const struct suppression *row = &suppressions->rows[i];

		promised(suppress_text(row, SUPPRESS_KIND));
		promised(suppress_text(row, SUPPRESS_REASON));
		promised(row->patterns_n >= 3);
		for (j = 0; j < row->patterns_n; j++) {
			const char *text = row->patterns[j].text;

			promised(*text);
			promised(strchr(text, '*') || suppress_glob(text, text));
			suppress_glob(text, "a text of some length, text text");
		}
	}
}

static bool try_suppression(const unsigned char *data, size_t n)
{
	struct suppressions suppressions;
	char *error = NULL;
	int err = suppress_parse((const char *)data, n, "file", &suppressions,
				 &error);

	if (err) {
		promised(err == -ENOMEM || !strncmp(error, "file:", 5));
		free(error);
		return false;
	}
	promised(!error);
	check_rows(&suppressions);
	suppress_clear(&suppressions);
	return true;
}

const struct target target_suppression = {
	.name = "suppression", .seeds = suppression_seeds,
	.words = suppression_words, .try = try_suppression, .cost = 1,
};
