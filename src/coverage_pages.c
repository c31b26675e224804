/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What gcovr's pages lack: a way back, dark colours for who wants them, and a wide
 * table that moves inside a narrow page. And a date, which is none, goes.
 *
 * gcovr 5 has no templates, so its pages are changed behind it. What a later
 * gcovr writes otherwise is left as it is.
 */
#include <errno.h>
#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "coverage.h"
#include "output.h"

/* Rows of the head that go, in their order: there is no date, and the folder is one of a machine. */
static const char *const rows[] = {
	"    <tr>\n      <th scope=\"row\">Directory:</th>\n",
	"    <tr>\n      <th scope=\"row\">Date:</th>\n",
};
static const char row_end[] = "    </tr>\n";
static const char body[] = "<body>\n";
static const char head_end[] = "  </head>\n";
/*
 * On a narrow page, of each pair of numbers the percentage, without bars; there the
 * cells that go must stay, or the heads would not be above theirs.
 * The page turned over, and what has a colour that means something turned back. */
static const char style[] =
	"    <style>\n"
	"main { overflow-x: auto }\n"
	"@media screen and (max-width: 60rem) {\n"
	"\tmeter { width: 3rem; min-width: 0 }\n"
	"}\n"
	"@media screen and (max-width: 40rem) {\n"
	"\th1 { font-size: 1.3rem }\n"
	"\tmeter { display: none }\n"
	"\t.file-list { width: 100% }\n"
	"\t.file-list :is(td, th), .file-list th[scope] { font-size: .72rem; padding: 0 3px }\n"
	"\t.file-list th[scope=row] { width: 100%; overflow-wrap: anywhere }\n"
	"\t.file-list td:is(:nth-child(2), :nth-child(6), :nth-child(8)) { font-size: 0; padding: 0; border: 0; width: 0 }\n"
	"\t.listOfFunctions :is(td, th) { font-size: .72rem; padding: .1rem .3rem }\n"
	"\t.listOfFunctions td:is(:first-child, :nth-last-child(3)) { white-space: normal; overflow-wrap: anywhere }\n"
	"}\n"
	"@media print {\n"
	"\tmain { overflow: visible; zoom: .75 }\n"
	"\tnav { display: none }\n"
	"\t* { print-color-adjust: exact; -webkit-print-color-adjust: exact }\n"
	"}\n"
	"@media screen and (prefers-color-scheme: dark) {\n"
	"\thtml { background: #111 }\n"
	"\tbody { background: #fff; margin: 0; padding: .5rem; min-height: 100vh; filter: invert(.92) hue-rotate(180deg) }\n"
	"\ttd[class*=coverage-], .legend span, .file-list th[scope^=col] { filter: invert(1) hue-rotate(180deg) }\n"
	"}\n"
	"    </style>\n";

static char *read_file(const char *path)
{
	FILE *in = fopen(path, "re");
	char *text = NULL;
	size_t size = 0;

	if (!in)
		return NULL;
	if (getdelim(&text, &size, '\0', in) < 0) {
		free(text);
		text = NULL;
	}
	fclose(in);
	return text;
}

/* @text up to @part, if it is there. Return: what follows the part. */
static const char *copy_until(FILE *out, const char *text, const char *part)
{
	const char *at = strstr(text, part);

	if (!at)
		return text;
	fwrite(text, 1, (size_t)(at - text), out);
	return at + strlen(part);
}

/* Return: what follows on the way back, which is written at the head of the body. */
static const char *add_way_back(FILE *out, const char *text, const char *name,
				bool in_campaign)
{
	const char *rest = copy_until(out, text, body);

	if (rest == text)
		return text;
	fprintf(out, "%s    <nav><a href=\"%s../index.html\">← overview</a>",
		body, in_campaign ? "../" : "");
	if (strcmp(name, "index.html"))
		fputs(" · <a href=\"index.html\">all files</a>", out);
	fputs("</nav>\n", out);
	return rest;
}

/* Return: what follows on the row that begins with @begin, which is left out. */
static const char *drop_row(FILE *out, const char *text, const char *begin)
{
	const char *rest = copy_until(out, text, begin), *end;

	end = rest != text ? strstr(rest, row_end) : NULL;
	return end ? end + strlen(row_end) : rest;
}

static int dress(const char *path, bool in_campaign)
{
	char *text = read_file(path);
	const char *rest = text;
	FILE *out;
	size_t i;

	if (!text)
		return 0;
	out = fopen(path, "we");
	if (!out) {
		free(text);
		return -errno;
	}
	rest = copy_until(out, rest, head_end);
	if (rest != text)
		fprintf(out, "%s%s", style, head_end);
	rest = add_way_back(out, rest, strrchr(path, '/') + 1, in_campaign);
	for (i = 0; i < sizeof(rows) / sizeof(*rows); i++)
		rest = drop_row(out, rest, rows[i]);
	fputs(rest, out);
	free(text);
	return output_close(out);
}

int coverage_dress(const char *dir, bool in_campaign)
{
	char *pattern = output_format("%s/*.html", dir);
	glob_t files;
	int err = 0;
	size_t i;

	if (!glob(pattern, 0, NULL, &files)) {
		for (i = 0; i < files.gl_pathc && !err; i++)
			err = dress(files.gl_pathv[i], in_campaign);
		globfree(&files);
	}
	free(pattern);
	return err;
}
