/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * weft coverage: which lines of the kernel source the explorations reached.
 *
 * Explores with the scenario's bounds and does not stop at findings.
 */
#include "batch.h"
#include "summary.h"
#include "verbs.h"

static int visit(struct batch *batch, struct campaign *c, void *arg)
{
	(void)arg;
	summary_write_line(batch->out, &c->run);
	if (!c->has_kernel)
		fputs("  coverage  none: there is no kernel source in a model program\n",
		      batch->out);
	else if (c->run.coverage)
		fprintf(batch->out, "  coverage  %s\n", c->run.coverage);
	else
		fputs("  coverage  none: gcovr is not installed, or the image was built without --coverage\n",
		      batch->out);
	return (int)c->run.result->verdict;
}

/**
 * verb_coverage() - weft coverage
 */
int verb_coverage(const struct options *options)
{
	struct options all = *options;
	struct batch batch = {
		.options = &all,
		.reports = REPORT_SCHEDULES | REPORT_COVERAGE | REPORT_RUN,
		.visit = visit,
	};

	all.keep_going = true;
	batch_open(&batch, BATCH_DEFAULT);
	return batch_close(&batch, batch_run(&batch));
}
