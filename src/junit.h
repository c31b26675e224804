/* SPDX-License-Identifier: GPL-2.0-only */
/* Results as JUnit XML: one test case for each campaign. */
#ifndef WEFT_JUNIT_H
#define WEFT_JUNIT_H

#include <stdio.h>

#include "report.h"

enum junit_outcome { JUNIT_PASSED, JUNIT_FAILED, JUNIT_SKIPPED };

struct junit;

struct junit *junit_create(void);
void junit_destroy(struct junit *junit);
/* @message: why it failed or was skipped; @junit may be NULL. */
void junit_add(struct junit *junit, const struct weft_run *run,
	       enum junit_outcome outcome, const char *message);
/* The same of what is no campaign; @text: what to show of a failure. */
void junit_add_text(struct junit *junit, const char *tag, const char *name,
		    double seconds, enum junit_outcome outcome,
		    const char *message, const char *text);
/* 0 or negative errno. */
int junit_write(struct junit *junit, FILE *out);

#endif
