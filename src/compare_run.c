/* SPDX-License-Identifier: GPL-2.0-only */
/* Scenarios on two images in turn; contract in compare.h. */
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "compare.h"
#include "comparison.h"
#include "diff.h"
#include "output.h"

static json_t *patch_names(const struct compare *compare)
{
	json_t *names = json_array();
	size_t i;

	for (i = 0; i < compare->patches.n; i++)
		json_array_append_new(names, json_string(compare->patches.at[i]));
	return names;
}

/* Whatever the first side came to is told, but only our own faults count. */
static int keep_before(struct compare *compare, struct campaign *c,
		       json_t *side)
{
	json_decref(compare->before);
	compare->before = side;
	compare->scenario = c->scenario;
	return c->result.verdict == WEFT_VERDICT_INTERNAL ?
	       WEFT_VERDICT_INTERNAL : 0;
}

static int compare_sides(struct batch *batch, struct compare *compare,
			 json_t *after, const struct weft_run *run)
{
	json_t *comparison = comparison_make(compare->before, after,
					     patch_names(compare));
	int status = comparison_exit(comparison, compare->options.new_only);
	int err = comparison_write(comparison, compare->options.out,
				   compare->options.full);

	compare->before = NULL;
	compare->done++;
	json_object_set_new(comparison, "exit", json_integer(status));
	if (err) {
		output_error("cannot write the comparison in %s: %s",
			     compare->options.out, strerror(-err));
		status = WEFT_VERDICT_INTERNAL;
	}
	compare_tell(compare, batch, comparison, run, status);
	json_array_append_new(batch->comparisons, comparison);
	return status;
}

static int visit(struct batch *batch, struct campaign *c, void *arg)
{
	struct compare *compare = arg;
	json_t *side = comparison_side(c);

	if (!strcmp(c->run.kernel, compare->options.kernels.at[0])) {
		compare->seconds = c->run.seconds;
		return keep_before(compare, c, side);
	}
	compare->seconds += c->run.seconds;
	if (compare->before && compare->scenario == c->scenario)
		return compare_sides(batch, compare, side, &c->run);
	if (compare->skipped == c->scenario) {
		json_decref(side);
		return 0;
	}
	output_error("%s: not compared, since it could not be run on %s",
		     c->scenario->name, compare->options.kernels.at[0]);
	json_decref(side);
	return WEFT_VERDICT_INTERNAL;
}

/* Of two sides that are skipped, the first one is told. */
static int skip(struct batch *batch, struct campaign *c, void *arg)
{
	struct compare *compare = arg;

	json_decref(compare->before);
	compare->before = NULL;
	if (compare->skipped != c->scenario)
		compare_tell_skipped(compare, batch, c);
	compare->skipped = c->scenario;
	return 0;
}

static void print_totals(const struct compare *compare, FILE *out)
{
	fprintf(out, "%zu scenario%s compared: %s -> %s.\nStart page: %s/index.html\n",
		compare->done, compare->done == 1 ? "" : "s",
		compare->options.kernels.at[0], compare->options.kernels.at[1],
		compare->options.out);
}

static void refuse_models(const struct strings *names)
{
	size_t i;

	for (i = 0; i < names->n; i++)
		if (weft_scenario_is_model(batch_find_scenario(names->at[i])))
			output_usage_error("%s needs no kernel: there is nothing to compare",
					   names->at[i]);
}

int compare_run(struct compare *compare)
{
	struct batch batch = {
		.options = &compare->options,
		.reports = REPORT_SCHEDULES | REPORT_GRAPH | REPORT_RUN,
		.visit = visit,
		.skip = skip,
		.arg = compare,
		.extra_image = compare->image,
		.comparisons = json_array(),
	};
	int status;

	compare->options.keep_going = true;
	refuse_models(&compare->options.arguments);
	batch_open(&batch, BATCH_NONE);
	compare_tell_begin(compare, &batch);
	status = batch_run(&batch);
	if (compare->done && !compare->options.quiet &&
	    compare->options.format == FORMAT_TEXT)
		print_totals(compare, batch.out);
	status = batch_close(&batch, status);
	if (!status && !compare->done)
		status = BATCH_EXIT_SKIPPED;
	json_decref(compare->before);
	json_decref(batch.comparisons);
	return status;
}
