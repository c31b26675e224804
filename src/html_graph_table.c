/* SPDX-License-Identifier: GPL-2.0-only */
/* What the numbers in a lock graph mean: a table of edges, a table of locks. */
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "html.h"
#include "html_graph.h"
#include "json_read.h"
#include "markup.h"

static void put(const struct graph_page *page, const char *text)
{
	markup_escape(page->out, text, MARKUP_TEXT);
}

static json_t *lock_at(const struct graph_page *page, json_t *edge,
		       const char *end)
{
	return json_array_get(json_object_get(page->document, "locks"),
			      (size_t)json_number_of(edge, end));
}

bool html_is_in_graph(const struct graph_page *page, struct json_t *object)
{
	return page->full || json_is_true(json_object_get(object, "shown"));
}

/* The object with a number; NULL: there are not so many. */
static json_t *numbered(json_t *array, size_t number)
{
	json_t *object;
	size_t i;

	json_array_foreach(array, i, object)
		if (json_number_of(object, "number") == (long)number)
			return object;
	return NULL;
}

static void write_site(const struct graph_page *page, json_t *site)
{
	if (!*json_text_of(site, "function"))
		return;
	fputs("<br><small>in ", page->out);
	put(page, json_text_of(site, "function"));
	fputs("()<br>", page->out);
	put(page, json_text_of(site, "file"));
	fprintf(page->out, ":%ld</small>", json_number_of(site, "line"));
}

/* A lock, and where it was taken. */
static void write_lock(const struct graph_page *page, json_t *edge,
		       const char *end, const char *place)
{
	json_t *lock = lock_at(page, edge, end);

	fprintf(page->out, "<td data-label=\"%s\" data-key=\"",
		strcmp(end, "from") ? "takes" : "while holding");
	markup_escape(page->out, json_text_of(lock, "name"), MARKUP_ATTRIBUTE);
	fprintf(page->out, "\"><a href=\"#node-%ld\"><code>",
		json_number_of(lock, "number"));
	put(page, json_text_of(lock, "name"));
	fputs("</code></a>", page->out);
	if (!strcmp(end, "from") &&
	    json_is_true(json_object_get(edge, "held_shared")))
		fputs(" held shared", page->out);
	write_site(page, json_object_get(edge, place));
	fputs("</td>", page->out);
}

/* The first execution that showed it, and how to run that again. */
static void write_first(const struct graph_page *page, json_t *edge)
{
	json_t *number = json_object_get(edge, "schedule");
	const char *file;

	fputs("<p>", page->out);
	if (!json_is_integer(number)) {
		fputs("First seen while the scenario was set up, before its tasks "
		      "began.</p>\n", page->out);
		return;
	}
	file = json_string_value(json_array_get(json_object_get(page->document,
								"schedules"),
				 (size_t)json_integer_value(number)));
	fprintf(page->out, "First seen in execution %ld, at step %ld. To see it "
		"again: <code>weft replay --trace ",
		json_number_of(edge, "execution"), json_number_of(edge, "step"));
	put(page, file);
	fputs("</code> (", page->out);
	html_link(page->out, file, "schedule");
	fputs(")</p>\n", page->out);
}

static void write_details(const struct graph_page *page, json_t *edge)
{
	const char *mode = json_text_of(edge, "mode");

	fputs("<td data-key=\"0\"><details><summary>both stacks</summary>\n<p>", page->out);
	put(page, json_text_of(edge, "task"));
	fputs(" held <code>", page->out);
	put(page, json_text_of(lock_at(page, edge, "from"), "name"));
	fputs("</code>, taken here:</p>\n", page->out);
	html_write_stack(page->out, page->document,
			 json_object_get(edge, "held_stack"));
	fprintf(page->out, "<p>%s", strcmp(mode, "wait") ? "and took <code>" :
						    "and waited for <code>");
	put(page, json_text_of(lock_at(page, edge, "to"), "name"));
	fputs("</code> here:</p>\n", page->out);
	html_write_stack(page->out, page->document,
			 json_object_get(edge, "taken_stack"));
	write_first(page, edge);
	fputs("</details></td>", page->out);
}

