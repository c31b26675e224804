/* SPDX-License-Identifier: GPL-2.0-only */
/* Executions beside a campaign; contract in confirm.h. */
#include <assert.h>
#include <string.h>

#include "confirm.h"
#include "sharing.h"

/* What an access costs: a loop that spins takes its time. */
#define ACCESSES_PER_STEP 16

bool weft_spend(struct weft_spending *spending, const struct weft_exec *x)
{
	if (spending->spent >= spending->max)
		return false;
	if (spending->spent)
		spending->steps += weft_exec_steps(x) +
				   weft_exec_spun(x) / ACCESSES_PER_STEP;
	if (spending->steps_max && spending->steps >= spending->steps_max)
		return false;
	if (spending->keep_going && !spending->keep_going(spending->arg))
		return false;
	spending->spent++;
	return true;
}

enum weft_outcome weft_run_aside(struct weft_exec *x,
				 const struct weft_strategy *strategy,
				 void *state, bool record)
{
	struct weft_lockgraph *graph = weft_exec_lockgraph(x);
	enum weft_outcome outcome;

	weft_exec_set_lockgraph(x, NULL);
	weft_exec_races_again(x, true);
	outcome = weft_exec_run(x, strategy, state, record);
	weft_exec_races_again(x, false);
	weft_sharing_note_aside();
	weft_exec_set_lockgraph(x, graph);
	return outcome;
}

bool weft_others_wait(const struct weft_exec *x, int held)
{
	struct weft_task_view task;
	int i;

	for (i = 1; i < weft_exec_tasks(x); i++) {
		task = weft_exec_task(x, i);
		if (i != held && weft_task_is_waiting(&task))
			return true;
	}
	return false;
}

struct weft_finding *weft_find_signature(struct weft_exec *x,
					 const char *signature)
{
	size_t n, i;
	struct weft_finding *findings = weft_exec_findings(x, &n);

	for (i = 0; i < n; i++)
		if (findings[i].signature &&
		    !strcmp(findings[i].signature, signature))
			return &findings[i];
	return NULL;
}

/* The steps from @from to @to once more. */
static void repeat_steps(struct weft_schedule *schedule, unsigned long from,
			 unsigned long to)
{
	size_t i, n = schedule->runs_n;
	unsigned long step = 0;

	for (i = 0; i < n; i++) {
		struct weft_schedule_run run = schedule->runs[i];
		unsigned long first = step + 1, last = step + run.steps;

		step = last;
		if (first < from)
			first = from;
		if (last > to)
			last = to;
		if (first <= last)
			weft_schedule_add(schedule, run.task,
					  (uint32_t)(last - first + 1));
	}
}

/*
 * When a circle is noticed depends on what else lies on the stacks (exec_cycle.h,
 * I1), and so may come a turn earlier or later when more is recorded. It is
 * followed for two more turns, and what is kept is the finding as it comes
 * again.
 */
static bool take_cycle(struct weft_finding *finding, struct weft_finding *again)
{
	struct weft_schedule schedule = finding->schedule;

	if (!finding->cycle_to || !again->cycle_to)
		return false;
	finding->schedule = again->schedule;
	again->schedule = schedule;
	finding->steps = again->steps;
	finding->preemptions = again->preemptions;
	finding->cycle_from = again->cycle_from;
	finding->cycle_to = again->cycle_to;
	return true;
}

/* What the replay saw, in the words of the replay: swapped, freed with @again. */
static void take_words(struct weft_finding *finding,
		       struct weft_finding *again)
{
	struct weft_finding old = *finding;

	finding->summary = again->summary;
	finding->tasks = again->tasks;
	finding->tasks_n = again->tasks_n;
	finding->related = again->related;
	finding->related_n = again->related_n;
	finding->has_object = again->has_object;
	finding->object = again->object;
	again->object = old.object;
	again->summary = old.summary;
	again->tasks = old.tasks;
	again->tasks_n = old.tasks_n;
	again->related = old.related;
	again->related_n = old.related_n;
}

/* Does it end where the execution did? One from a file may be any. */
static bool is_followed(const struct weft_exec *x,
			const struct weft_schedule *schedule)
{
	unsigned long left = weft_exec_steps(x);
	size_t i;

	for (i = 0; i < schedule->runs_n; i++) {
		if (schedule->runs[i].steps > left)
			return false;
		left -= schedule->runs[i].steps;
	}
	return true;
}

bool weft_confirm(struct weft_exec *x, struct weft_finding *finding)
{
	struct weft_schedule schedule = { 0 };
	struct weft_strategy_options options = { .schedule = &schedule };
	void *state = weft_strategy_replay.create(&options);
	struct weft_finding *again;
	struct weft_progress progress;
	bool same;

	assert(state && "out of memory for a replay");
	if (weft_schedule_copy(&schedule, &finding->schedule))
		assert(!"out of memory for a replay");
	if (finding->cycle_to) {
		repeat_steps(&schedule, finding->cycle_from, finding->cycle_to);
		repeat_steps(&schedule, finding->cycle_from, finding->cycle_to);
	}
	weft_strategy_replay.begin(state);
	weft_exec_follow(x, &schedule);
	weft_run_aside(x, &weft_strategy_replay, state, true);
	weft_exec_follow(x, NULL);
	weft_strategy_replay.progress(state, &progress);
	again = weft_find_signature(x, finding->signature);
	same = again && !progress.mismatch &&
	       (again->steps == finding->steps || take_cycle(finding, again)) &&
	       is_followed(x, &finding->schedule);
	if (same) {
		finding->stack = again->stack;
		weft_race_pair_free(finding->race);
		finding->race = again->race;
		again->race = NULL;
		take_words(finding, again);
		finding->replayed = true;
		weft_evidence_clear(&finding->evidence);
		weft_exec_take_evidence(x, &finding->evidence);
	}
	weft_strategy_replay.destroy(state);
	weft_schedule_clear(&schedule);
	return same;
}
