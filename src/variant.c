/* SPDX-License-Identifier: GPL-2.0-only */
/* Variants of an image; contract in variant.h. */
#include <errno.h>
#include <fcntl.h>
#include <glob.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../framework/verdict.h"
#include "folder.h"
#include "interrupt.h"
#include "output.h"
#include "spawn.h"
#include "variant.h"

#define LOG_LINES 12

struct making {
	const struct image	*base;
	const struct origin	*origin;
	const char		*changes;
	unsigned int		jobs;
	struct variant		*ret;
	char			*stamp;		/* text that tells it from others */
	int			lock;
};

static uint64_t hash_bytes(uint64_t hash, const char *bytes, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++)
		hash = (hash ^ (unsigned char)bytes[i]) * 0x100000001b3ull;
	return hash;
}

static int hash_file(uint64_t *hash, const char *folder, const char *name)
{
	char *path = output_format("%s/%s", folder, name);
	size_t n;
	char *text = folder_read_file(path, &n);
	int err = text ? 0 : -errno;

	if (text) {
		*hash = hash_bytes(*hash, name, strlen(name) + 1);
		*hash = hash_bytes(*hash, (char *)&n, sizeof(n));
		*hash = hash_bytes(*hash, text, n);
	}
	free(text);
	free(path);
	return err;
}

/* Of everything in @path, a folder or a file. */
static int hash_all(const char *path, uint64_t *ret)
{
	struct folder files;
	uint64_t hash = 0xcbf29ce484222325ull;
	int err = folder_list(path, &files);
	size_t i;

	for (i = 0; !err && i < files.n; i++)
		err = hash_file(&hash, path, files.at[i]);
	folder_clear(&files);
	*ret = hash;
	return err;
}

/* "16 digits" of the base image and of weft's rules for building: what a variant hangs on. */
static int make_stamp(struct making *m)
{
	uint64_t image = 0xcbf29ce484222325ull, rules;
	char *shim = output_format("%s/kernel-shim", m->origin->source);
	int err = hash_file(&image, "", m->base->path);

	if (!err)
		err = hash_all(shim, &rules);
	if (!err)
		m->stamp = output_format("%s %016" PRIx64 " %016" PRIx64 "\n",
					 m->origin->folder, image, rules);
	else
		output_error("cannot read %s or %s: %s", m->base->path, shim,
			     strerror(-err));
	free(shim);
	return err ? WEFT_EXIT_USAGE : 0;
}

/* Its folder in the cache; collisions are noticed when it is compared (I2). */
static int name_folder(struct making *m, const char *cache)
{
	uint64_t hash;
	int err = hash_all(m->changes, &hash);

	if (err) {
		output_error("cannot read %s: %s", m->changes, strerror(-err));
		return WEFT_EXIT_USAGE;
	}
	hash = hash_bytes(hash, m->stamp, strlen(m->stamp));
	m->ret->folder = output_format("%s/%s-%016" PRIx64, cache,
				       m->ret->image.tag, hash);
	m->ret->image.path = output_format("%s/kernel-%s.so", m->ret->folder,
					   m->ret->image.tag);
	return 0;
}

static int cannot_write(const char *path, int err)
{
	output_error("--cache: cannot write %s: %s%s", path, strerror(-err),
		     err == -ENOSPC || err == -EDQUOT ?
		     "; free some space, or use another folder with --cache DIR" :
		     "");
	return WEFT_EXIT_USAGE;
}

/* Waits for whoever builds the same (I1). */
static int lock_folder(struct making *m)
{
	const char *folder = m->ret->folder;
	int err = output_make_directories(folder);

	if (err)
		return cannot_write(folder, err);
	m->lock = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (m->lock < 0 || flock(m->lock, LOCK_EX)) {
		if (interrupt_came())
			return WEFT_VERDICT_INCOMPLETE;
		return cannot_write(folder, -errno);
	}
	return 0;
}

