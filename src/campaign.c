/* SPDX-License-Identifier: GPL-2.0-only */
/* One campaign, from loading to its end; contract in campaign.h. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../framework/causality.h"
#include "../framework/minimise.h"
#include "../framework/probe.h"
#include "../framework/witness.h"
#include "campaign.h"
#include "checkpoint.h"
#include "finding_table.h"
#include "interrupt.h"
#include "jobs.h"
#include "members.h"
#include "output.h"
#include "params.h"
#include "rules.h"
#include "suppress.h"
#include "watchdog.h"

/* Branches a search may remember: half a gigabyte. */
#define NODES_MAX (1u << 24)

/*
 * Executions of a sample: most defects that a sample finds show in the first
 * hundred. Where the user sets a limit, one in twenty of what it allows, and of
 * time at a thousand a second, so that the number does not hang on the clock.
 */
#define SAMPLE_MAX		200
#define SAMPLE_SHARE		20
#define SAMPLE_PER_SECOND	(1000 / SAMPLE_SHARE)

char *campaign_directory(const char *out, const char *scenario,
			 const char *tag)
{
	char *dir = output_format("%s/%s%s%s", out, scenario, tag ? "-" : "",
				  tag ? tag : "");
	char *at;

	for (at = dir + strlen(out) + 1; *at; at++)
		if (*at == '/')
			*at = '-';
	return dir;
}

static void set_params(struct campaign *c)
{
	const struct weft_param *known = c->scenario->params;
	size_t i, j, key_n;
	long value;

	for (i = 0; i < 4 && known[i].key; i++) {
		char *longer;

		c->program.params[i] = known[i].value;
		for (j = 0; j < c->options->params.n; j++) {
			const char *text = c->options->params.at[j];

			if (options_split_param(text, &key_n, &value) &&
			    params_find(c->scenario, text, key_n) == &known[i])
				c->program.params[i] = value;
		}
		longer = output_format("%s%s%s=%ld", c->params ? c->params : "",
				       c->params ? " " : "", known[i].key,
				       c->program.params[i]);
		free(c->params);
		c->params = longer;
	}
}

/* --focus replaces the scenario's own; "all" means none. */
static void set_focus_text(struct campaign *c)
{
	const struct strings *focus = &c->options->focus;
	size_t i;

	if (focus->n == 1 && !strcmp(focus->at[0], "all"))
		return;
	if (!focus->n && c->scenario->focus)
		c->focus_text = output_format("%s", c->scenario->focus);
	for (i = 0; i < focus->n; i++) {
		char *longer = output_format("%s%s%s",
					     c->focus_text ? c->focus_text : "",
					     c->focus_text ? ":" : "",
					     focus->at[i]);

		free(c->focus_text);
		c->focus_text = longer;
	}
}

static int create_focus(struct campaign *c)
{
	const char *error = NULL;

	if (!c->focus_text || !c->has_kernel)
		return 0;
	c->focus = weft_focus_create(&c->kernel, c->focus_text, &error);
	if (c->focus)
		return 0;
	output_error("%s", error ? error : "--focus cannot be used");
	return c->options->focus.n ? WEFT_EXIT_USAGE : WEFT_VERDICT_INTERNAL;
}

/* Opened when the first finding has to be named; most campaigns have none. */
struct weft_symbols *campaign_symbols(struct campaign *c)
{
	if (!c->run.symbols)
		c->run.symbols = weft_symbols_open(c->has_kernel ? &c->kernel :
								   NULL);
	return c->run.symbols;
}

struct rules_types *campaign_types(struct campaign *c)
{
	if (!c->types && c->has_kernel)
		c->types = rules_types_open(&c->kernel);
	return c->types;
}

static void name_members(struct campaign *c)
{
	size_t i;

	for (i = 0; i < c->result.findings_n; i++) {
		if (campaign_types(c))
			weft_members_name_finding(c->types, campaign_symbols(c),
						  &c->result.findings[i]);
		weft_why_rank(campaign_symbols(c), &c->result.findings[i]);
	}
}

/* Where findings are merged, with their kind. */
static bool name_place(void *arg, const struct weft_stack *stack, char *ret,
		       size_t size)
{
	return weft_place_name(campaign_symbols(arg), stack, ret, size);
}

