/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The run directory of a campaign: finding-N.schedule, finding-N-first.schedule,
 * finding-N.txt, finding-N-steps.txt, finding-N.json, lock-graph*, coverage/, run.json.
 */
#include <errno.h>
#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "../framework/confirm.h"
#include "campaign.h"
#include "graph_files.h"
#include "json.h"
#include "members.h"
#include "output.h"
#include "source.h"
#include "story.h"

#define TEXT_WIDTH 100
#define TEXT_STEPS_MAX 200	/* more are in a file of their own only */

static int failed(const char *what, int err)
{
	output_error("cannot write %s: %s", what, strerror(-err));
	return WEFT_VERDICT_INTERNAL;
}

static void remove_matching(const char *dir, const char *pattern)
{
	char *full = output_format("%s/%s", dir, pattern);
	glob_t found;
	size_t i;

	if (!glob(full, 0, NULL, &found)) {
		for (i = 0; i < found.gl_pathc; i++)
			unlink(found.gl_pathv[i]);
		globfree(&found);
	}
	free(full);
}

static bool has_file(const char *dir, const char *name)
{
	char *path = output_format("%s/%s", dir, name);
	bool has = !access(path, R_OK);

	free(path);
	return has;
}

/*
 * Reports of one folder tell of one run. So what an earlier one left there is made anew,
 * also by verbs that would not make it: nobody loses it, or reads it beside
 * numbers of another run.
 */
static unsigned int wanted_again(const struct campaign *c)
{
	unsigned int again = 0;

	if (has_file(c->dir, "coverage/index.html"))
		again |= REPORT_COVERAGE;
	if (has_file(c->dir, "lock-graph.json"))
		again |= REPORT_GRAPH;
	return again;
}

/* What an earlier run left must not be taken for this one's. */
static int prepare_directory(struct campaign *c, unsigned int wanted)
{
	int err = output_make_directories(wanted ? c->dir : c->options->out);

	if (err)
		return failed(c->dir, err);
	if (!wanted)
		return 0;	/* an earlier run's is as right as before */
	remove_matching(c->dir, "finding-*.schedule");
	remove_matching(c->dir, "finding-*.txt");
	remove_matching(c->dir, "finding-*.html");
	remove_matching(c->dir, "finding-*.json");
	remove_matching(c->dir, "lock-graph*");
	remove_matching(c->dir, "run.json");
	return 0;
}

static char *duplicate(const char *text)
{
	return text ? output_format("%s", text) : NULL;
}

void campaign_name_schedule(const struct campaign *c,
			    struct weft_schedule *schedule)
{
	free(schedule->scenario);
	free(schedule->kernel);
	free(schedule->params);
	schedule->scenario = duplicate(c->scenario->name);
	schedule->kernel = duplicate(c->run.kernel);
	schedule->params = duplicate(c->params);
	schedule->faults = c->run.faults;
	schedule->image = c->has_kernel ? c->kernel.hash : 0;
}

static int write_schedule(const struct campaign *c,
			  struct weft_schedule *schedule, const char *path)
{
	char *text;
	int err = -ENOMEM;

	campaign_name_schedule(c, schedule);
	text = weft_schedule_encode(schedule);
	if (text)
		err = output_write_file(path, text);
	free(text);
	return err ? failed(path, err) : 0;
}

/* Smaller; or of a race, one in which both sides meet. */
static bool was_changed(const struct weft_finding *finding)
{
	const struct weft_first *first = &finding->first;

	return first->schedule.runs_n &&
	       (first->preemptions != finding->preemptions ||
		first->steps != finding->steps);
}

/* The schedule, and beside it the one it was found with, where they differ. */
static int write_schedules(struct campaign *c, size_t i)
{
	struct weft_finding *finding = &c->result.findings[i];
	int status;

	c->run.schedules[i] = output_format("%s/finding-%zu.schedule", c->dir,
					    i + 1);
	status = write_schedule(c, &finding->schedule, c->run.schedules[i]);
	if (status || !was_changed(finding))
		return status;
	c->run.firsts[i] = output_format("%s/finding-%zu-first.schedule",
					 c->dir, i + 1);
	return write_schedule(c, &finding->first.schedule, c->run.firsts[i]);
}

static int write_text(struct campaign *c, size_t i)
{
	struct weft_text_style style = {
		.width = TEXT_WIDTH, .stacks = true, .interleaving = true,
		.steps_max = TEXT_STEPS_MAX,
	};
	char *path = output_format("%s/finding-%zu.txt", c->dir, i + 1);
	FILE *out = fopen(path, "we");
	int err = out ? weft_write_finding(out, &c->run, i, &style) : -errno;
	int status = 0;

	if (out && !err)
		err = output_close(out);
	else if (out)
		fclose(out);
	if (err)
		status = failed(path, err);
	free(path);
	return status;
}

