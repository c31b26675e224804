// SPDX-License-Identifier: GPL-2.0-only
/*
 * HTML pages that need nothing else: style and script are in them, no network,
 * light or dark as the reader's system is.
 */
#include <string.h>

#include "html.h"
#include "markup.h"
#include "assets/assets.h"

/**
 * html_begin() - see html.h
 */
void html_begin(FILE *out, const char *title)
{
	fputs("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
	      "<meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">\n"
	      "<title>", out);
	markup_escape(out, title, MARKUP_TEXT);
	fprintf(out, "</title>\n<style>\n%s</style>\n</head>\n<body>\n",
		asset_style_css);
}

/**
 * html_end() - see html.h
 */
void html_end(FILE *out)
{
	fputs("</body>\n</html>\n", out);
}

/**
 * html_text() - see html.h
 */
void html_text(FILE *out, const char *text)
{
	char word[400];

	while (text && *text) {
		size_t n = strcspn(text, " \n");

		if (n >= sizeof(word))
			n = sizeof(word) - 1;
		memcpy(word, text, n);
		word[n] = '\0';
		if (strstr(word, "->")) {
			fputs("<span class=\"nb\">", out);
			markup_escape(out, word, MARKUP_TEXT);
			fputs("</span>", out);
		} else {
			markup_escape(out, word, MARKUP_TEXT);
		}
		text += n;
		for (; *text == ' ' || *text == '\n'; text++)
			fputc(*text, out);
	}
}

/**
 * html_url() - see html.h
 */
void html_url(FILE *out, const char *path)
{
	static const char safe[] = "abcdefghijklmnopqrstuvwxyz"
		"ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~/";

	for (; *path; path++)
		if (strchr(safe, *path))
			fputc(*path, out);
		else
			fprintf(out, "%%%02X", (unsigned char)*path);
}

/**
 * html_link() - see html.h
 */
void html_link(FILE *out, const char *path, const char *text)
{
	fputs("<a href=\"", out);
	html_url(out, path);
	fputs("\">", out);
	html_text(out, text);
	fputs("</a>", out);
}
