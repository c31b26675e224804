/* SPDX-License-Identifier: GPL-2.0-only */
/* Parts of the page of a lock graph; between html_graph*.c only. */
#ifndef WEFT_HTML_GRAPH_H
#define WEFT_HTML_GRAPH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

struct json_t;

/**
 * struct graph_page - one page
 * @dir:     of the campaign
 * @name:    of page and picture, without their ends
 * @full:    everything
 * @edges_n: how many edges are shown
 */
struct graph_page {
	FILE		*out;
	const char	*dir, *name;
	struct json_t	*document;	/* lock-graph.json */
	struct json_t	*campaign;
	bool		full;
	size_t		edges_n;
};

/* Is a lock or an edge of the document on the page? */
bool html_is_in_graph(const struct graph_page *page, struct json_t *object);
/* html_graph_table.c: what the numbers mean */
void html_write_graph_edges(const struct graph_page *page);
void html_write_graph_locks(const struct graph_page *page);

#endif
