// SPDX-License-Identifier: GPL-2.0-only
/*
 * index.html: every campaign found below a folder of reports.
 *
 * Reads the run.json files, so that it can be made again at any time. Paths in
 * them begin with the folder that was named on that command line; only what
 * follows the campaign's own folder is used, which keeps the links right when
 * the reports are moved.
 */
#include <errno.h>
#include <glob.h>
#include <jansson.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "html.h"
#include "markup.h"
#include "report.h"

struct index {
	FILE		*out;
	const char	*dir;	/* of all reports */
	const char	*name;	/* folder of the campaign being written */
	json_t		*campaign;
};

static const char *text_of(json_t *object, const char *key)
{
	const char *text = json_string_value(json_object_get(object, key));

	return text ? text : "";
}

static long number_of(json_t *object, const char *key)
{
	return (long)json_integer_value(json_object_get(object, key));
}

/* "reports/x-6.1/coverage/index.html" → "coverage/index.html"; or NULL */
static const char *below_campaign(const struct index *index, const char *path)
{
	size_t n = strlen(index->name);
	const char *at;

	for (at = strstr(path, index->name); at; at = strstr(at + 1,
							     index->name))
		if ((at == path || at[-1] == '/') && at[n] == '/')
			return at + n + 1;
	return NULL;
}

static bool exists(const struct index *index, const char *below)
{
	char path[PATH_MAX];

	snprintf(path, sizeof(path), "%s/%s/%s", index->dir, index->name,
		 below);
	return !access(path, R_OK);
}

static void write_link(const struct index *index, const char *path,
		       const char *text)
{
	const char *below = below_campaign(index, path);
	char to[PATH_MAX];

	if (!below || !exists(index, below))
		return;
	snprintf(to, sizeof(to), "%s/%s", index->name, below);
	html_link(index->out, to, text);
	fputs("<br>\n", index->out);
}

static void write_bound(FILE *out, json_t *campaign, json_t *bounds)
{
	const char *name = text_of(campaign, "strategy");
	const struct weft_strategy *strategy = weft_strategy_find(name);
	bool delays = strategy && strategy->delays;
	const char *what = delays ? "delays" : "preemptions";
	json_t *bound = json_object_get(bounds, what);
	json_t *covered = json_object_get(bounds, delays ? "delays_covered" :
						  "preemptions_covered");

	if (strategy && !strategy->systematic)
		fprintf(out, "%s sample", name);
	else if (json_is_true(json_object_get(bounds, "iterate")) &&
		 json_is_integer(covered) && json_integer_value(covered) >= 0)
		fprintf(out, "≤%ld %s", (long)json_integer_value(covered),
			what);
	else if (json_is_integer(bound))
		fprintf(out, "≤%ld %s", (long)json_integer_value(bound), what);
	else
		fprintf(out, "any number of %s", what);
}

static void write_bounds(const struct index *index)
{
	json_t *bounds = json_object_get(index->campaign, "bounds");

	write_bound(index->out, index->campaign, bounds);
	if (number_of(bounds, "faults"))
		fprintf(index->out, ", ≤%ld fault%s",
			number_of(bounds, "faults"),
			number_of(bounds, "faults") == 1 ? "" : "s");
	fprintf(index->out, ", %ld tasks in all, ≤%ld steps, ",
		number_of(bounds, "tasks"),
		number_of(index->campaign, "depth_max"));
	markup_escape(index->out, text_of(bounds, "memory_model"), MARKUP_TEXT);
	if (*text_of(bounds, "params")) {
		fputs(", ", index->out);
		markup_escape(index->out, text_of(bounds, "params"), MARKUP_TEXT);
	}
	if (*text_of(bounds, "focus")) {
		fputs("<br>preempted in <code>", index->out);
		markup_escape(index->out, text_of(bounds, "focus"), MARKUP_TEXT);
		fputs("</code>", index->out);
	}
}

