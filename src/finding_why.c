// SPDX-License-Identifier: GPL-2.0-only
/* Why a finding happens, in words; contract in report.h. */
#include <string.h>

#include "finding_table.h"

/* The recorded step of one end; NULL when its task still waits there. */
static const struct weft_step *step_of(const struct weft_finding *finding,
				       const struct weft_cause_end *end)
{
	return end->evidence < finding->evidence.steps_n ?
	       &finding->evidence.steps[end->evidence] : NULL;
}

/**
 * weft_why_task() - see report.h
 */
const char *weft_why_task(const struct weft_finding *finding,
			  const struct weft_cause_end *end)
{
	const struct weft_task_state *task = weft_evidence_task(&finding->evidence, end->task);

	return task && task->name ? task->name : "task";
}

/**
 * weft_why_stack() - see report.h
 */
const struct weft_stack *weft_why_stack(const struct weft_finding *finding,
					const struct weft_cause_end *end)
{
	const struct weft_step *step = step_of(finding, end);
	const struct weft_task_state *task = weft_evidence_task(&finding->evidence, end->task);

	if (step)
		return &step->stack;
	return end->waits && task ? &task->wait_stack : NULL;
}

/**
 * weft_why_object() - see report.h
 */
void weft_why_object(const struct weft_finding *finding,
		     const struct weft_cause_end *end, char *ret, size_t size)
{
	const struct weft_step *step = step_of(finding, end);
	const struct weft_task_state *task = weft_evidence_task(&finding->evidence, end->task);

	if (step && step->lock)
		weft_lock_label(&finding->evidence, step->lock, step->instance,
				ret, size);
	else if (step && step->text)
		snprintf(ret, size, "%s", step->text);
	else if (step && step->word && step->memory.member)
		snprintf(ret, size, "%s", step->memory.member);
	else if (end->waits && task && task->wait_lock && !task->wait_text)
		weft_lock_label(&finding->evidence, task->wait_lock,
				task->wait_instance, ret, size);
	else
		weft_word_label(&finding->evidence, end->object, ret, size);
}

static const char *past_verb(enum weft_op_kind kind)
{
	switch (kind) {
	case WEFT_OP_LOCK:
	case WEFT_OP_LOCK_SHARED:
		return "took";
	case WEFT_OP_LOCK_QUEUE:
		return "queued for";
	case WEFT_OP_TRYLOCK:
	case WEFT_OP_TRYLOCK_SHARED:
		return "tried, and got,";
	case WEFT_OP_TRYLOCK_FAILED:
		return "failed to get";
	case WEFT_OP_UNLOCK:
	case WEFT_OP_UNLOCK_SHARED:
		return "released";
	case WEFT_OP_DOWNGRADE:
		return "downgraded";
	case WEFT_OP_LOCK_LOOK:
	case WEFT_OP_LOCK_LOOK_BUSY:
		return "looked at";
	case WEFT_OP_AWAIT:
		return "waited for";
	case WEFT_OP_NOTIFY:
		return "woke";
	case WEFT_OP_ACCESS_READ:
		return "read";
	case WEFT_OP_ACCESS_WRITE:
		return "wrote";
	case WEFT_OP_ACCESS_RMW:
	case WEFT_OP_ACCESS_ADD:
		return "updated";
	case WEFT_OP_FREE:
		return "freed";
	default:
		return weft_op_name(kind);
	}
}

/* Of what never happened. */
static const char *could_verb(enum weft_op_kind kind)
{
	switch (kind) {
	case WEFT_OP_LOCK:
	case WEFT_OP_LOCK_SHARED:
	case WEFT_OP_LOCK_QUEUE:
		return "take";
	case WEFT_OP_TRYLOCK:
	case WEFT_OP_TRYLOCK_SHARED:
		return "try";
	case WEFT_OP_UNLOCK:
	case WEFT_OP_UNLOCK_SHARED:
		return "release";
	case WEFT_OP_NOTIFY:
		return "wake";
	case WEFT_OP_ACCESS_READ:
		return "read";
	case WEFT_OP_ACCESS_WRITE:
		return "write";
	case WEFT_OP_ACCESS_RMW:
		return "update";
	default:
		return "touch";
	}
}

/* Some notifications wake nobody at once: they have words of their own. */
static bool step_words(const struct weft_finding *finding,
		       const struct weft_cause_end *end, char *ret, size_t size)
{
	const struct weft_evidence *evidence = &finding->evidence;
	const struct weft_step *step = end->evidence < evidence->steps_n ?
				       &evidence->steps[end->evidence] : NULL;
	const char *words = step && !end->waits ? weft_event_words(step, true) :
						  NULL;

	if (words)
		snprintf(ret, size, "%s %s", weft_why_task(finding, end), words);
	return words;
}

/**
 * weft_why_text() - see report.h
 */
void weft_why_text(const struct weft_finding *finding,
		   const struct weft_cause *cause, bool after, char *ret,
		   size_t size)
{
	const struct weft_cause_end *end = after ? &cause->after :
						   &cause->before;
	char object[160], other[160];
	bool same;

	weft_why_object(finding, end, object, sizeof(object));
	if (after) {
		weft_why_object(finding, &cause->before, other, sizeof(other));
		same = end->object == cause->before.object;
		if (same && (end->waits || !strcmp(object, other)))
			snprintf(object, sizeof(object), "it");
	}
	if (step_words(finding, end, ret, size))
		return;
	if (end->waits)
		snprintf(ret, size, "%s could %s %s",
			 weft_why_task(finding, end), could_verb(end->kind),
			 object);
	else
		snprintf(ret, size, "%s %s %s", weft_why_task(finding, end),
			 past_verb(end->kind), object);
}

