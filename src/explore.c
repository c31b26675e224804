/* SPDX-License-Identifier: GPL-2.0-only */
/* weft explore: explore scenarios on kernels and say what was found. */
#include <stdlib.h>

#include "batch.h"
#include "junit.h"
#include "ktap.h"
#include "output.h"
#include "summary.h"
#include "verbs.h"

static void print_findings(FILE *out, const struct weft_run *run, bool mail)
{
	struct weft_text_style style = {
		.color = !mail && output_is_colored(out),
		.width = 75,
		.stacks = true,
	};
	size_t i;

	for (i = 0; i < run->result->findings_n; i++) {
		fputc('\n', out);
		if (weft_write_finding(out, run, i, &style))
			output_error("finding %zu cannot be printed", i + 1);
	}
}

static void print_text(const struct batch *batch, const struct weft_run *run)
{
	const struct options *options = batch->options;
	bool mail = options->format == FORMAT_MAIL;

	if (options->quiet && !mail) {
		summary_write_line(batch->out, run);
		return;
	}
	if (!mail)
		summary_write(batch->out, run);
	if (mail || options->verbose)
		print_findings(batch->out, run, mail);
	if (mail && !run->result->findings_n)
		summary_write_line(batch->out, run);
	fputc('\n', batch->out);
}

static int visit(struct batch *batch, struct campaign *c, void *arg)
{
	const struct weft_run *run = &c->run;
	bool ok = run->result->verdict == WEFT_VERDICT_EXHAUSTED;
	size_t *number = arg;

	++*number;
	if (batch->options->format == FORMAT_KTAP) {
		ktap_describe(batch->out, run);
		ktap_result(batch->out, *number, ok, run, NULL);
	} else {
		print_text(batch, run);
	}
	junit_add(batch->junit, run, ok ? JUNIT_PASSED : JUNIT_FAILED,
		  weft_verdict_name(run->result->verdict));
	return (int)run->result->verdict;
}

/**
 * verb_explore() - weft explore
 */
int verb_explore(const struct options *options)
{
	size_t number = 0;
	struct batch batch = {
		.options = options,
		.reports = REPORT_SCHEDULES | REPORT_GRAPH | REPORT_COVERAGE |
			   REPORT_RUN,
		.visit = visit,
		.arg = &number,
	};

	batch_open(&batch, false);
	if (options->format == FORMAT_KTAP)
		ktap_begin(batch.out, batch.n);
	return batch_close(&batch, batch_run(&batch));
}
