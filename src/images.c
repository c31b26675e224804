/* SPDX-License-Identifier: GPL-2.0-only */
/* Finding kernel images; contract in images.h. */
#include <glob.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "images.h"
#include "output.h"

#define PREFIX "kernel-"
#define SUFFIX ".so"

/**
 * images_add() - one more, unless there is one with its tag
 * @path: .../kernel-TAG.so
 */
void images_add(struct images *images, const char *path)
{
	const char *base = strrchr(path, '/') + 1 + strlen(PREFIX);
	char *tag = output_format("%.*s",
				  (int)(strlen(base) - strlen(SUFFIX)), base);
	struct image *at;

	if (!*tag || images_by_tag(images, tag)) {
		free(tag);
		return;
	}
	at = reallocarray(images->at, images->n + 1, sizeof(*at));
	if (!at) {
		free(tag);
		return;
	}
	images->at = at;
	at[images->n].tag = tag;
	at[images->n++].path = output_format("%s", path);
}

static void add_pattern(struct images *images, const char *directory,
			const char *pattern)
{
	char *full = output_format("%s/%s", directory, pattern);
	glob_t found;
	size_t i;

	if (!glob(full, 0, NULL, &found)) {
		for (i = 0; i < found.gl_pathc; i++)
			images_add(images, found.gl_pathv[i]);
		globfree(&found);
	}
	free(full);
}

static int compare_tags(const void *a, const void *b)
{
	return strverscmp(((const struct image *)a)->tag,
			  ((const struct image *)b)->tag);
}

static void look_into(struct images *images, const char *directory)
{
	char *where = images->where;

	add_pattern(images, directory, PREFIX "*" SUFFIX);
	add_pattern(images, directory, "*/" PREFIX "*" SUFFIX);
	images->where = where ? output_format("%s or %s", where, directory) :
				output_format("%s", directory);
	free(where);
}

/* images/ next to the program, or NULL. */
static char *beside_program(void)
{
	char path[PATH_MAX];
	ssize_t n = readlink("/proc/self/exe", path, sizeof(path) - 1);
	char *slash;

	if (n < 0)
		return NULL;
	path[n] = '\0';
	slash = strrchr(path, '/');
	if (!slash)
		return NULL;
	*slash = '\0';
	return output_format("%s/images", path);
}

/**
 * images_find() - what images are there?
 * @ret: to be cleared; may be empty
 */
void images_find(struct images *ret)
{
	const char *named = getenv("WEFT_IMAGES");
	char *beside;

	memset(ret, 0, sizeof(*ret));
	if (named && *named) {
		look_into(ret, named);
	} else {
		beside = beside_program();
		if (beside)
			look_into(ret, beside);
		free(beside);
#ifdef PKGLIBDIR
		if (!ret->n)
			look_into(ret, PKGLIBDIR);
#endif
	}
	if (ret->n)
		qsort(ret->at, ret->n, sizeof(*ret->at), compare_tags);
}

/**
 * images_clear() - give back what images_find() took
 */
void images_clear(struct images *images)
{
	size_t i;

	for (i = 0; i < images->n; i++) {
		free(images->at[i].tag);
		free(images->at[i].path);
	}
	free(images->at);
	free(images->where);
	memset(images, 0, sizeof(*images));
}

/**
 * images_by_tag() - the image with a tag, or NULL
 */
const struct image *images_by_tag(const struct images *images,
				  const char *tag)
{
	size_t i;

	for (i = 0; i < images->n; i++)
		if (!strcmp(images->at[i].tag, tag))
			return &images->at[i];
	return NULL;
}

/**
 * images_names() - the tags, for messages
 *
 * Return: to be freed; NULL when there is none.
 */
char *images_names(const struct images *images)
{
	char *names = NULL;
	size_t i;

	for (i = 0; i < images->n; i++) {
		char *longer = output_format("%s%s%s", names ? names : "",
					     names ? ", " : "",
					     images->at[i].tag);

		free(names);
		names = longer;
	}
	return names;
}
