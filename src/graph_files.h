/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The lock graph of a campaign in files:
 *
 *	lock-graph.json		all of it, with stacks, source and schedules
 *	lock-graph.dot, .svg	what is shown by default; nodes and edges are links
 *	lock-graph-full.dot, .svg	everything, where that is more
 *	lock-graph.graphml	all of it, for other programs
 *	lock-graph-N.schedule	executions that showed edges first
 *	lock-graph.html, lock-graph-full.html	html_graph.c, from JSON and SVG
 */
#ifndef WEFT_GRAPH_FILES_H
#define WEFT_GRAPH_FILES_H

#include "campaign.h"

struct json_t;
struct weft_source;

/**
 * struct lockgraph_schedules - schedules that show edges
 * @names:   "lock-graph-1.schedule"
 * @texts:   as the edges have them
 * @of_edge: place in @names; -1: taken in the setup
 * @step_of_edge: the step of the execution that takes it
 *
 * One whose execution begins with all of another's serves for both.
 */
struct lockgraph_schedules {
	char	**names;
	char	**texts;
	size_t	n;
	int	*of_edge;
	unsigned long *step_of_edge;
};

/* Words for enum weft_edge_mode and for what lockgraph_kind() gives. */
extern const char *const lockgraph_kinds[];
extern const char *const lockgraph_modes[];
unsigned int lockgraph_kind(const struct weft_lock_node *node);

/* All files but the pages. Return: 0 or negative errno. */
int lockgraph_write(struct campaign *c, bool full);

/* lockgraph_json.c: what lock-graph.json holds */
struct json_t *lockgraph_document(const struct weft_run *run, bool full,
				  const struct lockgraph_schedules *schedules,
				  struct weft_source *source);
/* graph_dot.c: @page: of the links, without .html; 0 or negative errno */
int lockgraph_write_dot(const struct weft_run *run, bool full, const char *path,
			const char *page);
/* graphml.c; 0 or negative errno */
int lockgraph_write_graphml(struct json_t *document, const char *path);

/* html_graph.c: the pages in @dir, if there is a lock-graph.json; 0 or -errno. */
int html_write_graphs(const char *dir, struct json_t *campaign);

#endif
