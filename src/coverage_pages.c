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

static const char date_row[] =
	"    <tr>\n"
	"      <th scope=\"row\">Date:</th>\n"
	"      <td>" COVERAGE_DATE "</td>\n"
	"    </tr>\n";
static const char body[] = "<body>\n";
static const char head_end[] = "  </head>\n";
/* The page turned over, and what has a colour that means something turned back. */
static const char style[] =
	"    <style>\n"
	"main { overflow-x: auto }\n"
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

static int dress(const char *path, bool in_campaign)
{
	char *text = read_file(path);
	const char *rest = text, *at;
	FILE *out;

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
	at = rest;
	rest = copy_until(out, rest, body);
	if (rest != at)
		fprintf(out, "%s    <nav><a href=\"%s../index.html\">\342\206\220 overview</a></nav>\n",
			body, in_campaign ? "../" : "");
	rest = copy_until(out, rest, date_row);
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
