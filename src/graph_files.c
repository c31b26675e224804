/* SPDX-License-Identifier: GPL-2.0-only */
/* The files of a lock graph, and schedules that show its edges; graph_files.h. */
#include <assert.h>
#include <errno.h>
#include <jansson.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "graph_files.h"
#include "graph_view.h"
#include "json.h"
#include "output.h"
#include "source.h"
#include "spawn.h"
#include "svg_labels.h"

/* An edge's schedule. @file: where it is kept; -1 not yet */
struct shown {
	struct weft_schedule	schedule;
	unsigned long		steps;
	size_t			edge;
	int			file;
};

static bool same_runs(const struct weft_schedule *a,
		      const struct weft_schedule *b)
{
	size_t i;

	for (i = 0; i < a->runs_n; i++) {
		bool last = i + 1 == a->runs_n;

		if (a->runs[i].task != b->runs[i].task ||
		    (last ? a->runs[i].steps > b->runs[i].steps :
			    a->runs[i].steps != b->runs[i].steps))
			return false;
	}
	return true;
}

/* Does every execution of @b begin as @a tells? */
static bool begins_with(const struct weft_schedule *b,
			const struct weft_schedule *a)
{
	return a->runs_n <= b->runs_n && a->choices_n <= b->choices_n &&
	       a->racy_n == b->racy_n &&
	       (!a->racy_n || !memcmp(a->racy, b->racy,
				      a->racy_n * sizeof(*a->racy))) &&
	       (!a->choices_n || !memcmp(a->choices, b->choices,
			a->choices_n * sizeof(*a->choices))) &&
	       same_runs(a, b);
}

static int longest_first(const void *a, const void *b)
{
	const struct shown *x = a, *y = b;

	if (x->steps != y->steps)
		return x->steps > y->steps ? -1 : 1;
	return x->edge < y->edge ? -1 : x->edge > y->edge;
}

static size_t decode_all(const struct weft_lockgraph *graph, struct shown *ret)
{
	const char *error;
	size_t i, n = 0;
	int err;

	for (i = 0; i < graph->edges_n; i++) {
		if (!graph->edges[i].schedule)
			continue;
		memset(&ret[n], 0, sizeof(ret[n]));
		err = weft_schedule_decode(graph->edges[i].schedule,
					   &ret[n].schedule, &error);
		assert(!err && "a schedule of ours cannot be read");
		ret[n].steps = weft_schedule_steps(&ret[n].schedule,
						    ret[n].schedule.runs_n);
		ret[n].edge = i;
		ret[n++].file = -1;
	}
	if (n)
		qsort(ret, n, sizeof(*ret), longest_first);
	return n;
}

static void keep(struct lockgraph_schedules *s,
		 const struct weft_lockgraph *graph, struct shown *one)
{
	one->file = (int)s->n;
	s->texts[s->n] = graph->edges[one->edge].schedule;
	s->names[s->n] = output_format("lock-graph-%zu.schedule", s->n + 1);
	s->n++;
}

static void choose_schedules(struct lockgraph_schedules *s,
			     const struct weft_lockgraph *graph)
{
	struct shown *all = calloc(graph->edges_n + 1, sizeof(*all));
	size_t i, j, n;

	s->names = calloc(graph->edges_n + 1, sizeof(*s->names));
	s->texts = calloc(graph->edges_n + 1, sizeof(*s->texts));
	s->of_edge = calloc(graph->edges_n + 1, sizeof(*s->of_edge));
	s->step_of_edge = calloc(graph->edges_n + 1, sizeof(*s->step_of_edge));
	assert(all && s->names && s->texts && s->of_edge && s->step_of_edge &&
	       "out of memory for a report");
	for (i = 0; i < graph->edges_n; i++)
		s->of_edge[i] = -1;
	n = decode_all(graph, all);
	for (i = 0; i < n; i++) {
		for (j = 0; j < i && all[i].file < 0; j++)
			if (begins_with(&all[j].schedule, &all[i].schedule))
				all[i].file = all[j].file;
		if (all[i].file < 0)
			keep(s, graph, &all[i]);
		s->of_edge[all[i].edge] = all[i].file;
		s->step_of_edge[all[i].edge] = all[i].steps;
	}
	for (i = 0; i < n; i++)
		weft_schedule_clear(&all[i].schedule);
	free(all);
}

static void clear_schedules(struct lockgraph_schedules *s)
{
	size_t i;

	for (i = 0; i < s->n; i++)
		free(s->names[i]);
	free(s->names);
	free(s->texts);
	free(s->of_edge);
	free(s->step_of_edge);
}

static int write_schedules(const struct campaign *c,
			   const struct lockgraph_schedules *s)
{
	int err = 0;
	size_t i;

	for (i = 0; i < s->n && !err; i++) {
		char *path = output_format("%s/%s", c->dir, s->names[i]);
		struct weft_schedule schedule = { 0 };
		const char *error;
		char *text;

		err = weft_schedule_decode(s->texts[i], &schedule, &error);
		campaign_name_schedule(c, &schedule);
		text = weft_schedule_encode(&schedule);
		if (!err)
			err = text ? output_write_file(path, text) : -ENOMEM;
		weft_schedule_clear(&schedule);
		free(text);
		free(path);
	}
	return err;
}

static int write_documents(struct campaign *c, bool full,
			   const struct lockgraph_schedules *schedules)
{
	struct weft_source *source = weft_source_open(c->has_kernel ?
						      c->kernel.path : NULL);
	json_t *document = lockgraph_document(&c->run, full, schedules, source);
	char *json = output_format("%s/lock-graph.json", c->dir);
	char *graphml = output_format("%s/lock-graph.graphml", c->dir);
	int err = lockgraph_write_graphml(document, graphml);

	if (err)
		json_decref(document);
	else
		err = json_write_path(document, json);
	weft_source_close(source);
	free(json);
	free(graphml);
	return err;
}

/* Without dot(1) only the .dot is written. */
static int write_picture(const struct campaign *c, const char *name, bool full)
{
	char dot[PATH_MAX], svg[PATH_MAX];
	const char *const argv[] = { "dot", "-Tsvg", "-o", svg, dot, NULL };
	int err;

	snprintf(dot, sizeof(dot), "%s/%s.dot", c->dir, name);
	snprintf(svg, sizeof(svg), "%s/%s.svg", c->dir, name);
	err = lockgraph_write_dot(&c->run, full, dot, name);
	if (!err)
		err = weft_spawn(argv, NULL, NULL);
	if (!err)
		err = svg_settle_labels(svg);
	return err == -ENOENT ? 0 : err;
}

/* Is there more than is shown by default? */
static bool has_more(const struct weft_run *run)
{
	struct weft_graph_view view;
	bool more;

	weft_graph_view_create(&view, run, false);
	more = view.edges_n < run->result->graph.edges_n;
	weft_graph_view_clear(&view);
	return more;
}

int lockgraph_write(struct campaign *c, bool full)
{
	struct lockgraph_schedules schedules = { 0 };
	int err;

	choose_schedules(&schedules, &c->run.result->graph);
	err = write_schedules(c, &schedules);
	if (!err)
		err = write_documents(c, full, &schedules);
	clear_schedules(&schedules);
	if (!err)
		err = write_picture(c, "lock-graph", full);
	if (!err && !full && has_more(&c->run))
		err = write_picture(c, "lock-graph-full", true);
	return err;
}
