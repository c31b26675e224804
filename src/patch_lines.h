/* SPDX-License-Identifier: GPL-2.0-only */
/* The lines of a mail's body, freed of what is no part of a diff; see patch.h. */
#ifndef WEFT_PATCH_LINES_H
#define WEFT_PATCH_LINES_H

#include <stddef.h>

/* @at: without line ends; @first: number of the first line in its file, or 0 */
struct patch_lines {
	char		**at;
	unsigned long	*number;
	size_t		n;
	char		*text;
};

/* Removes quoting, HTML's entities and carriage returns; @tolerated says which. */
void patch_lines_open(struct patch_lines *ret, const char *body,
		      unsigned long first, unsigned int *tolerated);
void patch_lines_close(struct patch_lines *lines);
/* Number of a line in the file; 0: unknown. Behind the end: that of the last. */
unsigned long patch_line_number(const struct patch_lines *lines, size_t i);

#endif
