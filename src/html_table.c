/* SPDX-License-Identifier: GPL-2.0-only */
/* Tables of a page: wide ones scroll by themselves, with the keyboard as well. */
#include "html.h"
#include "markup.h"

/**
 * html_table_begin() - see html.h
 */
void html_table_begin(FILE *out, const char *label, const char *class,
		      const char *id, const char *const *columns)
{
	fprintf(out, "<div class=\"wide\" tabindex=\"0\" role=\"region\" aria-label=\"%s\">"
		"<table class=\"%s\"", label, class);
	if (id)
		fprintf(out, " id=\"%s\"", id);
	fputs(">\n<thead><tr>", out);
	for (; *columns; columns++) {
		fputs("<th scope=\"col\">", out);
		markup_escape(out, *columns, MARKUP_TEXT);
		fputs("</th>", out);
	}
	fputs("</tr></thead>\n<tbody>\n", out);
}

/**
 * html_table_end() - see html.h
 */
void html_table_end(FILE *out)
{
	fputs("</tbody>\n</table></div>\n", out);
}
