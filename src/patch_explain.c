/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Where a hunk that does not fit should have been; contract in patch_apply.h.
 *
 * Tries every line of the file, takes the one where most lines of the hunk are equal
 * but for blanks (of several the one next to where it should be), and names the first
 * that is not.
 */
#include <ctype.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "output.h"
#include "patch.h"
#include "patch_apply.h"

#define SHOWN 70	/* bytes of a line */

struct lines {
	const char	**at;
	size_t		n;
};

static void split(struct lines *lines, const char *text, bool old_only)
{
	size_t max = 1;
	const char *at;

	memset(lines, 0, sizeof(*lines));
	for (at = text; *at; at++)
		max += *at == '\n';
	lines->at = calloc(max, sizeof(*lines->at));
	for (at = text; lines->at && *at; at += strcspn(at, "\n"),
	     at += *at == '\n') {
		if (old_only && *at != ' ' && *at != '-')
			continue;
		lines->at[lines->n++] = at + old_only;
	}
}

static bool same(const char *a, const char *b)
{
	for (;;) {
		a += strspn(a, " \t\r");
		b += strspn(b, " \t\r");
		if ((*a == '\n' || !*a) && (*b == '\n' || !*b))
			return true;
		if (*a++ != *b++)
			return false;
	}
}

static size_t fitting(const struct lines *hunk, const struct lines *file,
		      size_t from)
{
	size_t i, n = 0;

	for (i = 0; i < hunk->n && from + i < file->n; i++)
		n += same(hunk->at[i], file->at[from + i]);
	return n;
}

static size_t distance(size_t a, size_t b)
{
	return a > b ? a - b : b - a;
}

static size_t best_place(const struct lines *hunk, const struct lines *file,
			 size_t wanted, size_t *ret_fit)
{
	size_t best = 0, from;

	*ret_fit = 0;
	for (from = 0; from < file->n; from++) {
		size_t n = fitting(hunk, file, from);

		if (n < *ret_fit || !n)
			continue;
		if (n == *ret_fit && distance(from, wanted) >=
		    distance(best, wanted))
			continue;
		best = from;
		*ret_fit = n;
	}
	return best;
}

static int width(const char *line)
{
	size_t n = strcspn(line, "\n");

	return n > SHOWN ? SHOWN : (int)n;
}

char *patch_explain(const struct patch_diff *diff, size_t hunk,
		    const char *text)
{
	const struct patch_hunk *h = &diff->hunks[hunk];
	struct lines old, file;
	size_t at, fit, i = 0;
	char *why;

	split(&old, h->lines, true);
	split(&file, text, false);
	at = best_place(&old, &file, h->old_at ? h->old_at - 1 : 0, &fit);
	while (i < old.n && at + i < file.n && same(old.at[i], file.at[at + i]))
		i++;
	if (!fit)
		why = output_format("no line of it is in the file");
	else if (i == old.n)
		why = output_format("it would fit at line %zu, but only with other blanks",
				    at + 1);
	else if (at + i >= file.n)
		why = output_format("the file ends at line %zu, where it should go on with\n    %.*s",
				    file.n, width(old.at[i]), old.at[i]);
	else
		why = output_format("%zu of its %zu old lines are at line %zu; the first that differs is line %zu:\n  it should be\n    %.*s\n  but is\n    %.*s",
				    fit, old.n, at + 1, at + i + 1,
				    width(old.at[i]), old.at[i],
				    width(file.at[at + i]), file.at[at + i]);
	free(old.at);
	free(file.at);
	return why;
}
