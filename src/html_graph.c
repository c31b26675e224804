/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The pages of a lock graph: picture, what its numbers mean, who took what where.
 *
 * Made from lock-graph.json and the SVG beside it, so that they can be made again
 * at any time. lock-graph.html has what is shown by default, lock-graph-full.html
 * everything; a number means the same in both. Rows are #edge-N and #node-N.
 */
#include <errno.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "assets/assets.h"
#include "graph_files.h"
#include "html.h"
#include "html_graph.h"
#include "json_read.h"
#include "markup.h"
#include "output.h"

static void put(const struct graph_page *page, const char *text)
{
	markup_escape(page->out, text, MARKUP_TEXT);
}

static void write_head(const struct graph_page *page)
{
	const char *kernel = json_text_of(page->document, "release");

	fputs("<header>\n<nav>", page->out);
	html_link(page->out, "../index.html", "← overview");
	fputs("</nav>\n<p class=\"facts\">", page->out);
	put(page, json_text_of(page->document, "scenario"));
	if (*kernel) {
		fputs(" on Linux ", page->out);
		put(page, kernel);
	}
	fprintf(page->out, "</p>\n<h1>%s</h1>\n<p class=\"lead\">An arrow from A to B: "
		"B was taken, or waited for, while A was held, and A was the lock "
		"taken last. Click an arrow or a lock for where and when.</p>\n"
		"<p class=\"facts\">Of a task that holds A and B when it takes C there are the "
		"arrows A → B and B → C: follow them to see all that was held.</p>\n"
		"</header>\n<main>\n",
		page->full ? "Lock graph: every lock" : "Lock graph");
}

static void write_cycle(const struct graph_page *page, json_t *cycle)
{
	json_t *locks = json_object_get(cycle, "cycle"), *lock;
	json_t *finding = json_object_get(cycle, "finding");
	json_t *suppressed = json_object_get(cycle, "suppressed");
	size_t i;

	fputs("<li>", page->out);
	json_array_foreach(locks, i, lock) {
		fputs("<code>", page->out);
		put(page, json_string_value(lock));
		fputs("</code> → ", page->out);
	}
	fputs("<code>", page->out);
	put(page, json_string_value(json_array_get(locks, 0)));
	fputs("</code>: <b>", page->out);
	put(page, json_text_of(cycle, "judged"));
	fputs("</b>", page->out);
	if (!strcmp(json_text_of(cycle, "judged"), "feasible"))
		fputs(" (an execution showed the deadlock)", page->out);
	if (*json_text_of(cycle, "reason")) {
		fputs(", ", page->out);
		put(page, json_text_of(cycle, "reason"));
	}
	if (json_is_object(suppressed)) {
		fputs("; suppressed: ", page->out);
		put(page, json_text_of(suppressed, "reason"));
	}
	if (json_is_string(finding)) {
		char *to = output_format("%s.html", json_string_value(finding));
		char *text = output_format("see %s", json_string_value(finding));

		fputs("; ", page->out);
		html_link(page->out, to, text);
		free(to);
		free(text);
	}
	fputs("</li>\n", page->out);
}

static void write_cycles(const struct graph_page *page)
{
	json_t *cycles = json_object_get(page->campaign, "lock_cycles"), *cycle;
	size_t i;

	if (!json_array_size(cycles)) {
		fputs("<p>No cycle: in the orders that were seen, those who take these "
		      "locks cannot wait for each other in a circle.</p>\n", page->out);
		return;
	}
	fputs("<h2>Cycles</h2>\n<ul>\n", page->out);
	json_array_foreach(cycles, i, cycle)
		write_cycle(page, cycle);
	fputs("</ul>\n", page->out);
}

/* How lines look, next to what they mean: not drawn into the picture. */
static void write_samples(FILE *out)
{
	static const struct {
		const char *class, *dashes, *more, *means;
	} samples[] = {
		{ "", "", "", "taken alone (lock, write)" },
		{ "", "5 3", "", "<b>read</b>: taken shared" },
		{ "", "1 4", "", "<b>try</b>: trylock, closes no cycle" },
		{ "", "9 3 2 3", "<polygon points=\"28,3 38,8 28,13\"/>",
		  "<b>wait</b>: waited for" },
		{ "", "", "<circle cx=\"5\" cy=\"8\" r=\"4\"/>",
		  "the held one is held shared" },
		{ "red", "", "", "<b>↻</b>, thick and red: on a cycle" },
	};
	size_t i;

	fputs("<ul class=\"samples\" aria-label=\"kinds of lines\">\n", out);
	for (i = 0; i < sizeof(samples) / sizeof(*samples); i++)
		fprintf(out, "<li class=\"%s\"><svg width=\"40\" height=\"16\" aria-hidden=\"true\">"
			"<line x1=\"1\" y1=\"8\" x2=\"38\" y2=\"8\" stroke-dasharray=\"%s\"/>"
			"%s</svg>%s</li>\n", samples[i].class,
			*samples[i].dashes ? samples[i].dashes : "none",
			samples[i].more, samples[i].means);
	fputs("</ul>\n", out);
}

