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
	if (!mail && options->verbose) {
		summary_write_memory(batch->out, run);
		summary_write_met(batch->out, run);
		weft_write_races(batch->out, run);
		weft_write_cycles(batch->out, run, true);
	}
	if (mail || options->verbose)
		print_findings(batch->out, run, mail);
	if (mail && !run->result->findings_n)
		summary_write_line(batch->out, run);
	fputc('\n', batch->out);
}

/* What the campaigns came to, for the last lines. */
struct totals {
	size_t	campaigns, skipped;
	size_t	findings, suppressed;
	size_t	races;
	size_t	by_verdict[WEFT_VERDICT_INTERNAL + 1];
};

/* Races that are no bugs, and that the user does not know already. */
static size_t told_races(const struct weft_result *result)
{
	size_t i, n = 0;

	for (i = 0; i < result->findings_n; i++)
		n += result->findings[i].advisory &&
		     !result->findings[i].suppression;
	return n;
}

static int visit(struct batch *batch, struct campaign *c, void *arg)
{
	const struct weft_run *run = &c->run;
	bool ok = run->result->verdict == WEFT_VERDICT_EXHAUSTED;
	struct totals *totals = arg;

	totals->campaigns++;
	totals->findings += weft_result_bugs(run->result);
	totals->races += told_races(run->result);
	totals->suppressed += run->result->suppressed;
	totals->by_verdict[run->result->verdict]++;
	if (batch->options->format == FORMAT_KTAP) {
		ktap_describe(batch->out, run);
		ktap_result(batch->out, totals->campaigns + totals->skipped, ok,
			    run, NULL);
	} else {
		print_text(batch, run);
	}
	junit_add(batch->junit, run, ok ? JUNIT_PASSED : JUNIT_FAILED,
		  weft_verdict_name(run->result->verdict));
	return (int)run->result->verdict;
}

static int skip(struct batch *batch, struct campaign *c, void *arg)
{
	const struct weft_run *run = &c->run;
	struct totals *totals = arg;
	char *directive;

	totals->skipped++;
	junit_add(batch->junit, run, JUNIT_SKIPPED, run->skipped);
	if (batch->options->format != FORMAT_KTAP)
		return batch_tell_skipped(batch, c, arg);
	directive = output_format("SKIP %s", run->skipped);
	ktap_result(batch->out, totals->campaigns + totals->skipped, true, run,
		    directive);
	free(directive);
	return 0;
}

static void print_totals(const struct batch *batch,
			 const struct totals *totals)
{
	FILE *out = batch->out;
	const char *separator = "";
	int i;

	if (totals->findings)
		fprintf(out, "%zu finding%s in ", totals->findings,
			totals->findings == 1 ? "" : "s");
	else
		fputs(totals->races ? "No bug in " : "Nothing found in ", out);
	fprintf(out, "%zu campaign%s: ", totals->campaigns,
		totals->campaigns == 1 ? "" : "s");
	for (i = 0; i <= WEFT_VERDICT_INTERNAL; i++) {
		if (!totals->by_verdict[i])
			continue;
		fprintf(out, "%s%zu %s%s", separator, totals->by_verdict[i],
			weft_verdict_name((enum weft_verdict)i),
			i ? "" : totals->by_verdict[i] == 1 ?
			" within its bounds" : " within their bounds");
		separator = ", ";
	}
	if (totals->races)
		fprintf(out, "; %zu data race%s told", totals->races,
			totals->races == 1 ? "" : "s");
	if (totals->skipped)
		fprintf(out, "; %zu skipped", totals->skipped);
	if (totals->suppressed)
		fprintf(out, "; %zu finding%s suppressed", totals->suppressed,
			totals->suppressed == 1 ? "" : "s");
	fprintf(out, ".\nStart page: %s/index.html\n", batch->options->out);
}

/**
 * verb_explore() - weft explore
 */
int verb_explore(const struct options *options)
{
	struct totals totals = { 0 };
	int status;
	struct batch batch = {
		.options = options,
		.reports = REPORT_SCHEDULES | REPORT_GRAPH | REPORT_COVERAGE |
			   REPORT_RUN,
		.visit = visit,
		.skip = skip,
		.arg = &totals,
	};

	batch_open(&batch, BATCH_DEFAULT);
	if (options->format == FORMAT_KTAP)
		ktap_begin(batch.out, batch.n);
	status = batch_close(&batch, batch_run(&batch));
	if (totals.campaigns && options->format == FORMAT_TEXT &&
	    !options->quiet)
		print_totals(&batch, &totals);
	return status;
}
