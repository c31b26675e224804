/* SPDX-License-Identifier: GPL-2.0-only */
/* A comparison as text: on the terminal and in mails, which have 75 columns. */
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "comparison.h"
#include "diff.h"
#include "output.h"
#include "summary.h"

#define EDGES_SHOWN 16
#define COLUMNS 75

static void write_line(FILE *out, const char *label, const char *text)
{
	fprintf(out, "  %-9s ", label);
	summary_wrap_to(out, text, SUMMARY_INDENT, COLUMNS);
}

static void write_side(FILE *out, json_t *comparison, const char *name)
{
	json_t *side = json_object_get(comparison, name);
	char *line = output_format("%s: %s%s%s", json_text_of(side, "kernel"),
				   json_text_of(side, "verdict"),
				   *json_text_of(side, "reason") ? ": " : "",
				   json_text_of(side, "reason"));

	write_line(out, name, line);
	free(line);
	write_line(out, "", json_text_of(side, "bounds"));
}

/* What is known besides: whether it is a bug, and a doubt there may be. */
static void write_finding(FILE *out, json_t *finding, const char *label,
			  const char *doubt)
{
	const char *kind = json_text_of(finding, "kind");
	const char *summary = json_text_of(finding, "summary");
	bool named = strstr(summary, kind);
	json_t *known = json_object_get(finding, "suppressed");
	char *line = output_format("%s%s%s%s%s", named ? "" : kind,
				   named ? "" : ": ", summary,
				   json_is_object(known) ? " (suppressed)" :
				   diff_is(finding, "advisory") ?
				   " (a race: no reason for a verdict)" : "",
				   doubt);

	write_line(out, label, line);
	free(line);
}

static void write_group(FILE *out, json_t *comparison, const char *group,
			const char *doubt)
{
	json_t *findings = json_object_get(json_object_get(comparison,
							   "findings"), group);
	json_t *finding;
	size_t i;

	json_array_foreach(findings, i, finding)
		write_finding(out, finding, i ? "" : group, doubt);
}

/* Only a search that came to its end can say that something is not there. */
static void write_findings(FILE *out, json_t *comparison)
{
	bool before = diff_is(json_object_get(comparison, "before"),
			      "exhausted");
	bool after = diff_is(json_object_get(comparison, "after"),
			     "exhausted");
	json_t *findings = json_object_get(comparison, "findings");

	write_group(out, comparison, "gone", after ? "" :
		    " - not seen again, but the search after did not end");
	write_group(out, comparison, "new", before ? "" :
		    " - perhaps not new: the search before did not end");
	write_group(out, comparison, "same", "");
	if (!json_array_size(json_object_get(findings, "gone")) &&
	    !json_array_size(json_object_get(findings, "new")) &&
	    !json_array_size(json_object_get(findings, "same")))
		write_line(out, "findings", "none on either side");
}

static void write_locks(FILE *out, json_t *graph, const char *change)
{
	json_t *lock;
	char *text = NULL;
	size_t i;

	json_array_foreach(json_object_get(graph, "locks"), i, lock) {
		char *longer;

		if (strcmp(json_text_of(lock, "change"), change))
			continue;
		longer = output_format("%s%s%s (%s)", text ? text : change,
				       text ? ", " : " ",
				       json_text_of(lock, "name"),
				       json_text_of(lock, "kind"));
		free(text);
		text = longer;
	}
	if (text)
		write_line(out, "locks", text);
	free(text);
}

bool comparison_tells(struct json_t *order)
{
	const char *change = json_text_of(order, "change");

	if (!strcmp(change, "swapped"))
		return diff_is(order, "direct") && diff_is(order, "shown");
	return diff_is(order, "on_cycle") &&
	       (!strcmp(change, "path") || diff_is(order, "direct"));
}

static char *order_text(json_t *order)
{
	const char *change = json_text_of(order, "change");
	const char *from = json_text_of(order, "from");
	const char *to = json_text_of(order, "to");
	char *before = comparison_through(json_object_get(order, "before"));
	char *after = comparison_through(json_object_get(order, "after"));
	char *text;

	if (!strcmp(change, "swapped"))
		text = output_format("swapped: %s was taken under %s; now %s under %s",
				     to, from, from, to);
	else if (!strcmp(change, "path"))
		text = output_format("changed: %s under %s, before %s, now %s",
				     to, from, before, after);
	else
		text = output_format("%s: %s under %s (%s)", change, to, from,
				     !strcmp(change, "gone") ? before : after);
	free(before);
	free(after);
	return text;
}

static void write_orders(FILE *out, json_t *graph)
{
	json_t *orders = json_object_get(graph, "orders"), *order;
	const char *label = "order";
	size_t i;

	json_array_foreach(orders, i, order) {
		char *text;

		if (!comparison_tells(order))
			continue;
		text = order_text(order);
		write_line(out, label, text);
		free(text);
		label = "";
	}
}

static const char *sign_of(const char *change)
{
	return !strcmp(change, "gone") ? "-" : !strcmp(change, "new") ? "+" :
	       "~";
}

