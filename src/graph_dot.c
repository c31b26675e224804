// SPDX-License-Identifier: GPL-2.0-only
/*
 * The lock graph as a picture: DOT, and SVG through dot(1).
 *
 * Nodes carry the kernel's names of lock classes and what kind of lock they
 * are; edges carry numbers that a table below explains. Red is what lies on a
 * cycle. Nothing in it depends on addresses or on the time of day.
 */
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "../framework/port.h"
#include "graph_view.h"
#include "markup.h"
#include "spawn.h"

#define RED "#c62828"
#define INK "#263238"
#define GREY "#607d8b"

static const struct {
	const char *name, *shape, *fill;
} kinds[WEFT_LOCK_KINDS + 1] = {
	[WEFT_LOCK_MUTEX]	= { "mutex", "box", "#e3f2fd" },
	[WEFT_LOCK_SPIN]	= { "spinlock", "octagon", "#fff3e0" },
	[WEFT_LOCK_RWSEM]	= { "rwsem", "box\" peripheries=\"2",
				    "#e8f5e9" },
	[WEFT_LOCK_RWLOCK]	= { "rwlock", "doubleoctagon", "#fff3e0" },
	[WEFT_LOCK_SEMAPHORE]	= { "semaphore", "hexagon", "#f3e5f5" },
	[WEFT_LOCK_ANNOTATION]	= { "annotation", "note", "#fffde7" },
	[WEFT_LOCK_KINDS]	= { "wait", "ellipse", "#fce4ec" },
};

static const struct {
	const char *verb, *style;
} modes[] = {
	[WEFT_EDGE_EXCLUSIVE]	= { "lock", "solid" },
	[WEFT_EDGE_SHARED]	= { "shared", "dashed" },
	[WEFT_EDGE_TRY]		= { "trylock", "dotted" },
	[WEFT_EDGE_WAIT]	= { "wait", "bold\" arrowhead=\"empty" },
};

static bool on_cycle(const struct weft_lockgraph *graph, uint32_t node)
{
	size_t i;

	for (i = 0; i < graph->edges_n; i++)
		if (graph->edges[i].in_cycle && (graph->edges[i].from == node ||
						 graph->edges[i].to == node))
			return true;
	return false;
}

static void write_node(FILE *out, const struct weft_lockgraph *graph,
		       uint32_t i)
{
	const struct weft_lock_node *node = &graph->nodes[i];
	unsigned int kind = node->is_wait || node->kind > WEFT_LOCK_KINDS ?
			    WEFT_LOCK_KINDS : node->kind;
	bool red = on_cycle(graph, i);

	fprintf(out, "\tn%u [shape=\"%s\" fillcolor=\"%s\" color=\"%s\" penwidth=\"%s\" label=<",
		i, kinds[kind].shape, kinds[kind].fill, red ? RED : GREY,
		red ? "2.5" : "1");
	fputs("<b>", out);
	markup_escape(out, node->name, MARKUP_TEXT);
	fprintf(out, "</b><br/><font point-size=\"9\" color=\"%s\">%s</font>>];\n",
		GREY, kinds[kind].name);
}

static void write_edge(FILE *out, const struct weft_lock_edge *edge,
		       unsigned int number)
{
	const char *color = edge->in_cycle ? RED : INK;

	fprintf(out, "\tn%u -> n%u [label=\" %u \" style=\"%s\" color=\"%s\" fontcolor=\"%s\" penwidth=\"%s\"];\n",
		edge->from, edge->to, number, modes[edge->mode].style, color,
		color, edge->in_cycle ? "2.5" : "1.2");
}

static void write_cell(FILE *out, const char *text, bool red)
{
	fputs("<td align=\"left\">", out);
	if (red)
		fprintf(out, "<font color=\"%s\">", RED);
	markup_escape(out, text, MARKUP_TEXT);
	fprintf(out, "%s</td>", red ? "</font>" : "");
}

static void write_site_cell(FILE *out, const struct weft_run *run,
			    const struct weft_stack *stack, bool red)
{
	struct weft_frame site;
	char text[400];

	if (!weft_symbols_site(run->symbols, stack, &site)) {
		write_cell(out, stack->n ? "–" : "before the tasks began", red);
		return;
	}
	snprintf(text, sizeof(text), "%s() %s:%d", site.function,
		 site.file ? site.file : "??", site.line);
	write_cell(out, text, red);
}

static void write_row(FILE *out, const struct weft_run *run,
		      const struct weft_lock_edge *edge, unsigned int number)
{
	const struct weft_lockgraph *graph = &run->result->graph;
	bool red = edge->in_cycle;
	char text[80];

	fputs("<tr>", out);
	snprintf(text, sizeof(text), "%u", number);
	write_cell(out, text, red);
	write_cell(out, graph->nodes[edge->from].name, red);
	write_site_cell(out, run, &edge->from_stack, red);
	write_cell(out, graph->nodes[edge->to].name, red);
	write_site_cell(out, run, &edge->to_stack, red);
	snprintf(text, sizeof(text), "%s%s", modes[edge->mode].verb,
		 edge->from_shared ? ", held shared" : "");
	write_cell(out, text, red);
	snprintf(text, sizeof(text), "%lu", edge->execution);
	write_cell(out, text, red);
	fputs("</tr>\n", out);
}

