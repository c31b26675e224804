/* SPDX-License-Identifier: GPL-2.0-only */
/* The summary of a campaign on the terminal; contract in summary.h. */
#include <stdlib.h>
#include <string.h>

#include "output.h"
#include "summary.h"
#include "suppress_file.h"

#define COLUMNS		80
#define INDENT		SUMMARY_INDENT
#define RACES_SHOWN 3
#define RACE_PREFIX "data race: "
#define FINDINGS_SHOWN	8
#define LINKS_SHOWN	4

static const char *verdict_color(enum weft_verdict verdict)
{
	switch (verdict) {
	case WEFT_VERDICT_EXHAUSTED:
		return "\033[1;32m";
	case WEFT_VERDICT_INCOMPLETE:
		return "\033[1;33m";
	default:
		return "\033[1;31m";
	}
}

static void write_title(FILE *out, const struct weft_run *run)
{
	bool color = output_is_colored(out);
	enum weft_verdict verdict = run->result->verdict;

	fputs(run->scenario->name, out);
	if (run->kernel)
		fprintf(out, " on %s", run->kernel);
	fprintf(out, ": %s%s%s", color ? verdict_color(verdict) : "",
		weft_verdict_name(verdict), color ? "\033[0m" : "");
}

/* Columns of UTF-8 text. */
static size_t columns_of(const char *text, size_t bytes)
{
	size_t i, n = 0;

	for (i = 0; i < bytes; i++)
		n += ((unsigned char)text[i] & 0xc0) != 0x80;
	return n;
}

/**
 * summary_wrap_to() - words of @text, broken into lines; all but the first are indented
 * @column: where the first one begins
 * @columns: most in a line; a word that is longer stays whole
 */
void summary_wrap_to(FILE *out, const char *text, size_t column, size_t columns)
{
	while (*text) {
		size_t n = strcspn(text, " ");

		if (column > INDENT &&
		    column + 1 + columns_of(text, n) > columns) {
			fprintf(out, "\n%*s", INDENT, "");
			column = INDENT;
		} else if (column > INDENT) {
			fputc(' ', out);
			column++;
		}
		fprintf(out, "%.*s", (int)n, text);
		column += columns_of(text, n);
		text += n;
		text += strspn(text, " ");
	}
	fputc('\n', out);
}

void summary_wrap(FILE *out, const char *text, size_t column)
{
	summary_wrap_to(out, text, column, COLUMNS);
}

/* The kind goes first, unless the sentence begins with it anyway. */
static void write_finding(FILE *out, const struct weft_finding *finding,
			  bool first)
{
	char head[1400], *line;

	weft_finding_head(finding, head, sizeof(head));
	line = output_format("%s (%u preemption%s)", head,
				   finding->preemptions,
				   finding->preemptions == 1 ? "" : "s");

	fprintf(out, "  %-9s ", first ? "found" : "");
	summary_wrap(out, line, INDENT);
	free(line);
}

static bool is_bug(const struct weft_finding *finding)
{
	return !finding->advisory && !finding->suppression;
}

static void write_findings(FILE *out, const struct weft_run *run)
{
	const struct weft_result *result = run->result;
	size_t i, shown = 0;

	for (i = 0; i < result->findings_n && shown < FINDINGS_SHOWN; i++)
		if (is_bug(&result->findings[i]))
			write_finding(out, &result->findings[i], !shown++);
	if (weft_result_bugs(result) > FINDINGS_SHOWN)
		fprintf(out, "  %-9s and %zu more\n", "",
			weft_result_bugs(result) - FINDINGS_SHOWN);
}

/* They are no reason for the verdict, and there may be many. */
static void write_races(FILE *out, const struct weft_run *run)
{
	const struct weft_result *result = run->result;
	size_t i, shown = 0;

	for (i = 0; i < result->findings_n; i++) {
		const struct weft_finding *finding = &result->findings[i];

		if (!finding->advisory || finding->suppression ||
		    shown++ >= RACES_SHOWN)
			continue;
		fprintf(out, "  %-9s ", shown == 1 ? "races" : "");
		summary_wrap(out, finding->summary +
			     (strncmp(finding->summary, RACE_PREFIX,
				      strlen(RACE_PREFIX)) ? 0 :
			      strlen(RACE_PREFIX)), INDENT);
	}
	if (shown > RACES_SHOWN)
		fprintf(out, "  %-9s and %zu more\n", "", shown - RACES_SHOWN);
}

/* What the user knows already, with the reason that was given. */
static void write_suppressed(FILE *out, const struct weft_run *run)
{
	const struct weft_result *result = run->result;
	const char *label = "known";
	size_t i;

	for (i = 0; i < result->findings_n; i++) {
		const struct suppression *row =
			suppress_of(run->suppressions, &result->findings[i]);
		char head[1400], *line;

		if (!row)
			continue;
		weft_finding_head(&result->findings[i], head, sizeof(head));
		line = output_format("%s (suppressed by %s:%u: %s)", head,
				     run->suppressions->path, row->line,
				     suppress_text(row, SUPPRESS_REASON));
		fprintf(out, "  %-9s ", label);
		summary_wrap(out, line, INDENT);
		free(line);
		label = "";
	}
}

