/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Two lock graphs as one picture.
 *
 * Every difference is told three times: by colour, by the kind of line and by a sign
 * (- gone, + new, ~ changed), so that it is there without colours as well.
 */
#include <errno.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "comparison.h"
#include "diff.h"
#include "graph_view.h"
#include "markup.h"
#include "output.h"

#define GREY "#607d8b"
#define RED "#c62828"		/* means a cycle, as in the graph of one kernel */
#define ON_CYCLE "\342\206\273"

static const struct look {
	const char *change, *sign, *word, *color, *fill, *style, *width;
} looks[] = {
	{ "gone", "\342\210\222", "gone", "#b45309", "#fff4e5", "dashed", "1.8" },
	{ "new", "+", "new", "#1565c0", "#e3f2fd", "bold", "2.6" },
	{ "changed", "~", "changed", "#6a1b9a", "#f3e5f5", "dotted", "2.6" },
	{ "kept", "", "kept", GREY, "#eceff1", "solid", "1" },
};

#define LOOKS (sizeof(looks) / sizeof(*looks))

static const struct look *look_of(json_t *object)
{
	size_t i;

	for (i = 0; i < LOOKS - 1; i++)
		if (!strcmp(looks[i].change, json_text_of(object, "change")))
			break;
	return &looks[i];
}

static bool is_edge_shown(json_t *edge, bool full)
{
	return full || diff_is(edge, "shown");
}

/* A lock is drawn when an edge at it is, or when it is new or gone itself. */
static bool is_lock_shown(json_t *graph, json_t *lock, bool full)
{
	const char *name = json_text_of(lock, "name");
	json_t *edge;
	size_t i;

	json_array_foreach(json_object_get(graph, "edges"), i, edge)
		if (is_edge_shown(edge, full) &&
		    (!strcmp(json_text_of(edge, "from"), name) ||
		     !strcmp(json_text_of(edge, "to"), name)))
			return true;
	return full;
}

static size_t number_of(json_t *graph, const char *name)
{
	json_t *lock;
	size_t i;

	json_array_foreach(json_object_get(graph, "locks"), i, lock)
		if (!strcmp(json_text_of(lock, "name"), name))
			return i;
	return 0;
}

static void write_lock(FILE *out, json_t *lock, size_t number)
{
	const struct look *look = look_of(lock);

	fprintf(out, "\tn%zu [id=\"lock-%zu\" class=\"%s\" URL=\"#node-%zu\" shape=\"box\" style=\"filled,%s\" fillcolor=\"%s\" color=\"%s\" penwidth=\"%s\" label=<<b>%s%s",
		number, number + 1, look->change, number + 1, look->style, look->fill, look->color, look->width,
		look->sign, *look->sign ? " " : "");
	markup_escape(out, json_text_of(lock, "name"), MARKUP_TEXT);
	fprintf(out, "</b><br/><font point-size=\"9\" color=\"%s\">%s%s%s</font>>];\n",
		GREY, json_text_of(lock, "kind"), *look->sign ? ", " : "",
		*look->sign ? look->word : "");
}

/* Does it lie on a cycle as it is now? */
static bool is_red(json_t *edge)
{
	const char *cycle = json_text_of(edge, "cycle");

	return !strcmp(cycle, "after") || !strcmp(cycle, "both");
}

static void write_edge(FILE *out, json_t *graph, json_t *edge)
{
	long n = json_number_of(edge, "number");
	const struct look *look = look_of(edge);

	fprintf(out, "\tn%zu -> n%zu [id=\"arrow-%ld\" class=\"%s%s\" URL=\"#edge-%ld\" label=\" %s%ld%s%s \" style=\"%s\" color=\"%s\" fontcolor=\"%s\" penwidth=\"%s\"];\n",
		number_of(graph, json_text_of(edge, "from")),
		number_of(graph, json_text_of(edge, "to")), n, look->change,
		is_red(edge) ? " red" : "", n, look->sign, n,
		diff_is(edge, "reversed") ? " \342\207\204" : "",
		is_red(edge) ? " " ON_CYCLE : "", look->style,
		look->color, is_red(edge) ? RED : look->color,
		look->width);
}

static void write_title(FILE *out, json_t *comparison)
{
	fputs("\tlabel=<<b>Locks of ", out);
	markup_escape(out, json_text_of(comparison, "scenario"), MARKUP_TEXT);
	fputs(": ", out);
	markup_escape(out, comparison_tag(comparison, "before"), MARKUP_TEXT);
	fputs(" \342\206\222 ", out);
	markup_escape(out, comparison_tag(comparison, "after"), MARKUP_TEXT);
	fputs("</b>>;\n", out);
}

/* Many at one lock: beside each other they would be too wide to read. */
static bool is_wide(json_t *graph, bool full)
{
	json_t *lock, *edge;
	size_t i, j;

	json_array_foreach(json_object_get(graph, "locks"), i, lock) {
		const char *name = json_text_of(lock, "name");
		size_t n = 0;

		json_array_foreach(json_object_get(graph, "edges"), j, edge)
			n += is_edge_shown(edge, full) &&
			     (!strcmp(json_text_of(edge, "from"), name) ||
			      !strcmp(json_text_of(edge, "to"), name));
		if (n > LOCKGRAPH_WIDE)
			return true;
	}
	return false;
}

static void write_graph(FILE *out, json_t *comparison, bool full)
{
	json_t *graph = json_object_get(comparison, "lock_graph");
	bool wide = is_wide(graph, full);
	json_t *lock, *edge;
	size_t i;

	fprintf(out, "digraph locks {\n"
		"\tgraph [rankdir=\"%s\" nodesep=\"%s\" ranksep=\"%s\"", wide ? "LR" : "TB",
		wide ? "0.25" : "0.5", wide ? "0.6" : "0.55");
	fputs(" fontname=\"Helvetica\" fontsize=\"11\" labelloc=\"b\" labeljust=\"l\" bgcolor=\"white\" pad=\"0.3\"];\n"
	      "\tnode [fontname=\"Helvetica\" fontsize=\"12\" margin=\"0.2,0.08\"];\n"
	      "\tedge [fontname=\"Helvetica\" fontsize=\"12\"];\n", out);
	write_title(out, comparison);
	json_array_foreach(json_object_get(graph, "locks"), i, lock)
		if (is_lock_shown(graph, lock, full))
			write_lock(out, lock, i);
	json_array_foreach(json_object_get(graph, "edges"), i, edge)
		if (is_edge_shown(edge, full))
			write_edge(out, graph, edge);
	fputs("}\n", out);
}

int comparison_write_dot(struct json_t *comparison, const char *path, bool full)
{
	FILE *out = fopen(path, "we");

	if (!out)
		return -errno;
	write_graph(out, comparison, full);
	return output_close(out);
}
