/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Results for machines; the format is in cli.md and is numbered.
 *
 * Two runs give the same bytes except for "seconds" and
 * "executions_per_second".
 */
#ifndef WEFT_JSON_H
#define WEFT_JSON_H

#include <stdio.h>

#include "report.h"

#define WEFT_JSON_FORMAT 1

/**
 * json_document() - {"format", "weft", "campaigns"}
 * @run:       the only campaign; or NULL
 * @campaigns: an array (taken over) when @run is NULL
 */
struct json_t *json_document(const struct weft_run *run,
			     struct json_t *campaigns);

/* A text, or null; bytes that are no UTF-8 become '?'. */
struct json_t *json_text(const char *text);
/* Function, file and line of a stack; null where that is not known. */
struct json_t *json_site(const struct weft_run *run,
			 const struct weft_stack *stack);

struct suppression;
/* File, line and reason of an entry of --suppress; null where there is none. */
struct json_t *json_suppression(const struct weft_run *run,
				const struct suppression *row);
/* All frames of a stack, innermost first, without what is ours. */
struct json_t *json_frames(const struct weft_run *run,
			   const struct weft_stack *stack);

/* Write and give back the document: 0 or negative errno. */
int json_write(struct json_t *document, FILE *out);
int json_write_path(struct json_t *document, const char *path);

#endif