static void write_ways(FILE *out, json_t *edge, const char *side)
{
	json_t *way;
	size_t i;

	json_array_foreach(json_object_get(edge, side), i, way) {
		char *text = comparison_way(way);
		char *line = output_format("%s: %s", side, text);

		write_line(out, "", line);
		free(line);
		free(text);
	}
}

static void write_edge(FILE *out, json_t *edge, const char *label, bool full)
{
	const char *change = json_text_of(edge, "change");
	json_t *what = json_array_get(json_object_get(edge, "what"), 0);
	const char *word = json_string_value(what);
	const char *cycle = comparison_cycle(edge);
	char *line = output_format("%s %s -> %s%s%s%s%s%s%s", sign_of(change),
				   json_text_of(edge, "from"),
				   json_text_of(edge, "to"),
				   word ? " (another " : "", word ? word : "",
				   word ? ")" : "", *cycle ? " (" : "", cycle,
				   *cycle ? ")" : "");

	write_line(out, label, line);
	free(line);
	if (full || word) {
		write_ways(out, edge, "before");
		write_ways(out, edge, "after");
	}
}

/* The same locks in the same way, seen elsewhere first: on no cycle, no news. */
static bool is_only_elsewhere(json_t *edge)
{
	json_t *what = json_object_get(edge, "what");
	const char *word = json_string_value(json_array_get(what, 0));

	return word && !strcmp(word, "place") && json_array_size(what) == 1 &&
	       !*comparison_cycle(edge);
}

static void count_edges(FILE *out, json_t *edges)
{
	char *line = output_format("%zu gone (-), %zu new (+), %zu changed (~), %zu kept",
				   diff_count(edges, "change", "gone"),
				   diff_count(edges, "change", "new"),
				   diff_count(edges, "change", "changed"),
				   diff_count(edges, "change", "kept"));

	write_line(out, "edges", line);
	free(line);
}

static void write_edges(FILE *out, json_t *graph, bool all)
{
	json_t *edges = json_object_get(graph, "edges"), *edge;
	size_t i, told = 0, more = 0;

	count_edges(out, edges);
	json_array_foreach(edges, i, edge) {
		if (!strcmp(json_text_of(edge, "change"), "kept"))
			continue;
		if (!all && (!diff_is(edge, "shown") || told >= EDGES_SHOWN ||
			     is_only_elsewhere(edge))) {
			more++;
			continue;
		}
		write_edge(out, edge, "", all);
		told++;
	}
	if (more)
		fprintf(out, "  %-9s and %zu other%s: see the page, or -v\n",
			"", more, output_plural(more));
}

static size_t findings_n(json_t *comparison, const char *group)
{
	return json_array_size(json_object_get(json_object_get(comparison,
						"findings"), group));
}

/* All that fits a line. */
static void write_one_line(FILE *out, json_t *comparison)
{
	fprintf(out, "%s: %s %s -> %s %s: %zu gone, %zu new, %zu on both sides\n",
		json_text_of(comparison, "scenario"),
		comparison_tag(comparison, "before"),
		json_text_of(json_object_get(comparison, "before"), "verdict"),
		comparison_tag(comparison, "after"),
		json_text_of(json_object_get(comparison, "after"), "verdict"),
		findings_n(comparison, "gone"), findings_n(comparison, "new"),
		findings_n(comparison, "same"));
	fflush(out);
}

void comparison_print(FILE *out, struct json_t *comparison, unsigned int parts)
{
	json_t *reports = json_object_get(comparison, "reports");
	json_t *graph = json_object_get(comparison, "lock_graph");
	json_t *patches = json_object_get(comparison, "patches"), *patch;
	const char *missing = comparison_missing(comparison);
	size_t i;

	if (!parts) {
		write_one_line(out, comparison);
		return;
	}
	fprintf(out, "%s: %s -> %s\n", json_text_of(comparison, "scenario"),
		comparison_tag(comparison, "before"),
		comparison_tag(comparison, "after"));
	json_array_foreach(patches, i, patch)
		write_line(out, i ? "" : "patch", json_string_value(patch));
	write_side(out, comparison, "before");
	write_side(out, comparison, "after");
	if (missing) {
		fprintf(out, "  %-9s nothing: no execution of the side '%s' came to its end\n\n",
			"compared", missing);
		return;
	}
	if (parts & COMPARISON_FINDINGS)
		write_findings(out, comparison);
	if (parts & COMPARISON_GRAPH) {
		write_orders(out, graph);
		write_locks(out, graph, "gone");
		write_locks(out, graph, "new");
		write_edges(out, graph, parts & COMPARISON_ALL_EDGES);
	}
	if (!(parts & COMPARISON_PATHS))
		reports = NULL;
	if (*json_text_of(reports, "graph"))
		fprintf(out, "  %-9s %s\n", "graph", json_text_of(reports,
							       "graph"));
	if (*json_text_of(reports, "html"))
		fprintf(out, "  %-9s %s\n", "page", json_text_of(reports, "html"));
	fputc('\n', out);
	fflush(out);
}
