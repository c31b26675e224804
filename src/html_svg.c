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

/* @line up to @end, links as HTML has them */
static void write_part(FILE *out, const char *line, const char *end)
{
	static const char key[] = " xlink:href=\"";
	const char *link = strstr(line, key);

	if (!link || link >= end) {
		fprintf(out, "%.*s", (int)(end - line), line);
		return;
	}
	fprintf(out, "%.*s href=\"", (int)(link - line), line);
	link += sizeof(key) - 1;
	fprintf(out, "%.*s", (int)(end - link), link);
}

/*
 * A picture becomes smaller to fit its frame (85vh in style.css), but only as far as it
 * can be read; then it is moved in the frame. A point is a pixel here.
 */
static void write_size(FILE *out, const char *line)
{
	double width = 0, height = 0;

	sscanf(line, "<svg width=\"%lfpt\" height=\"%lfpt\"", &width, &height);
	fprintf(out, "<svg width=\"%.0f\" height=\"%.0f\" style=\"--fit:min(100%%,%.3f*(85vh - 1.2rem));"
		"max-width:max(var(--fit),%.0fpx);height:auto\"\n",
		width, height, height > 0 ? width / height : 1, 0.8 * width);
}

static void write_line(FILE *out, const char *line)
{
	static const char key[] = " xlink:title=\"";
	const char *title = strstr(line, key), *end;

	end = title ? strchr(title + sizeof(key) - 1, '"') : NULL;
	if (strstr(line, "<title>"))
		return;
	if (!strncmp(line, "<svg", 4)) {
		write_size(out, line);
		return;
	}
	if (!end) {
		write_part(out, line, line + strlen(line));
		return;
	}
	write_part(out, line, title);
	fprintf(out, "%.*s<title>%.*s</title>\n",
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