/* I2 */
static bool is_ready(const struct making *m)
{
	const char *folder = m->ret->folder;
	char *stamp_path = output_format("%s/stamp", folder);
	char *wanted = output_format("%s/changed", m->changes);
	char *there = output_format("%s/changed", folder);
	char *wanted_gone = output_format("%s/deleted", m->changes);
	char *gone = output_format("%s/deleted", folder);
	size_t n;
	char *stamp = folder_read_file(stamp_path, &n);
	bool is_gone_empty = access(wanted_gone, F_OK);
	bool ready = stamp && !strcmp(stamp, m->stamp) &&
		     !access(m->ret->image.path, R_OK) &&
		     folder_same(wanted, there) &&
		     (is_gone_empty || folder_same_file(wanted_gone, gone));

	free(stamp_path);
	free(wanted);
	free(there);
	free(wanted_gone);
	free(gone);
	free(stamp);
	return ready;
}

static int fill_folder(const struct making *m)
{
	const char *folder = m->ret->folder;
	char *stamp = output_format("%s/stamp", folder);
	int err = folder_empty(folder);

	if (!err)
		err = folder_copy(m->changes, folder);
	if (!err)
		err = output_write_file(stamp, m->stamp);
	free(stamp);
	return err ? cannot_write(folder, err) : 0;
}

static bool is_worth_telling(const char *line, bool any)
{
	return any || strstr(line, "error") || !strncmp(line, "weft: ", 6);
}

/* The lines that say why; of a long log, those about errors. Return: how many. */
static unsigned int tell_log(const char *path, bool any)
{
	FILE *in = fopen(path, "re");
	char line[1000];
	unsigned int told = 0;

	if (!in)
		return 0;
	while (told < LOG_LINES && fgets(line, sizeof(line), in)) {
		if (!is_worth_telling(line, any) ||
		    !strncmp(line, "make", 4))
			continue;
		fprintf(stderr, "  %s", line);
		told++;
	}
	fclose(in);
	return told;
}

static int build_failed(const struct making *m, const char *log, int err)
{
	if (interrupt_came()) {
		output_error("interrupted while building %s; nothing of it is used",
			     m->ret->image.tag);
		return WEFT_VERDICT_INCOMPLETE;
	}
	if (err != -EIO) {
		output_error("cannot run make: %s", strerror(-err));
		return WEFT_EXIT_USAGE;
	}
	output_error("cannot build image %s; %s says:", m->ret->image.tag, log);
	if (!tell_log(log, false) && !tell_log(log, true))
		fputs("  (nothing: is the disk full?)\n", stderr);
	return WEFT_EXIT_USAGE;
}

static int run_make(const struct making *m)
{
	const struct origin *o = m->origin;
	char *texts[] = {
		output_format("%s/kernel-shim/image.mk", o->source),
		output_format("-j%u", m->jobs),
		output_format("TAG=%s", m->ret->image.tag),
		output_format("BASE=%s", o->folder),
		output_format("SRC=%s", o->source),
		output_format("OUT=%s", m->ret->folder),
		output_format("CC=%s", o->compiler),
		output_format("NM=%s", o->nm),
		output_format("INSTRUMENT=%s", o->instrument),
		output_format("GCOV=%s", o->coverage),
	};
	size_t i, n = sizeof(texts) / sizeof(*texts);
	const char *argv[16] = { "make", "variant", "-f" };
	char *log = output_format("%s/build.log", m->ret->folder);
	int err, status;

	for (i = 0; i < n; i++)
		argv[3 + i] = texts[i];
	/* A make that runs us speaks of its own jobs. */
	unsetenv("MAKEFLAGS");
	unsetenv("MFLAGS");
	unsetenv("MAKELEVEL");
	err = weft_spawn(argv, NULL, log);
	status = err ? build_failed(m, log, err) : 0;
	for (i = 0; i < n; i++)
		free(texts[i]);
	free(log);
	return status;
}

static void count_compiled(struct making *m)
{
	char *path = output_format("%s/touched.txt", m->ret->folder);
	size_t n;
	char *text = folder_read_file(path, &n), *at;

	for (at = text; at && (at = strchr(at, '\n')); at++)
		m->ret->compiled++;
	free(text);
	free(path);
}

static int make_ready(struct making *m)
{
	int status = lock_folder(m);

	if (status)
		return status;
	if (is_ready(m)) {
		m->ret->reused = true;
	} else {
		status = fill_folder(m);
		if (!status)
			status = run_make(m);
	}
	if (!status)
		count_compiled(m);
	close(m->lock);
	return status;
}

