/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Moves the labels of arrows onto their lines; contract in svg_labels.h.
 *
 * A line is Bezier curves; it is cut into points. Of those of its own line a label
 * takes the one that is near to where dot wanted it, but not one where it would
 * cover another label or another line, as far as there is a choice.
 */
#include <assert.h>
#include <errno.h>
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "output.h"
#include "svg_labels.h"

#define STEP		5.0	/* between points of a line, about */
#define ENDS		14.0	/* kept free for the arrow's head and tail */
#define CHAR_WIDTH	7.0
#define HEIGHT		13.0
#define BASE		4.0	/* from the middle of a figure to its base line */
#define COVERS_LABEL	10000.0
#define COVERS_LINE	25.0	/* for each point of it */

struct point {
	double x, y;
};

/* @label: number of the line of text with the label; 0: none. @at: its middle */
struct arrow {
	struct point	*points;
	size_t		points_n, label;
	struct point	at;
	double		width;
};

struct drawing {
	char		**lines;
	size_t		lines_n;
	struct arrow	*arrows;
	size_t		arrows_n;
};

static void *grown(void *array, size_t n, size_t size)
{
	/* Powers of two are when it is full. */
	if (n & (n - 1))
		return array;
	array = reallocarray(array, n ? 2 * n : 1, size);
	assert(array && "out of memory for a picture");
	return array;
}

static void add_point(struct arrow *arrow, struct point p)
{
	arrow->points = grown(arrow->points, arrow->points_n, sizeof(p));
	arrow->points[arrow->points_n++] = p;
}

static double between(struct point a, struct point b)
{
	return hypot(a.x - b.x, a.y - b.y);
}

static struct point on_curve(const struct point c[4], double t)
{
	double s = 1 - t;
	double f[4] = { s * s * s, 3 * s * s * t, 3 * s * t * t, t * t * t };
	struct point p = { 0, 0 };
	int i;

	for (i = 0; i < 4; i++) {
		p.x += f[i] * c[i].x;
		p.y += f[i] * c[i].y;
	}
	return p;
}

static void add_curve(struct arrow *arrow, const struct point c[4])
{
	double length = between(c[0], c[1]) + between(c[1], c[2]) +
			between(c[2], c[3]);
	int i, n = 1 + (int)(length / STEP);

	for (i = 1; i <= n; i++)
		add_point(arrow, on_curve(c, (double)i / n));
}

/* @d: "M1,2C3,4 5,6 7,8 ..." */
static void read_path(struct arrow *arrow, const char *d)
{
	struct point c[4];
	int used, n = 0;

	for (;;) {
		d += strspn(d, "MC ");
		if (sscanf(d, "%lf,%lf%n", &c[n].x, &c[n].y, &used) != 2)
			return;
		d += used;
		if (!n && !arrow->points_n)
			add_point(arrow, c[0]);
		if (++n < 4)
			continue;
		add_curve(arrow, c);
		c[0] = c[3];
		n = 1;
	}
}

/* Characters of what an element of text shows. */
static size_t characters(const char *line)
{
	const char *text = strchr(line, '>');
	size_t n = 0;

	for (text += !!text; text && *text && *text != '<'; text++) {
		if (!strncmp(text, "&#160;", 6)) {
			text += 5;
			continue;
		}
		if (*text == '&')
			text += strcspn(text, ";<");
		n += ((unsigned char)*text & 0xc0) != 0x80 && *text != ' ';
	}
	return n;
}

static void read_label(struct drawing *d, struct arrow *arrow)
{
	const char *line = d->lines[d->lines_n - 1];
	const char *at = strstr(line, " x=\"");

	if (!at || sscanf(at, " x=\"%lf\" y=\"%lf\"", &arrow->at.x,
			  &arrow->at.y) != 2)
		return;
	arrow->at.y -= BASE;
	arrow->width = CHAR_WIDTH * ((double)characters(line) + 0.5);
	arrow->label = d->lines_n - 1;
}

static void read_line(struct drawing *d, char *line, bool *inside)
{
	struct arrow *arrow;
	const char *path;

	d->lines = grown(d->lines, d->lines_n, sizeof(*d->lines));
	d->lines[d->lines_n++] = line;
	if (!strncmp(line, "<g ", 3) && strstr(line, " class=\"")) {
		*inside = strstr(line, " class=\"edge");
		if (*inside) {
			d->arrows = grown(d->arrows, d->arrows_n,
					  sizeof(*d->arrows));
			d->arrows[d->arrows_n++] = (struct arrow){ 0 };
		}
	}
	if (!*inside)
		return;
	arrow = &d->arrows[d->arrows_n - 1];
	path = strncmp(line, "<path ", 6) ? NULL : strstr(line, " d=\"");
	if (path)
		read_path(arrow, path + 4);
	else if (!strncmp(line, "<text ", 6) && !arrow->label)
		read_label(d, arrow);
}

