/* SPDX-License-Identifier: GPL-2.0-only */
/* What is printed when a campaign ends: fits a terminal of 80x24. */
#ifndef WEFT_SUMMARY_H
#define WEFT_SUMMARY_H

#include <stdio.h>

#include "report.h"

void summary_write(FILE *out, const struct weft_run *run);
/* Scenario, tag, verdict, bounds on one line. */
/* What the search took, for those who ask for more. */
void summary_write_memory(FILE *out, const struct weft_run *run);
/* Words of a text behind a label of 12 columns, broken at 80, and a line end. */
void summary_write_wrapped(FILE *out, const char *text);
void summary_write_line(FILE *out, const struct weft_run *run);

#endif
