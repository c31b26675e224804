/* SPDX-License-Identifier: GPL-2.0-only */
/* Pieces of HTML pages, shared by the index and the pages of findings. */
#ifndef WEFT_HTML_H
#define WEFT_HTML_H

#include <stdbool.h>
#include <stdio.h>

/* Head of a page with the common style. */
void html_begin(FILE *out, const char *title);
void html_end(FILE *out);
/* Text in which "group->lock" stays on one line; otherwise browsers break it at the '-'. */
void html_text(FILE *out, const char *text);
/* <a href="path">text</a>, the path percent-encoded. */
void html_link(FILE *out, const char *path, const char *text);

/* Everything that could mean something in a URL is encoded, but '/'. */
void html_url(FILE *out, const char *path);

/**
 * html_table_begin() - html_table.c: a table that scrolls where it is too wide
 * @label:   for those who do not see it
 * @class:   "filtered": by the words above; "sorted", "folds": see graph.js
 * @id:      of the table; may be NULL
 * @columns: texts of the head, then NULL
 */
void html_table_begin(FILE *out, const char *label, const char *class,
		      const char *id, const char *const *columns);
void html_table_end(FILE *out);

/**
 * html_write_svg() - a picture of dot(1) as part of the page
 * @label: what it is, for those who do not see it
 * Return: 0 or negative errno, and nothing written.
 */
int html_write_svg(FILE *out, const char *path, const char *label);

struct json_t;
/* html_stack.c: a stack by its number in a document of story.h's form */
void html_write_stack(FILE *out, struct json_t *document, struct json_t *number);

/**
 * html_write_finding() - a page next to the text of a finding
 * @page:    path of the page
 * @text:    path of its text; its story (story.h) is beside it
 * @row:     id of its row in the overview
 * @picture: the lock graph, relative to the page, or NULL
 * @coverage: the coverage, relative to the page, or NULL
 *
 * Return: 0 or negative errno.
 */
int html_write_finding(const char *page, const char *text,
		       struct json_t *campaign, struct json_t *finding,
		       const char *row, const char *picture,
		       const char *coverage);

#endif
