// SPDX-License-Identifier: GPL-2.0-only
/*
 * The lock graph as a picture, for dot(1).
 *
 * Nodes carry the kernel's names of lock classes and what kind of lock they are;
 * edges carry numbers that the page's table explains, and both are links to it.
 * Red is what lies on a cycle, thick and with a sign for those who see no colours.
 * Classes are for the page's style. Nothing depends on addresses or the time of day.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "graph_files.h"
#include "graph_view.h"
#include "markup.h"
#include "output.h"

#define RED "#c62828"
#define INK "#263238"
#define GREY "#546e7a"
#define ON_CYCLE "\342\206\273"

static const struct {
	const char *shape, *fill;
} kinds[WEFT_LOCK_KINDS + 1] = {
	[WEFT_LOCK_MUTEX]	= { "box", "#e3f2fd" },
	[WEFT_LOCK_SPIN]	= { "octagon", "#fff3e0" },
	[WEFT_LOCK_RWSEM]	= { "box\" peripheries=\"2", "#e8f5e9" },
	[WEFT_LOCK_RWLOCK]	= { "doubleoctagon", "#fff3e0" },
	[WEFT_LOCK_SEMAPHORE]	= { "hexagon", "#f3e5f5" },
	[WEFT_LOCK_ANNOTATION]	= { "note", "#fffde7" },
	[WEFT_LOCK_KINDS]	= { "ellipse", "#fce4ec" },
};

/* @word: beside the number; the usual one needs none */
static const struct {
	const char *word, *style;
} modes[] = {
	[WEFT_EDGE_EXCLUSIVE]	= { "", "solid" },
	[WEFT_EDGE_SHARED]	= { " read", "dashed" },
	[WEFT_EDGE_TRY]		= { " try", "dotted" },
	[WEFT_EDGE_WAIT]	= { " wait", "bold\" arrowhead=\"empty" },
};

