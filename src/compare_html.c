/* SPDX-License-Identifier: GPL-2.0-only */
/* A comparison as a page: verdicts, findings, orders of locks, the picture, all edges. */
#include <errno.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "assets/assets.h"
#include "comparison.h"
#include "diff.h"
#include "html.h"
#include "markup.h"
#include "output.h"

/* "reports/x-6.1/finding-1.html" → "x-6.1/finding-1.html": pages are beside. */
static const char *below(const char *path)
{
	const char *slash = strrchr(path, '/');

	while (slash && slash > path && slash[-1] != '/')
		slash--;
	return slash ? slash : path;
}

static void write_text(FILE *out, const char *before, const char *text,
		       const char *after)
{
	fputs(before, out);
	markup_escape(out, text, MARKUP_TEXT);
	fputs(after, out);
}

static void write_side(FILE *out, json_t *comparison, const char *name)
{
	json_t *side = json_object_get(comparison, name);

	write_text(out, "<tr><th scope=\"row\">", name, "</th>");
	write_text(out, "<td data-label=\"kernel\">", json_text_of(side, "kernel"), "");
	write_text(out, "<br><small class=\"nw\">", json_text_of(side, "release"),
		   "</small></td>");
	write_text(out, "<td data-label=\"verdict\"><span class=\"v ", json_text_of(side, "verdict"), "\">");
	write_text(out, "", json_text_of(side, "verdict"), "</span>");
	if (*json_text_of(side, "reason"))
		write_text(out, "<br><small>", json_text_of(side, "reason"),
			   "</small>");
	fputs("</td>", out);
	write_text(out, "<td data-label=\"bounds\">",
		   json_text_of(side, "bounds"), "</td></tr>\n");
}

/* The page of a finding is made by the index; its text is there already. */
static void write_finding(FILE *out, json_t *finding)
{
	const char *text = below(json_text_of(finding, "text"));
	size_t n = strlen(text);

	fputs("<li>", out);
	write_text(out, "<b>", json_text_of(finding, "kind"), "</b>: ");
	if (n > 4) {
		char *page = output_format("%.*s.html", (int)n - 4, text);

		html_link(out, page, json_text_of(finding, "summary"));
		free(page);
	} else {
		markup_escape(out, json_text_of(finding, "summary"), MARKUP_TEXT);
	}
	if (diff_is(finding, "advisory"))
		fputs(" <small>(a data race: no reason for a verdict)</small>",
		      out);
	if (json_is_object(json_object_get(finding, "suppressed")))
		fputs(" <small>(suppressed)</small>", out);
	fputs("</li>\n", out);
}

static void write_group(FILE *out, json_t *comparison, const char *group,
			const char *title, const char *doubt)
{
	json_t *findings = json_object_get(json_object_get(comparison,
							   "findings"), group);
	json_t *finding;
	size_t i;

	fprintf(out, "<h3>%s: %zu</h3>\n", title, json_array_size(findings));
	if (!json_array_size(findings))
		return;
	if (*doubt)
		fprintf(out, "<p class=\"incomplete\">%s</p>\n", doubt);
	fputs("<ul>\n", out);
	json_array_foreach(findings, i, finding)
		write_finding(out, finding);
	fputs("</ul>\n", out);
}

static void write_findings(FILE *out, json_t *comparison)
{
	bool before = diff_is(json_object_get(comparison, "before"),
			      "exhausted");
	bool after = diff_is(json_object_get(comparison, "after"),
			     "exhausted");

	fputs("<h2>Findings</h2>\n", out);
	write_group(out, comparison, "gone", "Gone", after ? "" :
		    "Not seen again, but the search after did not come to its end.");
	write_group(out, comparison, "new", "New", before ? "" :
		    "Perhaps not new: the search before did not come to its end.");
	write_group(out, comparison, "same", "On both sides", "");
}

static void write_through(FILE *out, json_t *order, const char *side)
{
	json_t *names = json_object_get(order, side);
	char *text;

	fprintf(out, "<td data-label=\"%s\"", side);
	if (!json_is_array(names)) {
		fputs(" class=\"dim\">no</td>", out);
		return;
	}
	text = comparison_through(names);
	write_text(out, ">", text, "</td>");
	free(text);
}