static bool is_there(const struct graph_page *page, const char *file)
{
	char *path = output_format("%s/%s", page->dir, file);
	bool there = !access(path, R_OK);

	free(path);
	return there;
}

static void write_picture(const struct graph_page *page)
{
	char *svg = output_format("%s/%s.svg", page->dir, page->name);

	fputs("<h2>Picture</h2>\n<div class=\"pictured\">\n", page->out);
	write_samples(page->out);
	if (html_write_svg(page->out, svg, "picture of the lock graph; the table "
			   "below says the same"))
		fputs("<p class=\"incomplete\">There is no picture: install "
		      "graphviz.</p>\n", page->out);
	fputs("</div>\n", page->out);
	free(svg);
}

static void write_other_view(const struct graph_page *page)
{
	size_t edges = json_array_size(json_object_get(page->document, "edges"));

	if (!page->full && !is_there(page, "lock-graph-full.dot"))
		return;
	fputs("<p>", page->out);
	if (page->full) {
		html_link(page->out, "lock-graph.html", "only the locks that matter");
		fputs(": those on cycles and those taken in the code that the "
		      "scenario is about", page->out);
	} else {
		fprintf(page->out, "Here are the %zu of %zu edges between locks on "
			"cycles and locks taken in the code that the scenario is "
			"about. ", page->edges_n, edges);
		html_link(page->out, "lock-graph-full.html", "All of it");
	}
	fputs("</p>\n", page->out);
}

static void write_files(const struct graph_page *page)
{
	static const char *const suffixes[] = { "svg", "dot" };
	static const char *const whole[] = {
		"lock-graph.json", "lock-graph.graphml",
	};
	size_t i;

	fputs("<p class=\"facts\">For other programs:", page->out);
	for (i = 0; i < 2; i++) {
		char *name = output_format("%s.%s", page->name, suffixes[i]);

		fputc(' ', page->out);
		if (is_there(page, name))
			html_link(page->out, name, name);
		free(name);
	}
	for (i = 0; i < 2; i++) {
		fputc(' ', page->out);
		html_link(page->out, whole[i], whole[i]);
	}
	fputs("</p>\n", page->out);
}

static void write_page(const struct graph_page *page)
{
	char *title = output_format("Lock graph: %s %s",
				    json_text_of(page->document, "scenario"),
				    json_text_of(page->document, "kernel"));

	html_begin(page->out, title);
	write_head(page);
	write_cycles(page);
	write_picture(page);
	write_other_view(page);
	html_write_graph_edges(page);
	html_write_graph_locks(page);
	write_files(page);
	fprintf(page->out, "</main>\n<script>\n%s</script>\n", asset_graph_js);
	html_end(page->out);
	free(title);
}

static int write_one(struct graph_page *page)
{
	char *path = output_format("%s/%s.html", page->dir, page->name);
	json_t *edge;
	size_t i;

	page->edges_n = 0;
	json_array_foreach(json_object_get(page->document, "edges"), i, edge)
		page->edges_n += html_is_in_graph(page, edge);
	page->out = fopen(path, "we");
	free(path);
	if (!page->out)
		return -errno;
	write_page(page);
	return output_close(page->out);
}

int html_write_graphs(const char *dir, struct json_t *campaign)
{
	struct graph_page page = {
		.dir = dir, .campaign = campaign, .name = "lock-graph",
	};
	char *path = output_format("%s/lock-graph.json", dir);
	int err;

	page.document = json_load_file(path, 0, NULL);
	free(path);
	if (!json_is_integer(json_object_get(page.document, "format"))) {
		json_decref(page.document);
		return -ENOENT;
	}
	err = write_one(&page);
	if (!err && is_there(&page, "lock-graph-full.dot")) {
		page.full = true;
		page.name = "lock-graph-full";
		err = write_one(&page);
	}
	json_decref(page.document);
	return err;
}