static const char *size_words(enum weft_minimal minimal)
{
	switch (minimal) {
	case WEFT_MINIMAL_PROVEN:
		return "proven smallest: fewest preemptions, then fewest steps";
	case WEFT_MINIMAL_PREEMPTIONS:
		return "fewest preemptions proven, fewest steps not";
	case WEFT_MINIMAL_BUDGET:
		return "not proven smallest";
	default:
		return NULL;
	}
}

/**
 * weft_write_size() - how small the schedule is, and what it was before
 */
void weft_write_size(FILE *out, const struct weft_finding *finding)
{
	const struct weft_first *first = &finding->first;
	const char *words = size_words(finding->minimal);

	if (!words)
		return;
	fprintf(out, "  %s (%lu execution%s)\n", words,
		finding->minimise_executions,
		finding->minimise_executions == 1 ? "" : "s");
	if (finding->race && finding->race->met)
		fputs("  of the schedules in which both sides meet\n", out);
	if (first->preemptions != finding->preemptions ||
	    first->steps != finding->steps)
		fprintf(out, "  as first found: %u preemption%s, %lu step%s\n",
			first->preemptions, first->preemptions == 1 ? "" : "s",
			first->steps, first->steps == 1 ? "" : "s");
}

static void add_place(const struct weft_run *run,
		      const struct weft_stack *stack, char *text, size_t size)
{
	struct weft_frame site;
	size_t n = strlen(text);

	if (!stack || !weft_symbols_site(run->symbols, stack, &site))
		return;
	if (site.file)
		snprintf(text + n, size - n, " in %s() %s:%d", site.function,
			 site.file, site.line);
	else
		snprintf(text + n, size - n, " in %s()", site.function);
}

/**
 * weft_why_fault() - see report.h
 */
void weft_why_fault(const struct weft_run *run,
		    const struct weft_finding *finding,
		    const struct weft_step *step, char *ret, size_t size)
{
	const struct weft_task_state *task = weft_evidence_task(&finding->evidence, step->task);

	snprintf(ret, size, "%s: %s", task && task->name ? task->name : "task",
		 step->text);
	add_place(run, &step->stack, ret, size - 3);
}

/* The function of the kernel, or the system call whose model did it. */
static void add_end_place(const struct weft_run *run,
			  const struct weft_finding *finding,
			  const struct weft_cause_end *end, char *text,
			  size_t size)
{
	const struct weft_stack *stack = weft_why_stack(finding, end);
	size_t n = strlen(text);

	if (stack && n + 4 < size &&
	    weft_call_place(run, &finding->evidence, end->task, end->evidence,
			    stack, text + n + 4, size - n - 4))
		memcpy(text + n, " in ", 4);
	else
		add_place(run, stack, text, size);
}

static void write_link(FILE *out, const struct weft_run *run,
		       const struct weft_finding *finding,
		       const struct weft_cause *cause, unsigned int width)
{
	static const char *const begin[] = { "  ", "    before " };
	const struct weft_cause_end *ends[] = { &cause->before, &cause->after };
	char text[1600];
	size_t i, n;

	for (i = 0; i < 2; i++) {
		n = strlen(begin[i]);
		memcpy(text, begin[i], n + 1);
		weft_why_text(finding, cause, i, text + n, 600);
		add_end_place(run, finding, ends[i], text, sizeof(text));
		weft_text_paragraph(out, text, width, 6);
	}
	if (weft_why_then(finding, cause, text + 5, sizeof(text) - 8)) {
		memcpy(text, "    (", 5);
		strcat(text, ")");
		weft_text_paragraph(out, text, width, 6);
	}
	if (cause->nearby)
		fputs("    (what counts is what they do next to that)\n", out);
}

/* Faults were asked for, so they are reasons before all others. */
static void write_faults(FILE *out, const struct weft_run *run,
			 const struct weft_finding *finding,
			 const struct weft_text_style *style,
			 unsigned int width)
{
	const struct weft_evidence *e = &finding->evidence;
	const char *title = "Injected failures in it:";
	char text[1600];
	size_t i;

	for (i = 0; i < e->steps_n; i++) {
		if (e->steps[i].fault != WEFT_FAULT_CHOSEN)
			continue;
		if (title)
			fprintf(out, "%s%s%s\n", style->color ? "\033[1m" : "",
				title, style->color ? "\033[0m" : "");
		title = NULL;
		weft_why_fault(run, finding, &e->steps[i], text, sizeof(text));
		memmove(text + 2, text, strlen(text) + 1);
		memcpy(text, "  ", 2);
		weft_text_paragraph(out, text, width, 6);
	}
	if (!title)
		fputc('\n', out);
}

/**
 * weft_write_why() - the causality chain; nothing when nobody looked for one
 */
void weft_write_why(FILE *out, const struct weft_run *run,
		    const struct weft_finding *finding,
		    const struct weft_text_style *style, unsigned int width)
{
	const struct weft_causality *why = &finding->causality;
	size_t i;

	write_faults(out, run, finding, style, width);
	if (!why->n && why->tried)
		fprintf(out, "Of %lu order%s tried, none makes it vanish when turned round.\n\n",
			why->tried, why->tried == 1 ? "" : "s");
	if (!why->n)
		return;
	fprintf(out, "%sIt happens because%s\n", style->color ? "\033[1m" : "",
		style->color ? "\033[0m" : "");
	for (i = 0; i < why->n; i++)
		write_link(out, run, finding, &why->causes[i], width);
	fprintf(out, "%s, turned round, makes it vanish.\n%s\n",
		why->n == 1 ? "This order" : "Each of these orders",
		why->complete ? "" : "The search for more was cut short.\n");
}
