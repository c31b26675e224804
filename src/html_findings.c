// SPDX-License-Identifier: GPL-2.0-only
/* All findings of all campaigns; contract in html_index.h. */
#include <jansson.h>
#include <limits.h>
#include <stdbool.h>
#include <string.h>

#include "html.h"
#include "html_index.h"
#include "json_read.h"
#include "markup.h"

/* "memory: use after free …" beside its kind: the kind is said once. */
static const char *words_of(json_t *finding)
{
	const char *summary = json_text_of(finding, "summary");
	const char *kind = json_text_of(finding, "kind");
	size_t n = strlen(kind);

	return !strncmp(summary, kind, n) && !strncmp(summary + n, ": ", 2) ?
	       summary + n + 2 : summary;
}

/* The page of a finding is made here, next to its text. */
static void write_summary(const struct index_page *index,
			  const struct index_row *row, json_t *finding,
			  const char *id)
{
	const char *text = html_below(row, json_text_of(finding, "text"));
	json_t *reports = json_object_get(row->campaign, "reports");
	const char *picture = html_below(row, json_text_of(reports, "graph"));
	const char *coverage = html_below(row, json_text_of(reports, "coverage"));
	char from[PATH_MAX], page[PATH_MAX], to[PATH_MAX];
	size_t n = text ? strlen(text) : 0;

	if (n > 4) {
		snprintf(from, sizeof(from), "%s/%s/%s", index->dir, row->name,
			 text);
		snprintf(page, sizeof(page), "%s/%s/%.*s.html", index->dir,
			 row->name, (int)n - 4, text);
		snprintf(to, sizeof(to), "%s/%.*s.html", row->name, (int)n - 4,
			 text);
	}
	if (n > 4 && !html_write_finding(page, from, row->campaign, finding,
					 id, picture, coverage))
		html_link(index->out, to, words_of(finding));
	else
		html_text(index->out, words_of(finding));
}

static void write_notes(const struct index_page *index, json_t *finding)
{
	json_t *suppressed = json_object_get(finding, "suppressed");

	if (json_is_object(suppressed)) {
		fputs("<br><small>suppressed: ", index->out);
		markup_escape(index->out, json_text_of(suppressed, "reason"),
			      MARKUP_TEXT);
		fputs("</small>", index->out);
	}
	if (json_is_true(json_object_get(finding, "advisory")))
		fputs("<br><small>for information: not counted as a bug</small>",
		      index->out);
}

static void write_finding(const struct index_page *index,
			  const struct index_row *row, json_t *finding,
			  size_t number)
{
	const char *kernel = json_text_of(row->campaign, "kernel");
	char id[NAME_MAX + 40];

	snprintf(id, sizeof(id), "%s-finding-%zu", row->name, number);
	fputs("<tr id=\"", index->out);
	markup_escape(index->out, id, MARKUP_ATTRIBUTE);
	fputs("\"><td data-label=\"kind\">", index->out);
	markup_escape(index->out, json_text_of(finding, "kind"), MARKUP_TEXT);
	fputs("</td><td data-label=\"what\">", index->out);
	write_summary(index, row, finding, id);
	write_notes(index, finding);
	fputs("</td><td data-label=\"scenario\">", index->out);
	markup_escape(index->out, json_text_of(row->campaign, "scenario"),
		      MARKUP_TEXT);
	fputs("</td><td data-label=\"kernel\">", index->out);
	markup_escape(index->out, *kernel ? kernel : "–", MARKUP_TEXT);
	fprintf(index->out, "</td><td data-label=\"shown by\">%ld preemption%s, %ld step%s<br>",
		json_number_of(finding, "preemptions"),
		json_number_of(finding, "preemptions") == 1 ? "" : "s",
		json_number_of(finding, "steps"),
		json_number_of(finding, "steps") == 1 ? "" : "s");
	html_link_below(index, row, json_text_of(finding, "schedule"), "schedule");
	fputs("</td></tr>\n", index->out);
}

/* Told, but no reason for a verdict. */
static bool is_minor(json_t *finding)
{
	return json_is_true(json_object_get(finding, "advisory")) ||
	       json_is_object(json_object_get(finding, "suppressed"));
}

static size_t write_some(const struct index_page *index, bool minor)
{
	size_t i, j, n = 0;
	json_t *finding;

	for (i = 0; i < index->n; i++)
		json_array_foreach(json_object_get(index->rows[i].campaign,
						   "findings"), j, finding)
			if (is_minor(finding) == minor) {
				write_finding(index, &index->rows[i], finding,
					      j + 1);
				n++;
			}
	return n;
}

void html_write_findings(const struct index_page *index)
{
	static const char *const columns[] = {
		"kind", "what", "scenario", "kernel", "shown by", NULL,
	};
	size_t n;

	fputs("<h2>Findings</h2>\n", index->out);
	html_table_begin(index->out, "findings", "filtered",
			 "findings", columns);
	n = write_some(index, false);
	n += write_some(index, true);
	if (!n)
		fputs("<tr><td colspan=\"5\" class=\"dim\">none</td></tr>\n",
		      index->out);
	html_table_end(index->out);
}
