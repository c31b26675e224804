/* SPDX-License-Identifier: GPL-2.0-only */
/* Schedules and their text form; contract in schedule.h. */
#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "schedule.h"

#define RUNS_PER_LINE 10
#define STEPS_MAX 100000000u

void weft_schedule_clear(struct weft_schedule *schedule)
{
	free(schedule->scenario);
	free(schedule->kernel);
	free(schedule->params);
	free(schedule->runs);
	free(schedule->choices);
	free(schedule->racy);
	memset(schedule, 0, sizeof(*schedule));
}

static int copy_text(char **to, const char *from)
{
	*to = from ? strdup(from) : NULL;
	return from && !*to ? -ENOMEM : 0;
}

int weft_schedule_copy(struct weft_schedule *to,
		       const struct weft_schedule *from)
{
	size_t i;
	int err;

	memset(to, 0, sizeof(*to));
	to->image = from->image;
	to->faults = from->faults;
	err = copy_text(&to->scenario, from->scenario);
	if (!err)
		err = copy_text(&to->kernel, from->kernel);
	if (!err)
		err = copy_text(&to->params, from->params);
	for (i = 0; !err && i < from->runs_n; i++)
		err = weft_schedule_add(to, from->runs[i].task,
					from->runs[i].steps);
	for (i = 0; !err && i < from->choices_n; i++)
		err = weft_schedule_add_choice(to, from->choices[i]);
	if (!err)
		err = weft_schedule_set_racy(to, from->racy, from->racy_n);
	if (err)
		weft_schedule_clear(to);
	return err;
}

static int __attribute__((noinline)) grow_runs(struct weft_schedule *schedule)
{
	size_t max = schedule->runs_max ? 2 * schedule->runs_max : 16;
	struct weft_schedule_run *runs;

	runs = realloc(schedule->runs, max * sizeof(*runs));
	if (!runs)
		return -ENOMEM;
	schedule->runs = runs;
	schedule->runs_max = max;
	return 0;
}

unsigned long weft_schedule_steps(const struct weft_schedule *schedule,
				  size_t runs)
{
	unsigned long steps = 0;
	size_t i;

	for (i = 0; i < runs; i++)
		steps += schedule->runs[i].steps;
	return steps;
}

int weft_schedule_add(struct weft_schedule *schedule, uint32_t task,
		      uint32_t steps)
{
	struct weft_schedule_run *runs = schedule->runs;

	if (!steps)
		return 0;
	if (schedule->runs_n && runs[schedule->runs_n - 1].task == task) {
		runs[schedule->runs_n - 1].steps += steps;
		return 0;
	}
	if (schedule->runs_n == schedule->runs_max && grow_runs(schedule))
		return -ENOMEM;
	schedule->runs[schedule->runs_n].task = task;
	schedule->runs[schedule->runs_n++].steps = steps;
	return 0;
}

int weft_schedule_add_choice(struct weft_schedule *schedule,
			     unsigned int choice)
{
	if (schedule->choices_n == schedule->choices_max) {
		size_t max = schedule->choices_max ?
			     2 * schedule->choices_max : 16;
		unsigned int *choices = realloc(schedule->choices,
						max * sizeof(*choices));

		if (!choices)
			return -ENOMEM;
		schedule->choices = choices;
		schedule->choices_max = max;
	}
	schedule->choices[schedule->choices_n++] = choice;
	return 0;
}

void weft_schedule_cut(struct weft_schedule *schedule, unsigned long steps,
		       size_t choices)
{
	size_t i;

	for (i = 0; i < schedule->runs_n && steps; i++) {
		if (schedule->runs[i].steps > steps)
			schedule->runs[i].steps = (uint32_t)steps;
		steps -= schedule->runs[i].steps;
	}
	schedule->runs_n = i;
	if (schedule->choices_n > choices)
		schedule->choices_n = choices;
}

int weft_schedule_set_racy(struct weft_schedule *schedule, const uint64_t *racy,
			   size_t n)
{
	uint64_t *copy = NULL;

	if (n) {
		copy = malloc(n * sizeof(*copy));
		if (!copy)
			return -ENOMEM;
		memcpy(copy, racy, n * sizeof(*copy));
	}
	free(schedule->racy);
	schedule->racy = copy;
	schedule->racy_n = n;
	return 0;
}

