/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The lock graph as GraphML, for programs that look at graphs.
 *
 * Source: Brandes, Eiglsperger, Herman, Himsolt and Marshall, "GraphML Progress
 * Report", GD 2001; http://graphml.graphdrawing.org. Nodes and edges are in the
 * order of lock-graph.json, so that the file is the same every time.
 */
#include <errno.h>
#include <jansson.h>
#include <stdio.h>
#include <string.h>

#include "graph_files.h"
#include "json_read.h"
#include "markup.h"
#include "output.h"

/* A datum of nodes or edges. @from: key of the object, @part: of what is in it */
static const struct datum {
	const char *id, *of, *type, *from, *part;
} data[] = {
	{ "name", "node", "string", "name", NULL },
	{ "class", "node", "string", "class", NULL },
	{ "kind", "node", "string", "kind", NULL },
	{ "node_shown", "node", "boolean", "shown", NULL },
	{ "number", "edge", "int", "number", NULL },
	{ "mode", "edge", "string", "mode", NULL },
	{ "held_shared", "edge", "boolean", "held_shared", NULL },
	{ "on_cycle", "edge", "boolean", "on_cycle", NULL },
	{ "edge_shown", "edge", "boolean", "shown", NULL },
	{ "task", "edge", "string", "task", NULL },
	{ "execution", "edge", "long", "execution", NULL },
	{ "held_in", "edge", "string", "held_at", "function" },
	{ "held_file", "edge", "string", "held_at", "file" },
	{ "held_line", "edge", "int", "held_at", "line" },
	{ "taken_in", "edge", "string", "taken_at", "function" },
	{ "taken_file", "edge", "string", "taken_at", "file" },
	{ "taken_line", "edge", "int", "taken_at", "line" },
};

#define DATA (sizeof(data) / sizeof(*data))

static void write_value(FILE *out, json_t *value)
{
	if (json_is_boolean(value))
		fputs(json_is_true(value) ? "true" : "false", out);
	else if (json_is_integer(value))
		fprintf(out, "%lld", (long long)json_integer_value(value));
	else
		markup_escape(out, json_string_value(value), MARKUP_TEXT);
}

/* What is not known is left out. */
static void write_data(FILE *out, json_t *object, const char *of)
{
	size_t i;

	for (i = 0; i < DATA; i++) {
		json_t *value = json_object_get(object, data[i].from);

		if (data[i].part)
			value = json_object_get(value, data[i].part);
		if (strcmp(data[i].of, of) || !value || json_is_null(value))
			continue;
		fprintf(out, "      <data key=\"%s\">", data[i].id);
		write_value(out, value);
		fputs("</data>\n", out);
	}
}

static void write_graphml(FILE *out, json_t *document)
{
	json_t *object;
	size_t i;

	fputs("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
	      "<graphml xmlns=\"http://graphml.graphdrawing.org/xmlns\">\n", out);
	for (i = 0; i < DATA; i++)
		fprintf(out, "  <key id=\"%s\" for=\"%s\" attr.name=\"%s\" attr.type=\"%s\"/>\n",
			data[i].id, data[i].of, data[i].id, data[i].type);
	fputs("  <graph id=\"locks\" edgedefault=\"directed\">\n", out);
	json_array_foreach(json_object_get(document, "locks"), i, object) {
		fprintf(out, "    <node id=\"n%zu\">\n", i);
		write_data(out, object, "node");
		fputs("    </node>\n", out);
	}
	json_array_foreach(json_object_get(document, "edges"), i, object) {
		fprintf(out, "    <edge id=\"e%zu\" source=\"n%ld\" target=\"n%ld\">\n",
			i, json_number_of(object, "from"),
			json_number_of(object, "to"));
		write_data(out, object, "edge");
		fputs("    </edge>\n", out);
	}
	fputs("  </graph>\n</graphml>\n", out);
}

int lockgraph_write_graphml(struct json_t *document, const char *path)
{
	FILE *out = fopen(path, "we");

	if (!out)
		return -errno;
	write_graphml(out, document);
	return output_close(out);
}
