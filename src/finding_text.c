// SPDX-License-Identifier: GPL-2.0-only
/*
 * A finding for people: a sentence, a table of what happened, who holds and
 * wants what, stacks, and how to see it again. In the spirit of lockdep.
 */
#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "finding_table.h"
#include "suppress_file.h"

#define FRAMES_PER_PC 24
#define WORDS_SHOWN 40

struct writer;
static void write_stack(const struct writer *w, const struct weft_stack *stack);

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

static unsigned int page_width(const struct weft_text_style *style)
{
	if (style->width < 40 || style->width > 75)
		return 75;
	return (unsigned int)style->width;
}

static const char *strong(const struct writer *w)
{
	return w->style->color ? "\033[1m" : "";
}

static const char *plain(const struct writer *w)
{
	return w->style->color ? "\033[0m" : "";
}

static int column_of(const struct writer *w, int task)
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

	if (column_of(w, task) >= 0 || at == TABLE_COLUMNS_MAX)
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

	if (!event->source ||
	    !weft_call_place(w->run, w->evidence, event->task,
			     (size_t)(event->source - w->evidence->steps),
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

static void write_table(struct writer *w, const struct weft_events *events)
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
	weft_table_begin(&w->table, page_width(w->style));
	for (i = 0; i < events->n; i++) {
		const struct weft_event *event = &events->events[i];
		int column = column_of(w, event->task);

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

static void write_frame(const struct writer *w, const struct weft_frame *frame)
{
	char text[500];
	unsigned int used = 8;

	snprintf(text, sizeof(text), "%s()%s", frame->function,
		 frame->inlined ? " [inlined]" : "");
	fprintf(w->out, "        %s", text);
	if (!frame->file) {
		fputc('\n', w->out);
		return;
	}
	used += weft_text_width(text);
	snprintf(text, sizeof(text), "%s:%d", frame->file, frame->line);
	if (used + 1 + weft_text_width(text) > page_width(w->style))
		fprintf(w->out, "\n            %s\n", text);
	else
		fprintf(w->out, " %s\n", text);
}

/* Also for finding_race.c. */
void weft_write_stack(FILE *out, const struct weft_run *run,
		      const struct weft_stack *stack,
		      const struct weft_text_style *style)
{
	struct writer w = { .out = out, .run = run, .style = style };

	write_stack(&w, stack);
}

static void write_stack(const struct writer *w, const struct weft_stack *stack)
{
	struct weft_frame frames[FRAMES_PER_PC], site;
	unsigned int i, j, n;

	if (!w->style->stacks) {
		if (weft_symbols_site(w->run->symbols, stack, &site))
			write_frame(w, &site);
		return;
	}
	for (i = 0; w->run->symbols && i < stack->n; i++) {
		n = weft_symbols_resolve(w->run->symbols, stack->pc[i], frames,
					 FRAMES_PER_PC);
		for (j = 0; j < n; j++)
			if (!frames[j].shim)
				write_frame(w, &frames[j]);
	}
}

static void write_who(const struct writer *w, int task)
{
	int column = column_of(w, task);

	fprintf(w->out, "%s", weft_evidence_task_name(w->evidence, task));
	if (column >= 0)
		fprintf(w->out, " (CPU%d)", column);
}

static void write_held(const struct writer *w,
		       const struct weft_task_state *task)
{
	char label[150];
	size_t i;

	fputs(strong(w), w->out);
	write_who(w, task->id);
	fprintf(w->out, "%s holds %zu lock%s:%s\n",
		task->ended ? " has ended and" : "", task->held_n,
		task->held_n == 1 ? "" : "s", plain(w));
	for (i = 0; i < task->held_n; i++) {
		const struct weft_held_lock *held = &task->held[i];

		weft_lock_label(w->evidence, held->lock, held->instance, label,
				sizeof(label));
		fprintf(w->out, "  #%zu: %s%s, since step %lu:\n", i, label,
			held->shared ? " (shared)" : "", held->step);
		write_stack(w, &held->stack);
	}
}

static void write_wait(const struct writer *w,
		       const struct weft_task_state *task)
{
	char label[150];

	fputs(strong(w), w->out);
	write_who(w, task->id);
	if (!task->wait_lock) {
		fprintf(w->out, " waits for %s:%s\n", task->wait_text ?
			task->wait_text : "something", plain(w));
		write_stack(w, &task->wait_stack);
		return;
	}
	weft_lock_label(w->evidence, task->wait_lock, task->wait_instance,
			label, sizeof(label));
	fprintf(w->out, " waits for %s%s", label,
		task->wait_shared ? " (shared)" : "");
	if (task->wait_holder >= 0) {
		fputs(task->wait_behind ? ", behind " : ", held by ", w->out);
		if (task->wait_holder == task->id)
			fputs("itself", w->out);
		else
			write_who(w, task->wait_holder);
	}
	fprintf(w->out, ":%s\n", plain(w));
	write_stack(w, &task->wait_stack);
}

/* Nothing keeps it: what it is about to do. */
static void write_next(const struct writer *w,
		       const struct weft_task_state *task)
{
	const char *text = task->wait_text ? task->wait_text : "go on";
	char label[150];

	fputs(strong(w), w->out);
	write_who(w, task->id);
	if (task->wait_lock) {
		weft_lock_label(w->evidence, task->wait_lock,
				task->wait_instance, label, sizeof(label));
		fprintf(w->out, " can run; it is about to take %s", label);
	} else if (task->next == WEFT_OP_AWAIT) {
		fprintf(w->out, " can run; its wait for %s is over", text);
	} else {
		fprintf(w->out, " can run; next is: %s", text);
	}
	fprintf(w->out, ":%s\n", plain(w));
	write_stack(w, &task->wait_stack);
}

/* A service thread at rest, unless the finding is about it. */
static bool is_idle(const struct writer *w, const struct weft_task_state *task)
{
	size_t i;

	if (!task->service)
		return false;
	for (i = 0; w->finding && i < w->finding->tasks_n; i++)
		if (w->finding->tasks[i] == task->id)
			return false;
	return true;
}

static bool is_waited_for(const struct writer *w,
			  const struct weft_task_state *holder)
{
	size_t i;

	for (i = 0; i < w->evidence->tasks_n; i++) {
		const struct weft_task_state *task = &w->evidence->tasks[i];

		if (!task->ended && task->wait_lock &&
		    task->wait_holder == holder->id)
			return true;
	}
	return false;
}

/* Who has ended is told of where somebody waits for what it kept. */
static bool is_told_of(const struct writer *w,
		       const struct weft_task_state *task)
{
	if (task->ended)
		return task->held_n && is_waited_for(w, task);
	return column_of(w, task->id) >= 0 &&
	       (task->held_n || ((task->blocked || task->runnable) &&
				 !is_idle(w, task)));
}

/* Everybody who is stuck or holds something, by task number. */
static void write_tasks(const struct writer *w)
{
	size_t i;

	for (i = 0; i < w->evidence->tasks_n; i++) {
		const struct weft_task_state *task = &w->evidence->tasks[i];

		if (!is_told_of(w, task))
			continue;
		if (task->held_n)
			write_held(w, task);
		if (task->blocked)
			write_wait(w, task);
		if (task->runnable)
			write_next(w, task);
		fputc('\n', w->out);
	}
}

static void write_place(const struct writer *w,
			const struct weft_finding *finding)
{
	struct weft_frame site;

	if (!weft_symbols_site(w->run->symbols, &finding->stack, &site))
		return;
	fputs(strong(w), w->out);
	fputs("noticed ", w->out);
	if (finding->task >= 0) {
		fputs("in ", w->out);
		write_who(w, finding->task);
	}
	fprintf(w->out, " at:%s\n", plain(w));
	write_stack(w, &finding->stack);
	fputc('\n', w->out);
}

static bool is_deadlock(const struct weft_finding *finding)
{
	return !strcmp(finding->kind, "deadlock");
}

static void write_suppression(const struct writer *w,
			      const struct weft_finding *finding)
{
	const struct suppression *row = suppress_of(w->run->suppressions,
						    finding);
	char text[1200];

	if (!row)
		return;
	snprintf(text, sizeof(text), "  suppressed by %s:%u: %s",
		 w->run->suppressions->path, row->line,
		 suppress_text(row, SUPPRESS_REASON));
	weft_text_paragraph(w->out, text, page_width(w->style), 4);
}

/* Where else to look: who holds the lock, who counted before. */
static void write_related(const struct writer *w,
			  const struct weft_finding *finding)
{
	char label[150];
	size_t i;

	for (i = 0; i < finding->related_n; i++) {
		const struct weft_related *related = &finding->related[i];

		fputs(strong(w), w->out);
		if (related->lock) {
			weft_lock_label(w->evidence, related->lock,
					related->instance, label,
					sizeof(label));
			fprintf(w->out, "%s: ", label);
		}
		fprintf(w->out, "%s by ", related->what);
		write_who(w, related->task);
		if (related->step)
			fprintf(w->out, " at step %lu", related->step);
		fprintf(w->out, ":%s\n", plain(w));
		write_stack(w, &related->stack);
		fputc('\n', w->out);
	}
}

static void write_object(const struct writer *w,
			 const struct weft_finding *finding)
{
	char *name;

	if (!finding->has_object)
		return;
	name = weft_object_text(w->run, &finding->evidence, &finding->object);
	fprintf(w->out, "It is about %s.\n\n", name);
	free(name);
}

static void write_heading(const struct writer *w,
			  const struct weft_finding *finding)
{
	const struct weft_run *run = w->run;
	char text[1400];

	weft_finding_head(finding, text, sizeof(text));
	fputs(strong(w), w->out);
	weft_text_paragraph(w->out, text, page_width(w->style), 2);
	fputs(plain(w), w->out);
	fprintf(w->out, "  scenario %s", run->scenario->name);
	if (run->kernel)
		fprintf(w->out, ", kernel %s", run->release ? run->release :
			run->kernel);
	if (run->params)
		fprintf(w->out, ", %s", run->params);
	fprintf(w->out, "\n  %u preemption%s, %lu steps", finding->preemptions,
		finding->preemptions == 1 ? "" : "s", finding->steps);
	if (run->campaign->strategy != &weft_strategy_replay)
		fprintf(w->out, ", first seen in execution %lu%s",
			finding->execution,
			finding->execution <= run->result->sampled ?
			", of the sample" : "");
	fputc('\n', w->out);
	write_suppression(w, finding);
	weft_write_size(w->out, finding);
	if (finding->turned)
		fprintf(w->out, "  found by turning round the accesses of a race of execution %lu\n",
			finding->predicted);
	else if (finding->predicted)
		fprintf(w->out, "  predicted from the %s of execution %lu, confirmed by a directed run\n",
			is_deadlock(finding) ? "lock order" :
			finding->race ? "accesses" : "accesses and frees", finding->predicted);
	if (!finding->replayed)
		fputs("  not replayed: there is no evidence to show\n", w->out);
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
		weft_text_paragraph(w->out, text, page_width(w->style), 4);
	}
	if (w->shown_n)
		fputc('\n', w->out);
}

static void write_interleaving(struct writer *w, bool everything)
{
	struct weft_events events;

	weft_events_of_trace(w->run, w->evidence, w->finding, everything, &events);
	write_table(w, &events);
	if (!everything) {
		write_words(w);
		write_services(w);
	}
	weft_events_clear(&events);
}

/* Recorded steps that a reader who cannot have all gets the last of: a race is told
 * in the middle of an execution. */
static size_t steps_that_count(const struct writer *w)
{
	size_t n = w->evidence->steps_n;

	while (w->finding->race && n &&
	       w->evidence->steps[n - 1].step > w->finding->steps)
		n--;
	return n;
}

/* The last @most steps; all of them where that is 0. */
static void write_steps(struct writer *w, size_t most)
{
	const struct weft_evidence *all = w->evidence;
	bool is_part = most && all->steps_n > most;
	size_t end = is_part ? steps_that_count(w) : all->steps_n;
	size_t begin = is_part && end > most ? end - most : 0;
	struct weft_evidence part = *all;

	part.steps += begin;
	part.steps_n = end - begin;
	fprintf(w->out, "\n%s", strong(w));
	if (end < all->steps_n)
		fprintf(w->out, "The %zu steps up to the race, without %zu before them and %zu behind:",
			part.steps_n, begin, all->steps_n - end);
	else if (is_part)
		fprintf(w->out, "The last %zu steps, without %zu before them:",
			part.steps_n, begin);
	else
		fputs("Every step:", w->out);
	fprintf(w->out, "%s\n\n", plain(w));
	w->evidence = &part;
	write_interleaving(w, true);
	w->evidence = all;
}

/* The part of the trace that is repeated for ever. */
static void write_cycle(struct writer *w)
{
	const struct weft_evidence *all = w->evidence;
	struct weft_evidence part = *all;
	size_t i, n = 0;

	while (n < all->steps_n && all->steps[n].step < w->finding->cycle_from)
		n++;
	for (i = n; i < all->steps_n &&
	     all->steps[i].step <= w->finding->cycle_to; )
		i++;
	part.steps += n;
	part.steps_n = i - n;
	fprintf(w->out, "%sRepeated for ever, steps %lu to %lu:%s\n\n",
		strong(w), w->finding->cycle_from, w->finding->cycle_to,
		plain(w));
	w->evidence = &part;
	write_interleaving(w, true);
	w->evidence = all;
}

static int stream_status(FILE *out)
{
	return ferror(out) ? -EIO : 0;
}

static void writer_init(struct writer *w, FILE *out,
			const struct weft_run *run,
			const struct weft_evidence *evidence,
			const struct weft_text_style *style)
{
	memset(w, 0, sizeof(*w));
	w->out = out;
	w->run = run;
	w->style = style;
	w->evidence = evidence;
	w->table.out = out;
	w->table.color = style->color;
}

/* How to see it again, and where there is more of it */
static void write_again(struct writer *w, size_t finding)
{
	const struct weft_run *run = w->run;
	unsigned int width = page_width(w->style);
	const char *steps = run->steps ? run->steps[finding] : NULL;

	if (run->schedules && run->schedules[finding])
		weft_write_command(w->out, "To see it again:", "weft replay",
				   run->schedules[finding], width);
	if (run->firsts && run->firsts[finding])
		weft_write_command(w->out, "As first found:", "weft replay",
				   run->firsts[finding], width);
	/* A path that is too wide cannot be helped. */
	if (steps)
		fprintf(w->out, "Every step is in%s%s\n",
			strlen("Every step is in ") + weft_text_width(steps) >
			width ? "\n" : " ", steps);
}

/**
 * weft_write_finding() - one finding of a campaign, at most 75 columns wide
 * @finding: index in run->result->findings
 *
 * Return: 0, or -EIO.
 */
int weft_write_finding(FILE *out, const struct weft_run *run, size_t finding,
		       const struct weft_text_style *style)
{
	const struct weft_finding *f = &run->result->findings[finding];
	struct weft_events events = { 0 };
	struct writer w;

	writer_init(&w, out, run, &f->evidence, style);
	w.finding = f;
	write_heading(&w, f);
	if (is_deadlock(f)) {
		weft_events_of_deadlock(f, &events);
		write_table(&w, &events);
		weft_events_clear(&events);
	} else if (f->race) {
		weft_write_race(out, run, f, style, page_width(style));
	} else {
		write_interleaving(&w, false);
		if (f->cycle_to)
			write_cycle(&w);
		else
			write_place(&w, f);
		write_object(&w, f);
	}
	write_related(&w, f);
	weft_write_why(out, run, f, style, page_width(style));
	if (!f->race)
		write_tasks(&w);
	write_again(&w, finding);
	if (style->interleaving)
		write_steps(&w, style->steps_max);
	return stream_status(out);
}

/**
 * weft_write_interleaving() - the steps of a replay that found nothing
 *
 * Return: 0, or -EIO.
 */
int weft_write_interleaving(FILE *out, const struct weft_run *run,
			    const struct weft_evidence *evidence,
			    const struct weft_text_style *style)
{
	struct writer w;

	writer_init(&w, out, run, evidence, style);
	write_interleaving(&w, style->interleaving);
	write_tasks(&w);
	return stream_status(out);
}