char *weft_schedule_encode(const struct weft_schedule *schedule)
{
	char *text = NULL;
	size_t size, i;
	FILE *out = open_memstream(&text, &size);

	if (!out)
		return NULL;
	fprintf(out, "weft-schedule %d\n", WEFT_SCHEDULE_FORMAT);
	if (schedule->scenario)
		fprintf(out, "scenario %s\n", schedule->scenario);
	if (schedule->params)
		fprintf(out, "params %s\n", schedule->params);
	if (schedule->kernel)
		fprintf(out, "kernel %s\n", schedule->kernel);
	if (schedule->image)
		fprintf(out, "image %016" PRIx64 "\n", schedule->image);
	if (schedule->faults)
		fprintf(out, "faults %lu\n", schedule->faults);
	for (i = 0; i < schedule->runs_n; i++)
		fprintf(out, "%s %" PRIu32 "x%" PRIu32 "%s",
			i % RUNS_PER_LINE ? "" : "run",
			schedule->runs[i].task, schedule->runs[i].steps,
			i % RUNS_PER_LINE == RUNS_PER_LINE - 1 ||
			i + 1 == schedule->runs_n ? "\n" : "");
	for (i = 0; i < schedule->choices_n; i++)
		fprintf(out, "%s%u%s", i ? " " : "choose ",
			schedule->choices[i],
			i + 1 == schedule->choices_n ? "\n" : "");
	for (i = 0; i < schedule->racy_n; i++)
		fprintf(out, "%s %" PRIx64 "%s",
			i % RUNS_PER_LINE ? "" : "racy", schedule->racy[i],
			i % RUNS_PER_LINE == RUNS_PER_LINE - 1 ||
			i + 1 == schedule->racy_n ? "\n" : "");
	if (fclose(out)) {
		free(text);
		return NULL;
	}
	return text;
}

static char decode_error[160];

__attribute__((format(printf, 2, 3)))
static int fail(int line, const char *format, ...)
{
	size_t n = (size_t)snprintf(decode_error, sizeof(decode_error),
				    "line %d: ", line);
	va_list args;

	va_start(args, format);
	vsnprintf(decode_error + n, sizeof(decode_error) - n, format, args);
	va_end(args);
	return -EINVAL;
}

/* A decimal number up to @max; moves *at behind it. */
static int parse_number(const char **at, uint64_t max, uint64_t *ret)
{
	uint64_t value = 0;

	if (!isdigit((unsigned char)**at))
		return -EINVAL;
	for (; isdigit((unsigned char)**at); (*at)++) {
		value = 10 * value + (uint64_t)(**at - '0');
		if (value > max)
			return -ERANGE;
	}
	*ret = value;
	return 0;
}

static int parse_runs(struct weft_schedule *schedule, int line, const char *at)
{
	uint64_t task, steps;

	for (;;) {
		at += strspn(at, " \t");
		if (!*at)
			return 0;
		if (parse_number(&at, UINT16_MAX, &task) || *at++ != 'x' ||
		    parse_number(&at, STEPS_MAX, &steps) || !steps ||
		    (*at && !isspace((unsigned char)*at)))
			return fail(line, "expected TASKxSTEPS, such as 1x12, with 1 to %u steps",
				    STEPS_MAX);
		if (weft_schedule_add(schedule, (uint32_t)task, (uint32_t)steps))
			return -ENOMEM;
	}
}

static int parse_choices(struct weft_schedule *schedule, int line,
			 const char *at)
{
	uint64_t choice;

	for (;;) {
		at += strspn(at, " \t");
		if (!*at)
			return 0;
		if (parse_number(&at, UINT16_MAX, &choice) ||
		    (*at && !isspace((unsigned char)*at)))
			return fail(line, "expected choices, such as: choose 0 1");
		if (weft_schedule_add_choice(schedule, (unsigned int)choice))
			return -ENOMEM;
	}
}

static int parse_faults(struct weft_schedule *schedule, int line,
			const char *at)
{
	uint64_t faults;

	if (parse_number(&at, 1000, &faults) || *at)
		return fail(line, "expected a number, such as: faults 1");
	schedule->faults = (unsigned long)faults;
	return 0;
}

static int add_racy(struct weft_schedule *schedule, uint64_t offset)
{
	size_t n = schedule->racy_n + 1;
	uint64_t *racy = realloc(schedule->racy, n * sizeof(*racy));

	if (!racy)
		return -ENOMEM;
	racy[n - 1] = offset;
	schedule->racy = racy;
	schedule->racy_n = n;
	return 0;
}

