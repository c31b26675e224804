/* SPDX-License-Identifier: GPL-2.0-only */
/* The loop of executions; contract in explorer.h. */
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "foretell.h"
#include "sample.h"
#include "sharing.h"
#include "witness.h"

void weft_result_clear(struct weft_result *result)
{
	size_t i;

	for (i = 0; i < result->findings_n; i++)
		weft_finding_clear(&result->findings[i]);
	free(result->findings);
	for (i = 0; i < result->cycles_n; i++)
		free(result->cycles[i].signature);
	free(result->cycles);
	free(result->races);
	for (i = 0; i < result->predicted; i++)
		free(result->chains[i]);
	free(result->chains);
	free(result->reads_from);
	weft_foretold_free(result->foretold, result->foretold_n);
	for (i = 0; i < result->tried_n; i++)
		free(result->tried[i]);
	free(result->tried);
	weft_lockgraph_clear(&result->graph);
	memset(result, 0, sizeof(*result));
}

void explorer__set_verdict(struct weft_result *result, enum weft_verdict verdict,
			const char *reason)
{
	result->verdict = verdict;
	snprintf(result->reason, sizeof(result->reason), "%s", reason);
}

const struct weft_finding *weft_result_find(const struct weft_result *result,
					    const char *signature)
{
	size_t i;

	for (i = 0; i < result->findings_n; i++)
		if (!strcmp(result->findings[i].signature, signature))
			return &result->findings[i];
	return NULL;
}

struct weft_finding *explorer__keep_finding(struct weft_result *result,
					    struct weft_finding *finding)
{
	struct weft_finding *kept;

	if (result->findings_n == result->findings_max) {
		result->findings_max = result->findings_max ?
				       2 * result->findings_max : 4;
		result->findings = realloc(result->findings,
			result->findings_max * sizeof(*result->findings));
		assert(result->findings && "out of memory for findings");
	}
	kept = &result->findings[result->findings_n++];
	result->advisory_n += finding->advisory;
	*kept = *finding;
	memset(finding, 0, sizeof(*finding));
	/* What begins at a mark behind it has it too, and has to tell. */
	memcpy(finding->kind, kept->kind, sizeof(kept->kind));
	finding->signature = strdup(kept->signature);
	assert(finding->signature && "out of memory for findings");
	return kept;
}

bool explorer__keep_findings(struct weft_exec *x,
			     const struct weft_campaign *campaign,
			     struct weft_result *result,
			     struct weft_finding *findings, size_t n)
{
	size_t first = result->findings_n, i;

	for (i = 0; i < n; i++)
		if (!weft_result_find(result, findings[i].signature))
			explorer__keep_finding(result, &findings[i]);
	for (i = first; i < result->findings_n; i++) {
		if (!explorer__examine(x, campaign, result, i)) {
			explorer__set_verdict(result,
					      WEFT_VERDICT_NONDETERMINISM,
					      "a finding did not come again when its schedule was replayed");
			return false;
		}
	}
	return true;
}

/* Takes what the last execution found. False: it could not be replayed. */
static bool collect_findings(struct weft_exec *x,
			     const struct weft_campaign *campaign,
			     struct weft_result *result)
{
	size_t n, i;
	struct weft_finding *findings = weft_exec_findings(x, &n);

	for (i = 0; i < n; i++)
		findings[i].execution = weft_result_runs(result);
	return explorer__keep_findings(x, campaign, result, findings, n);
}

bool explorer__count_cut(struct weft_result *result, enum weft_outcome outcome)
{
	result->blocked += outcome == WEFT_OUTCOME_REDUNDANT;
	result->impossible += outcome == WEFT_OUTCOME_IMPOSSIBLE;
	return weft_outcome_is_cut(outcome);
}

