/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * weft graph: the lock graph of a scenario.
 *
 * Explores with the scenario's bounds and does not stop at findings, so that
 * the graph holds every edge there is within them.
 */
#include <string.h>

#include "batch.h"
#include "compare.h"
#include "comparison.h"
#include "output.h"
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

/* --diff: the same on two kernels, and what differs. */
static int compare_graphs(const struct options *options)
{
	struct compare compare = {
		.options = *options,
		.parts = COMPARISON_GRAPH | COMPARISON_ALL_EDGES |
			 COMPARISON_PATHS,
	};

	if (options->kernels.n)
		output_usage_error("--diff: names the two kernels; leave --kernel out");
	if (options->diff.n != 2)
		output_usage_error("--diff: two kernels are needed, such as --diff 6.1 6.12");
	if (!strcmp(options->diff.at[0], options->diff.at[1]))
		output_usage_error("--diff: %s twice is nothing to compare",
				   options->diff.at[0]);
	compare.options.kernels = options->diff;
	return compare_run(&compare);
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

	if (options->diff.n)
		return compare_graphs(options);
	all.keep_going = true;
	batch_open(&batch, BATCH_NONE);
	return batch_close(&batch, batch_run(&batch));
}
