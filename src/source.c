// SPDX-License-Identifier: GPL-2.0-only
/* Lines of source code; contract in source.h. */
#include <assert.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "output.h"
#include "source.h"

#define FILE_MAX ((size_t)8 << 20)

/* @lines: into @text, cut at the ends of lines; none if it cannot be read */
struct file {
	struct file	*next;
	char		*name;
	char		*text;
	char		**lines;
	int		n;
};

struct weft_source {
	char		*trees[2];
	struct file	*files;
};

struct weft_source *weft_source_open(const char *image)
{
	struct weft_source *source = calloc(1, sizeof(*source));
	const char *slash = image ? strrchr(image, '/') : NULL;

	assert(source && "out of memory for a report");
	if (slash)
		source->trees[0] = output_format("%.*s/tree",
						 (int)(slash - image), image);
#ifdef WEFT_SOURCE_DIR
	source->trees[1] = output_format("%s", WEFT_SOURCE_DIR);
#endif
	return source;
}

void weft_source_close(struct weft_source *source)
{
	struct file *file, *next;

	for (file = source->files; file; file = next) {
		next = file->next;
		free(file->name);
		free(file->text);
		free(file->lines);
		free(file);
	}
	free(source->trees[0]);
	free(source->trees[1]);
	free(source);
}

static char *read_text(const char *path)
{
	FILE *in = fopen(path, "re");
	char *text;
	size_t n;

	if (!in)
		return NULL;
	text = malloc(FILE_MAX + 1);
	assert(text && "out of memory for a report");
	n = fread(text, 1, FILE_MAX, in);
	fclose(in);
	text[n] = '\0';
	return realloc(text, n + 1);
}

static void cut_lines(struct file *file)
{
	char *at = file->text, *end;
	int max = 0;

	while (at && *at) {
		if (file->n == max) {
			max = max ? 2 * max : 1024;
			file->lines = realloc(file->lines, (size_t)max *
					      sizeof(*file->lines));
			assert(file->lines && "out of memory for a report");
		}
		file->lines[file->n++] = at;
		end = strchr(at, '\n');
		if (end)
			*end = '\0';
		at = end ? end + 1 : NULL;
	}
}

static struct file *open_file(struct weft_source *source, const char *name)
{
	struct file *file = calloc(1, sizeof(*file));
	size_t i;

	assert(file && "out of memory for a report");
	file->name = output_format("%s", name);
	for (i = 0; i < 2 && !file->text; i++) {
		char *path;

		if (!source->trees[i])
			continue;
		path = output_format("%s/%s", source->trees[i], name);
		file->text = read_text(path);
		free(path);
	}
	cut_lines(file);
	file->next = source->files;
	source->files = file;
	return file;
}

const char *weft_source_line(struct weft_source *source, const char *name,
			     int line)
{
	struct file *file;

	/* Names from debug information that lead elsewhere are not ours. */
	if (*name == '/' || strstr(name, "../"))
		return NULL;
	for (file = source->files; file; file = file->next)
		if (!strcmp(file->name, name))
			break;
	if (!file)
		file = open_file(source, name);
	return line >= 1 && line <= file->n ? file->lines[line - 1] : NULL;
}

bool weft_source_is_scenario(const char *file)
{
	static const char programs[] = "scenarios/";
	static const char drivers[] = "scenarios/drivers/";

	return !strncmp(file, programs, strlen(programs)) &&
	       strncmp(file, drivers, strlen(drivers));
}