struct picture {
	FILE				*out;
	const struct weft_run		*run;
	const struct weft_lockgraph	*graph;
	const char			*page;	/* without .html */
	struct weft_graph_view		view;
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

static void write_text(const struct picture *p, const char *text)
{
	markup_escape(p->out, text, MARKUP_TEXT);
}

static void write_node(const struct picture *p, uint32_t i)
{
	const struct weft_lock_node *node = &p->graph->nodes[i];
	unsigned int kind = lockgraph_kind(node);
	unsigned int number = p->view.node_numbers[i];
	bool red = on_cycle(p->graph, i);

	fprintf(p->out, "\tn%u [id=\"lock-%u\" class=\"%s%s\" shape=\"%s\" fillcolor=\"%s\" color=\"%s\" penwidth=\"%s\" URL=\"%s.html#node-%u\" tooltip=\"",
		i, number, lockgraph_kinds[kind], red ? " red" : "",
		kinds[kind].shape, kinds[kind].fill, red ? RED : GREY,
		red ? "2.5" : "1", p->page, number);
	markup_escape(p->out, node->name, MARKUP_ATTRIBUTE);
	fprintf(p->out, ", %s\" label=<<b>", lockgraph_kinds[kind]);
	write_text(p, node->name);
	fprintf(p->out, "</b><br/><font point-size=\"9\" color=\"%s\">%s</font>>];\n",
		GREY, lockgraph_kinds[kind]);
}

static void write_site(const struct picture *p, const char *before,
		       const struct weft_stack *stack)
{
	char text[400];

	if (!weft_place_name(p->run->symbols, stack, text, sizeof(text)))
		return;
	fputs(before, p->out);
	markup_escape(p->out, text, MARKUP_ATTRIBUTE);
}

static void write_tip(const struct picture *p,
		      const struct weft_lock_edge *edge, const char *which)
{
	fprintf(p->out, " %s=\"", which);
	markup_escape(p->out, p->graph->nodes[edge->from].name, MARKUP_ATTRIBUTE);
	write_site(p, " held since ", &edge->from_stack);
	fprintf(p->out, ", %s ", lockgraph_modes[edge->mode]);
	markup_escape(p->out, p->graph->nodes[edge->to].name, MARKUP_ATTRIBUTE);
	write_site(p, " in ", &edge->to_stack);
	fputs("\"", p->out);
}

static void write_edge(const struct picture *p, size_t i)
{
	const struct weft_lock_edge *edge = &p->graph->edges[i];
	const char *color = edge->in_cycle ? RED : INK;
	unsigned int number = p->view.edge_numbers[i];

	fprintf(p->out, "\tn%u -> n%u [id=\"arrow-%u\" class=\"%s%s\" label=\" %u%s%s \" style=\"%s\"%s color=\"%s\" fontcolor=\"%s\" penwidth=\"%s\" URL=\"%s.html#edge-%u\"",
		edge->from, edge->to, number, lockgraph_modes[edge->mode],
		edge->in_cycle ? " red" : "", number, modes[edge->mode].word,
		edge->in_cycle ? " " ON_CYCLE : "", modes[edge->mode].style,
		edge->from_shared ? " dir=\"both\" arrowtail=\"odot\"" : "",
		color, color, edge->in_cycle ? "2.5" : "1.2", p->page, number);
	write_tip(p, edge, "edgetooltip");
	write_tip(p, edge, "labeltooltip");
	fputs("];\n", p->out);
}

static void write_title(const struct picture *p)
{
	const struct weft_run *run = p->run;

	/* The picture may go anywhere without its page: what has no word on it is told. */
	fputs("\tlabel=<<br/><b>Locks of ", p->out);
	write_text(p, run->scenario->name);
	if (run->kernel) {
		fputs(" on Linux ", p->out);
		write_text(p, run->release ? run->release : run->kernel);
	}
	fprintf(p->out, "</b><br align=\"left\"/>what the numbers mean: %s.html<br align=\"left\"/>"
		"%s<br align=\"left\"/>>;\n", p->page,
		"↻: on a cycle; a ring at the tail: held shared; a double frame: can be shared");
}

/* Many at one lock: beside each other they would be too wide to read. */
static bool is_wide(const struct picture *p)
{
	size_t i, j, n;

	for (i = 0; i < p->graph->nodes_n; i++) {
		for (n = j = 0; j < p->graph->edges_n; j++)
			n += p->view.edges[j] &&
			     (p->graph->edges[j].from == i ||
			      p->graph->edges[j].to == i);
		if (n > LOCKGRAPH_WIDE)
			return true;
	}
	return false;
}

static void write_graph(const struct picture *p)
{
	bool wide = is_wide(p);
	size_t i;

	fprintf(p->out, "digraph locks {\n"
		"\tgraph [rankdir=\"%s\" nodesep=\"%s\" ranksep=\"%s\" fontname=\"Helvetica\" fontsize=\"11\" labelloc=\"b\" labeljust=\"l\" bgcolor=\"white\" pad=\"0.2\"];\n"
		"\tnode [style=\"filled\" fontname=\"Helvetica\" fontsize=\"12\" margin=\"0.15,0.06\"];\n"
		"\tedge [fontname=\"Helvetica\" fontsize=\"12\"];\n",
		wide ? "LR" : "TB", wide ? "0.25" : "0.5", wide ? "0.6" : "0.55");
	write_title(p);
	for (i = 0; i < p->graph->nodes_n; i++)
		if (p->view.nodes[i])
			write_node(p, (uint32_t)i);
	if (!p->view.nodes_n)
		fputs("\tnothing [shape=\"plaintext\" style=\"\" label=\"No lock was taken while another one was held.\"];\n",
		      p->out);
	for (i = 0; i < p->graph->edges_n; i++)
		if (p->view.edges[i])
			write_edge(p, i);
	fputs("}\n", p->out);
}

int lockgraph_write_dot(const struct weft_run *run, bool full, const char *path,
			const char *page)
{
	struct picture picture = {
		.out = fopen(path, "we"), .run = run, .page = page,
		.graph = &run->result->graph,
	};

	if (!picture.out)
		return -errno;
	weft_graph_view_create(&picture.view, run, full);
	write_graph(&picture);
	weft_graph_view_clear(&picture.view);
	return output_close(picture.out);
}
