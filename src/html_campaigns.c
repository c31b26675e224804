// SPDX-License-Identifier: GPL-2.0-only
/* Bounds, counts and reports of each campaign; contract in html_index.h. */
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "../framework/strategy.h"
#include "html.h"
#include "html_index.h"
#include "json_read.h"
#include "markup.h"
#include "output.h"

static void write_most(FILE *out, long long n, const char *what)
{
	if (n)
		fprintf(out, "at most %lld %s%s", n, what, n == 1 ? "" : "s");
	else
		fprintf(out, "no %s", what);
}

void html_write_bound(FILE *out, json_t *campaign)
{
	json_t *bounds = json_object_get(campaign, "bounds");
	const char *name = json_text_of(campaign, "strategy");
	const struct weft_strategy *strategy = weft_strategy_find(name);
	bool delays = strategy && strategy->delays;
	const char *what = delays ? "delay" : "preemption";
	json_t *bound = json_object_get(bounds, delays ? "delays" :
							 "preemptions");
	json_t *covered = json_object_get(bounds, delays ? "delays_covered" :
						  "preemptions_covered");

	if (strategy && !strategy->systematic)
		fprintf(out, "%s sample", name);
	else if (json_is_true(json_object_get(bounds, "iterate")) &&
		 json_is_integer(covered) && json_integer_value(covered) >= 0)
		write_most(out, json_integer_value(covered), what);
	else if (json_is_integer(bound) && !json_is_null(covered))
		write_most(out, json_integer_value(bound), what);
	else	/* or nothing lay beyond the bound: then there was none */
		fprintf(out, "any number of %ss", what);
}

static void put(const struct index_page *index, const char *text)
{
	markup_escape(index->out, text, MARKUP_TEXT);
}

/* Task 0 prepares and checks; it is told of where all tasks are its program's. */
static void write_tasks(FILE *out, long all, long own)
{
	long others = all - 1 - own;

	fprintf(out, ", %ld task%s", own ? own : all,
		(own ? own : all) == 1 ? "" : "s");
	if (own && others > 0)
		fprintf(out, " and %ld kernel thread%s", others,
			others == 1 ? "" : "s");
}

static void write_bounds(const struct index_page *index, json_t *campaign)
{
	json_t *bounds = json_object_get(campaign, "bounds");
	long faults = json_number_of(bounds, "faults");

	html_write_bound(index->out, campaign);
	if (faults)
		fprintf(index->out, ", at most %ld fault%s", faults,
			faults == 1 ? "" : "s");
	write_tasks(index->out, json_number_of(bounds, "tasks"),
		    json_number_of(bounds, "scenario_tasks"));
	fprintf(index->out, ", at most %ld step%s, ",
		json_number_of(campaign, "depth_max"),
		json_number_of(campaign, "depth_max") == 1 ? "" : "s");
	put(index, json_text_of(bounds, "memory_model"));
	if (*json_text_of(bounds, "params")) {
		fputs(", ", index->out);
		put(index, json_text_of(bounds, "params"));
	}
	if (*json_text_of(bounds, "focus")) {
		fputs("<br>preempted only in <code>", index->out);
		put(index, json_text_of(bounds, "focus"));
		fputs("</code>", index->out);
	}
}

static void write_verdict(const struct index_page *index, json_t *campaign)
{
	const char *verdict = json_text_of(campaign, "verdict");

	fputs("<td data-label=\"verdict\"><span class=\"v ", index->out);
	markup_escape(index->out, verdict, MARKUP_ATTRIBUTE);
	fputs("\">", index->out);
	put(index, verdict);
	fputs("</span>", index->out);
	if (!strcmp(verdict, "exhausted"))
		fputs("<br><small>no bug within the bounds</small>", index->out);
	if (*json_text_of(campaign, "reason")) {
		fputs("<br><small>", index->out);
		put(index, json_text_of(campaign, "reason"));
		fputs("</small>", index->out);
	}
	fputs("</td>", index->out);
}

/* Each number once: that of the whole cell, or of the sample and of the search. */
static void write_executions(const struct index_page *index,
			     const struct index_row *row)
{
	json_t *campaign = row->campaign;
	json_t *estimate = json_object_get(campaign, "estimate");
	double all = json_number_value(json_object_get(estimate, "executions"));
	double done = json_number_value(json_object_get(estimate, "done"));
	long executions = json_number_of(campaign, "executions");
	long sampled = json_number_of(campaign, "sampled");
	char total[40] = "";

	/* Exhausted is exhausted. */
	if (done < 1 && all >= 1)
		snprintf(total, sizeof(total), "of ~10<sup>%d</sup> ",
			 output_magnitude(all));
	fprintf(index->out, "<td data-label=\"executions and time\">%ld",
		executions + sampled);
	if (sampled && executions)
		fprintf(index->out, "<br><small>%ld sampled, then %ld %sof the search</small>",
			sampled, executions, total);
	else if (sampled)
		fprintf(index->out, "<br><small>all sampled%s%s%s</small>",
			*total ? ", none " : "", total,
			*total ? "of the search" : "");
	else if (*total)
		fprintf(index->out, "<br><small>%sof the search</small>", total);
	html_write_took(index->out, row, "");
	fputs("</td>", index->out);
}