static void write_order(FILE *out, json_t *order)
{
	const char *change = json_text_of(order, "change");
	bool swapped = !strcmp(change, "swapped");

	write_text(out, "<tr><td data-label=\"change\">", !strcmp(change, "path") ? "another way" :
		   change, "</td>");
	write_text(out, "<td data-label=\"locks\"><code>",
		   json_text_of(order, "to"), "</code> under ");
	write_text(out, "<code>", json_text_of(order, "from"), "</code>");
	if (swapped) {
		write_text(out, "<br>now <code>", json_text_of(order, "from"),
			   "</code>");
		write_text(out, " under <code>", json_text_of(order, "to"),
			   "</code>");
	}
	fputs("</td>", out);
	write_through(out, order, "before");
	write_through(out, order, "after");
	fputs("</tr>\n", out);
}

/* Return: how many there are. */
static size_t write_order_table(FILE *out, json_t *orders, bool told)
{
	json_t *order;
	size_t i, n = 0;

	json_array_foreach(orders, i, order) {
		if (!diff_is(order, "shown") || comparison_tells(order) != told)
			continue;
		if (!n++)
			fputs("<table class=\"w folds\"><thead><tr><th>Change</th>"
			      "<th>Locks</th><th>Before</th><th>After</th></tr>"
			      "</thead>\n<tbody>\n", out);
		write_order(out, order);
	}
	if (n)
		fputs("</tbody></table>\n", out);
	return n;
}

static void write_orders(FILE *out, json_t *orders)
{
	fputs("<h2>What is taken under what</h2>\n<p class=\"dim\">Directly, or with "
	      "other locks in between; the shortest way stands for all. Here is what "
	      "differs and is swapped, or concerns locks on a cycle.</p>\n", out);
	if (!write_order_table(out, orders, true))
		fputs("<p>Nothing.</p>\n", out);
	fputs("<details><summary>All other differences</summary>\n", out);
	if (!write_order_table(out, orders, false))
		fputs("<p>None.</p>\n", out);
	fputs("</details>\n", out);
}

/* How lines look, next to what they mean; as compare_dot.c draws them. */
static void write_samples(FILE *out)
{
	fputs("<ul class=\"samples\" aria-label=\"kinds of lines\">"
	      "<li><b>−</b> gone: dashed</li><li><b>+</b> new: thick</li>"
	      "<li><b>~</b> changed, how or where: dotted</li>"
	      "<li>no sign: kept, thin</li><li><b>⇄</b> turned round</li>"
	      "<li><b>↻</b> on a cycle now</li></ul>\n", out);
}

/* @page: the page's own path, beside which the folder of the picture is */
static void write_picture(FILE *out, json_t *comparison, const char *page)
{
	const char *graph = below(json_text_of(json_object_get(comparison,
						"reports"), "graph"));
	size_t n = strlen(page);
	char *svg = output_format("%.*s/lock-graph.svg",
				  n > 5 ? (int)n - 5 : 0, page);

	fputs("<h2>Lock graph</h2>\n<div class=\"pictured\">\n", out);
	write_samples(out);
	if (html_write_svg(out, svg, "the two lock graphs, one over the other; "
			   "the table below says the same")) {
		fputs("<p>", out);
		html_link(out, graph, "the picture as DOT");
		fputs(" (install graphviz for an image)</p>\n", out);
	}
	fputs("</div>\n", out);
	free(svg);
}

static void write_ways(FILE *out, json_t *edge, const char *side)
{
	json_t *ways = json_object_get(edge, side), *way;
	size_t i;

	fprintf(out, "<td data-label=\"%s\">", side);
	if (!json_array_size(ways))
		fputs("<span class=\"dim\">no</span>", out);
	json_array_foreach(ways, i, way) {
		char *text = comparison_way(way);

		write_text(out, i ? "<br>" : "", text, "");
		free(text);
	}
	fputs("</td>", out);
}

static void write_edge(FILE *out, json_t *edge)
{
	long n = json_number_of(edge, "number");
	bool red = *comparison_cycle(edge);

	fprintf(out, "<tr id=\"edge-%ld\" tabindex=\"-1\"%s><td data-key=\"%ld\" data-label=\"№\">"
		"<a href=\"#arrow-%ld\">%ld</a></td>", n,
		red ? " class=\"red\"" : "", n, n, n);
	write_text(out, "<td data-label=\"change\">",
		   json_text_of(edge, "change"), "");
	if (diff_is(edge, "reversed"))
		fputs("<br><small>turned round</small>", out);
	if (red)
		fprintf(out, "<br><small>%s</small>", comparison_cycle(edge));
	write_text(out, "</td><td data-label=\"held → taken\"><code>",
		   json_text_of(edge, "from"), "</code>");
	write_text(out, " → <code>", json_text_of(edge, "to"), "</code></td>");
	write_ways(out, edge, "before");
	write_ways(out, edge, "after");
	fputs("</tr>\n", out);
}

