/* SPDX-License-Identifier: GPL-2.0-only */
/* What is printed when a campaign ends: fits a terminal of 80x24. */
#ifndef WEFT_SUMMARY_H
#define WEFT_SUMMARY_H

#include <stdio.h>

#include "report.h"

#define SUMMARY_INDENT 12	/* columns of a label */

void summary_write(FILE *out, const struct weft_run *run);
/* Scenario, tag, verdict, bounds on one line. */
void summary_write_line(FILE *out, const struct weft_run *run);
/* What the search took, for those who ask for more. */
void summary_write_memory(FILE *out, const struct weft_run *run);
/* What it met on the way, in words of concurrency and in lines; coverage_text.c */
void summary_write_met(FILE *out, const struct weft_run *run);
/* Words of a text behind a label, broken at 80 columns, and a line end; the first
 * line begins at @column. */
void summary_wrap(FILE *out, const char *text, size_t column);
/* The same, broken at @columns. */
void summary_wrap_to(FILE *out, const char *text, size_t column, size_t columns);

#endif
