// SPDX-License-Identifier: GPL-2.0-only
/*
 * The bounds of a campaign on one line. A verdict is never printed without
 * them: "exhausted" means something only within its bounds.
 */
#include "output.h"
#include "report.h"

/**
 * weft_scenario_tasks() - see report.h
 */
unsigned int weft_scenario_tasks(const struct weft_scenario *scenario)
{
	unsigned int n = 0;

	if (scenario->model)
		return 0;
	while (n < WEFT_SCENARIO_TASKS_MAX && scenario->tasks[n].name)
		n++;
	return n;
}

/* "≤2 preemptions", "any number of delays" */
static void write_bound(FILE *out, const struct weft_run *run)
{
	const struct weft_campaign *campaign = run->campaign;
	const struct weft_progress *progress = &run->result->progress;
	bool delays = campaign->strategy->delays;
	uint32_t bound = delays ? campaign->options.delays :
				  campaign->options.preemptions;

	if (!campaign->strategy->systematic) {
		fprintf(out, "%s sample", campaign->strategy->name);
		return;
	}
	/* Nothing lay beyond the bound: then there was none. */
	if (progress->bound_done == WEFT_BOUND_NONE)
		bound = WEFT_BOUND_NONE;
	else if (campaign->options.iterate && progress->bound_done)
		bound = progress->bound_done - 1;
	else if (campaign->options.iterate)
		bound = progress->bound;
	if (bound == WEFT_BOUND_NONE)
		fprintf(out, "any number of %s",
			delays ? "delays" : "preemptions");
	else
		fprintf(out, "≤%u %s%s", bound,
			delays ? "delay" : "preemption", output_plural(bound));
	if (run->result->verdict != WEFT_VERDICT_EXHAUSTED &&
	    progress->bound_done && progress->bound_done <= bound &&
	    progress->bound_done != WEFT_BOUND_NONE)
		fprintf(out, " (exhausted up to %u)", progress->bound_done - 1);
}

/* Of kernel scenarios task 0 only prepares and checks: it does not count. */
static void write_tasks(FILE *out, const struct weft_run *run)
{
	unsigned int tasks = weft_scenario_tasks(run->scenario);
	int others = run->result->tasks_max - 1 - (int)tasks;

	if (!tasks) {
		fprintf(out, ", %d task%s", run->result->tasks_max,
			output_plural((unsigned long)run->result->tasks_max));
		return;
	}
	fprintf(out, ", %u task%s", tasks, output_plural(tasks));
	if (others > 0)
		fprintf(out, " and %d kernel thread%s", others,
			output_plural((unsigned long)others));
}

/* What the search ran; where the sample was enough, that. */
static void write_executions(FILE *out, const struct weft_result *result)
{
	unsigned long n = result->executions;

	if (n || !result->sampled)
		fprintf(out, "%lu execution%s", n, output_plural(n));
	else if (result->sampled == 1)
		fputs("1 execution, sampled", out);
	else
		fprintf(out, "%lu executions, all sampled", result->sampled);
}

/**
 * weft_write_bounds() - e.g. "≤2 preemptions, 2 tasks, ≤132 steps, SC, 812
 * executions"; one line without its end
 */
void weft_write_bounds(FILE *out, const struct weft_run *run)
{
	const struct weft_result *result = run->result;

	write_bound(out, run);
	if (run->faults)
		fprintf(out, ", ≤%lu fault%s", run->faults,
			output_plural(run->faults));
	write_tasks(out, run);
	fprintf(out, ", ≤%lu step%s, SC, ", result->depth_max,
		output_plural(result->depth_max));
	write_executions(out, result);
	if (result->executions_total > result->executions)
		fprintf(out, " (+%lu of earlier passes)",
			result->executions_total - result->executions);
	if (result->assume_blocked)
		fprintf(out, " (%lu ruled out by assumptions)",
			result->assume_blocked);
	if (result->blocked)
		fprintf(out, " (+%lu redundant)", result->blocked);
	if (result->impossible)
		fprintf(out, " (+%lu impossible)", result->impossible);
	if (result->sampled && result->executions)
		fprintf(out, ", %lu sampled before", result->sampled);
	if (run->symmetry)
		fputs(", up to the order of twins", out);
	if (result->suppressed)
		fprintf(out, ", %zu finding%s suppressed", result->suppressed,
			output_plural(result->suppressed));
	if (run->focus)
		fprintf(out, ", preempted in %s%s", run->focus,
			run->faults && run->campaign->strategy->unbounded ?
			" and where faults may come" : "");
	if (run->params)
		fprintf(out, ", %s", run->params);
	if (run->kernel)
		fprintf(out, ", kernel %s",
			run->release ? run->release : run->kernel);
}
