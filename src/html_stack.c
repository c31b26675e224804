/* SPDX-License-Identifier: GPL-2.0-only */
/* Stacks of a document with stacks, frames and source (story.h), in a page. */
#include <jansson.h>
#include <stdlib.h>

#include "html.h"
#include "json_read.h"
#include "markup.h"
#include "output.h"

static void write_source(FILE *out, json_t *document, const char *file,
			 json_int_t line)
{
	json_t *lines = json_object_get(json_object_get(document, "source"),
					file);
	char *key = output_format("%lld", (long long)line);
	const char *text = json_string_value(json_object_get(lines, key));

	free(key);
	if (!text)
		return;
	fputs("<pre>", out);
	while (*text == ' ' || *text == '\t')
		text++;
	markup_escape(out, text, MARKUP_TEXT);
	fputs("</pre>", out);
}

static void write_frame(FILE *out, json_t *document, json_t *frame)
{
	const char *file = json_string_value(json_array_get(frame, 1));
	json_int_t line = json_integer_value(json_array_get(frame, 2));

	fputs("<li><code>", out);
	markup_escape(out, json_string_value(json_array_get(frame, 0)),
		      MARKUP_TEXT);
	fputs("()</code>", out);
	if (file) {
		fputs(" <small>", out);
		markup_escape(out, file, MARKUP_TEXT);
		fprintf(out, ":%lld", (long long)line);
		if (json_is_true(json_array_get(frame, 3)))
			fputs(", inlined", out);
		fputs("</small>", out);
		write_source(out, document, file, line);
	}
	fputs("</li>\n", out);
}

void html_write_stack(FILE *out, struct json_t *document, struct json_t *number)
{
	json_t *stack = json_is_integer(number) ?
		json_array_get(json_object_get(document, "stacks"),
			       (size_t)json_integer_value(number)) : NULL;
	json_t *frame;
	size_t i;

	if (!json_array_size(stack)) {
		fputs("<p class=\"dim\">nothing is known</p>\n", out);
		return;
	}
	fputs("<ol class=\"stack\">\n", out);
	json_array_foreach(stack, i, frame)
		write_frame(out, document, json_array_get(
			    json_object_get(document, "frames"),
			    (size_t)json_integer_value(frame)));
	fputs("</ol>\n", out);
}
