/* SPDX-License-Identifier: GPL-2.0-only */
/* weft compare: scenarios on two kernels, or on one with and without patches. */
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "compare.h"
#include "comparison.h"
#include "folder.h"
#include "output.h"
#include "patch_apply.h"
#include "variant.h"
#include "verbs.h"

/* Of the name of a patched image. */
#define NAME_MAX_BYTES 48
#define NAME_BYTES "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-"

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

/* "…/0001-vfio-fix.patch" → "0001-vfio-fix"; what make and file names take. */
static char *name_of(const struct strings *patches)
{
	const char *slash = strrchr(patches->at[0], '/');
	const char *base = slash ? slash + 1 : patches->at[0];
	const char *dot = strrchr(base, '.');
	int n = dot && dot > base ? (int)(dot - base) : (int)strlen(base);
	char *name, *at;

	name = patches->n == 1 ?
	       output_format("%.*s", n > NAME_MAX_BYTES ? NAME_MAX_BYTES : n,
			     base) :
	       output_format("%.*s-and-%zu-more",
			     n > NAME_MAX_BYTES ? NAME_MAX_BYTES : n, base,
			     patches->n - 1);
	for (at = name; *at; at++)
		if (!strchr(NAME_BYTES, *at))
			*at = '_';
	return name;
}

/* What the build found out about each changed file. */
static void tell_effect(const struct variant *variant)
{
	char *path = output_format("%s/effect.txt", variant->folder);
	FILE *in = fopen(path, "re");
	char line[PATH_MAX];

	while (in && fgets(line, sizeof(line), in)) {
		line[strcspn(line, "\n")] = '\0';
		if (!strncmp(line, "0 ", 2))
			fprintf(stderr, "weft: %s has no effect: no file of the image is made of it\n",
				line + 2);
	}
	if (in)
		fclose(in);
	free(path);
	fprintf(stderr, "weft: image %s: %zu object%s compiled%s\n",
		variant->image.tag, variant->compiled,
		variant->compiled == 1 ? "" : "s",
		variant->reused ? " earlier (from the cache)" : "");
}

static int build_in(const struct image *base, const struct options *options,
		    const struct origin *origin, const char *work,
		    const char *cache, struct variant *ret)
{
	char *name = name_of(&options->patches);
	char *changes = output_format("%s/changes", work);
	int status = patch_apply(&options->patches, origin, work);

	/* Only these two of what applying leaves behind. */
	if (!status)
		status = variant_collect(work, changes);
	if (!status)
		status = variant_make(base, origin, name, changes, cache,
				      options->jobs, ret);
	if (!status)
		tell_effect(ret);
	free(changes);
	free(name);
	return status;
}

/* The image with the patches; @base and @ret to be used and cleared. */
static int build_patched(const struct image *base,
			 const struct options *options, struct variant *ret)
{
	char *cache = variant_cache(options->cache);
	char *work = output_format("%s/work-XXXXXX", cache);
	struct origin origin;
	int status = origin_read(base, &origin);

	if (!status && !mkdtemp(work)) {
		output_error("--cache: cannot write to %s: %m; use another folder with --cache DIR",
			     cache);
		status = WEFT_EXIT_USAGE;
	} else if (!status) {
		status = build_in(base, options, &origin, work, cache, ret);
		folder_empty(work);
		rmdir(work);
	}
	origin_clear(&origin);
	free(work);
	free(cache);
	return status;
}

static const struct image *choose_base(const struct images *images,
				       const struct options *options)
{
	if (options->kernels.n)
		return batch_find_image(images, options->kernels.at[0],
					"--kernel");
	if (images->n == 1)
		return &images->at[0];
	if (!images->n)
		batch_find_image(images, "", "--kernel");
	output_usage_error("--patch: which kernel is it for? Name it with --kernel; there are: %s",
			   images_names(images));
}

static int compare_patched(struct compare *compare)
{
	struct options *own = &compare->options;
	struct variant variant = { 0 };
	struct images images;
	const struct image *base;
	int status;

	images_find(&images);
	base = choose_base(&images, own);
	compare->patches = own->patches;
	status = build_patched(base, own, &variant);
	if (!status) {
		own->kernels.n = 0;
		options_add_string(&own->kernels, base->tag);
		options_add_string(&own->kernels, variant.image.tag);
		compare->image = variant.image.path;
		status = compare_run(compare);
	}
	variant_clear(&variant);
	images_clear(&images);
	return status;
}

/**
 * verb_compare() - weft compare
 */
int verb_compare(const struct options *options)
{
	struct compare compare = {
		.options = *options,
		.parts = COMPARISON_FINDINGS | COMPARISON_GRAPH |
			 COMPARISON_PATHS |
			 (options->verbose ? COMPARISON_ALL_EDGES : 0),
	};
	struct options *own = &compare.options;
	int status;
	size_t i;

	copy_strings(&own->kernels);
	copy_strings(&own->patches);
	sort_arguments(own);
	check(own);
	for (i = 0; i < own->arguments.n; i++)
		batch_find_scenario(own->arguments.at[i]);
	status = own->patches.n ? compare_patched(&compare) :
				  compare_run(&compare);
	free(own->kernels.at);
	free(own->patches.at);
	free(own->arguments.at);
	return status;
}
