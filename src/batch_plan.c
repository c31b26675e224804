/* SPDX-License-Identifier: GPL-2.0-only */
/* Which campaigns to run, and are the options fit for them? See batch.h. */
#include <stdlib.h>
#include <string.h>

#include "batch.h"
#include "output.h"
#include "params.h"
#include "suppress_file.h"

const struct weft_scenario *batch_find_scenario(const char *name)
{
	const struct weft_scenario *scenario = weft_scenario_find(name);

	if (!scenario)
		output_usage_error("no scenario '%s'; 'weft list scenarios' names them",
				   name);
	return scenario;
}

const struct image *batch_find_image(const struct images *images,
				     const char *tag, const char *origin)
{
	const struct image *image;
	char *names;

	if (!images->n)
		output_usage_error("no kernel images in %s\n"
				   "configure with kernel sources and run make, or set WEFT_IMAGES to a directory with kernel-TAG.so files",
				   images->where);
	image = images_by_tag(images, tag);
	if (image)
		return image;
	names = images_names(images);
	output_usage_error("%s: no kernel image '%s'; there are: %s", origin,
			   tag, names);
}

static void add_item(struct batch *batch, const struct weft_scenario *scenario,
		     const struct image *image)
{
	struct batch_item *items;
	size_t i;

	for (i = 0; i < batch->n; i++)
		if (batch->items[i].scenario == scenario &&
		    batch->items[i].image == image)
			return;
	items = reallocarray(batch->items, batch->n + 1, sizeof(*items));
	if (!items)
		output_usage_error("out of memory for %zu campaigns", batch->n);
	items[batch->n].scenario = scenario;
	items[batch->n++].image = image;
	batch->items = items;
}

static void add_scenario(struct batch *batch,
			 const struct weft_scenario *scenario)
{
	const struct strings *kernels = &batch->options->kernels;
	size_t i;

	if (weft_scenario_is_model(scenario)) {
		add_item(batch, scenario, NULL);
		return;
	}
	if (!kernels->n && !batch->images.n)
		batch_find_image(&batch->images, "", "--kernel");
	for (i = 0; i < kernels->n; i++)
		add_item(batch, scenario,
			 batch_find_image(&batch->images, kernels->at[i],
					  "--kernel"));
	for (i = 0; !kernels->n && i < batch->images.n; i++)
		add_item(batch, scenario, &batch->images.at[i]);
}

/* Scenarios of the bank have no folder in their names. */
static bool is_meant(const struct weft_scenario *scenario,
		     enum batch_unnamed unnamed)
{
	return unnamed == BATCH_BANK ? !strchr(scenario->name, '/') :
				       scenario->is_default;
}

static void add_all(struct batch *batch, enum batch_unnamed unnamed)
{
	const struct strings *names = &batch->options->arguments;
	size_t i;

	if (!names->n && unnamed == BATCH_NONE)
		output_usage_error("name a scenario; 'weft list scenarios' shows them");
	for (i = 0; i < names->n; i++)
		add_scenario(batch, batch_find_scenario(names->at[i]));
	for (i = 0; !names->n && weft_scenarios[i]; i++)
		if (is_meant(weft_scenarios[i], unnamed))
			add_scenario(batch, weft_scenarios[i]);
}

static void explain_params(const struct weft_scenario *scenario,
			   const char *text, size_t key_n)
{
	const struct weft_param *params = scenario->params;

	if (!params[0].key)
		output_usage_error("--param %s: scenario %s has no parameters",
				   text, scenario->name);
	output_usage_error("--param %s: scenario %s has no parameter '%.*s'; it has: %s%s%s%s%s%s%s",
			   text, scenario->name, (int)key_n, text,
			   params[0].key,
			   params[1].key ? ", " : "",
			   params[1].key ? params[1].key : "",
			   params[1].key && params[2].key ? ", " : "",
			   params[1].key && params[2].key ? params[2].key : "",
			   params[1].key && params[2].key && params[3].key ?
			   ", " : "",
			   params[1].key && params[2].key && params[3].key ?
			   params[3].key : "");
}

/* A parameter that no chosen scenario has is a mistake, and so is a wrong value. */
static void check_params(const struct batch *batch)
{
	const struct strings *params = &batch->options->params;
	size_t i, j, key_n;
	long value;

	for (i = 0; i < params->n; i++) {
		bool known = false;

		options_split_param(params->at[i], &key_n, &value);
		for (j = 0; j < batch->n; j++)
			known |= params_check(batch->items[j].scenario,
					      params->at[i], "--param");
		if (!known && batch->n)
			explain_params(batch->items[0].scenario, params->at[i],
				       key_n);
	}
}

/* Naming a kernel that nothing needs is a mistake as well. */
static void check_kernels(const struct batch *batch)
{
	size_t i;

	for (i = 0; i < batch->n; i++)
		if (batch->items[i].image)
			return;
	if (batch->options->kernels.n && batch->n)
		output_error("--kernel has no effect: %s needs no kernel",
			     batch->items[0].scenario->name);
}

static FILE *open_result(const char *path, const char *option)
{
	FILE *file;

	if (!path)
		return NULL;
	if (!strcmp(path, "-"))
		return stdout;
	file = fopen(path, "we");
	if (!file)
		output_usage_error("%s: cannot write %s: %m", option, path);
	return file;
}

static void read_suppressions(struct batch *batch)
{
	batch->own = *batch->options;
	batch->options = &batch->own;
	if (!batch->own.suppress)
		return;
	suppress_open(batch->own.suppress, &batch->suppressions);
	batch->own.suppressions = &batch->suppressions;
}

static bool is_stdout(const char *path)
{
	return path && !strcmp(path, "-");
}

static void check_results(const struct options *options)
{
	if (is_stdout(options->json) + is_stdout(options->junit) +
	    is_stdout(options->sarif) > 1)
		output_usage_error("only one of --json, --junit and --sarif can have standard output");
}

void batch_open(struct batch *batch, enum batch_unnamed unnamed)
{
	const struct options *options = batch->options;
	int err;

	read_suppressions(batch);
	images_find(&batch->images);
	if (batch->extra_image)
		images_add(&batch->images, batch->extra_image);
	add_all(batch, unnamed);
	if (!batch->n)
		output_usage_error("no scenario is marked default; name one ('weft list scenarios')");
	check_params(batch);
	check_kernels(batch);
	if ((options->checkpoint || options->resume) && batch->n != 1)
		output_usage_error("--%s: a checkpoint is of one campaign, but %zu were chosen; name one scenario and one --kernel",
				   options->resume ? "resume" : "checkpoint",
				   batch->n);
	err = output_make_directories(options->out);
	if (err)
		output_usage_error("--out: cannot write to %s: %s",
				   options->out, strerror(-err));
	check_results(options);
	batch->json = open_result(options->json, "--json");
	batch->junit_out = open_result(options->junit, "--junit");
	batch->sarif_out = open_result(options->sarif, "--sarif");
	batch->out = batch->json == stdout || batch->junit_out == stdout ||
		     batch->sarif_out == stdout ? stderr : stdout;
}
