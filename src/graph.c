/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * weft graph: the lock graph of a scenario.
 *
 * Explores with the scenario's bounds and does not stop at findings, so that
 * the graph holds every edge there is within them.
 */
#include "batch.h"
#include "summary.h"
#include "verbs.h"

static int visit(struct batch *batch, struct campaign *c, void *arg)
{
	const struct weft_run *run = &c->run;

	(void)arg;
	summary_write_line(batch->out, run);
	fprintf(batch->out, "  %zu locks and waits, %zu edges\n",
		run->result->graph.nodes_n, run->result->graph.edges_n);
	if (run->graph)
		fprintf(batch->out, "  graph     %s\n", run->graph);
	return (int)run->result->verdict;
}

/**
 * verb_graph() - weft graph
 */
int verb_graph(const struct options *options)
{
	struct options all = *options;
	struct batch batch = {
		.options = &all,
		.reports = REPORT_SCHEDULES | REPORT_GRAPH | REPORT_RUN,
		.visit = visit,
	};

	all.keep_going = true;
	batch_open(&batch, BATCH_NONE);
	return batch_close(&batch, batch_run(&batch));
}