/* The page of a finding is made here, next to its text. */
static void write_finding(const struct index *index, json_t *finding)
{
	const char *text = below_campaign(index, text_of(finding, "text"));
	json_t *reports = json_object_get(index->campaign, "reports");
	const char *picture = below_campaign(index, text_of(reports, "graph"));
	char from[PATH_MAX], page[PATH_MAX], to[PATH_MAX];
	size_t n = text ? strlen(text) : 0;

	fputs("<li>", index->out);
	if (n > 4) {
		snprintf(from, sizeof(from), "%s/%s/%s", index->dir,
			 index->name, text);
		snprintf(page, sizeof(page), "%s/%s/%.*s.html", index->dir,
			 index->name, (int)n - 4, text);
		snprintf(to, sizeof(to), "%s/%.*s.html", index->name,
			 (int)n - 4, text);
	}
	if (n > 4 && !html_write_finding(page, from, index->campaign, finding,
					 picture))
		html_link(index->out, to, text_of(finding, "summary"));
	else
		markup_escape(index->out, text_of(finding, "summary"), MARKUP_TEXT);
	fprintf(index->out, "<br><small>%ld preemption%s, %ld steps</small> ",
		number_of(finding, "preemptions"),
		number_of(finding, "preemptions") == 1 ? "" : "s",
		number_of(finding, "steps"));
	write_link(index, text_of(finding, "schedule"), "schedule");
	if (json_is_object(json_object_get(finding, "suppressed"))) {
		fputs("<br><small>suppressed: ", index->out);
		markup_escape(index->out,
			      text_of(json_object_get(finding, "suppressed"),
				      "reason"), MARKUP_TEXT);
		fputs("</small>", index->out);
	}
	if (json_is_true(json_object_get(finding, "advisory")))
		fputs("<br><small>a data race: no reason for the verdict</small>",
		      index->out);
	fputs("</li>\n", index->out);
}

static void write_findings(const struct index *index)
{
	json_t *findings = json_object_get(index->campaign, "findings");
	json_t *finding;
	size_t i;

	if (!json_array_size(findings)) {
		fputs("<td class=\"dim\">none</td>", index->out);
		return;
	}
	fputs("<td><ul>", index->out);
	json_array_foreach(findings, i, finding)
		write_finding(index, finding);
	fputs("</ul></td>", index->out);
}

static void write_verdict(const struct index *index)
{
	const char *verdict = text_of(index->campaign, "verdict");

	fputs("<td><span class=\"v ", index->out);
	markup_escape(index->out, verdict, MARKUP_TEXT);
	fputs("\">", index->out);
	markup_escape(index->out, verdict, MARKUP_TEXT);
	fputs("</span>", index->out);
	if (*text_of(index->campaign, "reason")) {
		fputs("<br><small>", index->out);
		markup_escape(index->out, text_of(index->campaign, "reason"), MARKUP_TEXT);
		fputs("</small>", index->out);
	}
	fputs("</td>", index->out);
}

/* A probe that never fired: the campaign did not look where it should. */
static void write_probes(const struct index *index)
{
	json_t *probes = json_object_get(index->campaign, "probes"), *count;
	const char *name;

	json_object_foreach(probes, name, count) {
		if (json_integer_value(count))
			continue;
		fputs("<br><span class=\"incomplete\">never reached: ",
		      index->out);
		markup_escape(index->out, name, MARKUP_TEXT);
		fputs("</span>", index->out);
	}
}

static void write_row(const struct index *index)
{
	json_t *reports = json_object_get(index->campaign, "reports");
	const char *release = text_of(index->campaign, "release");

	fputs("<tr><td>", index->out);
	markup_escape(index->out, text_of(index->campaign, "scenario"), MARKUP_TEXT);
	fputs("</td><td>", index->out);
	markup_escape(index->out, *text_of(index->campaign, "kernel") ?
		    text_of(index->campaign, "kernel") : "–", MARKUP_TEXT);
	if (*release) {
		fputs("<br><small>", index->out);
		markup_escape(index->out, release, MARKUP_TEXT);
		fputs("</small>", index->out);
	}
	fputs("</td>", index->out);
	write_verdict(index);
	fputs("<td>", index->out);
	write_bounds(index);
	write_probes(index);
	fprintf(index->out, "</td><td>%ld",
		number_of(index->campaign, "executions"));
	/* A campaign that ends in its sample counts that. */
	if (number_of(index->campaign, "sampled") &&
	    number_of(index->campaign, "sampled") ==
	    number_of(index->campaign, "executions"))
		fputs("<br><small>sampled</small>", index->out);
	else if (number_of(index->campaign, "sampled"))
		fprintf(index->out, "<br><small>and %ld sampled</small>",
			number_of(index->campaign, "sampled"));
	fputs("</td>", index->out);
	write_findings(index);
	fputs("<td>", index->out);
	write_link(index, text_of(reports, "graph"), "lock graph");
	write_link(index, text_of(reports, "coverage"), "coverage");
	fputs("</td></tr>\n", index->out);
}

/* "…/reports/x-6.1/run.json" → "x-6.1" */
static char *campaign_folder(const char *path)
{
	const char *end = strrchr(path, '/'), *begin = end;

	while (begin > path && begin[-1] != '/')
		begin--;
	return strndup(begin, (size_t)(end - begin));
}

static void write_file(struct index *index, const char *path)
{
	json_t *document = json_load_file(path, 0, NULL), *campaign;
	char *name = campaign_folder(path);
	size_t i;

	index->name = name;
	json_array_foreach(json_object_get(document, "campaigns"), i, campaign) {
		index->campaign = campaign;
		write_row(index);
	}
	free(name);
	json_decref(document);
}