static void write_edge(const struct graph_page *page, json_t *edge)
{
	bool red = json_is_true(json_object_get(edge, "on_cycle"));
	long number = json_number_of(edge, "number");

	fprintf(page->out, "<tr id=\"edge-%ld\" tabindex=\"-1\"%s><td data-key=\"%ld\" data-label=\"№\">"
		"<a href=\"#arrow-%ld\">%ld</a>%s</td>", number,
		red ? " class=\"red\"" : "", number, number, number,
		red ? " <span class=\"bug\">↻ cycle</span>" : "");
	write_lock(page, edge, "from", "held_at");
	write_lock(page, edge, "to", "taken_at");
	fputs("<td data-label=\"how\">", page->out);
	put(page, !strcmp(json_text_of(edge, "mode"), "shared") ? "read" :
	    !strcmp(json_text_of(edge, "mode"), "trylock") ? "try" :
	    json_text_of(edge, "mode"));
	fputs("</td><td data-label=\"by task\">", page->out);
	put(page, json_text_of(edge, "task"));
	fprintf(page->out, "</td><td data-label=\"first in execution\">%ld</td>",
		json_number_of(edge, "execution"));
	write_details(page, edge);
	fputs("</tr>\n", page->out);
}

void html_write_graph_edges(const struct graph_page *page)
{
	static const char *const columns[] = {
		"№", "while holding", "takes", "how", "by task",
		"first in execution", "evidence", NULL,
	};
	json_t *edges = json_object_get(page->document, "edges"), *edge;
	size_t i;

	fputs("<h2>Arrows</h2>\n", page->out);
	if (!page->edges_n) {
		fputs("<p>None: no lock was taken while another one was held.</p>\n",
		      page->out);
		return;
	}
	html_table_begin(page->out, "arrows", "folds sorted", "edges", columns);
	for (i = 1; (edge = numbered(edges, i)); i++)
		if (html_is_in_graph(page, edge))
			write_edge(page, edge);
	html_table_end(page->out);
}

/* Links to the edges at a lock. @end: which end of them it is */
static void write_edges_at(const struct graph_page *page, json_t *lock,
			   const char *end)
{
	json_t *edges = json_object_get(page->document, "edges"), *edge;
	const char *other = strcmp(end, "from") ? "from" : "to";
	size_t i, n = 0;

	fprintf(page->out, "<td data-label=\"%s\">", strcmp(end, "from") ?
		"taken while holding" : "held while taking");
	for (i = 1; (edge = numbered(edges, i)); i++) {
		if (!html_is_in_graph(page, edge) ||
		    lock_at(page, edge, end) != lock)
			continue;
		fprintf(page->out, "%s<a href=\"#edge-%zu\">%zu</a> <code>",
			n++ ? "<br>" : "", i, i);
		put(page, json_text_of(lock_at(page, edge, other), "name"));
		fputs("</code>", page->out);
	}
	fprintf(page->out, "%s</td>", n ? "" : "–");
}

void html_write_graph_locks(const struct graph_page *page)
{
	static const char *const columns[] = {
		"lock", "kind", "taken while holding", "held while taking",
		NULL,
	};
	json_t *locks = json_object_get(page->document, "locks"), *lock;
	size_t i;

	fputs("<h2>Locks</h2>\n", page->out);
	html_table_begin(page->out, "locks", "folds sorted", "locks", columns);
	for (i = 1; (lock = numbered(locks, i)); i++) {
		if (!html_is_in_graph(page, lock))
			continue;
		fprintf(page->out, "<tr id=\"node-%zu\" tabindex=\"-1\"><td>"
			"<a href=\"#lock-%zu\"><code>", i, i);
		put(page, json_text_of(lock, "name"));
		fputs("</code></a></td><td data-label=\"kind\">", page->out);
		put(page, json_text_of(lock, "kind"));
		fputs("</td>", page->out);
		write_edges_at(page, lock, "to");
		write_edges_at(page, lock, "from");
		fputs("</tr>\n", page->out);
	}
	html_table_end(page->out);
}