static int read_drawing(struct drawing *d, const char *path)
{
	FILE *in = fopen(path, "re");
	bool inside = false;
	char *line = NULL;
	size_t size = 0;

	if (!in)
		return -errno;
	while (getline(&line, &size, in) > 0) {
		read_line(d, line, &inside);
		line = NULL;
		size = 0;
	}
	free(line);
	fclose(in);
	return 0;
}

/* @more: how wide that is which may be covered; 0: a point */
static bool covers(struct point at, double width, struct point p, double more)
{
	return fabs(p.x - at.x) < (width + more) / 2 &&
	       fabs(p.y - at.y) < (HEIGHT + (more > 0 ? HEIGHT : 0)) / 2;
}

/* What speaks against it. Labels of the arrows before are where they stay. */
static double cost(const struct drawing *d, const struct arrow *arrow,
		   struct point at)
{
	double sum = between(at, arrow->at);
	size_t i, j;

	for (i = 0; i < d->arrows_n; i++) {
		const struct arrow *other = &d->arrows[i];

		if (other == arrow)
			continue;
		if (other < arrow && other->label &&
		    covers(at, arrow->width, other->at, other->width))
			sum += COVERS_LABEL;
		for (j = 0; j < other->points_n; j++)
			if (covers(at, arrow->width, other->points[j], 0))
				sum += COVERS_LINE;
	}
	return sum;
}

static void settle(const struct drawing *d, struct arrow *arrow)
{
	struct point first = arrow->points[0];
	struct point last = arrow->points[arrow->points_n - 1];
	struct point best = arrow->points[arrow->points_n / 2];
	double least = cost(d, arrow, best);
	double ends = ENDS + arrow->width / 2;
	size_t i;

	for (i = 0; i < arrow->points_n; i++) {
		struct point at = arrow->points[i];
		double sum;

		/* What is far off cannot become the best. */
		if (between(at, first) < ends || between(at, last) < ends ||
		    between(at, arrow->at) >= least)
			continue;
		sum = cost(d, arrow, at);
		if (sum < least) {
			least = sum;
			best = at;
		}
	}
	arrow->at = best;
}

static void write_label(FILE *out, const struct arrow *arrow, const char *line)
{
	const char *x = strstr(line, " x=\"");
	const char *rest = strchr(strstr(x, " y=\"") + 4, '"') + 1;

	fprintf(out, "<rect class=\"plate\" fill=\"white\" x=\"%.2f\" y=\"%.2f\" width=\"%.2f\" height=\"%.2f\"/>\n",
		arrow->at.x - arrow->width / 2, arrow->at.y - HEIGHT / 2,
		arrow->width, HEIGHT);
	fprintf(out, "%.*s x=\"%.2f\" y=\"%.2f\"%s", (int)(x - line), line,
		arrow->at.x, arrow->at.y + BASE, rest);
}

static int write_drawing(const struct drawing *d, const char *path)
{
	FILE *out = fopen(path, "we");
	size_t i, next = 0;

	if (!out)
		return -errno;
	for (i = 0; i < d->lines_n; i++) {
		while (next < d->arrows_n && d->arrows[next].label < i)
			next++;
		if (next < d->arrows_n && d->arrows[next].label == i && i)
			write_label(out, &d->arrows[next], d->lines[i]);
		else
			fputs(d->lines[i], out);
	}
	return output_close(out);
}

static void clear(struct drawing *d)
{
	size_t i;

	for (i = 0; i < d->lines_n; i++)
		free(d->lines[i]);
	for (i = 0; i < d->arrows_n; i++)
		free(d->arrows[i].points);
	free(d->lines);
	free(d->arrows);
}

int svg_settle_labels(const char *path)
{
	struct drawing d = { 0 };
	int err = read_drawing(&d, path);
	size_t i;

	for (i = 0; !err && i < d.arrows_n; i++) {
		if (!d.arrows[i].points_n)
			d.arrows[i].label = 0;
		if (d.arrows[i].label)
			settle(&d, &d.arrows[i]);
	}
	if (!err)
		err = write_drawing(&d, path);
	clear(&d);
	return err;
}