void explorer__count_execution(struct weft_exec *x, struct weft_result *result,
			       enum weft_outcome outcome,
			       unsigned int decisions)
{
	unsigned long steps = weft_exec_steps(x);

	result->executions++;
	result->executions_total++;
	if (outcome == WEFT_OUTCOME_COMPLETE && weft_exec_is_ruled_out(x))
		result->assume_blocked++;
	result->steps += steps;
	if (steps > result->depth_max)
		result->depth_max = steps;
	if (decisions > result->decisions_max)
		result->decisions_max = decisions;
	if (weft_exec_tasks(x) > result->tasks_max)
		result->tasks_max = weft_exec_tasks(x);
}

void explorer__note_symmetry(const struct weft_exec *x,
			     struct weft_progress *progress)
{
	if (weft_exec_is_asymmetric(x))
		progress->gap = "a task was told from its twins (its end was waited for by number): leave --symmetry out";
}

void explorer__note_memory(struct weft_result *result, size_t bytes)
{
	if (bytes > result->memory_max)
		result->memory_max = bytes;
}

/* Outcomes that end the whole campaign. */
bool explorer__ends_campaign(struct weft_result *result,
			     enum weft_outcome outcome, const char *symbol)
{
	char reason[200];

	switch (outcome) {
	case WEFT_OUTCOME_UNMODELLED:
		snprintf(reason, sizeof(reason),
			 "the kernel source reached '%s', which is not modelled",
			 symbol);
		explorer__set_verdict(result, WEFT_VERDICT_UNMODELLED, reason);
		return true;
	case WEFT_OUTCOME_INTERNAL:
		explorer__set_verdict(result, WEFT_VERDICT_INTERNAL,
				      symbol ? symbol : "a fault in weft");
		return true;
	case WEFT_OUTCOME_STALLED:
		explorer__set_verdict(result, WEFT_VERDICT_INCOMPLETE,
				      symbol ? symbol : "no step for too long");
		return true;
	case WEFT_OUTCOME_LIMIT:
		explorer__set_verdict(result, WEFT_VERDICT_INCOMPLETE,
				      symbol ? symbol : "a limit of weft was reached");
		return true;
	default:
		return false;
	}
}

const char *explorer__distrust(const struct weft_exec *x)
{
	return weft_exec_is_corrupt(x) ?
	       "going back did not restore the state: something writes memory without saying so" :
	       weft_exec_lie(x);
}

static bool ends_campaign(struct weft_exec *x, struct weft_result *result,
			  enum weft_outcome outcome)
{
	return explorer__ends_campaign(result, outcome,
				       weft_exec_unmodelled(x));
}

/* What to do after an execution. */
static enum explorer_end after_execution(struct weft_exec *x,
					 const struct weft_campaign *campaign,
					 struct weft_result *result,
					 enum weft_outcome outcome)
{
	const char *reason = NULL;
	bool ends = ends_campaign(x, result, outcome);

	if (explorer__distrust(x)) {
		explorer__set_verdict(result, WEFT_VERDICT_INTERNAL,
				      explorer__distrust(x));
		return EXPLORER_STOPPED;
	}
	/* What was found before an execution broke off counts all the same. */
	if (!collect_findings(x, campaign, result) || ends)
		return EXPLORER_STOPPED;
	if (weft_result_bugs(result) && !campaign->keep_going) {
		explorer__set_verdict(result, WEFT_VERDICT_BUG, "");
		return EXPLORER_STOPPED;
	}
	if (campaign->executions_max &&
	    weft_result_runs(result) >= campaign->executions_max) {
		explorer__set_verdict(result, WEFT_VERDICT_INCOMPLETE,
			    "the limit on executions was reached");
		return EXPLORER_STOPPED;
	}
	if (campaign->keep_running &&
	    !campaign->keep_running(campaign->arg, result, &reason)) {
		explorer__set_verdict(result, WEFT_VERDICT_INCOMPLETE,
			    reason ? reason : "stopped");
		return EXPLORER_STOPPED;
	}
	return EXPLORER_ON;
}

