/* SPDX-License-Identifier: GPL-2.0-only */
/* Running the chosen campaigns one by one; contract in batch.h. */
#include <errno.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "batch.h"
#include "coverage.h"
#include "interrupt.h"
#include "json.h"
#include "junit.h"
#include "output.h"
#include "sarif.h"
#include "suppress_file.h"

static int worse(int a, int b)
{
	return weft_verdict_worst((enum weft_verdict)a, (enum weft_verdict)b);
}

/* With -v: what the kernel says while the scene is set up. */
static const struct campaign *logged;

static void log_setup(int task, const char *line)
{
	if (!logged->result.passes)
		fprintf(stderr, "[task %d] %s\n", task, line);
}

int batch_tell_skipped(struct batch *batch, struct campaign *c, void *arg)
{
	const struct weft_run *run = &c->run;

	(void)arg;
	fprintf(batch->out, "%s%s%s: skipped: %s\n", run->scenario->name,
		run->kernel ? " on " : "", run->kernel ? run->kernel : "",
		run->skipped);
	return 0;
}

/* Nothing was run: there is nothing to report but that. */
static int skip_item(struct batch *batch, struct campaign *c)
{
	const struct weft_run *run = &c->run;

	batch->skipped++;
	if (batch->json)
		json_array_append_new(batch->campaigns,
			json_pack("{s:s, s:s?, s:s?, s:s, s:i, s:s}",
				  "scenario", run->scenario->name,
				  "kernel", run->kernel,
				  "release", run->release,
				  "verdict", "skipped",
				  "exit", BATCH_EXIT_SKIPPED,
				  "reason", run->skipped));
	return batch->skip ? batch->skip(batch, c, batch->arg) :
			     batch_tell_skipped(batch, c, batch->arg);
}

static int report_item(struct batch *batch, struct campaign *c)
{
	int status = campaign_report(c, batch->reports);

	batch->covered |= c->run.coverage != NULL;
	if (!c->run.dir)
		status = WEFT_VERDICT_INTERNAL;
	status = worse(status, batch->visit(batch, c, batch->arg));
	if (batch->json)
		json_array_append_new(batch->campaigns,
				      weft_run_to_json(&c->run));
	sarif_add(batch->sarif, &c->run);
	return status;
}

/* Return: exit status. Bad --focus is the user's fault and ends it all. */
static int run_item(struct batch *batch, const struct batch_item *item)
{
	struct campaign c;
	int status = campaign_open(&c, batch->options, item->scenario,
				   item->image, batch->options->verbose ?
				   log_setup : NULL);

	logged = &c;
	if (!status) {
		if (batch->prepare)
			batch->prepare(batch, &c, batch->arg);
		campaign_explore(&c);
		status = c.run.skipped ? skip_item(batch, &c) :
					 report_item(batch, &c);
	}
	campaign_close(&c);
	return status;
}

int batch_run(struct batch *batch)
{
	int status = 0;
	size_t i;

	if (batch->json)
		batch->campaigns = json_array();
	if (batch->junit_out)
		batch->junit = junit_create();
	if (batch->sarif_out)
		batch->sarif = sarif_create();
	for (i = 0; i < batch->n && !interrupt_came(); i++) {
		int one = run_item(batch, &batch->items[i]);

		if (one == WEFT_EXIT_USAGE)
			return one;
		status = worse(status, one);
	}
	if (i < batch->n) {
		output_error("interrupted: %zu of %zu campaigns were not run",
			     batch->n - i, batch->n);
		status = worse(status, WEFT_VERDICT_INCOMPLETE);
	}
	return status;
}

static int report_write_error(const char *option, const char *path, int err)
{
	if (!err)
		return 0;
	output_error("%s: cannot write %s: %s", option, path, strerror(-err));
	return WEFT_VERDICT_INTERNAL;
}

static int write_json(struct batch *batch)
{
	json_t *document;
	int err, closed;

	if (!batch->json)
		return 0;
	document = json_document(NULL, batch->campaigns);
	if (batch->comparisons)
		json_object_set_new(document, "comparisons",
				    json_incref(batch->comparisons));
	err = json_write(document, batch->json);
	closed = output_close(batch->json);
	batch->campaigns = NULL;
	return report_write_error("--json", batch->options->json,
				  err ? err : closed);
}

static int write_junit(struct batch *batch)
{
	int err, closed;

	if (!batch->junit_out)
		return 0;
	err = junit_write(batch->junit, batch->junit_out);
	closed = output_close(batch->junit_out);
	junit_destroy(batch->junit);
	return report_write_error("--junit", batch->options->junit,
				  err ? err : closed);
}

static int write_sarif(struct batch *batch)
{
	int err, closed;

	if (!batch->sarif_out)
		return 0;
	err = sarif_write(batch->sarif, batch->sarif_out);
	closed = output_close(batch->sarif_out);
	sarif_destroy(batch->sarif);
	return report_write_error("--sarif", batch->options->sarif,
				  err ? err : closed);
}

/* For kernels of which something new was covered. The verdict stands without it. */
static void merge_coverage(const struct batch *batch)
{
	size_t i, j;

	for (i = 0; i < batch->n && batch->covered; i++) {
		const struct image *image = batch->items[i].image;

		for (j = 0; j < i && batch->items[j].image != image; j++)
			;
		if (image && j == i &&
		    coverage_merge(batch->options->out, image->tag))
			fprintf(stderr, "weft: no coverage report of all scenarios on %s: gcovr failed; what it said is in %s/coverage-%s-data/gcovr.log\n",
				image->tag, batch->options->out, image->tag);
	}
}

int batch_close(struct batch *batch, int status)
{
	int err;

	if (status != WEFT_EXIT_USAGE) {
		merge_coverage(batch);
		err = weft_write_index(batch->options->out);
		status = worse(status, report_write_error("--out",
						batch->options->out, err));
		status = worse(status, write_json(batch));
		status = worse(status, write_junit(batch));
		status = worse(status, write_sarif(batch));
	}
	if (!status && batch->n && batch->skipped == batch->n)
		status = BATCH_EXIT_SKIPPED;
	suppress_tell_unused(&batch->suppressions);
	suppress_clear(&batch->suppressions);
	images_clear(&batch->images);
	free(batch->items);
	return status;
}
