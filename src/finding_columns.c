// SPDX-License-Identifier: GPL-2.0-only
/* The table of what happened, a column for each task; see finding_writer.h. */
#include <stdlib.h>
#include <string.h>

#include "finding_writer.h"

int writer_column(const struct writer *w, int task)
{
	unsigned int i;

	for (i = 0; i < w->table.columns; i++)
		if (w->tasks[i] == task)
			return (int)i;
	return -1;
}

/* Tasks of the scenario, service threads, and task 0, which only checks. */
static int column_rank(const struct weft_evidence *evidence, int task)
{
	const struct weft_task_state *state = weft_evidence_task(evidence, task);

	return !task ? 2 : state && state->service;
}

static bool comes_before(const struct writer *w, int a, int b)
{
	int x = column_rank(w->evidence, a), y = column_rank(w->evidence, b);

	return x != y ? x < y : a < b;
}

static void add_column(struct writer *w, int task)
{
	unsigned int i, at = w->table.columns;

	if (writer_column(w, task) >= 0 || at == TABLE_COLUMNS_MAX)
		return;
	for (i = at; i > w->settled &&
	     comes_before(w, task, w->tasks[i - 1]); i--) {
		w->tasks[i] = w->tasks[i - 1];
		w->table.names[i] = w->table.names[i - 1];
	}
	w->tasks[i] = task;
	w->table.names[i] = weft_evidence_task_name(w->evidence, task);
	w->table.columns++;
}

/* Columns are the tasks of the events, by number; a second table adds its own. */
static void choose_columns(struct writer *w, const struct weft_events *events)
{
	size_t i;

	for (i = 0; i < events->n; i++)
		add_column(w, events->events[i].task);
	w->settled = w->table.columns;
}

static bool same_site(const struct weft_frame *a, const struct weft_frame *b)
{
	return a->function && b->function && a->line == b->line &&
	       !strcmp(a->function, b->function) && a->file && b->file &&
	       !strcmp(a->file, b->file);
}

/* What the model of a system call did has no place but that call. */
static bool write_call_place(struct writer *w, unsigned int column,
			     const struct weft_event *event,
			     struct weft_frame *last)
{
	char text[300] = "in ";

	if (!event->at ||
	    !weft_call_place(w->run, w->evidence, event->task, event->at - 1,
			     event->stack, text + 3, sizeof(text) - 3))
		return false;
	memset(last, 0, sizeof(*last));
	weft_table_add(&w->table, column, 2, text, false);
	return true;
}

static void write_site(struct writer *w, unsigned int column,
		       const struct weft_stack *stack, struct weft_frame *last)
{
	struct weft_frame frame = { 0 };
	char text[720], where[320];

	if (!weft_symbols_site(w->run->symbols, stack, &frame))
		return;
	if (same_site(&frame, last))
		return;
	*last = frame;
	snprintf(text, 300, "%s()", frame.function);
	if (!frame.file) {
		weft_table_add(&w->table, column, 2, text, false);
		return;
	}
	/* The whole path is with the stacks. */
	snprintf(where, sizeof(where), "%s:%d", frame.file, frame.line);
	if (strlen(where) + 2 > w->table.cell && strrchr(frame.file, '/'))
		snprintf(where, sizeof(where), "%s:%d",
			 strrchr(frame.file, '/') + 1, frame.line);
	if (strlen(text) + strlen(where) + 3 <= w->table.cell) {
		strcat(text, " ");
		strcat(text, where);
		weft_table_add(&w->table, column, 2, text, false);
		return;
	}
	weft_table_add(&w->table, column, 2, text, false);
	weft_table_add(&w->table, column, 2, where, false);
}

/* Words of the table, each once, to say below it what they are. */
static void note_word(struct writer *w, unsigned int word)
{
	unsigned int i;

	for (i = 0; i < w->shown_n; i++)
		if (w->shown[i] == word)
			return;
	if (word && w->shown_n < WORDS_SHOWN)
		w->shown[w->shown_n++] = word;
}