enum explorer_end explorer__execute(struct weft_exec *x,
				    const struct weft_campaign *campaign,
				    void *state, struct weft_result *result,
				    bool *depth_hit)
{
	const struct weft_strategy *strategy = campaign->strategy;
	unsigned long promotions = weft_exec_region(x)->hot.promotions;
	const struct weft_decision *decisions;
	enum weft_outcome outcome;
	enum explorer_end end;
	unsigned int n;

	result->graph.execution = weft_result_runs(result) + 1;
	outcome = weft_exec_run(x, strategy, state, false);
	decisions = weft_exec_decisions(x, &n);
	strategy->end(state, decisions, n);
	weft_sharing_note_aside();
	if (!explorer__count_cut(result, outcome))
		explorer__count_execution(x, result, outcome, n);
	if (outcome == WEFT_OUTCOME_DEPTH)
		*depth_hit = true;
	strategy->progress(state, &result->progress);
	explorer__note_memory(result, result->progress.memory +
			      weft_exec_memory(x));
	end = after_execution(x, campaign, result, outcome);
	if (end == EXPLORER_ON && strategy->systematic &&
	    (weft_exec_region(x)->hot.promotions != promotions ||
	     result->progress.again))
		end = EXPLORER_RESTART;
	return end;
}

/* EXPLORER_ON: the space is exhausted. */
static enum explorer_end run_pass(struct weft_exec *x,
				  const struct weft_campaign *campaign,
				  struct weft_result *result, bool *depth_hit)
{
	const struct weft_strategy *strategy = campaign->strategy;
	void *state = strategy->create(&campaign->options);
	enum explorer_end end = EXPLORER_ON;

	assert(state && "out of memory for a strategy");
	result->passes++;
	result->executions = 0;
	result->assume_blocked = 0;
	result->blocked = 0;
	result->impossible = 0;
	while (end == EXPLORER_ON && strategy->begin(state) == WEFT_BEGIN_RUN)
		end = explorer__execute(x, campaign, state, result, depth_hit);
	strategy->progress(state, &result->progress);
	explorer__note_symmetry(x, &result->progress);
	strategy->destroy(state);
	return end;
}

void explorer__conclude(const struct weft_campaign *campaign,
		     struct weft_result *result, bool depth_hit)
{
	result->exhausted = campaign->strategy->systematic && !depth_hit &&
			    !result->progress.mismatch &&
			    !result->progress.table_full &&
			    !result->progress.gap;
	if (result->progress.mismatch)
		explorer__set_verdict(result, WEFT_VERDICT_NONDETERMINISM,
			    result->progress.mismatch);
	else if (weft_result_bugs(result))
		explorer__set_verdict(result, WEFT_VERDICT_BUG, "");
	else if (depth_hit)
		explorer__set_verdict(result, WEFT_VERDICT_INCOMPLETE,
			    "an execution reached the depth limit");
	else if (result->progress.memory_full)
		explorer__set_verdict(result, WEFT_VERDICT_INCOMPLETE,
			    "the limit on memory was reached, and branches were left out: raise --max-memory");
	else if (result->progress.table_full)
		explorer__set_verdict(result, WEFT_VERDICT_INCOMPLETE,
			    "the table of branches to explore is full");
	else if (result->progress.gap)
		explorer__set_verdict(result, WEFT_VERDICT_INCOMPLETE,
			    result->progress.gap);
	else if (!campaign->strategy->systematic)
		explorer__set_verdict(result, WEFT_VERDICT_INCOMPLETE,
			    "a sample proves nothing");
	else
		explorer__set_verdict(result, WEFT_VERDICT_EXHAUSTED, "");
}

static void keep_races(struct weft_exec *x, struct weft_result *result)
{
	const struct weft_race *races = weft_exec_races(x, &result->races_n);

	result->races = malloc((result->races_n + 1) * sizeof(*races));
	assert(result->races && "out of memory for races");
	if (result->races_n)
		memcpy(result->races, races, result->races_n * sizeof(*races));
}

