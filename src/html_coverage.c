/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * How much was looked at: lines of the kernel, and what tells of concurrency, of
 * each campaign and of all that ran on a kernel; contract in html_index.h.
 *
 * All scenarios of a kernel together: lines are those of gcovr's merged report;
 * of the rest, what several met counts once.
 */
#include <jansson.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "coverage.h"
#include "html.h"
#include "html_index.h"
#include "json_read.h"
#include "markup.h"
#include "output.h"

/* Sets as objects whose keys are the members. */
struct met {
	json_t	*orders, *reads, *races, *probes, *reached;
	bool	follows_reads;
};

static void met_create(struct met *met)
{
	met->orders = json_object();
	met->reads = json_object();
	met->races = json_object();
	met->probes = json_object();
	met->reached = json_object();
	met->follows_reads = false;
}

static void met_clear(struct met *met)
{
	json_decref(met->orders);
	json_decref(met->reads);
	json_decref(met->races);
	json_decref(met->probes);
	json_decref(met->reached);
}

static void add(json_t *set, char *name)
{
	json_object_set_new(set, name, json_true());
	free(name);
}

static void add_reads(struct met *met, json_t *campaign)
{
	json_t *reads = json_object_get(campaign, "reads_from"), *pair;
	size_t i;

	met->follows_reads |= json_is_object(reads);
	json_array_foreach(json_object_get(reads, "pairs"), i, pair)
		add(met->reads, output_format("%s\n%s",
			json_string_value(json_array_get(pair, 0)),
			json_string_value(json_array_get(pair, 1))));
}

/* By places: the memory of a race has no name that lasts. */
static void add_races(struct met *met, json_t *campaign)
{
	json_t *race;
	size_t i;

	json_array_foreach(json_object_get(campaign, "races"), i, race) {
		json_t *sides = json_object_get(race, "accesses");
		json_t *a = json_array_get(sides, 0);
		json_t *b = json_array_get(sides, 1);

		add(met->races, output_format("%s:%ld\n%s:%ld",
				json_text_of(a, "file"), json_number_of(a, "line"),
				json_text_of(b, "file"), json_number_of(b, "line")));
	}
}

/* A probe belongs to its scenario. */
static void add_probes(struct met *met, json_t *campaign)
{
	const char *scenario = json_text_of(campaign, "scenario"), *name;
	json_t *count;

	json_object_foreach(json_object_get(campaign, "probes"), name, count) {
		add(met->probes, output_format("%s\n%s", scenario, name));
		if (json_integer_value(count))
			add(met->reached, output_format("%s\n%s", scenario,
							name));
	}
}

static void add_orders(struct met *met, const struct index_page *index,
		       const struct index_row *row)
{
	char *path = output_format("%s/%s/lock-graph.json", index->dir,
				   row->name);
	json_t *graph = json_load_file(path, 0, NULL), *edge;
	json_t *locks = json_object_get(graph, "locks");
	size_t i;

	json_array_foreach(json_object_get(graph, "edges"), i, edge)
		add(met->orders, output_format("%s\n%s",
			json_text_of(json_array_get(locks,
				(size_t)json_number_of(edge, "from")), "class"),
			json_text_of(json_array_get(locks,
				(size_t)json_number_of(edge, "to")), "class")));
	json_decref(graph);
	free(path);
}

static void met_add(struct met *met, const struct index_page *index,
		    const struct index_row *row)
{
	add_orders(met, index, row);
	add_reads(met, row->campaign);
	add_races(met, row->campaign);
	add_probes(met, row->campaign);
}

/* "4052 of 17811, 23 %", a link where there are pages */
static void write_lines(FILE *out, json_t *coverage, const char *key,
			const char *link)
{
	json_t *pair = json_object_get(coverage, key);
	long done = (long)json_integer_value(json_array_get(pair, 0));
	long all = (long)json_integer_value(json_array_get(pair, 1));
	char *text = output_format("%ld of %ld", done, all);

	fprintf(out, "<td data-label=\"%s\">", key);
	if (!pair)
		fputs("–", out);
	else if (link)
		html_link(out, link, text);
	else
		fputs(text, out);
	if (pair && all)
		fprintf(out, "<br><small>%.0f %%</small>",
			100. * (double)done / (double)all);
	fputs("</td>", out);
	free(text);
}

