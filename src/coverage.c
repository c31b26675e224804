// SPDX-License-Identifier: GPL-2.0-only
/*
 * Line coverage of the real kernel files, over all executions of an image.
 *
 * The image is built for freestanding gcov: its counters are plain memory, and the
 * explorer adds them up over executions (framework/tally.h). libgcov turns each
 * record into a .gcda file, and gcovr makes the pages. Only files of which
 * something was executed are shown.
 */
#include <assert.h>
#include <dirent.h>
#include <errno.h>
#include <gcov.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../framework/exec.h"
#include "../kernel-shim/host.h"
#include "../kernel-shim/kernel.h"
#include "coverage.h"
#include "report.h"
#include "spawn.h"

#define COUNTER_TAG_FIRST 0x01a10000u	/* GCOV_TAG_COUNTER_BASE of gcov-io.h */
#define COUNTER_TAG_LAST 0x01b10000u
#define HEADER_WORDS 4			/* magic, version, stamp, checksum */

/* One record on its way to a file. */
struct record {
	char		name[PATH_MAX];
	unsigned char	*data;
	size_t		n, max;
};

/* An argument list that grows; always ends with a NULL. */
struct strings {
	char	**at;
	size_t	n;
};

static void add_string(struct strings *strings, const char *text)
{
	strings->at = realloc(strings->at, (strings->n + 2) *
			      sizeof(*strings->at));
	assert(strings->at && "out of memory for coverage");
	strings->at[strings->n] = strdup(text);
	assert(strings->at[strings->n] && "out of memory for coverage");
	strings->at[++strings->n] = NULL;
}

static void clear_strings(struct strings *strings)
{
	size_t i;

	for (i = 0; i < strings->n; i++)
		free(strings->at[i]);
	free(strings->at);
	memset(strings, 0, sizeof(*strings));
}

static void take_name(const char *name, void *arg)
{
	struct record *record = arg;

	snprintf(record->name, sizeof(record->name), "%s", name ? name : "");
}

static void take_data(const void *data, unsigned int n, void *arg)
{
	struct record *record = arg;

	if (record->n + n > record->max) {
		record->max = 2 * record->max + n + 4096;
		record->data = realloc(record->data, record->max);
		assert(record->data && "out of memory for coverage");
	}
	memcpy(record->data + record->n, data, n);
	record->n += n;
}

static void *allocate(unsigned int n, void *arg)
{
	void *memory = malloc(n);

	(void)arg;
	assert(memory && "out of memory for coverage");
	return memory;
}

static uint32_t word(const struct record *record, size_t i)
{
	uint32_t value;

	memcpy(&value, record->data + 4 * i, sizeof(value));
	return value;
}

/*
 * Counters that are all zero are stored as a negative length without data.
 * Source: gcc 12, gcc/gcov-io.h.
 */
static bool was_executed(const struct record *record)
{
	size_t words = record->n / 4, i = HEADER_WORDS;

	while (i + 1 < words && word(record, i)) {
		uint32_t tag = word(record, i);
		int32_t length = (int32_t)word(record, i + 1);

		if (tag >= COUNTER_TAG_FIRST && tag < COUNTER_TAG_LAST &&
		    length > 0)
			return true;
		i += 2 + (length > 0 ? (size_t)length / 4 : 0);
	}
	return false;
}

/* "…/obj/drivers/vfio/vfio_main.gcda" → "drivers/vfio/vfio_main" */
static char *object_name(const char *name)
{
	const char *at = strstr(name, "/obj/");
	char *result;

	at = at ? at + 5 : strncmp(name, "obj/", 4) ? name : name + 4;
	result = strdup(at);
	assert(result && "out of memory for coverage");
	if (strrchr(result, '.'))
		*strrchr(result, '.') = '\0';
	return result;
}

static int write_file(const char *path, const void *data, size_t n)
{
	FILE *out = fopen(path, "wb");
	int err = 0;

	if (!out)
		return -errno;
	if (fwrite(data, 1, n, out) != n)
		err = -EIO;
	if (fclose(out) && !err)
		err = -EIO;
	return err;
}

