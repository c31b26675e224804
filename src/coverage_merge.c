/* SPDX-License-Identifier: GPL-2.0-only */
/* Coverage of all scenarios of a kernel, added up; contract in coverage.h. */
#include <assert.h>
#include <errno.h>
#include <glob.h>
#include <jansson.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "coverage.h"
#include "json_read.h"
#include "output.h"
#include "spawn.h"

#define TRACES_MAX 512

/* @paths: coverage.json of each campaign, absolute; @work: where sources are */
struct merge {
	const char	*out_dir, *kernel;
	char		*paths[TRACES_MAX];
	char		*work;
	size_t		n;
};

struct json_t *coverage_summary(const char *data_dir)
{
	char *path = output_format("%s/summary.json", data_dir);
	json_t *summary = json_load_file(path, 0, NULL), *result;

	free(path);
	if (!summary)
		return json_null();
	result = json_pack("{s:[I, I], s:[I, I]}", "lines",
			   (json_int_t)json_number_of(summary, "line_covered"),
			   (json_int_t)json_number_of(summary, "line_total"),
			   "functions",
			   (json_int_t)json_number_of(summary, "function_covered"),
			   (json_int_t)json_number_of(summary, "function_total"));
	json_decref(summary);
	return result ? result : json_null();
}

/* "…/x-6.1/coverage-data/coverage.json" → its campaign's kernel, to be freed */
static char *kernel_of(const char *trace)
{
	static const char tail[] = "coverage-data/coverage.json";
	char *path = output_format("%.*srun.json",
				   (int)(strlen(trace) - sizeof(tail) + 1), trace);
	json_t *document = json_load_file(path, 0, NULL);
	json_t *campaign = json_array_get(json_object_get(document, "campaigns"),
					  0);
	char *kernel = output_format("%s", json_text_of(campaign, "kernel"));

	json_decref(document);
	free(path);
	return kernel;
}

static void add_trace(struct merge *merge, const char *trace)
{
	char *kernel = kernel_of(trace);

	if (!strcmp(kernel, merge->kernel) && merge->n < TRACES_MAX) {
		merge->paths[merge->n] = realpath(trace, NULL);
		if (merge->paths[merge->n])
			merge->n++;
	}
	free(kernel);
}

static int run_gcovr(const struct merge *merge, const char *pages,
		     const char *data)
{
	char *title = output_format("All scenarios on Linux %s: kernel code executed",
				    merge->kernel);
	char *index = output_format("%s/index.html", pages);
	char *trace = output_format("%s/coverage.json", data);
	char *summary = output_format("%s/summary.json", data);
	char *log = output_format("%s/gcovr.log", data);
	const char *const begin[] = {
		"gcovr", "--root", ".", COVERAGE_THRESHOLDS,
		"--timestamp", COVERAGE_DATE, "--html-title", title,
		"--html-details", index, "--json", trace,
		"--json-summary", summary,
	};
	const size_t begin_n = sizeof(begin) / sizeof(*begin);
	const char **argv = calloc(begin_n + 2 * merge->n + 1, sizeof(*argv));
	size_t i;
	int err;

	assert(argv && "out of memory for coverage");
	memcpy(argv, begin, sizeof(begin));
	for (i = 0; i < merge->n; i++) {
		argv[begin_n + 2 * i] = "--add-tracefile";
		argv[begin_n + 2 * i + 1] = merge->paths[i];
	}
	err = weft_spawn(argv, merge->work, log);
	free(argv);
	free(title);
	free(index);
	free(trace);
	free(summary);
	free(log);
	return err;
}

static int write_merged(const struct merge *merge)
{
	char *pages = output_format("%s/coverage-%s", merge->out_dir,
				    merge->kernel);
	char *data = output_format("%s-data", pages);
	int err = output_make_directories(pages);
	char *real_pages, *real_data;

	if (!err)
		err = output_make_directories(data);
	real_pages = err ? NULL : realpath(pages, NULL);
	real_data = err ? NULL : realpath(data, NULL);
	if (real_pages && real_data)
		err = run_gcovr(merge, real_pages, real_data);
	if (!err)
		err = coverage_dress(pages, false);
	free(pages);
	free(data);
	free(real_pages);
	free(real_data);
	return err == -ENOENT ? 0 : err;
}

static int merge_kernel(const char *out_dir, const char *kernel,
			const glob_t *traces)
{
	struct merge merge = { .out_dir = out_dir, .kernel = kernel };
	int err = 0;
	size_t i;

	for (i = 0; i < traces->gl_pathc; i++)
		add_trace(&merge, traces->gl_pathv[i]);
	if (merge.n > 1) {
		/* Beside each there are links to the source. */
		merge.work = output_format("%.*sgcov",
				(int)(strrchr(merge.paths[0], '/') + 1 -
				      merge.paths[0]), merge.paths[0]);
		err = write_merged(&merge);
		free(merge.work);
	}
	for (i = 0; i < merge.n; i++)
		free(merge.paths[i]);
	return err;
}

/* Each kernel once, at its first campaign. */
static int merge_all(const char *out_dir, const glob_t *traces)
{
	size_t i, j;
	int err = 0;

	for (i = 0; i < traces->gl_pathc && !err; i++) {
		char *kernel = kernel_of(traces->gl_pathv[i]);

		for (j = 0; j < i; j++) {
			char *earlier = kernel_of(traces->gl_pathv[j]);
			bool same = !strcmp(earlier, kernel);

			free(earlier);
			if (same)
				break;
		}
		if (j == i)
			err = merge_kernel(out_dir, kernel, traces);
		free(kernel);
	}
	return err;
}

int coverage_merge(const char *out_dir, const char *kernel)
{
	char *pattern = output_format("%s/*/coverage-data/coverage.json",
				      out_dir);
	glob_t traces;
	int err = 0;

	if (!glob(pattern, 0, NULL, &traces)) {
		err = kernel ? merge_kernel(out_dir, kernel, &traces) :
			       merge_all(out_dir, &traces);
		globfree(&traces);
	}
	free(pattern);
	return err;
}
