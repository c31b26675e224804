/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Which reads saw which writes of other tasks, by their places in the source.
 *
 * Pairs of one place each are one, whatever the compiler made of it; places are
 * in the order of their names, not of discovery. What the model does is no place.
 */
#include <assert.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "json.h"
#include "output.h"
#include "report.h"

#define FRAMES_MAX 24

/* Who calls atomic_inc() says more than that. */
static bool is_helper(const struct weft_frame *frame)
{
	return frame->inlined && (!frame->file ||
				  strstr(frame->file, "include/"));
}

/* "f() drivers/x.c:12", to be freed; NULL: not in tested code. */
static char *place_of(const struct weft_run *run, uintptr_t pc)
{
	struct weft_frame at[FRAMES_MAX];
	unsigned int i, n = 0;

	if (run->symbols)
		n = weft_symbols_resolve(run->symbols, pc, at, FRAMES_MAX);
	for (i = 0; i < n; i++)
		if (!at[i].shim && at[i].file && !is_helper(&at[i]))
			return output_format("%s() %s:%d", at[i].function,
					     at[i].file, at[i].line);
	return NULL;
}

static int by_text(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

/* "WRITE\nREAD", sorted, each once. Return: how many. */
static size_t name_pairs(const struct weft_run *run, char **ret)
{
	const struct weft_result *result = run->result;
	size_t i, n = 0, kept = 0;

	for (i = 0; i < result->reads_from_n; i++) {
		char *write = place_of(run, result->reads_from[i].write);
		char *read = place_of(run, result->reads_from[i].read);

		if (write && read)
			ret[n++] = output_format("%s\n%s", write, read);
		free(write);
		free(read);
	}
	if (n)
		qsort(ret, n, sizeof(*ret), by_text);
	for (i = 0; i < n; i++)
		if (kept && !strcmp(ret[kept - 1], ret[i]))
			free(ret[i]);
		else
			ret[kept++] = ret[i];
	return kept;
}

struct json_t *weft_reads_from_to_json(const struct weft_run *run)
{
	const struct weft_result *result = run->result;
	char **names = calloc(result->reads_from_n + 1, sizeof(*names));
	json_t *object = json_object(), *pairs = json_array();
	size_t i, n;

	assert(names && "out of memory for a report");
	n = name_pairs(run, names);
	for (i = 0; i < n; i++) {
		char *read = strchr(names[i], '\n');

		*read++ = '\0';
		json_array_append_new(pairs, json_pack("[s, s]", names[i],
						       read));
		free(names[i]);
	}
	free(names);
	json_object_set_new(object, "pairs", pairs);
	json_object_set_new(object, "lost",
			    json_integer((json_int_t)result->reads_from_lost));
	if (result->follows_reads && run->symbols)
		return object;
	json_decref(object);
	return json_null();
}