/* What the schedule did that the finding was first seen with. */
static bool run_first(struct campaign *c, const struct weft_finding *finding,
		      struct weft_finding *ret)
{
	memset(ret, 0, sizeof(*ret));
	snprintf(ret->kind, sizeof(ret->kind), "%s", finding->kind);
	ret->signature = output_format("%s", finding->signature);
	ret->steps = finding->first.steps;
	return !weft_schedule_copy(&ret->schedule, &finding->first.schedule) &&
	       weft_confirm(c->x, ret);
}

static int write_story(struct campaign *c, size_t i,
		       struct weft_source *source)
{
	struct weft_finding *finding = &c->result.findings[i], first;
	char *path = output_format("%s/finding-%zu.json", c->dir, i + 1);
	bool has_first = false;
	int err;

	if (c->run.firsts[i] && !finding->cycle_to)
		has_first = run_first(c, finding, &first);
	if (has_first && campaign_types(c))
		weft_members_name(c->types, c->run.symbols,
				  &first.evidence);
	err = weft_story_write(&c->run, i, has_first ? &first.evidence : NULL,
			       source, path);
	if (c->run.firsts[i] && !finding->cycle_to)
		weft_finding_clear(&first);
	if (err)
		err = failed(path, err);
	free(path);
	return err;
}

static int write_steps(struct campaign *c, size_t i)
{
	char *path;
	FILE *out;
	int err;

	if (!c->result.findings[i].evidence.steps_n)
		return 0;
	path = output_format("%s/finding-%zu-steps.txt", c->dir, i + 1);
	c->run.steps[i] = path;
	out = fopen(path, "we");
	err = out ? weft_write_finding_steps(out, &c->run, i) : -errno;
	if (out && !err)
		err = output_close(out);
	else if (out)
		fclose(out);
	return err ? failed(path, err) : 0;
}

static int write_findings(struct campaign *c)
{
	struct weft_source *source;
	size_t i, n = c->result.findings_n;
	int status = 0;

	c->run.schedules = calloc(n + 1, sizeof(*c->run.schedules));
	c->run.firsts = calloc(n + 1, sizeof(*c->run.firsts));
	c->run.steps = calloc(n + 1, sizeof(*c->run.steps));
	if (!c->run.schedules || !c->run.firsts || !c->run.steps)
		return failed("schedules", -ENOMEM);
	source = weft_source_open(c->has_kernel ? c->kernel.path : NULL);
	for (i = 0; i < n && !status; i++) {
		status = write_schedules(c, i);
		if (!status)
			status = write_steps(c, i);
		if (!status)
			status = write_text(c, i);
		if (!status)
			status = write_story(c, i, source);
	}
	weft_source_close(source);
	return status;
}

static int write_graph(struct campaign *c)
{
	static const char *const suffixes[] = { "svg", "dot" };
	size_t i;
	int err;

	err = lockgraph_write(c, c->options->full);
	if (err)
		return failed("the lock graph", err);
	for (i = 0; i < 2 && !c->graph; i++) {
		c->graph = output_format("%s/lock-graph.%s", c->dir,
					 suffixes[i]);
		if (access(c->graph, R_OK)) {
			free(c->graph);
			c->graph = NULL;
		}
	}
	c->run.graph = c->graph;
	return 0;
}

static int write_coverage(struct campaign *c)
{
	char *path;
	int err;

	if (!c->has_kernel)
		return 0;
	err = weft_write_coverage(&c->run, c->x, &c->kernel, &path);
	/* The verdict stands without it. */
	if (err == -ECHILD) {
		fprintf(stderr,
			"weft: no coverage report: gcov or gcovr failed; what it said is in %s, what it was given beside it; gcov must be of the compiler that built the image\n",
			path);
		free(path);
		return 0;
	}
	if (err == -ENOENT || err == -ENODATA) {
		fprintf(stderr, "weft: no coverage report: %s\n",
			err == -ENOENT ?
			"gcov or gcovr is not installed (Debian: apt install gcovr), or the kernel tree next to the image is gone" :
			"the kernel image was built without coverage counters");
		return 0;
	}
	if (err)
		return failed("the coverage report", err);
	c->coverage = path;
	c->run.coverage = path;
	return 0;
}

static int write_run(struct campaign *c)
{
	char *path = output_format("%s/run.json", c->dir);
	struct json_t *document = json_document(&c->run, NULL);
	int err = json_write_path(document, path);
	int status = err ? failed(path, err) : 0;

	free(path);
	return status;
}

int campaign_report(struct campaign *c, unsigned int wanted)
{
	int status;

	c->dir = campaign_directory(c->options->out, c->scenario->name,
				    c->run.kernel);
	c->run.dir = c->dir;
	if (wanted & REPORT_RUN)
		wanted |= wanted_again(c);
	status = prepare_directory(c, wanted);
	if (!weft_result_runs(&c->result))	/* setup failed */
		wanted &= ~(unsigned int)(REPORT_GRAPH | REPORT_COVERAGE);
	if (!status && wanted & REPORT_SCHEDULES)
		status = write_findings(c);
	if (!status && wanted & REPORT_GRAPH)
		status = write_graph(c);
	if (!status && wanted & REPORT_COVERAGE)
		status = write_coverage(c);
	if (!status && wanted & REPORT_RUN)
		status = write_run(c);
	return status;
}