static int parse_racy(struct weft_schedule *schedule, int line, const char *at)
{
	size_t digits;

	for (;;) {
		at += strspn(at, " \t");
		if (!*at)
			return 0;
		digits = strspn(at, "0123456789abcdef");
		if (!digits || digits > 12 ||
		    (at[digits] && !isspace((unsigned char)at[digits])))
			return fail(line, "expected hexadecimal offsets, such as: racy 2a40f8");
		if (add_racy(schedule, strtoull(at, NULL, 16)))
			return -ENOMEM;
		at += digits;
	}
}

static int parse_text(char **to, int line, const char *word, const char *value)
{
	if (*to)
		return fail(line, "a second '%s'", word);
	if (!*value)
		return fail(line, "'%s' without a value", word);
	*to = strdup(value);
	return *to ? 0 : -ENOMEM;
}

static int parse_image(struct weft_schedule *schedule, int line,
		       const char *value)
{
	if (schedule->image)
		return fail(line, "a second 'image'");
	schedule->image = strtoull(value, NULL, 16);
	if (strspn(value, "0123456789abcdefABCDEF") != 16 || value[16])
		return fail(line, "an image is named by 16 hexadecimal digits");
	return 0;
}

static int parse_line(struct weft_schedule *schedule, int line, char *text)
{
	char *value = text + strcspn(text, " \t");

	if (*value)
		*value++ = '\0';
	value += strspn(value, " \t");
	if (!strcmp(text, "scenario"))
		return parse_text(&schedule->scenario, line, text, value);
	if (!strcmp(text, "kernel"))
		return parse_text(&schedule->kernel, line, text, value);
	if (!strcmp(text, "params"))
		return parse_text(&schedule->params, line, text, value);
	if (!strcmp(text, "image"))
		return parse_image(schedule, line, value);
	if (!strcmp(text, "run"))
		return parse_runs(schedule, line, value);
	if (!strcmp(text, "choose"))
		return parse_choices(schedule, line, value);
	if (!strcmp(text, "faults"))
		return parse_faults(schedule, line, value);
	if (!strcmp(text, "racy"))
		return parse_racy(schedule, line, value);
	return fail(line, "unknown word '%.40s': expected scenario, kernel, params, image, faults, run, choose or racy",
		    text);
}

static int parse_first(const char *text, const char **ret_rest)
{
	uint64_t format;
	const char *at = text;

	if (strncmp(at, "weft-schedule ", 14))
		return fail(1, "not a weft schedule: the first line must be 'weft-schedule %d'",
			    WEFT_SCHEDULE_FORMAT);
	at += 14;
	if (parse_number(&at, 1000, &format) || (*at && *at != '\n'))
		return fail(1, "no format number after 'weft-schedule'");
	if (format != WEFT_SCHEDULE_FORMAT)
		return fail(1, "schedule format %" PRIu64 ", but this weft reads format %d",
			    format, WEFT_SCHEDULE_FORMAT);
	*ret_rest = at;
	return 0;
}

static int parse_rest(struct weft_schedule *schedule, char *text)
{
	char *next = text;
	int line = 0, err = 0;

	while (!err && next) {
		char *end, *at = next;

		line++;
		next = strchr(at, '\n');
		if (next)
			*next++ = '\0';
		at[strcspn(at, "#\r")] = '\0';
		at += strspn(at, " \t");
		for (end = at + strlen(at);
		     end > at && isspace((unsigned char)end[-1]); end--)
			end[-1] = '\0';
		if (*at)
			err = parse_line(schedule, line, at);
	}
	return err;
}

int weft_schedule_decode(const char *text, struct weft_schedule *schedule,
			 const char **ret_error)
{
	struct weft_schedule result = { 0 };
	const char *rest = NULL;
	char *copy;
	int err;

	*ret_error = decode_error;
	err = parse_first(text, &rest);
	if (err)
		return err;
	copy = strdup(rest);
	if (!copy)
		return -ENOMEM;
	err = parse_rest(&result, copy);
	free(copy);
	if (!err && !result.scenario)
		err = fail(1, "no 'scenario' line");
	if (err) {
		weft_schedule_clear(&result);
		return err;
	}
	*schedule = result;
	return 0;
}