/* A probe that never fired: the campaign did not look where it should. */
static void write_probes(const struct index_page *index, json_t *campaign)
{
	json_t *probes = json_object_get(campaign, "probes"), *count;
	size_t n = json_object_size(probes), reached = 0;
	const char *name;

	json_object_foreach(probes, name, count)
		reached += json_integer_value(count) != 0;
	if (n)
		fprintf(index->out, "%zu of %zu probes reached<br>", reached, n);
	json_object_foreach(probes, name, count) {
		if (json_integer_value(count))
			continue;
		fputs("<span class=\"incomplete\">never: ", index->out);
		put(index, name);
		fputs("</span><br>", index->out);
	}
}

/* What was met, in words of concurrency instead of lines. */
static void write_met(const struct index_page *index, json_t *campaign)
{
	size_t races = json_array_size(json_object_get(campaign, "races"));
	size_t cycles = json_array_size(json_object_get(campaign,
							"lock_cycles"));
	json_t *orders = json_object_get(campaign, "lock_orders");

	fputs("<td data-label=\"met on the way\">", index->out);
	write_probes(index, campaign);
	if (json_is_integer(orders))
		fprintf(index->out, "%ld lock orders<br>",
			(long)json_integer_value(orders));
	fprintf(index->out, "%zu racing pair%s<br>%zu lock cycle%s</td>", races,
		races == 1 ? "" : "s", cycles, cycles == 1 ? "" : "s");
}

/* The page that is made of the picture; html_graph.c */
static void write_graph_link(const struct index_page *index,
			     const struct index_row *row, const char *picture)
{
	const char *dot = strrchr(picture, '.');
	char *page = dot ? output_format("%.*s.html", (int)(dot - picture),
					 picture) : NULL;

	if (page)
		html_link_below(index, row, page, "lock graph");
	free(page);
}

static void write_row(const struct index_page *index,
		      const struct index_row *row)
{
	json_t *campaign = row->campaign;
	json_t *reports = json_object_get(campaign, "reports");
	const char *kernel = json_text_of(campaign, "release");

	fputs("<tr id=\"", index->out);
	markup_escape(index->out, row->name, MARKUP_ATTRIBUTE);
	fputs("\"><td data-label=\"scenario\">", index->out);
	put(index, json_text_of(campaign, "scenario"));
	fputs("<br><small>", index->out);
	put(index, *kernel ? kernel : json_text_of(campaign, "kernel"));
	fputs("</small></td>", index->out);
	write_verdict(index, campaign);
	fputs("<td data-label=\"bounds\">", index->out);
	write_bounds(index, campaign);
	fputs("</td>", index->out);
	write_executions(index, row);
	write_met(index, campaign);
	fputs("<td data-label=\"reports\">", index->out);
	write_graph_link(index, row, json_text_of(reports, "graph"));
	html_link_below(index, row, json_text_of(reports, "coverage"), "coverage");
	fputs("</td></tr>\n", index->out);
}

/* What the table takes for known. */
static void write_terms(FILE *out)
{
	static const struct {
		const char *term, *means;
	} terms[] = {
		{ "exhausted", "every execution within the bounds was tried, or is the "
		  "same as one that was, and none shows a bug" },
		{ "bug, incomplete", "something was found; or nothing was, but not "
		  "everything within the bounds was tried" },
		{ "preemption", "the scheduler takes the processor away from a task that "
		  "could go on. “Preempted only in” names the folders of the kernel where "
		  "that was tried" },
		{ "sampled", "executions of a sample, most of it at random, that comes before the "
		  "search through all schedules within the bounds" },
		{ "probe", "a situation that the scenario wants to see at least once" },
		{ "lock order", "one lock was taken while another one was held: an arrow of "
		  "the whole lock graph. Its first page shows only those that matter to the "
		  "scenario" },
		{ "racing pair", "two places that touch the same memory, one of them "
		  "writing, with nothing that orders them" },
		{ "lock cycle", "locks taken in orders that form a circle. It is feasible "
		  "when an execution showed the deadlock" },
	};
	size_t i;

	fputs("<details class=\"terms-of\"><summary>what the words mean</summary>\n<dl class=\"terms\">\n",
	      out);
	for (i = 0; i < sizeof(terms) / sizeof(*terms); i++)
		fprintf(out, "<dt>%s</dt><dd>%s</dd>\n", terms[i].term,
			terms[i].means);
	fputs("</dl></details>\n", out);
}

void html_write_campaigns(const struct index_page *index)
{
	static const char *const columns[] = {
		"scenario", "verdict", "bounds", "executions and time",
		"met on the way", "reports", NULL,
	};
	size_t i;

	fputs("<h2>Campaigns</h2>\n", index->out);
	html_table_begin(index->out, "campaigns", "filtered",
			 "campaigns", columns);
	for (i = 0; i < index->n; i++)
		write_row(index, &index->rows[i]);
	html_table_end(index->out);
	write_terms(index->out);
}
