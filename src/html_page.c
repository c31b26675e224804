// SPDX-License-Identifier: GPL-2.0-only
/*
 * HTML pages that need nothing else: one inline style, no script, no network,
 * light or dark as the reader's system is.
 */
#include <errno.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "html.h"
#include "markup.h"

static const char style[] =
	":root{color-scheme:light dark;--ink:#1c2329;--paper:#fff;--dim:#5c6b75;"
	"--line:#d9e0e5;--soft:#f4f7f9;--link:#0b5cad;--good:#1b7f3b;"
	"--bad:#c62828;--odd:#a85b00}\n"
	"@media(prefers-color-scheme:dark){:root{--ink:#dfe6ea;--paper:#14191d;"
	"--dim:#92a1ab;--line:#2d373e;--soft:#1c2429;--link:#76b5f5;"
	"--good:#66cc85;--bad:#ff7b72;--odd:#f0b35c}}\n"
	"body{font:15px/1.5 system-ui,sans-serif;color:var(--ink);"
	"background:var(--paper);max-width:88rem;margin:2rem auto;padding:0 1rem}\n"
	"h1{font-size:1.5rem;margin:0 0 .3rem}h2{font-size:1.1rem;margin:2rem 0 .5rem}\n"
	"p{margin:.3rem 0}.dim{color:var(--dim)}a{color:var(--link)}\n"
	"table{border-collapse:collapse;width:100%;margin:1rem 0}\n"
	"th,td{text-align:left;vertical-align:top;padding:.5rem .7rem;"
	"border-bottom:1px solid var(--line)}\n"
	"th{color:var(--dim);font-weight:600;font-size:.85rem}\n"
	"td:first-child,td:last-child{white-space:nowrap}"
	"table.w td{white-space:normal;overflow-wrap:anywhere}"
	"table.w td:first-child{overflow-wrap:normal}\n"
	"td ul{margin:0;padding-left:1.1rem}td small{color:var(--dim)}\n"
	"pre{background:var(--soft);border:1px solid var(--line);border-radius:6px;"
	"padding:1rem;overflow-x:auto;font:13px/1.45 ui-monospace,monospace}\n"
	"code{font-family:ui-monospace,monospace;font-size:.9em}\n"
	".v{font-weight:700;white-space:nowrap}.exhausted{color:var(--good)}"
	".bug,.internal,.nondeterminism{color:var(--bad)}"
	".incomplete,.unmodelled{color:var(--odd)}\n"
	"img{max-width:100%;background:#fff;border:1px solid var(--line);"
	"border-radius:6px}\n";

/**
 * html_begin() - see html.h
 */
void html_begin(FILE *out, const char *title)
{
	fputs("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
	      "<meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">\n"
	      "<title>", out);
	markup_escape(out, title, MARKUP_TEXT);
	fprintf(out, "</title>\n<style>\n%s</style>\n</head>\n<body>\n", style);
}

/**
 * html_end() - see html.h
 */
void html_end(FILE *out)
{
	fputs("</body>\n</html>\n", out);
}

/* Everything that could mean something in a URL is encoded, but '/'. */
static void write_url(FILE *out, const char *path)
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
	write_url(out, path);
	fputs("\">", out);
	markup_escape(out, text, MARKUP_TEXT);
	fputs("</a>", out);
}

static const char *text_of(json_t *object, const char *key)
{
	const char *text = json_string_value(json_object_get(object, key));

	return text ? text : "";
}

static int copy_text(FILE *out, const char *path)
{
	FILE *in = fopen(path, "re");
	char line[1024];

	if (!in)
		return -errno;
	fputs("<pre>", out);
	while (fgets(line, sizeof(line), in))
		markup_escape(out, line, MARKUP_TEXT);
	fputs("</pre>\n", out);
	fclose(in);
	return 0;
}

static void write_end(FILE *out, json_t *end)
{
	const char *function = text_of(end, "function");

	markup_escape(out, text_of(end, "task"), MARKUP_TEXT);
	fputs(": ", out);
	markup_escape(out, text_of(end, "operation"), MARKUP_TEXT);
	fputs(" <code>", out);
	markup_escape(out, text_of(end, "object"), MARKUP_TEXT);
	fputs("</code>", out);
	if (json_is_null(json_object_get(end, "step")))
		fputs(" (never got to it)", out);
	if (!*function)
		return;
	fputs("<br><small>", out);
	markup_escape(out, function, MARKUP_TEXT);
	fputs("()", out);
	if (*text_of(end, "file")) {
		fputc(' ', out);
		markup_escape(out, text_of(end, "file"), MARKUP_TEXT);
		fprintf(out, ":%lld", (long long)
			json_integer_value(json_object_get(end, "line")));
	}
	fputs("</small>", out);
}

/* The causality chain, a row for each link. */
static void write_why(FILE *out, json_t *finding)
{
	json_t *chain = json_object_get(finding, "causality"), *link;
	size_t i;

	if (!json_array_size(chain))
		return;
	fputs("<h2>It happens because</h2>\n<table><tr><th>this</th>"
	      "<th>came before this</th></tr>\n", out);
	json_array_foreach(chain, i, link) {
		fputs("<tr><td>", out);
		write_end(out, json_object_get(link, "before"));
		fputs("</td><td>", out);
		write_end(out, json_object_get(link, "after"));
		if (json_is_true(json_object_get(link, "nearby")))
			fputs("<br><small>what counts is what they do next to "
			      "that</small>", out);
		fputs("</td></tr>\n", out);
	}
	fprintf(out, "</table>\n<p>%s, turned round, makes it vanish.%s</p>\n",
		json_array_size(chain) == 1 ? "This order" :
					      "Each of these orders",
		json_is_true(json_object_get(finding, "causality_complete")) ?
		"" : " The search for more was cut short.");
}

static void write_picture(FILE *out, const char *picture)
{
	fputs("<h2>Lock graph</h2>\n<p><a href=\"", out);
	write_url(out, picture);
	fputs("\"><img alt=\"lock graph\" src=\"", out);
	write_url(out, picture);
	fputs("\"></a></p>\n", out);
}

int html_write_finding(const char *page, const char *text,
		       struct json_t *campaign, struct json_t *finding,
		       const char *picture)
{
	const char *kernel = text_of(campaign, "release");
	FILE *out = fopen(page, "we");
	int err;

	if (!out)
		return -errno;
	html_begin(out, text_of(finding, "summary"));
	fputs("<p>", out);
	html_link(out, "../index.html", "← all campaigns");
	fputs("</p>\n<h1>", out);
	markup_escape(out, text_of(finding, "kind"), MARKUP_TEXT);
	fputs(" in ", out);
	markup_escape(out, text_of(campaign, "scenario"), MARKUP_TEXT);
	if (*kernel) {
		fputs(" on Linux ", out);
		markup_escape(out, kernel, MARKUP_TEXT);
	}
	fputs("</h1>\n", out);
	write_why(out, finding);
	fputs("<h2>What happened</h2>\n", out);
	err = copy_text(out, text);
	if (picture)
		write_picture(out, picture);
	html_end(out);
	if (ferror(out) && !err)
		err = -EIO;
	if (fclose(out) && !err)
		err = -EIO;
	return err;
}
