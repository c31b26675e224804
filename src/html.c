// SPDX-License-Identifier: GPL-2.0-only
/*
 * index.html: every campaign found below a folder of reports.
 *
 * Reads the run.json files, so that it can be made again at any time. Paths in
 * them begin with the folder that was named on that command line; only what
 * follows the campaign's own folder is used, which keeps the links right when
 * the reports are moved.
 */
#include <assert.h>
#include <errno.h>
#include <glob.h>
#include <jansson.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "graph_files.h"
#include "html.h"
#include "html_index.h"
#include "assets/assets.h"
#include "output.h"
#include "report.h"

const char *html_below(const struct index_row *row, const char *path)
{
	size_t n = strlen(row->name);
	const char *at;

	for (at = strstr(path, row->name); at; at = strstr(at + 1, row->name))
		if ((at == path || at[-1] == '/') && at[n] == '/')
			return at + n + 1;
	return NULL;
}

void html_link_below(const struct index_page *index,
		     const struct index_row *row, const char *path,
		     const char *text)
{
	const char *below = html_below(row, path);
	char to[PATH_MAX];

	if (!below)
		return;
	snprintf(to, sizeof(to), "%s/%s/%s", index->dir, row->name, below);
	if (access(to, R_OK))
		return;
	snprintf(to, sizeof(to), "%s/%s", row->name, below);
	html_link(index->out, to, text);
	fputs("<br>\n", index->out);
}

char *html_folder(const char *path)
{
	const char *end = strrchr(path, '/'), *begin = end;

	while (begin > path && begin[-1] != '/')
		begin--;
	return strndup(begin, (size_t)(end - begin));
}

static void add_row(struct index_page *index, const char *path,
		    json_t *document, json_t *campaign)
{
	struct index_row *row;

	if (index->n == index->max) {
		index->max = index->max ? 2 * index->max : 64;
		index->rows = realloc(index->rows, index->max *
				      sizeof(*index->rows));
		assert(index->rows && "out of memory for a report");
	}
	row = &index->rows[index->n++];
	row->name = html_folder(path);
	row->document = json_incref(document);
	row->campaign = campaign;
}

static void load(void *arg, const char *path, size_t nth)
{
	json_t *document = json_load_file(path, 0, NULL), *campaign;
	struct index_page *index = arg;
	size_t i;

	(void)nth;
	json_array_foreach(json_object_get(document, "campaigns"), i, campaign)
		add_row(index, path, document, campaign);
	json_decref(document);
}

size_t html_each_file(const struct index_page *index, const char *pattern,
		      void (*each)(void *arg, const char *path, size_t nth),
		      void *arg)
{
	char *full = output_format("%s/%s", index->dir, pattern);
	glob_t files = { 0 };
	size_t i, n = 0;

	if (!glob(full, 0, NULL, &files))
		n = files.gl_pathc;
	for (i = 0; i < n; i++)
		each(arg, files.gl_pathv[i], i);
	globfree(&files);
	free(full);
	return n;
}

static void clear(struct index_page *index)
{
	size_t i;

	for (i = 0; i < index->n; i++) {
		free(index->rows[i].name);
		json_decref(index->rows[i].document);
	}
	free(index->rows);
}

/* A campaign without a lock graph, or with an old one, has none. */
static void write_graphs(const struct index_page *index)
{
	char dir[PATH_MAX];
	size_t i;

	for (i = 0; i < index->n; i++) {
		snprintf(dir, sizeof(dir), "%s/%s", index->dir,
			 index->rows[i].name);
		html_write_graphs(dir, index->rows[i].campaign);
	}
}

/* rules-TAG.html, which weft rules has written. */
static void write_rules_link(void *arg, const char *path, size_t nth)
{
	const struct index_page *index = arg;
	const char *name = strrchr(path, '/') + 1;
	char *text = output_format("Linux %.*s",
				   (int)(strlen(name) - strlen("rules-.html")),
				   name + strlen("rules-"));

	fputs(nth ? ", " : "<p>Locking rules: ", index->out);
	html_link(index->out, name, text);
	free(text);
}

static void write_rules(struct index_page *index)
{
	if (html_each_file(index, "rules-*.html", write_rules_link, index))
		fputs("</p>\n", index->out);
}

static void write_page(struct index_page *index)
{
	html_begin(index->out, "Weft: campaigns");
	fputs("<header>\n<h1>Weft: every interleaving, on the real kernel source</h1>\n"
	      "<p class=\"dim\">A verdict holds within its bounds: "
	      "<b class=\"exhausted\">exhausted</b> means that no inequivalent schedule "
	      "within them is left to try; <b class=\"bug\">bug</b> comes with a schedule "
	      "that shows it again. SC: sequentially consistent memory.</p>\n"
	      "</header>\n<main>\n", index->out);
	if (index->n) {
		fputs("<p id=\"search\" hidden><label>Show only <input id=\"words\" "
		      "type=\"search\" size=\"36\" placeholder=\"scenario, lock, function, kind…\">"
		      "</label> <span class=\"dim\" id=\"shown\" aria-live=\"polite\">"
		      "</span></p>\n", index->out);
		write_rules(index);
		html_write_overview(index);
		html_write_findings(index);
		html_write_campaigns(index);
		html_write_coverage(index);
		html_write_comparisons(index);
	} else {
		fputs("<p class=\"dim\">No campaign yet: run "
		      "<code>weft explore</code>.</p>\n", index->out);
		write_rules(index);
	}
	fprintf(index->out, "</main>\n<script>\n%s</script>\n", asset_index_js);
	html_end(index->out);
}

/**
 * weft_write_index() - out_dir/index.html and the pages of its findings
 *
 * Return: 0 or negative errno.
 */
int weft_write_index(const char *out_dir)
{
	struct index_page index = { .dir = out_dir };
	char path[PATH_MAX];
	int err;

	snprintf(path, sizeof(path), "%s/index.html", out_dir);
	index.out = fopen(path, "we");
	if (!index.out)
		return -errno;
	html_each_file(&index, "*/run.json", load, &index);
	write_graphs(&index);
	write_page(&index);
	clear(&index);
	err = ferror(index.out) ? -EIO : 0;
	if (fclose(index.out) && !err)
		err = -EIO;
	return err;
}