static const char *name_assertion(void *arg, uintptr_t pc, bool write)
{
	return weft_assertion_name(campaign_symbols(arg), pc, write);
}

static unsigned int suppress(void *arg, const struct weft_finding *finding)
{
	struct campaign *c = arg;
	unsigned int number;

	campaign_symbols(c);
	number = suppress_find(c->run.suppressions, &c->run, finding);
	if (number)
		c->run.suppressions->rows[number - 1].used++;
	return number;
}

/* What the lock graph says is known when all executions are done. */
static void suppress_cycles(struct campaign *c)
{
	size_t i;

	for (i = 0; c->run.suppressions && i < c->result.cycles_n; i++) {
		struct weft_lock_cycle *cycle = &c->result.cycles[i];

		cycle->suppression = suppress_find_cycle(c->run.suppressions,
							 &c->run, cycle);
		if (cycle->suppression)
			c->run.suppressions->rows[cycle->suppression - 1].used++;
	}
}

static unsigned long faults_max(const struct campaign *c)
{
	return c->options->faults_given ? c->options->faults :
					  c->scenario->faults;
}

static int create_exec(struct campaign *c)
{
	struct weft_exec_config config = {
		.main = weft_scenario_main,
		.main_arg = &c->program,
		.depth_max = c->options->depth,
		.faults_max = faults_max(c),
		.paranoid = c->options->paranoid,
		.symmetry = c->options->symmetry,
		.memory_max = c->options->max_memory / 4,
		.races = c->options->races,
		.accesses_max = c->options->spin,
		.main_concurrent = !c->has_kernel,
		.every_access_shared = !c->has_kernel,
		.place = name_place,
		.assertion = name_assertion,
		.place_arg = c,
	};

	if (c->has_kernel)
		weft_kernel_configure(&c->kernel, &config);
	if (c->focus) {
		config.in_focus = weft_focus_contains;
		config.focus_arg = c->focus;
	}
	c->x = weft_exec_create(&config);
	if (c->x)
		return 0;
	output_error("cannot set up an execution: %s; is the address space limited (ulimit -v)?",
		     strerror(errno));
	return WEFT_VERDICT_INTERNAL;
}

static int load_kernel(struct campaign *c, const struct image *image)
{
	const char *error;

	if (!image)
		return 0;
	if (weft_kernel_load(image->path, &c->kernel, &error)) {
		output_error("%s", error);
		return WEFT_VERDICT_INTERNAL;
	}
	c->has_kernel = true;
	return 0;
}

/*
 * A model program without a bound of its own is explored without bound; so is
 * anything by a strategy that knows none.
 */
static uint32_t preemption_bound(const struct campaign *c)
{
	const struct weft_strategy *wanted = c->options->strategy;

	if (c->options->preemptions_given)
		return c->options->preemptions;
	if (weft_scenario_is_model(c->scenario) && !c->scenario->preemptions)
		return WEFT_PREEMPTIONS_NONE;
	if (wanted && wanted->unbounded)
		return WEFT_PREEMPTIONS_NONE;
	return c->scenario->preemptions;
}

/* Reductions know nothing of preemptions. */
static bool can_reduce(const struct campaign *c)
{
	return !c->options->iterate &&
	       preemption_bound(c) == WEFT_PREEMPTIONS_NONE;
}

static const struct weft_strategy *fitting_strategy(const struct campaign *c)
{
	if (c->options->delays_given)
		return &weft_strategy_delay;
	/* The reductions say that they may miss something in a loop. */
	if (c->scenario->loops || c->options->symmetry)
		return &weft_strategy_dfs;
	return can_reduce(c) ? &weft_strategy_dpor : &weft_strategy_dfs;
}

/* Only what is proven (framework/exec_twins.c). */
static int check_symmetry(const struct campaign *c)
{
	const struct weft_strategy *strategy = c->plan.strategy;

	if (!c->options->symmetry)
		return 0;
	if (!c->scenario->symmetric)
		output_error("--symmetry: %s does not declare that its tasks are alike; leave the option out",
			     c->name);
	else if (strategy != &weft_strategy_dfs)
		output_error("--symmetry: it is not proven for strategy %s; use --strategy dfs",
			     strategy->name);
	else
		return 0;
	return WEFT_EXIT_USAGE;
}

