// SPDX-License-Identifier: GPL-2.0-only
/*
 * A finding for people: a sentence, a table of what happened, who holds and
 * wants what, stacks, and how to see it again. In the spirit of lockdep.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "finding_writer.h"
#include "suppress_file.h"

static void write_place(const struct writer *w,
			const struct weft_finding *finding)
{
	struct weft_frame site;

	if (!weft_symbols_site(w->run->symbols, &finding->stack, &site))
		return;
	fputs(writer_strong(w), w->out);
	fputs("noticed ", w->out);
	if (finding->task >= 0) {
		fputs("in ", w->out);
		writer_who(w, finding->task);
	}
	fprintf(w->out, " at:%s\n", writer_plain(w));
	writer_stack(w, &finding->stack);
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
	weft_text_paragraph(w->out, text, writer_width(w), 4);
}

/* Where else to look: who holds the lock, who counted before. */
static void write_related(const struct writer *w,
			  const struct weft_finding *finding)
{
	char label[150];
	size_t i;

	for (i = 0; i < finding->related_n; i++) {
		const struct weft_related *related = &finding->related[i];

		fputs(writer_strong(w), w->out);
		if (related->lock) {
			weft_lock_label(w->evidence, related->lock,
					related->instance, label,
					sizeof(label));
			fprintf(w->out, "%s: ", label);
		}
		fprintf(w->out, "%s by ", related->what);
		writer_who(w, related->task);
		if (related->step)
			fprintf(w->out, " %s step %lu", related->between ?
				"after" : "at", related->step);
		fprintf(w->out, ":%s\n", writer_plain(w));
		writer_stack(w, &related->stack);
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

/* What no execution of the search showed first: the one named did not. */
static void write_foretold(const struct writer *w,
			   const struct weft_finding *finding)
{
	if (finding->turned)
		fprintf(w->out, "  found by turning round the accesses of a race of execution %lu,\n"
			"  which did not show it\n", finding->predicted);
	else if (finding->predicted)
		fprintf(w->out, "  predicted from the %s of execution %lu,\n"
			"  which did not show it, and confirmed by a directed run\n",
			is_deadlock(finding) ? "lock order" :
			finding->race ? "accesses" : "accesses and frees", finding->predicted);
}

static void write_heading(const struct writer *w,
			  const struct weft_finding *finding)
{
	const struct weft_run *run = w->run;
	char text[1400];

	weft_finding_head(finding, text, sizeof(text));
	fputs(writer_strong(w), w->out);
	weft_text_paragraph(w->out, text, writer_width(w), 2);
	fputs(writer_plain(w), w->out);
	fprintf(w->out, "  scenario %s", run->scenario->name);
	if (run->kernel)
		fprintf(w->out, ", kernel %s", run->release ? run->release :
			run->kernel);
	if (run->params)
		fprintf(w->out, ", %s", run->params);
	fprintf(w->out, "\n  %u preemption%s, %lu step%s", finding->preemptions,
		finding->preemptions == 1 ? "" : "s", finding->steps,
		finding->steps == 1 ? "" : "s");
	if (run->campaign->strategy != &weft_strategy_replay &&
	    !finding->predicted)
		fprintf(w->out, ", first seen in execution %lu%s",
			finding->execution,
			finding->execution <= run->result->sampled ?
			", of the sample" : "");
	fputc('\n', w->out);
	write_suppression(w, finding);
	weft_write_size(w->out, finding);
	write_foretold(w, finding);
	if (!finding->replayed)
		fputs("  not replayed: there is no evidence to show\n", w->out);
	fputc('\n', w->out);
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
	fprintf(w->out, "\n%s", writer_strong(w));
	if (end < all->steps_n)
		fprintf(w->out, "The %zu steps up to the race, without %zu before them and %zu behind:",
			part.steps_n, begin, all->steps_n - end);
	else if (is_part)
		fprintf(w->out, "The last %zu steps, without %zu before them:",
			part.steps_n, begin);
	else
		fputs("Every step:", w->out);
	fprintf(w->out, "%s\n\n", writer_plain(w));
	w->evidence = &part;
	writer_interleaving(w, true);
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
		writer_strong(w), w->finding->cycle_from, w->finding->cycle_to,
		writer_plain(w));
	w->evidence = &part;
	writer_interleaving(w, true);
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
	unsigned int width = writer_width(w);
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
		writer_table(&w, &events);
		weft_events_clear(&events);
	} else if (f->race) {
		weft_write_race(out, run, f, style, writer_width(&w));
	} else {
		writer_interleaving(&w, false);
		if (f->cycle_to)
			write_cycle(&w);
		else
			write_place(&w, f);
		write_object(&w, f);
	}
	write_related(&w, f);
	weft_write_why(out, run, f, style, writer_width(&w));
	if (!f->race)
		writer_tasks(&w);
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
	writer_interleaving(&w, style->interleaving);
	writer_tasks(&w);
	return stream_status(out);
}