/* Makes the folders of @path; its last part is a file. */
static int make_folders(char *path)
{
	char *slash = path;

	while ((slash = strchr(slash + 1, '/'))) {
		*slash = '\0';
		if (mkdir(path, 0777) && errno != EEXIST)
			return -errno;
		*slash = '/';
	}
	return 0;
}

/* Where things are; all absolute. */
struct places {
	char	*image;		/* folder with obj/ and tree/ */
	char	*tree;		/* the kernel's source */
	char	*data;		/* ours, emptied by nobody else */
};

static int write_record(const struct record *record,
			const struct places *places, struct strings *ret)
{
	char path[PATH_MAX + 16], notes[PATH_MAX + 16];
	char *object = object_name(record->name);
	int err;

	snprintf(path, sizeof(path), "%s/obj/%s.gcno", places->data, object);
	snprintf(notes, sizeof(notes), "%s/obj/%s.gcno", places->image, object);
	err = make_folders(path);
	unlink(path);
	if (!err && symlink(notes, path))
		err = -errno;
	snprintf(path, sizeof(path), "%s/obj/%s.gcda", places->data, object);
	if (!err)
		err = write_file(path, record->data, record->n);
	if (!err)
		add_string(ret, path);
	free(object);
	return err;
}

/* Exchanges the image's counters for the totals, which is where libgcov looks. */
static void exchange(unsigned long *counters, uint64_t *totals, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++) {
		uint64_t total = totals[i];

		totals[i] = counters[i];
		counters[i] = total;
	}
}

/* @ret: the files written, for the arguments of gcov */
static int write_records(const struct weft_kernel *kernel,
			 const struct places *places, struct strings *ret)
{
	struct record record = { 0 };
	int err = 0;
	size_t i;

	for (i = 0; i < kernel->gcov_n && !err; i++) {
		record.n = 0;
		__gcov_info_to_gcda(kernel->gcov[i], take_name, take_data,
				    allocate, &record);
		if (was_executed(&record))
			err = write_record(&record, places, ret);
	}
	free(record.data);
	return err;
}

/*
 * gcov and gcovr want the source below their working folder and gcov writes
 * there too, which must not be the user's tree: so they work in a folder of
 * links into it.
 */
static int link_tree(const struct places *places, const char *work)
{
	char from[PATH_MAX + 300], to[PATH_MAX + 300];
	DIR *dir = opendir(places->tree);
	struct dirent *entry;
	int err = 0;

	if (!dir)
		return -errno;
	while (!err && (entry = readdir(dir))) {
		if (entry->d_name[0] == '.')
			continue;
		snprintf(from, sizeof(from), "%s/%s", places->tree,
			 entry->d_name);
		snprintf(to, sizeof(to), "%s/%s", work, entry->d_name);
		unlink(to);
		if (symlink(from, to))
			err = -errno;
	}
	closedir(dir);
	return err;
}

/* Runs a program in @work; @ret_log is set when it failed. */
static int run_tool(const char *const argv[], const struct places *places,
		    const char *work, char **ret_log)
{
	char log[PATH_MAX + 32];
	int err;

	snprintf(log, sizeof(log), "%s/%s.log", places->data, argv[0]);
	err = weft_spawn(argv, work, log);
	if (err != -EIO)
		return err;
	*ret_log = strdup(log);
	return -ECHILD;
}

static int run_gcov(const struct places *places, const char *work,
		    struct strings *files, char **ret_log)
{
	struct strings args = { 0 };
	size_t i;
	int err;

	add_string(&args, "gcov");
	add_string(&args, "--branch-counts");
	add_string(&args, "--branch-probabilities");
	add_string(&args, "--hash-filenames");
	for (i = 0; i < files->n; i++)
		add_string(&args, files->at[i]);
	err = run_tool((const char *const *)args.at, places, work, ret_log);
	clear_strings(&args);
	return err;
}

/* The folder of the image, absolute: symbolic links need it. */
static char *folder_of(const char *path)
{
	char *real = realpath(path, NULL);
	char *slash = real ? strrchr(real, '/') : NULL;

	if (slash)
		*slash = '\0';
	return real;
}

