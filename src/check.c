/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * weft check: do scenarios and kernels behave as is known of them?
 *
 * KTAP on standard output. A pass is an expectation that was met; where there
 * is none the result is SKIP, or a failure when anything was found.
 */
#include <stdlib.h>
#include <string.h>

#include "batch.h"
#include "expect.h"
#include "junit.h"
#include "ktap.h"
#include "mutant.h"
#include "output.h"
#include "verbs.h"

struct tally {
	size_t	number, passed, failed, skipped;
};

/* The exit status of a campaign that is not as expected. */
static int failure_status(enum weft_verdict verdict)
{
	return verdict == WEFT_VERDICT_EXHAUSTED ? WEFT_VERDICT_BUG :
						   (int)verdict;
}

static int failed(struct batch *batch, const struct weft_run *run,
		  const char *message, struct tally *tally)
{
	tally->failed++;
	ktap_note(batch->out, "%s", message ? message : "out of memory");
	ktap_result(batch->out, tally->number, false, run, NULL);
	junit_add(batch->junit, run, JUNIT_FAILED, message ? message : "");
	return failure_status(run->result->verdict);
}

static int skipped(struct batch *batch, const struct weft_run *run,
		   const char *message, struct tally *tally)
{
	char *directive = output_format("SKIP %.*s",
					(int)strcspn(message, "\n"), message);

	tally->skipped++;
	ktap_result(batch->out, tally->number, true, run, directive);
	junit_add(batch->junit, run, JUNIT_SKIPPED, message);
	free(directive);
	return 0;
}

static int visit(struct batch *batch, struct campaign *c, void *arg)
{
	const struct weft_run *run = &c->run;
	struct tally *tally = arg;
	char *message;
	int status = 0;

	tally->number++;
	ktap_describe(batch->out, run);
	switch (expect_compare(run, &message)) {
	case EXPECT_MET:
		tally->passed++;
		ktap_result(batch->out, tally->number, true, run, NULL);
		junit_add(batch->junit, run, JUNIT_PASSED, NULL);
		break;
	case EXPECT_NONE:
		status = skipped(batch, run, message, tally);
		break;
	case EXPECT_NOT_MET:
		status = failed(batch, run, message, tally);
		break;
	}
	free(message);
	return status;
}

/* Skipped for want of something: wrong where it is known not to be lacking. */
static int skip(struct batch *batch, struct campaign *c, void *arg)
{
	const struct weft_run *run = &c->run;
	struct tally *tally = arg;
	char *message;
	bool any;

	tally->number++;
	expect_findings(run->scenario, run->kernel, run->release, &any);
	if (!any)
		return skipped(batch, run, run->skipped, tally);
	message = output_format("skipped, but a verdict is expected: %s",
				run->skipped);
	failed(batch, run, message, tally);
	free(message);
	return WEFT_VERDICT_BUG;
}

/**
 * verb_check() - weft check
 */
int verb_check(const struct options *options)
{
	struct tally tally = { 0 };
	struct batch batch = {
		.options = options,
		.reports = REPORT_SCHEDULES | REPORT_GRAPH | REPORT_RUN,
		.visit = visit,
		.skip = skip,
		.arg = &tally,
	};
	int status;

	if (options->mutants)
		return mutant_check(options);
	batch_open(&batch, BATCH_BANK);
	ktap_begin(batch.out, batch.n);
	status = batch_run(&batch);
	ktap_note(batch.out, "Totals: pass:%zu fail:%zu xfail:0 xpass:0 skip:%zu error:0",
		  tally.passed, tally.failed, tally.skipped);
	status = batch_close(&batch, status);
	return !status && !tally.passed ? BATCH_EXIT_SKIPPED : status;
}
