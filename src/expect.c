/* SPDX-License-Identifier: GPL-2.0-only */
/* Expectations; contract in expect.h. */
#include <stdlib.h>
#include <string.h>

#include "expect.h"
#include "output.h"

static bool matches_word(const char *word, size_t n, const char *tag,
			 const char *release)
{
	if (tag && strlen(tag) == n && !strncmp(tag, word, n))
		return true;
	return release && n && word[n - 1] == '*' &&
	       !strncmp(release, word, n - 1);
}

static bool matches_kernel(const struct weft_expectation *row, const char *tag,
			   const char *release)
{
	const char *word = row->kernel;

	if (!word)
		return true;
	while (*word) {
		size_t n = strcspn(word, " ");

		if (matches_word(word, n, tag, release))
			return true;
		word += n + strspn(word + n, " ");
	}
	return false;
}

static bool same_pattern(const struct weft_expectation *a,
			 const struct weft_expectation *b)
{
	if (!a->kernel || !b->kernel)
		return a->kernel == b->kernel;
	return !strcmp(a->kernel, b->kernel);
}

/* Rows that apply, first to last; a row without a verdict ends the table. */
static size_t rows_for(const struct weft_scenario *scenario, const char *tag,
		       const char *release,
		       const struct weft_expectation **ret)
{
	size_t i, n = 0;

	for (i = 0; i < WEFT_SCENARIO_EXPECT_MAX &&
	     scenario->expect[i].verdict; i++) {
		const struct weft_expectation *row = &scenario->expect[i];

		if (n ? same_pattern(ret[0], row) :
			matches_kernel(row, tag, release))
			ret[n++] = row;
	}
	return n;
}

size_t expect_findings(const struct weft_scenario *scenario, const char *tag,
		       const char *release, bool *ret_any)
{
	const struct weft_expectation *rows[WEFT_SCENARIO_EXPECT_MAX];
	size_t i, findings = 0, n = rows_for(scenario, tag, release, rows);

	for (i = 0; i < n; i++)
		findings += rows[i]->kind != NULL;
	*ret_any = n;
	return findings;
}

static void add_function(const struct weft_run *run,
			 const struct weft_stack *stack, char *to, size_t size)
{
	struct weft_frame site;
	size_t n = strlen(to);

	if (weft_symbols_site(run->symbols, stack, &site))
		snprintf(to + n, size - n, "%s%s", n ? " " : "",
			 site.function);
}

/* Functions of a finding, as in struct weft_expectation. */
static void write_place(const struct weft_run *run,
			const struct weft_finding *finding, char *ret,
			size_t size)
{
	size_t i;

	*ret = '\0';
	add_function(run, &finding->stack, ret, size);
	for (i = 0; i < finding->related_n; i++)
		add_function(run, &finding->related[i].stack, ret, size);
}

static bool is_expected(const struct weft_run *run,
			const struct weft_finding *finding,
			const struct weft_expectation *row)
{
	char place[400];

	if (!row->kind || strcmp(row->kind, finding->kind))
		return false;
	if (row->summary && !strstr(finding->summary, row->summary) &&
	    !strstr(finding->signature, row->summary))
		return false;
	write_place(run, finding, place, sizeof(place));
	return !row->place || !strncmp(place, row->place, strlen(row->place));
}

bool expect_is_bug(const struct weft_scenario *scenario, const char *tag)
{
	const struct weft_expectation *rows[WEFT_SCENARIO_EXPECT_MAX];

	return rows_for(scenario, tag, NULL, rows) &&
	       !strcmp(rows[0]->verdict,
		       weft_verdict_name(WEFT_VERDICT_BUG));
}

static bool is_known(const struct weft_run *run,
		     const struct weft_finding *finding,
		     const struct weft_expectation **rows, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (is_expected(run, finding, rows[i]))
			return true;
	return finding->suppression;
}

const struct weft_finding *expect_first_new(const struct weft_run *run,
					    const char *tag,
					    const struct weft_result *result)
{
	const struct weft_expectation *rows[WEFT_SCENARIO_EXPECT_MAX];
	const struct weft_finding *first = NULL, *finding;
	size_t i, n = rows_for(run->scenario, tag, run->release, rows);

	for (i = 0; n && i < result->findings_n; i++) {
		finding = &result->findings[i];
		if ((!first || finding->execution < first->execution) &&
		    !is_known(run, finding, rows, n))
			first = finding;
	}
	return first;
}

