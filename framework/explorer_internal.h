/* SPDX-License-Identifier: GPL-2.0-only */
/* What the loop of executions, the sample and the search by units share. */
#ifndef WEFT_EXPLORER_INTERNAL_H
#define WEFT_EXPLORER_INTERNAL_H

#include "confirm.h"
#include "explorer.h"

/* After an execution: begin the search again, go on, or end the campaign. */
enum explorer_end { EXPLORER_RESTART, EXPLORER_ON, EXPLORER_STOPPED };

/**
 * explorer__execute() - one execution, its findings and its limits
 * @campaign: with the strategy that @state belongs to, which has begun
 * @depth_hit: set when the depth limit was reached
 *
 * EXPLORER_STOPPED leaves a verdict in @result.
 */
enum explorer_end explorer__execute(struct weft_exec *x,
				    const struct weft_campaign *campaign,
				    void *state, struct weft_result *result,
				    bool *depth_hit);

void explorer__set_verdict(struct weft_result *result,
			   enum weft_verdict verdict, const char *reason);
/* Counts one that stands for no schedule. Return: was it such? */
bool explorer__count_cut(struct weft_result *result, enum weft_outcome outcome);
void explorer__count_execution(struct weft_exec *x, struct weft_result *result,
			       enum weft_outcome outcome,
			       unsigned int decisions);

/* Symmetry that does not hold is a gap in the search. */
void explorer__note_symmetry(const struct weft_exec *x,
			     struct weft_progress *progress);
void explorer__note_memory(struct weft_result *result, size_t bytes);

/* Executions beside @campaign that may be spent on one thing, @max of them. */
static inline struct weft_spending
explorer__spending(const struct weft_campaign *campaign, unsigned long max)
{
	struct weft_spending spending = {
		.max = max, .steps_max = WEFT_EXAMINE_STEPS,
		.keep_going = campaign->keep_examining, .arg = campaign->arg,
	};

	return spending;
}

/* Moves those that are new into @result, minimises, replays and explains them.
 * False: one could not be replayed; the verdict is set. */
bool explorer__keep_findings(struct weft_exec *x,
			     const struct weft_campaign *campaign,
			     struct weft_result *result,
			     struct weft_finding *findings, size_t n);

/**
 * explorer__examine() - replay a new finding, make its schedule smaller, explain it
 * @nth: in @result; gets its evidence; what the user knows gets nothing else
 *
 * The sides of a data race are brought together first, and then made in the other order:
 * the bugs that follow from that come behind the findings there are.
 *
 * Return: false when it did not come again.
 */
bool explorer__examine(struct weft_exec *x, const struct weft_campaign *campaign,
		       struct weft_result *result, size_t nth);

/* Moves a finding out of the execution that made it. */
struct weft_finding *explorer__keep_finding(struct weft_result *result,
					    struct weft_finding *finding);

/* Sets the verdict for outcomes that end the whole campaign. */
bool explorer__ends_campaign(struct weft_result *result,
			     enum weft_outcome outcome, const char *symbol);
/*
 * Why nothing is known of the execution just made: the state was not restored, or the
 * program did not name what its waits look at. NULL: there is no reason.
 */
const char *explorer__distrust(const struct weft_exec *x);
/* The verdict of a search that is exhausted. */
void explorer__conclude(const struct weft_campaign *campaign,
			struct weft_result *result, bool depth_hit);
void explorer__setup_failed(struct weft_exec *x, struct weft_result *result,
			    enum weft_outcome outcome);
/* The last thing, however it ended. */
void explorer__finish(struct weft_exec *x, const struct weft_campaign *campaign,
		      struct weft_result *result);

/* One replay, for what it shows to be shared. */
void explorer__learn_sharing(struct weft_exec *x,
			     const struct weft_schedule *schedule);

#endif
