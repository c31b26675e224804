// SPDX-License-Identifier: GPL-2.0-only
/* What "weft compare" left; contract in html_index.h. */
#include <jansson.h>
#include <limits.h>
#include <stdlib.h>

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

static void write_file(void *arg, const char *path, size_t nth)
{
	static const char *const columns[] = {
		"scenario and kernels", "verdict", "findings", NULL,
	};
	json_t *document = json_load_file(path, 0, NULL), *comparison;
	char *folder = html_folder(path);
	FILE *out = arg;
	size_t i;

	if (!nth) {
		fputs("<h2>Comparisons</h2>\n", out);
		html_table_begin(out, "comparisons", "filtered", "comparisons",
				 columns);
	}
	json_array_foreach(json_object_get(document, "comparisons"), i,
			   comparison)
		write_comparison(out, folder, comparison);
	free(folder);
	json_decref(document);
}

void html_write_comparisons(const struct index_page *index)
{
	if (html_each_file(index, "*/comparison.json", write_file, index->out))
		html_table_end(index->out);
}
