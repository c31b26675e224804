/* SPDX-License-Identifier: GPL-2.0-only */
/* The lines of a mail's body; contract in patch_lines.h. */
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "output.h"
#include "patch.h"
#include "patch_lines.h"

static void split(struct patch_lines *lines, unsigned long first,
		  unsigned int *tolerated)
{
	size_t max = 1;
	char *at, *end;

	for (at = lines->text; *at; at++)
		max += *at == '\n';
	lines->at = calloc(max, sizeof(*lines->at));
	lines->number = calloc(max, sizeof(*lines->number));
	if (!lines->at || !lines->number)
		output_usage_error("out of memory for a patch");
	for (at = lines->text; *at; at = end) {
		size_t n = strcspn(at, "\n");

		end = at + n + (at[n] == '\n');
		at[n] = '\0';
		if (n && at[n - 1] == '\r') {
			at[n - 1] = '\0';
			*tolerated |= PATCH_CRLF;
		}
		lines->number[lines->n] = first ? first + lines->n : 0;
		lines->at[lines->n++] = at;
	}
}

static bool is_start(const char *line)
{
	return !strncmp(line, "diff --git ", 11) ||
	       !strncmp(line, "--- a/", 6) || !strncmp(line, "@@ -", 4);
}

/* Length of "> > " in front of a line; @ret_depth: of how many. */
static size_t quote_length(const char *line, size_t depth_max,
			   size_t *ret_depth)
{
	const char *at = line;

	*ret_depth = 0;
	while (*ret_depth < depth_max &&
	       (*at == '>' || (*at == ' ' && at[1] == '>' && *ret_depth))) {
		at += *at == ' ';
		at++;
		++*ret_depth;
	}
	return (size_t)(at - line);
}

/* How deep the diff is quoted; 0: it is not. @ret_blank: a blank follows. */
static size_t find_quoting(const struct patch_lines *lines, bool *ret_blank)
{
	size_t i, depth;

	for (i = 0; i < lines->n; i++) {
		const char *text = lines->at[i] +
				   quote_length(lines->at[i], 20, &depth);

		*ret_blank = *text == ' ';
		if (is_start(text + *ret_blank))
			return depth;
	}
	return 0;
}

/* Lines quoted less are a reader's; they go. */
static void unquote(struct patch_lines *lines, unsigned int *tolerated)
{
	size_t i, n = 0, depth, wanted;
	bool blank;

	wanted = find_quoting(lines, &blank);
	if (!wanted)
		return;
	*tolerated |= PATCH_QUOTED;
	for (i = 0; i < lines->n; i++) {
		char *text = lines->at[i] +
			     quote_length(lines->at[i], wanted, &depth);

		if (depth < wanted)
			continue;
		lines->number[n] = lines->number[i];
		lines->at[n++] = text + (blank && *text == ' ');
	}
	lines->n = n;
}

static void replace(char *text, const char *entity, char with)
{
	size_t n = strlen(entity);
	char *at = text;

	while ((at = strstr(at, entity))) {
		*at = with;
		memmove(at + 1, at + n, strlen(at + n) + 1);
		at++;
	}
}

/* C code has "->"; a page's source has "-&gt;" in its place. */
static void unescape(struct patch_lines *lines, unsigned int *tolerated)
{
	if (strstr(lines->text, "->") || !strstr(lines->text, "-&gt;"))
		return;
	*tolerated |= PATCH_ENTITIES;
	replace(lines->text, "&gt;", '>');
	replace(lines->text, "&lt;", '<');
	replace(lines->text, "&quot;", '"');
	replace(lines->text, "&amp;", '&');
}

void patch_lines_open(struct patch_lines *ret, const char *body,
		      unsigned long first, unsigned int *tolerated)
{
	memset(ret, 0, sizeof(*ret));
	ret->text = output_format("%s", body);
	unescape(ret, tolerated);
	split(ret, first, tolerated);
	unquote(ret, tolerated);
}

void patch_lines_close(struct patch_lines *lines)
{
	free(lines->at);
	free(lines->number);
	free(lines->text);
	memset(lines, 0, sizeof(*lines));
}

unsigned long patch_line_number(const struct patch_lines *lines, size_t i)
{
	if (!lines->n)
		return 0;
	return lines->number[i < lines->n ? i : lines->n - 1];
}
