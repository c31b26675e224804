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

	fprintf(out, "\tn%zu [shape=\"box\" style=\"filled,%s\" fillcolor=\"%s\" color=\"%s\" penwidth=\"%s\" label=<<b>%s%s",
		number, look->style, look->fill, look->color, look->width,
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

static void write_edge(FILE *out, json_t *graph, json_t *edge, unsigned int n)
{
	const struct look *look = look_of(edge);

	fprintf(out, "\tn%zu -> n%zu [label=\" %s%u%s%s \" style=\"%s\" color=\"%s\" fontcolor=\"%s\" penwidth=\"%s\"];\n",
		number_of(graph, json_text_of(edge, "from")),
		number_of(graph, json_text_of(edge, "to")), look->sign, n,
		diff_is(edge, "reversed") ? " \342\207\204" : "",
		is_red(edge) ? " " ON_CYCLE : "", look->style,
		look->color, is_red(edge) ? RED : look->color,
		look->width);
}

static void write_cell(FILE *out, const char *text, const char *color)
{
	fprintf(out, "<td align=\"left\"><font color=\"%s\">", color);
	markup_escape(out, *text ? text : " ", MARKUP_TEXT);
	fputs("</font></td>", out);
}

/* Where and how on one side, a line for each way. */
static void write_ways(FILE *out, json_t *edge, const char *side,
		       const char *label)
{
	json_t *way;
	size_t i;

	json_array_foreach(json_object_get(edge, side), i, way) {
		char *text = comparison_way(way);

		fputs(label, out);
		markup_escape(out, text, MARKUP_TEXT);
		fputs("<br align=\"left\"/>", out);
		free(text);
	}
}

/* What is the same on both sides is told once, as it is now. */
static void write_places(FILE *out, json_t *edge, const char *color)
{
	bool changed = !strcmp(json_text_of(edge, "change"), "changed");
	bool gone = !strcmp(json_text_of(edge, "change"), "gone");

	fprintf(out, "<td align=\"left\" balign=\"left\"><font color=\"%s\">",
		color);
	if (gone || changed)
		write_ways(out, edge, "before", changed ? "before: " : "");
	if (!gone)
		write_ways(out, edge, "after", changed ? "after: " : "");
	fputs("</font></td>", out);
}

static void write_row(FILE *out, json_t *edge, unsigned int n)
{
	const struct look *look = look_of(edge);
	char *number = output_format("%s%u", look->sign, n);
	const char *cycle = comparison_cycle(edge);
	char *word = output_format("%s%s%s%s%s", look->word,
				   diff_is(edge, "reversed") ?
				   ", turned round" : "",
				   *cycle ? ", " : "", cycle,
				   is_red(edge) ? " " ON_CYCLE : "");

	fputs("<tr>", out);
	write_cell(out, number, look->color);
	write_cell(out, word, is_red(edge) ? RED : look->color);
	write_cell(out, json_text_of(edge, "from"), look->color);
	write_cell(out, json_text_of(edge, "to"), look->color);
	write_places(out, edge, look->color);
	fputs("</tr>\n", out);
	free(number);
	free(word);
}

static void write_title(FILE *out, json_t *comparison)
{
	size_t i;

	fputs("<tr><td> </td></tr>\n<tr><td colspan=\"5\" align=\"left\"><b>Locks of ",
	      out);
	markup_escape(out, json_text_of(comparison, "scenario"), MARKUP_TEXT);
	fputs(": ", out);
	markup_escape(out, comparison_tag(comparison, "before"), MARKUP_TEXT);
	fputs(" \342\206\222 ", out);
	markup_escape(out, comparison_tag(comparison, "after"), MARKUP_TEXT);
	fputs("</b>   ", out);
	for (i = 0; i < LOOKS; i++)
		fprintf(out, " <font color=\"%s\"><b>%s%s%s</b> (%s line)</font> ",
			looks[i].color, looks[i].sign,
			*looks[i].sign ? " " : "", looks[i].word,
			!strcmp(looks[i].style, "bold") ? "thick" :
			!strcmp(looks[i].style, "solid") ? "thin" :
			looks[i].style);
	fprintf(out, " <font color=\"%s\"><b>" ON_CYCLE " on a cycle now</b></font></td></tr>\n",
		RED);
}

static void write_legend(FILE *out, json_t *comparison, bool full)
{
	static const char *const heads[] = {
		" ", " ", "while holding", "takes", "how and where",
	};
	json_t *graph = json_object_get(comparison, "lock_graph"), *edge;
	unsigned int n = 0;
	size_t i;

	fputs("\tlabel=<<table border=\"0\" cellborder=\"0\" cellspacing=\"0\" cellpadding=\"4\">\n",
	      out);
	write_title(out, comparison);
	fputs("<tr>", out);
	for (i = 0; i < sizeof(heads) / sizeof(*heads); i++)
		write_cell(out, heads[i], GREY);
	fputs("</tr>\n<hr/>\n", out);
	json_array_foreach(json_object_get(graph, "edges"), i, edge)
		if (is_edge_shown(edge, full))
			write_row(out, edge, ++n);
	fputs("</table>>;\n", out);
}

static void write_graph(FILE *out, json_t *comparison, bool full)
{
	json_t *graph = json_object_get(comparison, "lock_graph");
	json_t *lock, *edge;
	unsigned int n = 0;
	size_t i;

	fputs("digraph locks {\n"
	      "\tgraph [rankdir=\"TB\" nodesep=\"0.6\" ranksep=\"0.7\" fontname=\"Helvetica\" fontsize=\"11\" labelloc=\"b\" labeljust=\"l\" bgcolor=\"white\" pad=\"0.3\"];\n"
	      "\tnode [fontname=\"Helvetica\" fontsize=\"12\" margin=\"0.2,0.08\"];\n"
	      "\tedge [fontname=\"Helvetica\" fontsize=\"12\"];\n", out);
	write_legend(out, comparison, full);
	json_array_foreach(json_object_get(graph, "locks"), i, lock)
		if (is_lock_shown(graph, lock, full))
			write_lock(out, lock, i);
	json_array_foreach(json_object_get(graph, "edges"), i, edge)
		if (is_edge_shown(edge, full))
			write_edge(out, graph, edge, ++n);
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