/* The first that makes the verdict; NULL when there is none. */
static const struct weft_finding *first_bug(const struct weft_result *result)
{
	size_t i;

	for (i = 0; i < result->findings_n; i++)
		if (is_bug(&result->findings[i]))
			return &result->findings[i];
	return NULL;
}

/* Return: what comes in front of the line after them. */
static const char *write_why_faults(FILE *out, const struct weft_run *run,
				    const struct weft_finding *finding)
{
	const struct weft_evidence *e = &finding->evidence;
	const char *label = "why";
	char text[900];
	size_t i;

	for (i = 0; i < e->steps_n; i++) {
		if (e->steps[i].fault != WEFT_FAULT_CHOSEN)
			continue;
		weft_why_fault(run, finding, &e->steps[i], text, sizeof(text));
		fprintf(out, "  %-9s ", label);
		summary_wrap(out, text, INDENT);
		label = "";
	}
	return label;
}

/* The causality chain of the finding that the next lines are about. */
static void write_why(FILE *out, const struct weft_run *run)
{
	const struct weft_finding *finding = first_bug(run->result);
	const char *label;
	size_t i;

	if (!finding)
		return;
	label = write_why_faults(out, run, finding);
	for (i = 0; i < finding->causality.n && i < LINKS_SHOWN; i++) {
		const struct weft_cause *cause = &finding->causality.causes[i];
		char before[600], after[600], *line;

		weft_why_text(finding, cause, false, before, sizeof(before));
		weft_why_text(finding, cause, true, after, sizeof(after));
		line = output_format("%s before %s", before, after);
		fprintf(out, "  %-9s ", i ? "" : label);
		summary_wrap(out, line, INDENT);
		free(line);
	}
	if (finding->causality.n > LINKS_SHOWN)
		fprintf(out, "  %-9s and %zu more\n", "",
			finding->causality.n - LINKS_SHOWN);
}

/* The bounds, broken at commas where they do not fit. */
static void write_bounds(FILE *out, const struct weft_run *run)
{
	char *bounds = NULL, *word, *rest = NULL;
	size_t size, columns = 0;
	FILE *text = open_memstream(&bounds, &size);

	if (!text)
		return;
	weft_write_bounds(text, run);
	fclose(text);
	for (word = strtok_r(bounds, ",", &rest); word;
	     word = strtok_r(NULL, ",", &rest)) {
		size_t n = strlen(word += *word == ' ') + 2;

		if (columns + n > COLUMNS || !columns) {
			fprintf(out, "%s\n  %-9s ", columns ? "," : "",
				columns ? "" : "bounds");
			columns = 12;
		} else {
			fputs(", ", out);
		}
		fputs(word, out);
		columns += n;
	}
	fputc('\n', out);
	free(bounds);
}

/* Paths and commands are never cut: they are there to be copied. */
static void write_next_steps(FILE *out, const struct weft_run *run)
{
	const struct weft_finding *bug = first_bug(run->result);

	if (bug && run->schedules) {
		size_t i = (size_t)(bug - run->result->findings);

		fprintf(out, "  %-9s %s replay %s\n", "replay",
			output_program, run->schedules[i]);
		fprintf(out, "  %-9s %s/finding-%zu.txt\n", "open", run->dir,
			i + 1);
	}
	if (run->graph)
		fprintf(out, "  %-9s %s\n", "graph", run->graph);
	if (run->coverage)
		fprintf(out, "  %-9s %s\n", "coverage", run->coverage);
}

static void write_unreached(FILE *out, const struct weft_run *run)
{
	size_t i;

	for (i = 0; weft_result_runs(run->result) && i < run->probes_n; i++)
		if (!run->probes[i].count)
			fprintf(out, "  %-9s %s\n", "unreached",
				run->probes[i].name);
}

/**
 * summary_write() - everything a person wants to know first
 */
void summary_write(FILE *out, const struct weft_run *run)
{
	write_title(out, run);
	write_bounds(out, run);
	if (*run->result->reason)
		fprintf(out, "  %-9s %s\n", "because", run->result->reason);
	fprintf(out, "  %-9s %.1f s, %.0f executions/s\n", "took",
		run->seconds, weft_run_rate(run));
	write_findings(out, run);
	write_suppressed(out, run);
	write_why(out, run);
	write_races(out, run);
	weft_write_cycles(out, run, false);
	weft_write_meetings(out, run->result);
	weft_write_foretold(out, run);
	write_next_steps(out, run);
	write_unreached(out, run);
	fflush(out);
}

void summary_write_memory(FILE *out, const struct weft_run *run)
{
	fprintf(out, "  %-9s %.1f MiB for the search, of %zu\n", "memory",
		(double)run->result->memory_max / (1 << 20),
		run->memory_max >> 20);
	fflush(out);
}

/**
 * summary_write_line() - the same for those who want it quiet
 */
void summary_write_line(FILE *out, const struct weft_run *run)
{
	const struct weft_finding *bug = first_bug(run->result);

	write_title(out, run);
	fputs(" (", out);
	weft_write_bounds(out, run);
	fputs(")", out);
	if (bug)
		fprintf(out, ": %s", bug->summary);
	if (*run->result->reason)
		fprintf(out, ": %s", run->result->reason);
	fputc('\n', out);
	fflush(out);
}
