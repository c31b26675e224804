/* SPDX-License-Identifier: GPL-2.0-only */
/* How long campaigns took; contract in html_index.h. */
#include <errno.h>
#include <jansson.h>
#include <limits.h>
#include <stdlib.h>

#include "html_index.h"
#include "json_read.h"
#include "markup.h"
#include "output.h"

void html_write_took(FILE *out, const struct index_row *row,
		     const char *before)
{
	fputs("<span hidden data-before=\"", out);
	markup_escape(out, before, MARKUP_ATTRIBUTE);
	fputs("\" data-took=\"", out);
	markup_escape(out, row->name, MARKUP_ATTRIBUTE);
	/* Hidden until the script has the time; empty elements are no good form. */
	fputs("\">not known</span>", out);
}

/* A script, because a page that is a file may load no other kind of file. */
int html_write_times(const struct index_page *index)
{
	char *path = output_format("%s/times.js", index->dir);
	FILE *out = fopen(path, "we");
	json_t *times = json_object();
	size_t i;

	free(path);
	if (!out || !times) {
		json_decref(times);
		return out ? output_close(out) : -errno;
	}
	for (i = 0; i < index->n; i++) {
		json_t *seconds = json_object_get(index->rows[i].campaign,
						  "seconds");

		if (json_is_number(seconds))
			json_object_set(times, index->rows[i].name, seconds);
	}
	fputs("// Seconds that each campaign took; all else here is the same in every run.\n"
	      "window.weftTimes = ", out);
	json_dumpf(times, out, JSON_INDENT(1) | JSON_REAL_PRECISION(6) |
		   JSON_SORT_KEYS);
	fputs(";\n", out);
	json_decref(times);
	return output_close(out);
}
