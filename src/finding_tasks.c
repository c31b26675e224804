// SPDX-License-Identifier: GPL-2.0-only
/* Stacks, and who holds and waits for what at the end; see finding_writer.h. */
#include "finding_writer.h"

#define FRAMES_PER_PC 24

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
	if (used + 1 + weft_text_width(text) > writer_width(w))
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

	writer_stack(&w, stack);
}

void writer_stack(const struct writer *w, const struct weft_stack *stack)
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

void writer_who(const struct writer *w, int task)
{
	int column = writer_column(w, task);

	fprintf(w->out, "%s", weft_evidence_task_name(w->evidence, task));
	if (column >= 0)
		fprintf(w->out, " (CPU%d)", column);
}

static void write_held(const struct writer *w,
		       const struct weft_task_state *task)
{
	char label[150];
	size_t i;

	fputs(writer_strong(w), w->out);
	writer_who(w, task->id);
	fprintf(w->out, "%s holds %zu lock%s:%s\n",
		task->ended ? " has ended and" : "", task->held_n,
		task->held_n == 1 ? "" : "s", writer_plain(w));
	for (i = 0; i < task->held_n; i++) {
		const struct weft_held_lock *held = &task->held[i];

		weft_lock_label(w->evidence, held->lock, held->instance, label,
				sizeof(label));
		fprintf(w->out, "  #%zu: %s%s, since step %lu:\n", i, label,
			held->shared ? " (shared)" : "", held->step);
		writer_stack(w, &held->stack);
	}
}

static void write_wait(const struct writer *w,
		       const struct weft_task_state *task)
{
	char label[150];

	fputs(writer_strong(w), w->out);
	writer_who(w, task->id);
	if (!task->wait_lock) {
		fprintf(w->out, " waits for %s:%s\n", task->wait_text ?
			task->wait_text : "something", writer_plain(w));
		writer_stack(w, &task->wait_stack);
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
			writer_who(w, task->wait_holder);
	}
	if (task->wait_text)
		fprintf(w->out, ",\n  at %s", task->wait_text);
	fprintf(w->out, ":%s\n", writer_plain(w));
	writer_stack(w, &task->wait_stack);
}

/* Nothing keeps it: what it is about to do. */
static void write_next(const struct writer *w,
		       const struct weft_task_state *task)
{
	const char *text = task->wait_text ? task->wait_text : "go on";
	char label[150];

	fputs(writer_strong(w), w->out);
	writer_who(w, task->id);
	if (task->wait_lock) {
		weft_lock_label(w->evidence, task->wait_lock,
				task->wait_instance, label, sizeof(label));
		fprintf(w->out, " can run; it is about to take %s", label);
	} else if (task->next == WEFT_OP_AWAIT) {
		fprintf(w->out, " can run; its wait for %s is over", text);
	} else {
		fprintf(w->out, " can run; next is: %s", text);
	}
	fprintf(w->out, ":%s\n", writer_plain(w));
	writer_stack(w, &task->wait_stack);
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
	return writer_column(w, task->id) >= 0 &&
	       (task->held_n || ((task->blocked || task->runnable) &&
				 !is_idle(w, task)));
}

/* Everybody who is stuck or holds something, by task number. */
void writer_tasks(const struct writer *w)
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
