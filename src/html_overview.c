// SPDX-License-Identifier: GPL-2.0-only
/* Scenario × kernel: one cell a campaign; contract in html_index.h. */
#include <assert.h>
#include <jansson.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "../scenarios/scenario.h"
#include "html.h"
#include "html_index.h"
#include "json_read.h"
#include "markup.h"

/* @names: different ones, in the order of their first row */
struct names {
	const char	**names;
	size_t		n;
};

static void collect(const struct index_page *index, const char *key,
		    struct names *ret)
{
	size_t i, j;

	ret->n = 0;
	ret->names = calloc(index->n, sizeof(*ret->names));
	for (i = 0; ret->names && i < index->n; i++) {
		const char *name = json_text_of(index->rows[i].campaign, key);

		for (j = 0; j < ret->n && strcmp(ret->names[j], name); j++)
			;
		if (j == ret->n)
			ret->names[ret->n++] = name;
	}
}

/* The number of the first unsuppressed finding, and of how many; 0 none */
static size_t count_findings(json_t *campaign, size_t *ret_first)
{
	json_t *finding;
	size_t i, n = 0;

	json_array_foreach(json_object_get(campaign, "findings"), i, finding) {
		if (json_is_true(json_object_get(finding, "advisory")) ||
		    json_is_object(json_object_get(finding, "suppressed")))
			continue;
		if (!n++)
			*ret_first = i;
	}
	return n;
}

/* The kind, which leads to the page of the finding. */
static void write_kind(const struct index_page *index,
		       const struct index_row *row, json_t *finding)
{
	const char *text = html_below(row, json_text_of(finding, "text"));
	size_t n = text ? strlen(text) : 0;
	char to[PATH_MAX];

	snprintf(to, sizeof(to), "%s/%.*s.html", row->name,
		 n > 4 ? (int)n - 4 : 0, text ? text : "");
	if (n > 4)
		html_link(index->out, to, json_text_of(finding, "kind"));
	else
		html_text(index->out, json_text_of(finding, "kind"));
}

static void write_findings(const struct index_page *index,
			   const struct index_row *row)
{
	json_t *findings = json_object_get(row->campaign, "findings");
	size_t first = 0, n = count_findings(row->campaign, &first);

	if (!n)
		return;
	fputs("<br>", index->out);
	write_kind(index, row, json_array_get(findings, first));
	if (n > 1)
		fprintf(index->out, " and %zu more", n - 1);
}

/* How long it took is not told: reports are the same every time. */
static void write_executions(FILE *out, json_t *campaign)
{
	long executions = json_number_of(campaign, "executions");
	long sampled = json_number_of(campaign, "sampled");

	executions += sampled;
	fprintf(out, ", %ld execution%s", executions, executions == 1 ? "" : "s");
}

static void write_cell(const struct index_page *index,
		       const struct index_row *row, const char *kernel)
{
	const char *verdict = json_text_of(row->campaign, "verdict");

	fputs("<td data-label=\"", index->out);
	markup_escape(index->out, kernel, MARKUP_ATTRIBUTE);
	fputs("\"><a class=\"v ", index->out);
	markup_escape(index->out, verdict, MARKUP_ATTRIBUTE);
	fputs("\" href=\"#", index->out);
	markup_escape(index->out, row->name, MARKUP_ATTRIBUTE);
	fputs("\">", index->out);
	markup_escape(index->out, verdict, MARKUP_TEXT);
	fputs("</a><small>", index->out);
	if (!strcmp(verdict, "exhausted"))
		fputs("<br>no bug within the bounds", index->out);
	write_findings(index, row);
	fputs("<br>", index->out);
	html_write_bound(index->out, row->campaign);
	write_executions(index->out, row->campaign);
	fputs("</small></td>", index->out);
}

static void write_row(const struct index_page *index, const char *scenario,
		      const struct names *kernels)
{
	const struct weft_scenario *known = weft_scenario_find(scenario);
	size_t i, j;

	fputs("<tr><th scope=\"row\">", index->out);
	markup_escape(index->out, scenario, MARKUP_TEXT);
	if (known) {
		fputs("<small>", index->out);
		html_text(index->out, known->summary);
		fputs("</small>", index->out);
	}
	fputs("</th>", index->out);
	for (j = 0; j < kernels->n; j++) {
		for (i = 0; i < index->n; i++)
			if (!strcmp(json_text_of(index->rows[i].campaign,
					    "scenario"), scenario) &&
			    !strcmp(json_text_of(index->rows[i].campaign, "kernel"),
				    kernels->names[j]))
				break;
		if (i < index->n)
			write_cell(index, &index->rows[i], *kernels->names[j] ?
				   kernels->names[j] : "no kernel");
		else
			fputs("<td class=\"dim\">–</td>", index->out);
	}
	fputs("</tr>\n", index->out);
}

void html_write_overview(const struct index_page *index)
{
	struct names scenarios, kernels;
	const char **columns;
	size_t i;

	collect(index, "scenario", &scenarios);
	collect(index, "kernel", &kernels);
	columns = calloc(kernels.n + 2, sizeof(*columns));
	assert(columns && "out of memory for the index");
	columns[0] = "scenario";
	for (i = 0; i < kernels.n; i++)
		columns[i + 1] = *kernels.names[i] ? kernels.names[i] :
						     "no kernel";
	fputs("<h2>Overview</h2>\n", index->out);
	html_table_begin(index->out, "overview", "filtered", "overview", columns);
	for (i = 0; i < scenarios.n; i++)
		write_row(index, scenarios.names[i], &kernels);
	html_table_end(index->out);
	free(columns);
	free(scenarios.names);
	free(kernels.names);
}