static int choose_strategy(struct campaign *c)
{
	const struct weft_strategy *wanted = c->options->strategy;

	c->plan.strategy = wanted ? wanted : fitting_strategy(c);
	if (c->options->delays_given && !c->plan.strategy->delays) {
		output_error("--delays: strategy %s does not count delays; leave one of the two out",
			     c->plan.strategy->name);
		return WEFT_EXIT_USAGE;
	}
	if (c->options->preemptions_given && c->plan.strategy->delays) {
		output_error("--preemptions: strategy %s counts delays; use --delays",
			     c->plan.strategy->name);
		return WEFT_EXIT_USAGE;
	}
	if (!c->plan.strategy->unbounded || can_reduce(c))
		return 0;
	output_error("--strategy: %s explores without a preemption bound; for %s with a bound use --strategy dfs",
		     c->plan.strategy->name, c->name);
	return WEFT_EXIT_USAGE;
}

static bool keep_running(void *arg, const struct weft_result *so_far,
			 const char **ret_reason)
{
	static char reason[80];
	struct campaign *c = arg;
	double now = progress_clock();

	progress_update(&c->progress, now, so_far);
	if (weft_exec_is_stalled(c->x)) {
		*ret_reason = weft_exec_unmodelled(c->x);
		return false;
	}
	if (interrupt_came()) {
		*ret_reason = "interrupted";
		return false;
	}
	if (c->options->seconds && now - c->progress.began >=
	    c->options->seconds) {
		snprintf(reason, sizeof(reason),
			 "the time limit of %g s was reached",
			 c->options->seconds);
		*ret_reason = reason;
		return false;
	}
	if (c->enough && c->enough(c, so_far)) {
		*ret_reason = "what was looked for was found";
		return false;
	}
	return true;
}

/* Who names a strategy or a bound wants the schedules of it, and no others. */
static unsigned long sample_size(const struct options *options)
{
	unsigned long n = SAMPLE_MAX;
	bool bounded = options->preemptions_given &&
		       (options->iterate ||
			options->preemptions != WEFT_BOUND_NONE);

	if (options->strategy || options->delays_given || bounded ||
	    options->symmetry)
		return 0;
	if (options->executions && options->executions / SAMPLE_SHARE < n)
		n = options->executions / SAMPLE_SHARE;
	if (options->seconds && options->seconds * SAMPLE_PER_SECOND < n)
		n = (unsigned long)(options->seconds * SAMPLE_PER_SECOND);
	return n;
}

static void set_bound(struct campaign *c)
{
	const struct options *options = c->options;
	struct weft_strategy_options *plan = &c->plan.options;

	plan->preemptions = preemption_bound(c);
	plan->iterate = options->iterate;
	plan->delays = WEFT_BOUND_NONE;
	if (!c->plan.strategy->delays)
		return;
	plan->delays = options->delays_given ? options->delays :
					       plan->preemptions;
	plan->iterate = options->delays_given ? options->delays_iterate :
			plan->delays == WEFT_BOUND_NONE;
	plan->preemptions = WEFT_BOUND_NONE;
}

/* What is known of a finding is worth waiting for, but not against orders. */
static bool keep_examining(void *arg)
{
	const struct campaign *c = arg;

	return !interrupt_came() && !weft_exec_is_stalled(c->x) && (!c->options->seconds ||
	       progress_clock() - c->progress.began < c->options->seconds);
}

static void set_plan(struct campaign *c)
{
	const struct options *options = c->options;

	set_bound(c);
	c->plan.sample = sample_size(options);
	c->plan.options.seed = options->seed;
	c->plan.options.nodes_max = NODES_MAX;
	c->plan.options.memory_max = options->max_memory / 2;
	c->plan.options.image = c->has_kernel;
	c->plan.executions_max = options->executions;
	c->plan.keep_going = options->keep_going || c->scenario->keep_going;
	c->plan.minimise_max = WEFT_MINIMISE_EXECUTIONS;
	c->plan.witness_max = WEFT_WITNESS_EXECUTIONS;
	c->plan.causality_max = WEFT_CAUSALITY_EXECUTIONS;
	c->plan.keep_running = keep_running;
	c->plan.keep_examining = keep_examining;
	c->plan.suppress = c->run.suppressions ? suppress : NULL;
	c->plan.arg = c;
}

