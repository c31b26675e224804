/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Findings gone, new and the same; contract in diff.h.
 *
 * Two kernels have the same functions in other files, lines and at other offsets, so all
 * these are left out where findings are matched. What is then equal is matched in order, exact
 * signatures first.
 */
#include <assert.h>
#include <ctype.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "diff.h"
#include "output.h"

/* Length of ":123" or "+0x12f" at @at, or 0. */
static size_t place_length(const char *at)
{
	size_t n = 0;

	if (!strncmp(at, "+0x", 3))
		n = 3 + strspn(at + 3, "0123456789abcdef");
	else if (*at == ':' && isdigit((unsigned char)at[1]))
		n = 1 + strspn(at + 1, "0123456789");
	return n && !isalnum((unsigned char)at[n]) ? n : 0;
}

/* Offsets say nothing elsewhere: the functions of the stacks do. */
static char *functions_of(json_t *finding)
{
	json_t *related = json_object_get(finding, "related"), *other;
	char *text = output_format(":%s",
			json_text_of(json_object_get(finding, "place"),
				  "function"));
	size_t i;

	json_array_foreach(related, i, other) {
		char *longer = output_format("%s:%s", text,
					     json_text_of(other, "function"));

		free(text);
		text = longer;
	}
	return text;
}

/* Of "f() drivers/x.c" in front of a line only "f()" stays. */
static char *drop_file(char *begin, char *end)
{
	char *at = end;

	while (at > begin && at[-1] != ' ')
		at--;
	return at - begin > 2 && !strncmp(at - 3, "() ", 3) ? at - 1 : end;
}

static char *key_of(json_t *finding)
{
	const char *signature = json_text_of(finding, "signature");
	bool has_offset = strstr(signature, "+0x");
	char *functions = has_offset ? functions_of(finding) : NULL;
	char *key = output_format("%s%s", signature,
				  functions ? functions : "");
	char *to = key, *from = key;

	while (*from) {
		size_t n = place_length(from);

		if (n && *from == ':')
			to = drop_file(key, to);
		if (n)
			from += n;
		else
			*to++ = *from++;
	}
	*to = '\0';
	free(functions);
	return key;
}

static json_t *short_form(json_t *finding)
{
	static const char *const keys[] = {
		"id", "kind", "summary", "signature", "locks", "tasks",
		"place", "preemptions", "steps", "schedule", "text",
		"advisory", "suppressed",
	};
	json_t *object = json_object();
	size_t i;

	for (i = 0; i < sizeof(keys) / sizeof(*keys); i++)
		json_object_set(object, keys[i],
				json_object_get(finding, keys[i]));
	return object;
}

struct side {
	json_t	*findings;
	size_t	n;
	char	**keys;
	size_t	*match;		/* of the other side plus one */
};

static void open_side(struct side *side, json_t *campaign)
{
	size_t i;

	side->findings = json_object_get(campaign, "findings");
	side->n = json_array_size(side->findings);
	side->keys = calloc(side->n + 1, sizeof(*side->keys));
	side->match = calloc(side->n + 1, sizeof(*side->match));
	assert(side->keys && side->match && "out of memory for a comparison");
	for (i = 0; i < side->n; i++)
		side->keys[i] = key_of(json_array_get(side->findings, i));
}

static void close_side(struct side *side)
{
	size_t i;

	for (i = 0; i < side->n; i++)
		free(side->keys[i]);
	free(side->keys);
	free(side->match);
}

static bool is_match(const struct side *a, size_t i, const struct side *b,
		     size_t j, bool exact)
{
	if (!exact)
		return !strcmp(a->keys[i], b->keys[j]);
	return !strcmp(json_text_of(json_array_get(a->findings, i), "signature"),
		       json_text_of(json_array_get(b->findings, j), "signature"));
}

static void match(struct side *a, struct side *b, bool exact)
{
	size_t i, j;

	for (i = 0; i < a->n; i++)
		for (j = 0; j < b->n && !a->match[i]; j++)
			if (!b->match[j] && is_match(a, i, b, j, exact)) {
				a->match[i] = j + 1;
				b->match[j] = i + 1;
			}
}

static json_t *those(const struct side *side, bool matched)
{
	json_t *array = json_array();
	size_t i;

	for (i = 0; i < side->n; i++)
		if (matched == !!side->match[i])
			json_array_append_new(array, short_form(
				json_array_get(side->findings, i)));
	return array;
}

struct json_t *diff_findings(struct json_t *before, struct json_t *after)
{
	struct side a = { 0 }, b = { 0 };
	json_t *result = json_object();

	open_side(&a, before);
	open_side(&b, after);
	match(&a, &b, true);
	match(&a, &b, false);
	json_object_set_new(result, "gone", those(&a, false));
	json_object_set_new(result, "new", those(&b, false));
	json_object_set_new(result, "same", those(&b, true));
	close_side(&a);
	close_side(&b);
	return result;
}
