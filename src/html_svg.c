/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A picture of dot(1) inside a page, where its links and the page's style work.
 *
 * What dot calls things is left out; what it has as xlink:title becomes a title,
 * which browsers show and read out.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "html.h"

static void write_line(FILE *out, const char *line)
{
	static const char key[] = " xlink:title=\"";
	const char *title = strstr(line, key), *end;

	end = title ? strchr(title + sizeof(key) - 1, '"') : NULL;
	if (strstr(line, "<title>"))
		return;
	if (!end) {
		fputs(line, out);
		return;
	}
	fprintf(out, "%.*s%.*s<title>%.*s</title>\n", (int)(title - line), line,
		(int)strcspn(end + 1, "\n"), end + 1,
		(int)(end - title) - (int)sizeof(key) + 1,
		title + sizeof(key) - 1);
}

int html_write_svg(FILE *out, const char *path, const char *label)
{
	FILE *in = fopen(path, "re");
	bool inside = false;
	char *line = NULL;
	size_t size = 0;

	if (!in)
		return -errno;
	fprintf(out, "<div class=\"graph\" tabindex=\"0\" role=\"region\" aria-label=\"%s\">\n",
		label);
	while (getline(&line, &size, in) > 0) {
		inside |= !strncmp(line, "<svg", 4);
		if (inside && strncmp(line, "<!--", 4))
			write_line(out, line);
	}
	fputs("</div>\n", out);
	free(line);
	fclose(in);
	return 0;
}