static unsigned int digits(unsigned long number)
{
	unsigned int n = 1;

	while (number /= 10)
		n++;
	return n;
}

/* A number is shown once: what is no step of its own follows its step. */
static void number_rows(struct writer *w, const struct weft_events *events)
{
	unsigned long most = 0;
	size_t i;

	for (i = 0; i < events->n; i++)
		if (events->events[i].number > most)
			most = events->events[i].number;
	w->table.number_width = most ? digits(most) : 0;
}

void writer_table(struct writer *w, const struct weft_events *events)
{
	struct weft_frame last[TABLE_COLUMNS_MAX] = { 0 };
	unsigned long number = 0;
	int previous = -1;
	char gap[40];
	size_t i;

	w->shown_n = 0;
	if (!events->n)
		return;
	choose_columns(w, events);
	number_rows(w, events);
	weft_table_begin(&w->table, writer_width(w));
	for (i = 0; i < events->n; i++) {
		const struct weft_event *event = &events->events[i];
		int column = writer_column(w, event->task);

		if (column < 0)
			continue;
		if (event->gap && event->task == previous) {
			snprintf(gap, sizeof(gap), "… %lu more", event->gap);
			weft_table_gap(&w->table, (unsigned int)column, gap);
		}
		note_word(w, event->word);
		if (event->number > number)
			w->table.number = number = event->number;
		if (event->task != previous)
			memset(&last[column], 0, sizeof(*last));
		weft_table_add(&w->table, (unsigned int)column, 0, event->text,
			       event->alarm);
		if (event->stack &&
		    !write_call_place(w, (unsigned int)column, event,
				      &last[column]))
			write_site(w, (unsigned int)column, event->stack,
				   &last[column]);
		previous = event->task;
	}
	fputc('\n', w->out);
}

static bool has_steps(const struct weft_evidence *evidence, int task)
{
	size_t i;

	for (i = 0; i < evidence->steps_n; i++)
		if (evidence->steps[i].task == task)
			return true;
	return false;
}

/* What a condensed table does not show must at least be named. */
static void write_services(const struct writer *w)
{
	const char *before = "Service threads that ran too (not shown): ";
	size_t i;

	for (i = 0; i < w->evidence->tasks_n; i++) {
		const struct weft_task_state *task = &w->evidence->tasks[i];

		if (!task->service || !has_steps(w->evidence, task->id))
			continue;
		fprintf(w->out, "%s%s", before, task->name);
		before = ", ";
	}
	if (*before == ',')
		fputs("\n\n", w->out);
}

static const struct weft_step *step_of_word(const struct weft_evidence *evidence,
					    unsigned int word)
{
	size_t i;

	for (i = 0; i < evidence->steps_n; i++)
		if (evidence->steps[i].word == word)
			return &evidence->steps[i];
	return NULL;
}

/* What the numbered words of the table are. */
static void write_words(const struct writer *w)
{
	unsigned int i;

	for (i = 0; i < w->shown_n; i++) {
		const struct weft_step *step = step_of_word(w->evidence,
							    w->shown[i]);
		char *name, text[700];

		if (!step)
			continue;
		name = weft_memory_text(w->run, w->evidence, &step->memory);
		/* The name of a variable says it all. */
		if (step->memory.member && !strchr(step->memory.member, '.') &&
		    step->memory.place == WEFT_PLACE_DATA) {
			free(name);
			continue;
		}
		if (step->memory.member)
			snprintf(text, sizeof(text), "%s: %s",
				 step->memory.member, name);
		else
			snprintf(text, sizeof(text), "word %u: %s",
				 w->shown[i], name);
		free(name);
		weft_text_paragraph(w->out, text, writer_width(w), 4);
	}
	if (w->shown_n)
		fputc('\n', w->out);
}

void writer_interleaving(struct writer *w, bool everything)
{
	struct weft_events events;

	weft_events_of_trace(w->run, w->evidence, w->finding, everything, &events);
	writer_table(w, &events);
	if (!everything) {
		write_words(w);
		write_services(w);
	}
	weft_events_clear(&events);
}
