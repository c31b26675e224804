/* SPDX-License-Identifier: GPL-2.0-only */
/* --suppress: reading the file, and what became of its entries. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../framework/detector.h"
#include "../framework/lockcycle.h"
#include "output.h"
#include "suppress_file.h"

#define FILE_MAX (1u << 20)

/* The whole file; ends the program when it cannot be read. */
static char *read_file(const char *path, size_t *ret_size)
{
	FILE *in = fopen(path, "re");
	char *text = malloc(FILE_MAX + 1);
	size_t n = 0;

	if (!in)
		output_usage_error("--suppress: cannot read %s: %s", path,
				   strerror(errno));
	if (!text)
		output_usage_error("--suppress: out of memory for %s", path);
	n = fread(text, 1, FILE_MAX + 1, in);
	if (ferror(in))
		output_usage_error("--suppress: cannot read %s: %s", path,
				   strerror(errno));
	if (n > FILE_MAX)
		output_usage_error("--suppress: %s has more than %u bytes; is it a file of suppressions?",
				   path, FILE_MAX);
	fclose(in);
	*ret_size = n;
	return text;
}

void suppress_open(const char *path, struct suppressions *ret)
{
	char *error = NULL, *text;
	size_t size;
	int err;

	memset(ret, 0, sizeof(*ret));
	if (!path)
		return;
	text = read_file(path, &size);
	err = suppress_parse(text, size, path, ret, &error);
	free(text);
	if (err)
		output_usage_error("--suppress: %s", error ? error :
				   "out of memory");
}

static bool is_lock_order(const struct suppression *row)
{
	return !strcmp(suppress_text(row, SUPPRESS_KIND),
		       weft_detector_lock_order.name);
}

void suppress_tell_unused(const struct suppressions *suppressions)
{
	size_t i;

	for (i = 0; i < suppressions->n; i++) {
		const struct suppression *row = &suppressions->rows[i];

		if (!row->used)
			output_error("--suppress: %s:%u is not used: nothing found was this %s (%s)%s",
				     suppressions->path, row->line,
				     suppress_text(row, SUPPRESS_KIND),
				     suppress_text(row, SUPPRESS_REASON),
				     is_lock_order(row) ?
				     "; a feasible one is a deadlock" : "");
	}
}

/* The entry of that number; NULL: none. */
static const struct suppression *row_of(const struct suppressions *suppressions,
					unsigned int number)
{
	return number && suppressions ? &suppressions->rows[number - 1] : NULL;
}

const struct suppression *suppress_of(const struct suppressions *suppressions,
				      const struct weft_finding *finding)
{
	return row_of(suppressions, finding->suppression);
}

const struct suppression *
suppress_of_cycle(const struct suppressions *suppressions,
		  const struct weft_lock_cycle *cycle)
{
	return row_of(suppressions, cycle->suppression);
}
