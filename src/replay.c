/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * weft replay: run one schedule file again.
 *
 *  I1  The same file on the same image prints the same bytes.
 *  I2  A schedule that cannot be followed to its last word is verdict
 *      nondeterminism, with the reason; it is never bent.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "batch.h"
#include "gdb.h"
#include "members.h"
#include "output.h"
#include "params.h"
#include "variant.h"
#include "verbs.h"

#define FILE_MAX ((size_t)64 << 20)

struct replay {
	const char		*path;
	struct weft_schedule	schedule;
	struct options		options;	/* with the schedule's params */
	struct images		images;
	char			*params;
	bool			other_image;
	struct weft_evidence	evidence;
};

static char *read_file(const char *path)
{
	FILE *file = fopen(path, "re");
	char *text = malloc(FILE_MAX + 1);
	size_t n;

	if (!file)
		output_usage_error("cannot read %s: %m", path);
	if (!text)
		output_usage_error("%s: out of memory", path);
	errno = 0;
	n = fread(text, 1, FILE_MAX + 1, file);
	if (ferror(file))
		output_usage_error("cannot read %s: %m", path);
	fclose(file);
	if (n > FILE_MAX)
		output_usage_error("%s is larger than 64 MiB: not a schedule",
				   path);
	text[n] = '\0';
	if (strlen(text) != n)
		output_usage_error("%s contains a zero byte: not a schedule",
				   path);
	return text;
}

static void read_schedule(struct replay *replay)
{
	const char *error = NULL;
	char *text = read_file(replay->path);
	int err = weft_schedule_decode(text, &replay->schedule, &error);

	free(text);
	if (err == -ENOMEM)
		output_usage_error("%s: out of memory", replay->path);
	if (err)
		output_usage_error("%s: %s", replay->path, error);
}

static void read_params(struct replay *replay,
			const struct weft_scenario *scenario)
{
	char *word, *rest = NULL;

	if (!replay->schedule.params)
		return;
	replay->params = output_format("%s", replay->schedule.params);
	for (word = strtok_r(replay->params, " \t", &rest); word;
	     word = strtok_r(NULL, " \t", &rest)) {
		if (!params_check(scenario, word, replay->path))
			output_usage_error("%s: scenario %s has no parameter '%s'",
					   replay->path, scenario->name, word);
		options_add_string(&replay->options.params, word);
	}
}

static const struct weft_scenario *named_scenario(const struct replay *replay)
{
	const char *name = replay->schedule.scenario;
	const struct weft_scenario *scenario = weft_scenario_find(name);

	if (!scenario)
		output_usage_error("%s: no scenario '%s'; 'weft list scenarios' names them",
				   replay->path, name);
	return scenario;
}

static const struct image *named_image(struct replay *replay,
				       const struct weft_scenario *scenario)
{
	const char *tag = replay->schedule.kernel;

	if (weft_scenario_is_model(scenario))
		return NULL;
	if (!tag)
		output_usage_error("%s: no 'kernel' line, and scenario %s needs a kernel",
				   replay->path, scenario->name);
	/* A patched image is in the cache; the default one may not exist. */
	if (!images_by_tag(&replay->images, tag) && strchr(tag, '+'))
		variant_look_up(replay->options.cache, tag, &replay->images);
	return batch_find_image(&replay->images, tag, replay->path);
}

static void compare_images(struct replay *replay, const struct campaign *c)
{
	if (!c->has_kernel || !replay->schedule.image ||
	    replay->schedule.image == c->kernel.hash)
		return;
	replay->other_image = true;
	output_error("%s was recorded on image %016" PRIx64 ", but %s is %016" PRIx64 ";\n"
		     "the image was built anew since: the schedule may no longer fit",
		     replay->path, replay->schedule.image, c->kernel.path,
		     c->kernel.hash);
}

/* Run @i of the file, and what the execution did there (I2). */
static bool run_differs(const struct weft_schedule *want,
			const struct weft_schedule *did, size_t i)
{
	const struct weft_schedule_run *a = &want->runs[i];
	const struct weft_schedule_run *b = &did->runs[i];

	if (i >= did->runs_n || a->task != b->task)
		return true;
	return i + 1 == want->runs_n ? a->steps > b->steps :
				       a->steps != b->steps;
}

/* Return: why the execution is not what the file says, to be freed; or NULL. */
static char *find_difference(const struct weft_schedule *want,
			     const struct weft_schedule *did)
{
	size_t i;

	for (i = 0; i < want->runs_n; i++) {
		if (!run_differs(want, did, i))
			continue;
		if (i >= did->runs_n)
			return output_format("the execution ended after %lu steps, but the schedule goes on with %ux%u",
					     weft_schedule_steps(did, did->runs_n),
					     want->runs[i].task,
					     want->runs[i].steps);
		return output_format("from step %lu on the schedule says %ux%u, but what could go on there gave %ux%u",
				     weft_schedule_steps(did, i), want->runs[i].task,
				     want->runs[i].steps, did->runs[i].task,
				     did->runs[i].steps);
	}
	if (want->choices_n > did->choices_n)
		return output_format("the number of choices in the schedule is %zu, but %zu were asked for",
				     want->choices_n, did->choices_n);
	return NULL;
}

