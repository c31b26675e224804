/* SPDX-License-Identifier: GPL-2.0-only */
/* Pieces of a finding's text that share who has which column. */
#ifndef WEFT_FINDING_WRITER_H
#define WEFT_FINDING_WRITER_H

#include "finding_table.h"

#define WORDS_SHOWN 40

struct writer {
	FILE				*out;
	const struct weft_run		*run;
	const struct weft_text_style	*style;
	const struct weft_finding	*finding;	/* or NULL */
	const struct weft_evidence	*evidence;
	struct weft_table		table;
	int				tasks[TABLE_COLUMNS_MAX];
	unsigned int			settled;	/* columns that keep their place */
	unsigned int			shown[WORDS_SHOWN], shown_n;	/* in the last table */
};

static inline unsigned int writer_width(const struct writer *w)
{
	return w->style->width < 40 || w->style->width > 75 ? 75 :
	       (unsigned int)w->style->width;
}

static inline const char *writer_strong(const struct writer *w)
{
	return w->style->color ? "\033[1m" : "";
}

static inline const char *writer_plain(const struct writer *w)
{
	return w->style->color ? "\033[0m" : "";
}

/* Return: the column of @task in the tables so far, or -1. */
int writer_column(const struct writer *w, int task);

/* finding_columns.c: a table of rows, with new columns where they need some */
void writer_table(struct writer *w, const struct weft_events *events);
/* ... of the recorded steps, condensed unless @everything, with what is below it */
void writer_interleaving(struct writer *w, bool everything);

/* finding_tasks.c: a task's name, and its column if it has one */
void writer_who(const struct writer *w, int task);
void writer_stack(const struct writer *w, const struct weft_stack *stack);
/* ... everybody who is stuck or holds something, by task number */
void writer_tasks(const struct writer *w);

#endif