/* Make's own words: nothing can be built below such a path. */
static int check_path(const char *path)
{
	if (!path[strcspn(path, " \t\n:;#%$'\"\\=&|<>()*?[]~`")])
		return 0;
	output_error("--cache: %s: make cannot build in a folder with blanks or one of :;#%%$'\"\\=&|<>()*?[]~` in its name; use another with --cache DIR",
		     path);
	return WEFT_EXIT_USAGE;
}

int variant_make(const struct image *base, const struct origin *origin,
		 const char *name, const char *changes, const char *cache,
		 unsigned int jobs, struct variant *ret)
{
	struct making m = {
		.base = base, .origin = origin, .changes = changes,
		.jobs = jobs, .ret = ret,
	};
	int status = check_path(cache);

	memset(ret, 0, sizeof(*ret));
	ret->image.tag = output_format("%s+%s", base->tag, name);
	if (!status)
		status = make_stamp(&m);
	if (!status)
		status = name_folder(&m, cache);
	if (!status)
		status = make_ready(&m);
	free(m.stamp);
	if (status)
		variant_clear(ret);
	return status;
}

int variant_collect(const char *work, const char *changes)
{
	static const char *const names[] = { "changed", "deleted" };
	int err = output_make_directories(changes);
	size_t i, moved = 0;

	for (i = 0; i < 2 && !err; i++) {
		char *from = output_format("%s/%s", work, names[i]);
		char *to = output_format("%s/%s", changes, names[i]);

		if (!rename(from, to))
			moved++;
		else if (errno != ENOENT)
			err = -errno;
		free(from);
		free(to);
	}
	if (err)
		return cannot_write(changes, err);
	if (!moved)
		output_error("nothing is changed: no image is made of any of these files");
	return moved ? 0 : WEFT_EXIT_USAGE;
}

void variant_clear(struct variant *variant)
{
	free(variant->image.tag);
	free(variant->image.path);
	free(variant->folder);
	memset(variant, 0, sizeof(*variant));
}

/* Absolute: make and symbolic links need it. */
static char *use_cache(const char *path, const char *origin)
{
	int err = output_make_directories(path);
	char *real = err ? NULL : realpath(path, NULL);

	if (err)
		output_usage_error("--cache: cannot write to %s%s: %s; use another folder with --cache DIR",
				   path, origin, strerror(-err));
	if (!real)
		output_usage_error("--cache: %s: %m", path);
	return real;
}

/* Where they are kept unless told otherwise, to be freed; NULL: nobody knows. */
static char *default_cache(void)
{
	const char *home = getenv("XDG_CACHE_HOME");

	if (home && *home == '/')
		return output_format("%s/weft", home);
	home = getenv("HOME");
	return home && *home ? output_format("%s/.cache/weft", home) : NULL;
}

char *variant_cache(const char *given)
{
	char *path, *real;

	if (given)
		return use_cache(given, "");
	path = default_cache();
	if (!path)
		output_usage_error("--cache: neither XDG_CACHE_HOME nor HOME is set; name a folder with --cache DIR");
	real = use_cache(path, " (the default)");
	free(path);
	return real;
}

/* The one that was built last; NULL: there is none. */
static const char *newest(const glob_t *found)
{
	const char *best = NULL;
	struct timespec when = { 0 };
	struct stat st;
	size_t i;

	for (i = 0; i < found->gl_pathc; i++) {
		if (stat(found->gl_pathv[i], &st))
			continue;
		if (best && (st.st_mtim.tv_sec < when.tv_sec ||
			     (st.st_mtim.tv_sec == when.tv_sec &&
			      st.st_mtim.tv_nsec <= when.tv_nsec)))
			continue;
		best = found->gl_pathv[i];
		when = st.st_mtim;
	}
	return best;
}

void variant_look_up(const char *given, const char *tag, struct images *images)
{
	char *cache = given ? output_format("%s", given) : default_cache();
	char *pattern;
	glob_t found;

	if (!cache)
		return;
	pattern = output_format("%s/%s-*/kernel-%s.so", cache, tag, tag);
	if (!glob(pattern, 0, NULL, &found)) {
		if (newest(&found))
			images_add(images, newest(&found));
		globfree(&found);
	}
	free(pattern);
	free(cache);
}