static void write_title(FILE *out, const struct weft_run *run,
			const struct weft_graph_view *view)
{
	fputs("<tr><td> </td></tr>\n<tr><td colspan=\"7\" align=\"left\"><b>Locks of ",
	      out);
	markup_escape(out, run->scenario->name, MARKUP_TEXT);
	if (run->kernel) {
		fputs(" on Linux ", out);
		markup_escape(out, run->release ? run->release : run->kernel, MARKUP_TEXT);
	}
	fputs("</b>", out);
	if (view->nodes_left_out)
		fprintf(out, "  <font color=\"%s\">(%zu more lock%s: weft graph --full)</font>",
			GREY, view->nodes_left_out,
			view->nodes_left_out == 1 ? "" : "s");
	fputs("</td></tr>\n", out);
}

static void write_cycles(FILE *out, const struct weft_run *run)
{
	size_t i;

	for (i = 0; i < run->result->cycles_n; i++) {
		const struct weft_lock_cycle *cycle = &run->result->cycles[i];
		char *text = weft_cycle_text(run, cycle);
		char *verdict = weft_cycle_verdict_text(run, cycle);

		fputs("<tr><td> </td><td colspan=\"6\" align=\"left\"><font color=\"#c62828\">cycle</font> ",
		      out);
		markup_escape(out, text, MARKUP_TEXT);
		fputs(": ", out);
		markup_escape(out, verdict, MARKUP_TEXT);
		fputs("</td></tr>\n", out);
		free(text);
		free(verdict);
	}
}

/* Numbers on arrows, explained. */
static void write_legend(FILE *out, const struct weft_run *run,
			 const struct weft_graph_view *view)
{
	static const char *const heads[] = {
		"", "while holding", "taken in", "takes", "in", "how",
		"first seen in execution",
	};
	const struct weft_lockgraph *graph = &run->result->graph;
	unsigned int number = 0;
	size_t i;

	fputs("\tlabel=<<table border=\"0\" cellborder=\"0\" cellspacing=\"0\" cellpadding=\"4\">\n",
	      out);
	write_title(out, run, view);
	if (view->edges_n) {
		fputs("<tr>", out);
		for (i = 0; i < sizeof(heads) / sizeof(*heads); i++)
			fprintf(out, "<td align=\"left\"><font color=\"%s\">%s</font></td>",
				GREY, *heads[i] ? heads[i] : " ");
		fputs("</tr>\n<hr/>\n", out);
	}
	for (i = 0; i < graph->edges_n; i++)
		if (view->edges[i])
			write_row(out, run, &graph->edges[i], ++number);
	write_cycles(out, run);
	fputs("</table>>;\n", out);
}

static void write_graph(FILE *out, const struct weft_run *run,
			const struct weft_graph_view *view)
{
	const struct weft_lockgraph *graph = &run->result->graph;
	unsigned int number = 0;
	size_t i;

	fputs("digraph locks {\n"
	      "\tgraph [rankdir=\"TB\" nodesep=\"0.6\" ranksep=\"0.7\" fontname=\"Helvetica\" fontsize=\"11\" labelloc=\"b\" labeljust=\"l\" bgcolor=\"white\" pad=\"0.3\"];\n"
	      "\tnode [style=\"filled\" fontname=\"Helvetica\" fontsize=\"12\" margin=\"0.2,0.08\"];\n"
	      "\tedge [fontname=\"Helvetica\" fontsize=\"12\"];\n", out);
	write_legend(out, run, view);
	for (i = 0; i < graph->nodes_n; i++)
		if (view->nodes[i])
			write_node(out, graph, (uint32_t)i);
	if (!view->nodes_n)
		fputs("\tnothing [shape=\"plaintext\" style=\"\" label=\"No lock was taken while another one was held.\"];\n",
		      out);
	for (i = 0; i < graph->edges_n; i++)
		if (view->edges[i])
			write_edge(out, &graph->edges[i], ++number);
	fputs("}\n", out);
}

/**
 * weft_write_lock_graph() - lock-graph.dot and lock-graph.svg in run->dir
 * @full: every lock, not only those that matter (see graph_view.h)
 *
 * Without dot(1) only the first is written.
 * Return: 0 or negative errno.
 */
int weft_write_lock_graph(const struct weft_run *run, bool full)
{
	char dot[PATH_MAX], svg[PATH_MAX];
	const char *const argv[] = { "dot", "-Tsvg", "-o", svg, dot, NULL };
	struct weft_graph_view view;
	FILE *out;
	int err;

	snprintf(dot, sizeof(dot), "%s/lock-graph.dot", run->dir);
	snprintf(svg, sizeof(svg), "%s/lock-graph.svg", run->dir);
	out = fopen(dot, "we");
	if (!out)
		return -errno;
	weft_graph_view_create(&view, run, full);
	write_graph(out, run, &view);
	weft_graph_view_clear(&view);
	err = ferror(out) ? -EIO : 0;
	if (fclose(out) && !err)
		err = -EIO;
	if (!err)
		err = weft_spawn(argv, NULL, NULL);
	return err == -ENOENT ? 0 : err;
}
