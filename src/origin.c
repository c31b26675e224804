/* SPDX-License-Identifier: GPL-2.0-only */
/* What an image was built from; contract in origin.h. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "../framework/verdict.h"
#include "folder.h"
#include "origin.h"
#include "output.h"
#include "spawn.h"

#define HEAD "weft-image 1"
#define LINE_MAX_BYTES 8192

/* "…/kernel-6.1.so" → "…/kernel-6.1.build" */
static char *build_path(const struct image *image)
{
	return output_format("%.*s.build", (int)(strlen(image->path) - 3),
			     image->path);
}

static void set_field(struct origin *origin, const char *key,
		      const char *value)
{
	struct { const char *key; char **at; } fields[] = {
		{ "source", &origin->source }, { "folder", &origin->folder },
		{ "kernel", &origin->kernel }, { "base", &origin->base },
		{ "compiler", &origin->compiler }, { "nm", &origin->nm },
		{ "instrument", &origin->instrument },
		{ "coverage", &origin->coverage },
	};
	size_t i;

	for (i = 0; i < sizeof(fields) / sizeof(*fields); i++)
		if (!strcmp(fields[i].key, key) && !*fields[i].at)
			*fields[i].at = output_format("%s", value);
}

static bool read_fields(FILE *in, struct origin *origin)
{
	char line[LINE_MAX_BYTES];

	if (!fgets(line, sizeof(line), in) || strcmp(line, HEAD "\n"))
		return false;
	while (fgets(line, sizeof(line), in)) {
		char *value = strchr(line, ' ');

		line[strcspn(line, "\n")] = '\0';
		if (!value)
			return false;
		*value++ = '\0';
		set_field(origin, line, value);
	}
	return origin->source && origin->folder && origin->kernel &&
	       origin->base && origin->compiler && origin->nm &&
	       origin->instrument && origin->coverage;
}

static int read_file(const struct image *image, struct origin *ret)
{
	char *path = build_path(image);
	FILE *in = fopen(path, "re");
	bool is_good = in && read_fields(in, ret);

	if (!in)
		output_error("image %s does not say what it was built from: cannot read %s: %m\n"
			     "run make where it was built (and make install, if it is installed)",
			     image->tag, path);
	else if (!is_good)
		output_error("%s is damaged: run make where the image was built",
			     path);
	if (in)
		fclose(in);
	free(path);
	return is_good ? 0 : WEFT_EXIT_USAGE;
}

static int is_gone(const struct image *image, const char *what,
		   const char *path)
{
	output_error("image %s was built with %s %s, which is gone:\n"
		     "configure and make again, and use that image (WEFT_IMAGES=DIR chooses where images are)",
		     image->tag, what, path);
	return WEFT_EXIT_USAGE;
}

/* An installed image must be the one that its folder has. */
static int check_same(const struct image *image, const struct origin *origin)
{
	char *built = output_format("%s/kernel-%s.so", origin->folder,
				    image->tag);
	int status = 0;

	if (access(built, R_OK)) {
		status = is_gone(image, "what is in", origin->folder);
	} else if (!folder_same_file(image->path, built)) {
		output_error("%s is not the image that is in %s now:\n"
			     "run make install again, or use WEFT_IMAGES=%s",
			     image->path, origin->folder, origin->folder);
		status = WEFT_EXIT_USAGE;
	}
	free(built);
	return status;
}

static int check_tools(const struct image *image, const struct origin *origin)
{
	const char *compile[] = { origin->compiler, "--version", NULL };
	const char *make[] = { "make", "--version", NULL };

	/* CC may carry options; make will tell what is wrong with those. */
	if (!strchr(origin->compiler, ' ') &&
	    weft_spawn(compile, NULL, NULL) == -ENOENT) {
		output_error("the compiler of image %s, %s, is not installed: it is needed to build the changed files",
			     image->tag, origin->compiler);
		return WEFT_EXIT_USAGE;
	}
	if (weft_spawn(make, NULL, NULL) == -ENOENT) {
		output_error("make is not installed: it is needed to build the changed files (Debian: apt install make)");
		return WEFT_EXIT_USAGE;
	}
	return 0;
}

static int check_places(const struct image *image, const struct origin *origin)
{
	char *rules = output_format("%s/kernel-shim/image.mk", origin->source);
	char *tree = output_format("%s/tree/Makefile", origin->folder);
	int status = 0;

	if (access(origin->folder, R_OK | X_OK))
		status = is_gone(image, "the folder", origin->folder);
	else if (access(tree, R_OK))
		status = is_gone(image, "the kernel source", origin->kernel);
	else if (access(rules, R_OK))
		status = is_gone(image, "the source of weft in",
				 origin->source);
	free(rules);
	free(tree);
	return status;
}

int origin_read(const struct image *image, struct origin *ret)
{
	int status;

	memset(ret, 0, sizeof(*ret));
	status = read_file(image, ret);
	if (!status && *ret->base) {
		output_error("image %s is a variant itself; start from an image of a whole tree, and give all patches at once",
			     image->tag);
		status = WEFT_EXIT_USAGE;
	}
	if (!status)
		status = check_places(image, ret);
	if (!status)
		status = check_same(image, ret);
	if (!status)
		status = check_tools(image, ret);
	if (status)
		origin_clear(ret);
	return status;
}

void origin_clear(struct origin *origin)
{
	free(origin->source);
	free(origin->folder);
	free(origin->kernel);
	free(origin->base);
	free(origin->compiler);
	free(origin->nm);
	free(origin->instrument);
	free(origin->coverage);
	memset(origin, 0, sizeof(*origin));
}
