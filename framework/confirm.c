/* SPDX-License-Identifier: GPL-2.0-only */
/* Executions beside a campaign; contract in confirm.h. */
#include <assert.h>
#include <string.h>

#include "confirm.h"
#include "sharing.h"

bool weft_spend(struct weft_spending *spending, const struct weft_exec *x)
{
	if (spending->spent >= spending->max)
		return false;
	if (spending->spent)
		spending->steps += weft_exec_steps(x);
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
	outcome = weft_exec_run(x, strategy, state, record);
	weft_sharing_note_aside();
	weft_exec_set_lockgraph(x, graph);
	return outcome;
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
	struct weft_strategy_options options = {
		.schedule = &finding->schedule,
	};
	void *state = weft_strategy_replay.create(&options);
	struct weft_finding *again;
	struct weft_progress progress;
	bool same;

	assert(state && "out of memory for a replay");
	weft_strategy_replay.begin(state);
	weft_exec_follow(x, &finding->schedule);
	weft_run_aside(x, &weft_strategy_replay, state, true);
	weft_exec_follow(x, NULL);
	weft_strategy_replay.progress(state, &progress);
	again = weft_find_signature(x, finding->signature);
	same = again && !progress.mismatch && again->steps == finding->steps &&
	       is_followed(x, &finding->schedule);
	if (same) {
		finding->stack = again->stack;
		weft_finding_clear_related(finding);
		finding->related = again->related;
		finding->related_n = again->related_n;
		again->related = NULL;
		again->related_n = 0;
		finding->has_object = again->has_object;
		finding->place = again->place;
		finding->place_task = again->place_task;
		finding->place_offset = again->place_offset;
		finding->place_size = again->place_size;
		finding->replayed = true;
		weft_evidence_clear(&finding->evidence);
		weft_exec_take_evidence(x, &finding->evidence);
	}
	weft_strategy_replay.destroy(state);
	return same;
}
