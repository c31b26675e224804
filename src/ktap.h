/* SPDX-License-Identifier: GPL-2.0-only */
/* KTAP version 1, flat: a plan, diagnostics, one result for each campaign. */
#ifndef WEFT_KTAP_H
#define WEFT_KTAP_H

#include <stdbool.h>
#include <stdio.h>

#include "report.h"

void ktap_begin(FILE *out, size_t n);
/* A diagnostic line, before the result it belongs to. */
void ktap_note(FILE *out, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
/* @directive: "SKIP …", or NULL. */
void ktap_result(FILE *out, size_t number, bool ok,
		 const struct weft_run *run, const char *directive);
/* The same for what is no campaign; @tag may be NULL. */
void ktap_line(FILE *out, size_t number, bool ok, const char *name,
	       const char *tag, const char *directive);
/* Verdict, bounds, findings and how to replay them, as diagnostics. */
void ktap_describe(FILE *out, const struct weft_run *run);

#endif