static void write_met(FILE *out, const struct met *met)
{
	fprintf(out, "<td data-label=\"lock classes ordered\">%zu</td>",
		json_object_size(met->orders));
	if (met->follows_reads)
		fprintf(out, "<td data-label=\"reads-from pairs\">%zu</td>",
			json_object_size(met->reads));
	else
		fputs("<td data-label=\"reads-from pairs\" "
		      "title=\"no plain access is shared\">–</td>", out);
	fprintf(out, "<td data-label=\"racing places\">%zu</td>"
		"<td data-label=\"probes reached\">%zu of %zu</td>",
		json_object_size(met->races), json_object_size(met->reached),
		json_object_size(met->probes));
}

static void write_explored(FILE *out, json_t *campaign)
{
	json_t *estimate = json_object_get(campaign, "estimate");
	json_t *all = json_object_get(estimate, "executions");

	long executions = json_number_of(campaign, "executions");
	long sampled = json_number_of(campaign, "sampled");

	fprintf(out, "<td data-label=\"executions\">%ld",
		executions ? executions : sampled);
	if (!strcmp(json_text_of(campaign, "verdict"), "exhausted"))
		fputs(", all of them", out);
	else if (executions && json_number_value(all) >= 1)
		fprintf(out, " of ~10<sup>%d</sup>",
			output_magnitude(json_number_value(all)));
	if (sampled && executions)
		fprintf(out, "<br><small>and %ld sampled</small>", sampled);
	else if (sampled)
		fputs("<br><small>all sampled</small>", out);
	fputs("</td></tr>\n", out);
}

static void write_row(const struct index_page *index,
		      const struct index_row *row)
{
	json_t *coverage = json_object_get(row->campaign, "coverage");
	char *link = output_format("%s/coverage/index.html", row->name);
	struct met met;

	met_create(&met);
	met_add(&met, index, row);
	fputs("<tr><td data-label=\"scenario\">", index->out);
	markup_escape(index->out, json_text_of(row->campaign, "scenario"),
		      MARKUP_TEXT);
	fputs("<br><small>", index->out);
	markup_escape(index->out, json_text_of(row->campaign, "kernel"),
		      MARKUP_TEXT);
	fputs("</small></td>", index->out);
	write_lines(index->out, coverage, "lines", link);
	write_lines(index->out, coverage, "functions", NULL);
	write_met(index->out, &met);
	write_explored(index->out, row->campaign);
	met_clear(&met);
	free(link);
}

static bool is_on(const struct index_row *row, const char *kernel)
{
	return !strcmp(json_text_of(row->campaign, "kernel"), kernel);
}

/* Return: how many campaigns there are on @kernel. */
static size_t collect(const struct index_page *index, const char *kernel,
		      struct met *met)
{
	size_t i, n = 0;

	for (i = 0; i < index->n; i++)
		if (is_on(&index->rows[i], kernel)) {
			met_add(met, index, &index->rows[i]);
			n++;
		}
	return n;
}

static void write_merged(const struct index_page *index, const char *kernel)
{
	char *data = output_format("%s/coverage-%s-data", index->dir, kernel);
	char *link = output_format("coverage-%s/index.html", kernel);
	json_t *coverage = coverage_summary(data);
	struct met met;
	size_t n;

	met_create(&met);
	n = collect(index, kernel, &met);
	if (n > 1) {
		fprintf(index->out, "<tr><th scope=\"row\">all %zu on ", n);
		markup_escape(index->out, kernel, MARKUP_TEXT);
		fputs("</th>", index->out);
		write_lines(index->out, coverage, "lines", link);
		write_lines(index->out, coverage, "functions", NULL);
		write_met(index->out, &met);
		fputs("<td data-label=\"executions\">–</td></tr>\n",
		      index->out);
	}
	met_clear(&met);
	json_decref(coverage);
	free(data);
	free(link);
}

void html_write_coverage(const struct index_page *index)
{
	static const char *const columns[] = {
		"scenario", "lines", "functions", "lock classes ordered",
		"reads-from pairs", "racing places", "probes reached",
		"executions", NULL,
	};
	size_t i, j;

	fputs("<h2>Coverage</h2>\n<p class=\"dim\">Lines of the kernel's "
	      "files of which something ran, over all executions; pairs of "
	      "locks, one taken under the other; pairs of a write and a read "
	      "of it by another task; places that race. Of all scenarios on a "
	      "kernel, what several met counts once.</p>\n", index->out);
	html_table_begin(index->out, "coverage", "filtered",
			 "coverage", columns);
	for (i = 0; i < index->n; i++)
		write_row(index, &index->rows[i]);
	for (i = 0; i < index->n; i++) {
		const char *kernel = json_text_of(index->rows[i].campaign,
						  "kernel");

		for (j = 0; j < i && !is_on(&index->rows[j], kernel); j++)
			;
		if (j == i && *kernel)
			write_merged(index, kernel);
	}
	html_table_end(index->out);
}