/* "…/compare-x-6.1-6.12/comparison.json": a row, with its page beside the folder. */
static void write_comparison(struct index *index, json_t *comparison)
{
	json_t *findings = json_object_get(comparison, "findings");
	json_t *before = json_object_get(comparison, "before");
	json_t *after = json_object_get(comparison, "after");
	char page[PATH_MAX], title[400];

	snprintf(page, sizeof(page), "%s.html", index->name);
	snprintf(title, sizeof(title), "%s: %s → %s",
		 text_of(comparison, "scenario"), text_of(before, "kernel"),
		 text_of(after, "kernel"));
	fputs("<tr><td>", index->out);
	html_link(index->out, page, title);
	fputs("</td><td><span class=\"v ", index->out);
	markup_escape(index->out, text_of(before, "verdict"), MARKUP_TEXT);
	fputs("\">", index->out);
	markup_escape(index->out, text_of(before, "verdict"), MARKUP_TEXT);
	fputs("</span> → <span class=\"v ", index->out);
	markup_escape(index->out, text_of(after, "verdict"), MARKUP_TEXT);
	fputs("\">", index->out);
	markup_escape(index->out, text_of(after, "verdict"), MARKUP_TEXT);
	fprintf(index->out, "</span></td><td>%zu gone, %zu new, %zu on both sides</td></tr>\n",
		json_array_size(json_object_get(findings, "gone")),
		json_array_size(json_object_get(findings, "new")),
		json_array_size(json_object_get(findings, "same")));
}

static void write_comparisons(struct index *index, const glob_t *files)
{
	size_t i, j;

	if (!files->gl_pathc)
		return;
	fputs("<h2>Comparisons</h2>\n<table>\n<thead><tr><th>Scenario and kernels</th>"
	      "<th>Verdict</th><th>Findings</th></tr></thead>\n<tbody>\n",
	      index->out);
	for (i = 0; i < files->gl_pathc; i++) {
		json_t *document = json_load_file(files->gl_pathv[i], 0, NULL);
		json_t *comparison;
		char *name = campaign_folder(files->gl_pathv[i]);

		index->name = name;
		json_array_foreach(json_object_get(document, "comparisons"), j,
				   comparison)
			write_comparison(index, comparison);
		free(name);
		json_decref(document);
	}
	fputs("</tbody>\n</table>\n", index->out);
}

static void write_page(struct index *index, const glob_t *files,
		       const glob_t *comparisons)
{
	size_t i;

	html_begin(index->out, "Weft: campaigns");
	fputs("<h1>Weft: every interleaving, on the real kernel source</h1>\n"
	      "<p class=\"dim\">A verdict holds within its bounds: "
	      "<b class=\"exhausted\">exhausted</b> means that no inequivalent schedule "
	      "within them is left to try; <b class=\"bug\">bug</b> comes with a schedule "
	      "that shows it again. SC: sequentially consistent memory.</p>\n"
	      "<table>\n<thead><tr><th>Scenario</th><th>Kernel</th><th>Verdict</th>"
	      "<th>Bounds</th><th>Executions</th><th>Findings</th><th>Reports</th>"
	      "</tr></thead>\n<tbody>\n", index->out);
	for (i = 0; i < files->gl_pathc; i++)
		write_file(index, files->gl_pathv[i]);
	if (!files->gl_pathc)
		fputs("<tr><td colspan=\"7\" class=\"dim\">No campaign yet: "
		      "run <code>weft explore</code>.</td></tr>\n", index->out);
	fputs("</tbody>\n</table>\n", index->out);
	write_comparisons(index, comparisons);
	html_end(index->out);
}

/**
 * weft_write_index() - out_dir/index.html and the pages of its findings
 *
 * Return: 0 or negative errno.
 */
int weft_write_index(const char *out_dir)
{
	struct index index = { .dir = out_dir };
	char path[PATH_MAX];
	glob_t files, comparisons;
	int err;

	snprintf(path, sizeof(path), "%s/index.html", out_dir);
	index.out = fopen(path, "we");
	if (!index.out)
		return -errno;
	snprintf(path, sizeof(path), "%s/*/run.json", out_dir);
	if (glob(path, 0, NULL, &files))
		memset(&files, 0, sizeof(files));
	snprintf(path, sizeof(path), "%s/*/comparison.json", out_dir);
	if (glob(path, 0, NULL, &comparisons))
		memset(&comparisons, 0, sizeof(comparisons));
	write_page(&index, &files, &comparisons);
	globfree(&files);
	globfree(&comparisons);
	err = ferror(index.out) ? -EIO : 0;
	if (fclose(index.out) && !err)
		err = -EIO;
	return err;
}
