// SPDX-License-Identifier: GPL-2.0-only
/* What "weft compare" left; contract in html_index.h. */
#include <glob.h>
#include <jansson.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "html.h"
#include "html_index.h"
#include "json_read.h"
#include "markup.h"

static void write_verdict(FILE *out, json_t *side)
{
	fputs("<span class=\"v ", out);
	markup_escape(out, json_text_of(side, "verdict"), MARKUP_ATTRIBUTE);
	fputs("\">", out);
	markup_escape(out, json_text_of(side, "verdict"), MARKUP_TEXT);
	fputs("</span>", out);
}

/* "…/compare-x-6.1-6.12/comparison.json": a row, with its page beside the folder. */
static void write_comparison(FILE *out, const char *folder, json_t *comparison)
{
	json_t *findings = json_object_get(comparison, "findings");
	json_t *before = json_object_get(comparison, "before");
	json_t *after = json_object_get(comparison, "after");
	char page[PATH_MAX], title[400];

	snprintf(page, sizeof(page), "%s.html", folder);
	snprintf(title, sizeof(title), "%s: %s → %s",
		 json_text_of(comparison, "scenario"), json_text_of(before, "kernel"),
		 json_text_of(after, "kernel"));
	fputs("<tr><td>", out);
	html_link(out, page, title);
	fputs("</td><td>", out);
	write_verdict(out, before);
	fputs(" → ", out);
	write_verdict(out, after);
	fprintf(out, "</td><td>%zu gone, %zu new, %zu on both sides</td></tr>\n",
		json_array_size(json_object_get(findings, "gone")),
		json_array_size(json_object_get(findings, "new")),
		json_array_size(json_object_get(findings, "same")));
}

static void write_file(FILE *out, const char *path)
{
	json_t *document = json_load_file(path, 0, NULL), *comparison;
	char *folder = html_folder(path);
	size_t i;

	json_array_foreach(json_object_get(document, "comparisons"), i,
			   comparison)
		write_comparison(out, folder, comparison);
	free(folder);
	json_decref(document);
}

void html_write_comparisons(const struct index_page *index)
{
	char pattern[PATH_MAX];
	glob_t files;
	size_t i;

	snprintf(pattern, sizeof(pattern), "%s/*/comparison.json", index->dir);
	if (glob(pattern, 0, NULL, &files))
		return;
	fputs("<h2>Comparisons</h2>\n<div class=\"wide\" tabindex=\"0\" role=\"region\" "
	      "aria-label=\"comparisons\"><table class=\"filtered\" id=\"comparisons\">\n"
	      "<thead><tr><th scope=\"col\">scenario and kernels</th>"
	      "<th scope=\"col\">verdict</th><th scope=\"col\">findings</th>"
	      "</tr></thead>\n<tbody>\n", index->out);
	for (i = 0; i < files.gl_pathc; i++)
		write_file(index->out, files.gl_pathv[i]);
	fputs("</tbody>\n</table></div>\n", index->out);
	globfree(&files);
}