static void keep_reads(struct weft_exec *x, struct weft_result *result)
{
	const struct weft_reads_from *all = weft_exec_reads_from(x);

	result->reads_from = malloc((all->n + 1) * sizeof(*all->pairs));
	assert(result->reads_from && "out of memory for pairs");
	if (all->n)
		memcpy(result->reads_from, all->pairs,
		       all->n * sizeof(*all->pairs));
	result->reads_from_n = all->n;
	result->reads_from_lost = all->lost;
	result->follows_reads = weft_exec_follows_reads(x);
}

/* Bugs first, otherwise in the order they were found. */
static void sort_findings(struct weft_result *result)
{
	struct weft_finding *sorted = calloc(result->findings_n + 1,
					     sizeof(*sorted));
	size_t i, n = 0;
	int advisory;

	assert(sorted && "out of memory for findings");
	for (advisory = 0; advisory < 2; advisory++)
		for (i = 0; i < result->findings_n; i++)
			if (result->findings[i].advisory == advisory)
				sorted[n++] = result->findings[i];
	free(result->findings);
	result->findings = sorted;
	result->findings_max = result->findings_n + 1;
}

void explorer__finish(struct weft_exec *x, const struct weft_campaign *campaign,
		      struct weft_result *result)
{
	weft_exec_set_lockgraph(x, NULL);
	keep_races(x, result);
	keep_reads(x, result);
	result->points = weft_exec_points(x);
	if (weft_result_bugs(result) && result->verdict == WEFT_VERDICT_INCOMPLETE)
		result->verdict = WEFT_VERDICT_BUG;	/* keeps the reason */
	weft_lockgraph_finish(&result->graph);
	if (campaign->witness_max)
		weft_judge_cycles(x, campaign, result);
	weft_count_confirmed(result);
	weft_judge_foretold(result);
	sort_findings(result);
}

/* A program that never reached its snapshot cannot be explored. */
void explorer__setup_failed(struct weft_exec *x, struct weft_result *result,
			 enum weft_outcome outcome)
{
	char reason[240];
	size_t n;
	struct weft_finding *findings = weft_exec_findings(x, &n);

	if (outcome == WEFT_OUTCOME_UNMODELLED) {
		snprintf(reason, sizeof(reason),
			 "the kernel source reached '%s', which is not modelled, before the tasks began",
			 weft_exec_unmodelled(x));
		explorer__set_verdict(result, WEFT_VERDICT_UNMODELLED, reason);
		return;
	}
	if (ends_campaign(x, result, outcome) &&
	    (outcome == WEFT_OUTCOME_STALLED ||
	     (outcome == WEFT_OUTCOME_LIMIT && weft_exec_unmodelled(x))))
		return;
	snprintf(reason, sizeof(reason), "setting up the scenario failed: %s",
		 n ? findings[0].summary :
		 outcome == WEFT_OUTCOME_BLOCKED ? "it waits for ever" :
		 "it ended early");
	explorer__set_verdict(result, WEFT_VERDICT_INTERNAL, reason);
}

void weft_explore(struct weft_exec *x, const struct weft_campaign *campaign,
		  struct weft_result *result)
{
	struct weft_campaign search = *campaign;
	enum explorer_end end = EXPLORER_RESTART;
	enum weft_outcome outcome;
	bool depth_hit = false;

	memset(result, 0, sizeof(*result));
	search.options.faults = weft_exec_faults_max(x);
	outcome = weft_exec_setup(x);
	if (outcome != WEFT_OUTCOME_COMPLETE) {
		explorer__setup_failed(x, result, outcome);
		return;
	}
	weft_exec_set_lockgraph(x, &result->graph);
	weft_exec_lockdeps(x)->collecting = campaign->witness_max;
	if (campaign->sample &&
	    weft_sample(x, campaign, result, &search.options.probed) ==
	    EXPLORER_STOPPED)
		end = EXPLORER_STOPPED;
	while (end == EXPLORER_RESTART) {
		depth_hit = false;
		end = run_pass(x, &search, result, &depth_hit);
		search.options.careful |= result->progress.again;
	}
	if (end == EXPLORER_ON)
		explorer__conclude(campaign, result, depth_hit);
	explorer__finish(x, campaign, result);
}