/* By number: what the picture shows comes first. */
static void write_edge_table(FILE *out, json_t *edges, bool kept,
			     const char *id)
{
	static const char *const columns[] = {
		"№", "Change", "Held → taken", "Before", "After", NULL,
	};
	size_t i, n = json_array_size(edges);
	json_t *edge;
	long number;

	html_table_begin(out, id, "w folds sorted", id, columns);
	for (number = 1; number <= (long)n; number++)
		json_array_foreach(edges, i, edge)
			if (json_number_of(edge, "number") == number &&
			    kept == !strcmp(json_text_of(edge, "change"), "kept"))
				write_edge(out, edge);
	html_table_end(out);
}

static void write_edges(FILE *out, json_t *edges)
{
	size_t kept = diff_count(edges, "change", "kept");

	fprintf(out, "<h2>Edges</h2>\n<p>%zu gone, %zu new, %zu changed, %zu kept. "
		"Places are those where an edge was seen first.</p>\n",
		diff_count(edges, "change", "gone"),
		diff_count(edges, "change", "new"),
		diff_count(edges, "change", "changed"), kept);
	if (kept < json_array_size(edges))
		write_edge_table(out, edges, false, "edges-changed");
	if (!kept)
		return;
	fputs("<details><summary>Edges that were kept</summary>\n", out);
	write_edge_table(out, edges, true, "edges-kept");
	fputs("</details>\n", out);
}

static void write_locks(FILE *out, json_t *locks)
{
	static const char *const columns[] = {
		"Lock", "Kind", "Change", NULL,
	};
	json_t *lock;
	size_t i;

	if (!json_array_size(locks))
		return;
	fputs("<h2>Locks</h2>\n", out);
	html_table_begin(out, "locks", "sorted", "locks", columns);
	json_array_foreach(locks, i, lock) {
		fprintf(out, "<tr id=\"node-%zu\" tabindex=\"-1\"><td>", i + 1);
		write_text(out, "<code>", json_text_of(lock, "name"), "</code></td>");
		write_text(out, "<td>", json_text_of(lock, "kind"), "</td>");
		write_text(out, "<td>", json_text_of(lock, "change"),
			   "</td></tr>\n");
	}
	html_table_end(out);
}

static void write_patches(FILE *out, json_t *patches)
{
	json_t *patch;
	size_t i;

	json_array_foreach(patches, i, patch)
		write_text(out, "<p>Patch: <code>", json_string_value(patch),
			   "</code></p>\n");
}

static void write_page(FILE *out, json_t *comparison, const char *path)
{
	json_t *graph = json_object_get(comparison, "lock_graph");
	const char *missing = comparison_missing(comparison);
	char *title = output_format("%s: %s and %s",
				    json_text_of(comparison, "scenario"),
				    comparison_tag(comparison, "before"),
				    comparison_tag(comparison, "after"));

	html_begin(out, title);
	fputs("<header><nav>", out);
	html_link(out, "index.html", "← overview");
	write_text(out, "</nav>\n<h1>", title, "</h1></header>\n<main>\n");
	write_patches(out, json_object_get(comparison, "patches"));
	fputs("<table class=\"w folds\"><thead><tr><td></td><th>Kernel</th><th>Verdict</th>"
	      "<th>Bounds</th></tr></thead>\n<tbody>\n", out);
	write_side(out, comparison, "before");
	write_side(out, comparison, "after");
	fputs("</tbody></table>\n<p class=\"facts\">Of a campaign the executions of the search are "
	      "counted, and those of a sample before it, most of it at random. SC: sequentially "
	      "consistent memory.</p>\n", out);
	if (missing) {
		write_text(out, "<p class=\"incomplete\">Nothing is compared: no execution of the side “",
			   missing, "” came to its end.</p>\n");
	} else {
		write_findings(out, comparison);
		write_orders(out, json_object_get(graph, "orders"));
		write_picture(out, comparison, path);
		write_edges(out, json_object_get(graph, "edges"));
		write_locks(out, json_object_get(graph, "locks"));
	}
	fprintf(out, "</main>\n<script>\n%s</script>\n", asset_graph_js);
	html_end(out);
	free(title);
}

int comparison_write_html(struct json_t *comparison, const char *path)
{
	FILE *out = fopen(path, "we");

	if (!out)
		return -errno;
	write_page(out, comparison, path);
	return output_close(out);
}