static void write_new(FILE *out, const struct weft_run *run,
		      const struct weft_finding *finding)
{
	char place[400], head[1400];

	write_place(run, finding, place, sizeof(place));
	weft_finding_head(finding, head, sizeof(head));
	fprintf(out, "new finding: %s%s%s\n", head, *place ? "; in " : "",
		place);
}

static void compare_verdict(FILE *out, const struct weft_result *result,
			    const struct weft_expectation *row)
{
	const char *verdict = weft_verdict_name(result->verdict);

	if (strcmp(verdict, row->verdict))
		fprintf(out, "verdict %s, but %s is expected%s%s\n", verdict,
			row->verdict, *result->reason ? ": " : "",
			result->reason);
}

/* A campaign that a bug has stopped need not have seen what is no reason to. */
static bool must_be_seen(const struct weft_run *run,
			 const struct weft_expectation *row)
{
	return row->kind && (strcmp(row->kind, "race") ||
			     run->campaign->keep_going ||
			     run->result->verdict != WEFT_VERDICT_BUG);
}

static void compare_findings(FILE *out, const struct weft_run *run,
			     const struct weft_expectation **rows, size_t n)
{
	const struct weft_result *result = run->result;
	bool seen[WEFT_SCENARIO_EXPECT_MAX] = { false };
	size_t i, j;

	for (i = 0; i < result->findings_n; i++) {
		const struct weft_finding *finding = &result->findings[i];
		bool expected = false;

		for (j = 0; j < n; j++)
			if (is_expected(run, finding, rows[j]))
				expected = seen[j] = true;
		if (!expected && !finding->suppression)
			write_new(out, run, finding);
	}
	for (j = 0; j < n; j++)
		if (must_be_seen(run, rows[j]) && !seen[j])
			fprintf(out, "expected finding not seen: %s%s%s\n",
				rows[j]->kind, rows[j]->summary ? ": " : "",
				rows[j]->summary ? rows[j]->summary : "");
}

/* A campaign cut short by its first finding need not have seen everything. */
static void compare_probes(FILE *out, const struct weft_run *run)
{
	size_t i;

	if (weft_result_bugs(run->result) && !run->campaign->keep_going)
		return;
	for (i = 0; i < run->probes_n; i++)
		if (!run->probes[i].count)
			fprintf(out, "probe not reached: %s\n",
				run->probes[i].name);
}

static void without_expectation(FILE *out, const struct weft_run *run)
{
	const struct weft_result *result = run->result;
	size_t i;

	fprintf(out, "no expectation for %s: %s\n",
		run->kernel ? run->kernel : "this program",
		weft_verdict_name(result->verdict));
	for (i = 0; i < result->findings_n; i++)
		if (!result->findings[i].suppression)
			write_new(out, run, &result->findings[i]);
}

/*
 * What is known of other kernels need not be true of this one: whatever was found
 * is told, and nobody can say that it is wrong. Of a program of which nothing is
 * known anywhere, a finding is news.
 */
static enum expect_outcome unknown(const struct weft_run *run)
{
	enum weft_verdict verdict = run->result->verdict;
	bool elsewhere = run->kernel && run->scenario->expect[0].verdict;

	if (verdict == WEFT_VERDICT_EXHAUSTED && !weft_result_bugs(run->result))
		return EXPECT_NONE;
	return elsewhere && (verdict == WEFT_VERDICT_BUG ||
			     verdict == WEFT_VERDICT_INCOMPLETE) ?
	       EXPECT_NONE : EXPECT_NOT_MET;
}

enum expect_outcome expect_compare(const struct weft_run *run,
				   char **ret_message)
{
	const struct weft_expectation *rows[WEFT_SCENARIO_EXPECT_MAX];
	const struct weft_result *result = run->result;
	size_t size, n = rows_for(run->scenario, run->kernel, run->release,
				  rows);
	char *message = NULL;
	FILE *out = open_memstream(&message, &size);

	*ret_message = NULL;
	if (!out)
		return EXPECT_NOT_MET;
	if (!n) {
		without_expectation(out, run);
	} else {
		compare_verdict(out, result, rows[0]);
		compare_findings(out, run, rows, n);
	}
	compare_probes(out, run);
	fclose(out);
	*ret_message = message;
	if (!n)
		return unknown(run);
	return size ? EXPECT_NOT_MET : EXPECT_MET;
}
