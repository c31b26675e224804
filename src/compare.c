/* SPDX-License-Identifier: GPL-2.0-only */
/* weft compare: scenarios on two kernels, or on one with and without patches. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "compare.h"
#include "comparison.h"
#include "output.h"
#include "verbs.h"

/* "--patch A B": what is no scenario, but a file, is another patch. */
static void sort_arguments(struct options *options)
{
	struct strings arguments = { 0 };
	size_t i;

	for (i = 0; i < options->arguments.n; i++) {
		const char *name = options->arguments.at[i];

		if (options->patches.n && !weft_scenario_find(name) &&
		    !access(name, F_OK))
			options_add_string(&options->patches, name);
		else
			options_add_string(&arguments, name);
	}
	options->arguments = arguments;
}

static void copy_strings(struct strings *strings)
{
	struct strings copy = { 0 };
	size_t i;

	for (i = 0; i < strings->n; i++)
		options_add_string(&copy, strings->at[i]);
	*strings = copy;
}

static void check(const struct options *options)
{
	const struct strings *kernels = &options->kernels;

	if (!options->arguments.n)
		output_usage_error("name a scenario; 'weft list scenarios' shows them");
	if (!options->patches.n && kernels->n != 2)
		output_usage_error("compare needs two kernels, --kernel A --kernel B, or one and a patch, --kernel A --patch FILE; %zu given",
				   kernels->n);
	if (options->patches.n && kernels->n > 1)
		output_usage_error("--patch: compares one kernel with itself, patched; but %zu kernels are given",
				   kernels->n);
	if (!options->patches.n && !strcmp(kernels->at[0], kernels->at[1]))
		output_usage_error("--kernel: %s twice is nothing to compare",
				   kernels->at[0]);
}

/**
 * verb_compare() - weft compare
 */
int verb_compare(const struct options *options)
{
	struct compare compare = {
		.options = *options,
		.parts = COMPARISON_FINDINGS | COMPARISON_GRAPH |
			 (options->verbose ? COMPARISON_ALL_EDGES : 0),
	};
	struct options *own = &compare.options;
	int status;

	copy_strings(&own->kernels);
	copy_strings(&own->patches);
	sort_arguments(own);
	check(own);
	status = compare_run(&compare);
	free(own->kernels.at);
	free(own->patches.at);
	free(own->arguments.at);
	return status;
}