static int explain_mismatch(const struct replay *replay, const char *why)
{
	output_error("cannot follow %s: %s", replay->path, why);
	if (replay->other_image)
		output_error("the kernel image is not the one it was recorded on; explore again for a new schedule");
	else
		output_error("the file was edited, or the same schedule ran differently (a defect of weft)");
	printf("verdict: %s\n", weft_verdict_name(WEFT_VERDICT_NONDETERMINISM));
	return WEFT_VERDICT_NONDETERMINISM;
}

static int print_result(struct replay *replay, struct campaign *c)
{
	struct weft_text_style style = {
		.color = output_is_colored(stdout), .width = 75,
		.stacks = true, .interleaving = c->options->trace,
	};
	size_t i;
	int err = 0;

	for (i = 0; i < c->result.findings_n && !err; i++) {
		err = weft_write_finding(stdout, &c->run, i, &style);
		putchar('\n');
	}
	if (!c->result.findings_n && c->options->trace)
		err = weft_write_interleaving(stdout, &c->run,
					      &replay->evidence, &style);
	if (err) {
		output_error("cannot print the result: %s", strerror(-err));
		return WEFT_VERDICT_INTERNAL;
	}
	if (*c->result.reason)
		printf("%s\n", c->result.reason);
	if (c->result.verdict == WEFT_VERDICT_EXHAUSTED)
		printf("no finding in this schedule (%lu steps)\n",
		       c->result.steps);
	else
		printf("verdict: %s\n", weft_verdict_name(c->result.verdict));
	return (int)c->result.verdict;
}

static void name_schedules(struct replay *replay, struct campaign *c)
{
	size_t i, n = c->result.findings_n;

	c->run.schedules = calloc(n + 1, sizeof(*c->run.schedules));
	for (i = 0; c->run.schedules && i < n; i++)
		c->run.schedules[i] = output_format("%s", replay->path);
}

static int run_schedule(struct replay *replay, struct campaign *c)
{
	const char *mismatch = NULL;
	char *difference = NULL;
	int status;

	weft_replay(c->x, &replay->schedule, &c->result, &mismatch,
		    &replay->evidence);
	c->plan.strategy = &weft_strategy_replay;
	c->plan.options.preemptions = WEFT_BOUND_NONE;
	c->plan.options.delays = WEFT_BOUND_NONE;
	if (c->result.verdict == WEFT_VERDICT_INTERNAL ||
	    c->result.verdict == WEFT_VERDICT_UNMODELLED)
		;	/* says why by itself */
	else if (!mismatch)
		difference = find_difference(&replay->schedule,
					     weft_exec_schedule(c->x));
	campaign_describe(c, 0);
	if (!c->result.findings_n && campaign_types(c))
		weft_members_name(c->types, campaign_symbols(c),
				  &replay->evidence);
	name_schedules(replay, c);
	if (mismatch || difference)
		status = explain_mismatch(replay, mismatch ? mismatch :
							     difference);
	else
		status = print_result(replay, c);
	free(difference);
	weft_evidence_clear(&replay->evidence);
	return status;
}

static void print_log(int task, const char *line)
{
	fprintf(stderr, "[task %d] %s\n", task, line);
}

/**
 * verb_replay() - weft replay
 */
int verb_replay(const struct options *options)
{
	struct replay replay = { .options = *options };
	const struct weft_scenario *scenario;
	const struct image *image;
	struct campaign c;
	int status;

	if (options->arguments.n != 1)
		output_usage_error("replay takes one schedule file, not %zu",
				   options->arguments.n);
	replay.path = options->arguments.at[0];
	read_schedule(&replay);
	scenario = named_scenario(&replay);
	read_params(&replay, scenario);
	replay.options.faults = replay.schedule.faults;
	replay.options.faults_given = true;
	images_find(&replay.images);
	image = named_image(&replay, scenario);
	if (options->gdb && !gdb_is_around()) {
		gdb_become(replay.path);
		return WEFT_VERDICT_INTERNAL;
	}
	status = campaign_open(&c, &replay.options, scenario, image,
			       options->verbose ? print_log : NULL);
	if (!status) {
		compare_images(&replay, &c);
		if (gdb_is_around())
			gdb_watch(&c);
		status = run_schedule(&replay, &c);
	}
	campaign_close(&c);
	images_clear(&replay.images);
	weft_schedule_clear(&replay.schedule);
	free(replay.options.params.at);
	free(replay.params);
	return status;
}