/* Files of --checkpoint and --resume. */
static int check_checkpoint(const struct campaign *c)
{
	const struct options *options = c->options;

	if (!options->checkpoint && !options->resume)
		return 0;
	if (weft_search_is_possible(c->plan.strategy))
		return checkpoint_check(c);
	output_error("--%s: a search by --strategy %s cannot be saved; use --strategy dfs",
		     options->resume ? "resume" : "checkpoint",
		     c->plan.strategy->name);
	return WEFT_EXIT_USAGE;
}

int campaign_open(struct campaign *c, const struct options *options,
		  const struct weft_scenario *scenario,
		  const struct image *image,
		  void (*log)(int task, const char *line))
{
	int status;

	memset(c, 0, sizeof(*c));
	c->options = options;
	c->scenario = scenario;
	c->program.scenario = scenario;
	c->run.suppressions = options->suppressions;
	c->name = output_format("%s%s%s", scenario->name, image ? " " : "",
				image ? image->tag : "");
	set_params(c);
	set_focus_text(c);
	weft_probes_reset();
	status = choose_strategy(c);
	if (!status)
		status = check_symmetry(c);
	if (!status)
		status = load_kernel(c, image);
	if (!status)
		status = create_focus(c);
	if (!status)
		status = create_exec(c);
	if (status)
		return status;
	set_plan(c);
	status = check_checkpoint(c);
	if (status)
		return status;
	c->program.exec = c->x;
	c->run.scenario = scenario;
	if (c->has_kernel) {
		c->run.kernel = c->kernel.tag;
		c->run.release = c->kernel.release;
		weft_kernel_connect(&c->kernel, c->x, log);
		c->program.kernel = weft_kernel_calls();
	}
	watchdog_start(options->stall);
	return 0;
}

static void copy_probes(struct weft_run *run)
{
	const struct weft_probe *probes = weft_probes(&run->probes_n);

	run->probes = calloc(run->probes_n + 1, sizeof(*run->probes));
	if (run->probes)
		memcpy(run->probes, probes, run->probes_n * sizeof(*probes));
	else
		run->probes_n = 0;
}

void campaign_describe(struct campaign *c, double seconds)
{
	struct weft_run *run = &c->run;

	run->focus = c->focus_text;
	run->params = c->params;
	run->seconds = seconds;
	run->campaign = &c->plan;
	run->result = &c->result;
	run->depth = c->options->depth;
	run->memory_max = c->options->max_memory;
	run->symmetry = c->options->symmetry;
	run->faults = faults_max(c);
	run->data = c->has_kernel ? (uintptr_t)c->kernel.data : 0;
	campaign_symbols(c);
	name_members(c);
	copy_probes(run);
}

void campaign_explore(struct campaign *c)
{
	double seconds;

	progress_begin(&c->progress, c->name, c->options->quiet);
	if (jobs_are_wanted(c))
		jobs_explore(c);
	else
		weft_explore(c->x, &c->plan, &c->result);
	seconds = progress_clock() - c->progress.began;
	progress_clear();
	if (c->program.skipped)
		c->run.skipped = c->program.error;
	campaign_describe(c, seconds);
	suppress_cycles(c);
}

void campaign_close(struct campaign *c)
{
	size_t i;

	for (i = 0; c->run.schedules && i < c->result.findings_n; i++)
		free(c->run.schedules[i]);
	for (i = 0; c->run.firsts && i < c->result.findings_n; i++)
		free(c->run.firsts[i]);
	watchdog_stop();
	for (i = 0; c->run.steps && i < c->result.findings_n; i++)
		free(c->run.steps[i]);
	free(c->run.schedules);
	free(c->run.firsts);
	free(c->run.steps);
	free(c->run.probes);
	rules_types_close(c->types);
	weft_symbols_close(c->run.symbols);
	weft_result_clear(&c->result);
	weft_exec_destroy(c->x);
	weft_focus_destroy(c->focus);
	if (c->has_kernel)
		weft_kernel_unload(&c->kernel);
	free(c->name);
	free(c->params);
	free(c->focus_text);
	free(c->dir);
	free(c->graph);
	free(c->coverage);
	memset(c, 0, sizeof(*c));
}
