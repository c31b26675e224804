/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The parts of index.html; html.c puts them together. Each writes one section
 * from what the run.json files say.
 */
#ifndef WEFT_HTML_INDEX_H
#define WEFT_HTML_INDEX_H

#include <stdio.h>

struct json_t;

/**
 * struct index_row - one campaign
 * @name:     its folder, below the folder of the index
 * @document: owns @campaign
 */
struct index_row {
	char		*name;
	struct json_t	*document;
	struct json_t	*campaign;
};

/**
 * struct index_page - all campaigns, in the order of their folders
 * @dir: of all reports
 */
struct index_page {
	FILE			*out;
	const char		*dir;
	struct index_row	*rows;
	size_t			n, max;
};

/* html_overview.c: a table of scenario × kernel */
void html_write_overview(const struct index_page *index);
/* html_findings.c: all findings, and the pages of each */
void html_write_findings(const struct index_page *index);
/* html_campaigns.c: bounds, counts and reports of each campaign */
void html_write_campaigns(const struct index_page *index);

/* html_coverage.c: how much was looked at, by campaign and by kernel */
void html_write_coverage(const struct index_page *index);

/* html_comparisons.c: what was compared; nothing where nothing was */
void html_write_comparisons(const struct index_page *index);

/* Calls @each for the files below the folder of the reports that @pattern names, in
 * order. Return: how many. */
size_t html_each_file(const struct index_page *index, const char *pattern,
		      void (*each)(void *arg, const char *path, size_t nth),
		      void *arg);
/* "…/reports/x-6.1/run.json" → "x-6.1", to be freed */
char *html_folder(const char *path);
/* "reports/x-6.1/coverage/index.html" → "coverage/index.html"; or NULL */
const char *html_below(const struct index_row *row, const char *path);
/* A link to a file below the campaign's folder; nothing where there is none. */
void html_link_below(const struct index_page *index,
		     const struct index_row *row, const char *path,
		     const char *text);
/* html_campaigns.c: "≤2 preemptions" */
void html_write_bound(FILE *out, struct json_t *campaign);

#endif
