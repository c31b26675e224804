/* SPDX-License-Identifier: GPL-2.0-only */
/* A command in a text of limited width that can still be pasted; see finding_table.h. */
#include "finding_table.h"

#define MARGIN 2	/* in front of a command that has a line of its own */

/**
 * weft_write_command() - see finding_table.h
 *
 * A shell joins lines that end with a backslash without a blank, so what goes on in the
 * middle of a path must begin in the first column.
 */
void weft_write_command(FILE *out, const char *label, const char *verb,
			const char *path, unsigned int width)
{
	unsigned int used = weft_text_width(verb) + 1, all;
	size_t n;

	all = used + weft_text_width(path);
	if (weft_text_width(label) + 1 + all <= width) {
		fprintf(out, "%s %s %s\n", label, verb, path);
		return;
	}
	fprintf(out, "%s\n%*s%s", label, MARGIN, "", verb);
	if (MARGIN + all <= width) {
		fprintf(out, " %s\n", path);
		return;
	}
	fprintf(out, " \\\n%*s", 2 * MARGIN, "");
	used = 2 * MARGIN;
	for (; weft_text_width(path) > width - used; path += n, used = 0) {
		n = weft_text_fit(path, width - used - 1);
		fprintf(out, "%.*s\\\n", (int)n, path);
	}
	fprintf(out, "%s\n", path);
}