static int run_gcovr(const struct weft_run *run, const struct places *places,
		     const char *work, char **ret_log)
{
	char title[200], index[PATH_MAX], trace[PATH_MAX], summary[PATH_MAX];
	const char *const argv[] = {
		"gcovr", "--root", ".", "--use-gcov-files",
		"--exclude", ".*include/", "--exclude-unreachable-branches",
		COVERAGE_THRESHOLDS, "--timestamp", COVERAGE_DATE,
		"--html-title", title, "--html-details", index,
		"--json", trace, "--json-summary", summary, ".", NULL
	};

	snprintf(title, sizeof(title), "%s on Linux %s: kernel code executed",
		 run->scenario->name, run->release ? run->release :
		 run->kernel);
	snprintf(index, sizeof(index), "%s/../coverage/index.html",
		 places->data);
	snprintf(trace, sizeof(trace), "%s/coverage.json", places->data);
	snprintf(summary, sizeof(summary), "%s/summary.json", places->data);
	return run_tool(argv, places, work, ret_log);
}

/* What an earlier run left is not to be added to others'. */
static void remove_old(const char *data)
{
	char path[PATH_MAX + 64];

	snprintf(path, sizeof(path), "%s/coverage.json", data);
	unlink(path);
	snprintf(path, sizeof(path), "%s/summary.json", data);
	unlink(path);
}

static int find_places(const struct weft_run *run,
		       const struct weft_kernel *kernel, struct places *ret)
{
	char path[PATH_MAX + 32];

	memset(ret, 0, sizeof(*ret));
	snprintf(path, sizeof(path), "%s/coverage-data/gcov/", run->dir);
	if (make_folders(path))
		return -errno;
	snprintf(path, sizeof(path), "%s/coverage-data", run->dir);
	remove_old(path);
	ret->data = realpath(path, NULL);
	ret->image = folder_of(kernel->path);
	snprintf(path, sizeof(path), "%s/tree", ret->image ? ret->image : "");
	ret->tree = realpath(path, NULL);
	return ret->data && ret->image && ret->tree ? 0 : -errno;
}

static int write_pages(const struct weft_run *run, struct weft_exec *x,
		       const struct weft_kernel *kernel,
		       const struct places *places, char **ret_log)
{
	struct strings files = { 0 };
	char work[PATH_MAX];
	uint64_t *totals;
	size_t n;
	int err;

	snprintf(work, sizeof(work), "%s/gcov", places->data);
	totals = weft_exec_counts(x, &n);
	exchange(kernel->image->counters_begin, totals, n);
	err = write_records(kernel, places, &files);
	exchange(kernel->image->counters_begin, totals, n);
	if (!err && !files.n)
		err = -ENODATA;
	if (!err)
		err = link_tree(places, work);
	if (!err)
		err = run_gcov(places, work, &files, ret_log);
	if (!err)
		err = run_gcovr(run, places, work, ret_log);
	if (!err) {
		snprintf(work, sizeof(work), "%s/coverage", run->dir);
		err = coverage_dress(work, true);
	}
	clear_strings(&files);
	return err;
}

/**
 * weft_write_coverage() - gcovr's pages below run->dir/coverage/
 * @ret_path: to be freed by the caller: the start page; with -ECHILD the words
 *            of the program that failed; else NULL
 *
 * Return: 0; -ENODATA when the image has no coverage or nothing was executed;
 * -ENOENT when gcov, gcovr or the tree is missing; -ECHILD when gcov or gcovr
 * failed; another one when files could not be written.
 */
int weft_write_coverage(const struct weft_run *run, struct weft_exec *x,
			const struct weft_kernel *kernel, char **ret_path)
{
	char index[PATH_MAX];
	struct places places;
	int err;

	*ret_path = NULL;
	if (!kernel || !kernel->gcov_n)
		return -ENODATA;
	snprintf(index, sizeof(index), "%s/coverage/index.html", run->dir);
	err = make_folders(index);
	if (!err) {
		err = find_places(run, kernel, &places);
		if (!err)
			err = write_pages(run, x, kernel, &places, ret_path);
		free(places.image);
		free(places.tree);
		free(places.data);
	}
	if (!err)
		*ret_path = strdup(index);
	return err;
}