/*
 * Races are told once all that is shared is known (exec_race.c): a campaign had
 * learnt it before, a replay has to.
 */
void explorer__learn_sharing(struct weft_exec *x,
			     const struct weft_schedule *schedule)
{
	struct weft_strategy_options options = { .schedule = schedule };
	const struct weft_hot *hot = &weft_exec_region(x)->hot;
	unsigned long promotions;
	int i;

	for (i = 0; i < 4; i++) {
		void *state = weft_strategy_replay.create(&options);

		assert(state && "out of memory for a replay");
		promotions = hot->promotions;
		weft_strategy_replay.begin(state);
		weft_run_aside(x, &weft_strategy_replay, state, false);
		weft_strategy_replay.destroy(state);
		if (hot->promotions == promotions)
			break;
	}
}

void weft_replay(struct weft_exec *x, const struct weft_schedule *schedule,
		 struct weft_result *result, const char **ret_mismatch,
		 struct weft_evidence *ret_evidence)
{
	struct weft_strategy_options options = { .schedule = schedule };
	unsigned long told = weft_schedule_steps(schedule, schedule->runs_n);
	struct weft_finding *findings;
	enum weft_outcome outcome;
	unsigned int decisions_n;
	static char mismatch[160];
	void *state;
	size_t n, i;

	memset(result, 0, sizeof(*result));
	*ret_mismatch = NULL;
	outcome = weft_exec_setup(x);
	if (outcome != WEFT_OUTCOME_COMPLETE) {
		explorer__setup_failed(x, result, outcome);
		return;
	}
	state = weft_strategy_replay.create(&options);
	assert(state && "out of memory for a replay");
	weft_strategy_replay.begin(state);
	weft_exec_set_lockgraph(x, &result->graph);
	result->graph.execution = 1;
	weft_exec_follow(x, schedule);
	explorer__learn_sharing(x, schedule);
	outcome = weft_exec_run(x, &weft_strategy_replay, state, true);
	weft_exec_follow(x, NULL);
	weft_exec_set_lockgraph(x, NULL);
	weft_exec_decisions(x, &decisions_n);
	explorer__count_execution(x, result, outcome, decisions_n);
	weft_strategy_replay.progress(state, &result->progress);
	if (result->progress.mismatch) {
		snprintf(mismatch, sizeof(mismatch), "%s",
			 result->progress.mismatch);
		*ret_mismatch = mismatch;
	} else if (told > weft_exec_steps(x)) {
		snprintf(mismatch, sizeof(mismatch),
			 "the execution ended at step %lu, but the schedule goes on to step %lu",
			 weft_exec_steps(x), told);
		*ret_mismatch = mismatch;
	}
	result->progress.mismatch = NULL;
	weft_strategy_replay.destroy(state);
	findings = weft_exec_findings(x, &n);
	for (i = 0; i < n; i++) {
		findings[i].execution = 1;
		explorer__keep_finding(result, &findings[i])->replayed = true;
	}
	if (*ret_mismatch)
		explorer__set_verdict(result, WEFT_VERDICT_NONDETERMINISM, mismatch);
	else if (outcome == WEFT_OUTCOME_DEPTH && !n)
		explorer__set_verdict(result, WEFT_VERDICT_INCOMPLETE,
			    "the replay reached the depth limit");
	else if (!ends_campaign(x, result, outcome))
		explorer__set_verdict(result, weft_result_bugs(result) ?
			    WEFT_VERDICT_BUG : WEFT_VERDICT_EXHAUSTED, "");
	sort_findings(result);
	if (n)
		weft_exec_take_evidence(x, &result->findings[0].evidence);
	else if (ret_evidence)
		weft_exec_take_evidence(x, ret_evidence);
	weft_lockgraph_finish(&result->graph);
}
