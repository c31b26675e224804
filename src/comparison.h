/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The same scenario on two images: before and after.
 *
 * A comparison is a JSON object, an element of "comparisons" in what --json writes:
 *
 * {"scenario", "patches": [PATH...],
 *  "before", "after": {"kernel", "release", "verdict", "exit", "reason", "bounds",
 *                      "exhausted", "executions", "sampled", "report"},
 *  "findings": see diff_findings(), "lock_graph": see diff_graphs(),
 *  "exit", "reports": {"html", "graph"}}
 *
 * "exhausted": the search came to its end, bugs or not; only then is what it does not
 * have really gone (after) or new (before).
 */
#ifndef WEFT_COMPARISON_H
#define WEFT_COMPARISON_H

#include <stdio.h>

#include "campaign.h"

struct json_t;

/* What is kept of a finished campaign when its image is gone. */
struct json_t *comparison_side(const struct campaign *c);
/* Takes over both sides and @patches. */
struct json_t *comparison_make(struct json_t *before, struct json_t *after,
			       struct json_t *patches);

/**
 * comparison_exit() - exit status of a comparison: that of the after side
 * @new_only: findings that the before side has as well do not count
 */
int comparison_exit(struct json_t *comparison, bool new_only);

/* What to print of it. */
enum comparison_parts {
	COMPARISON_FINDINGS	= 1 << 0,
	COMPARISON_GRAPH	= 1 << 1,
	COMPARISON_ALL_EDGES	= 1 << 2,
	COMPARISON_PATHS	= 1 << 3,	/* of the page and the picture */
};

/* compare_text.c: for the terminal, 80 columns; no part: one line */
void comparison_print(FILE *out, struct json_t *comparison, unsigned int parts);

/**
 * comparison_write() - the page, the picture and comparison.json
 * @out_dir: of all reports
 * @full:    every lock in the picture
 *
 * Sets "reports" of the comparison. Return: 0 or negative errno.
 */
int comparison_write(struct json_t *comparison, const char *out_dir, bool full);

/* compare_dot.c: the two lock graphs as one picture; 0 or negative errno. */
int comparison_write_dot(struct json_t *comparison, const char *path,
			 bool full);
/* compare_html.c: a page below @out_dir; 0 or negative errno. */
int comparison_write_html(struct json_t *comparison, const char *path);

/* The side that did not run a single execution, "before" or "after"; or NULL. */
const char *comparison_missing(struct json_t *comparison);
/* "6.12+fix" of a side. */
const char *comparison_tag(struct json_t *comparison, const char *side);
/* "on a cycle", "now on a cycle", "was on a cycle" of an edge; or "". */
const char *comparison_cycle(struct json_t *edge);
/* Does an order matter by itself? Others follow from these, over several locks. */
bool comparison_tells(struct json_t *order);
/* "through a, b" of an array of names; "directly" when it is empty. To be freed. */
char *comparison_through(struct json_t *names);
/* "lock in f() file.c:12 with the other held since g() file.c:3"; to be freed. */
char *comparison_way(struct json_t *way);

#endif
