/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Executions beside a campaign: they leave no trace in its lock graph.
 *
 * They may still teach what is shared (explorer.h I1): who relies on numbers of
 * decisions must look at weft_hot.promotions.
 */
#ifndef WEFT_CONFIRM_H
#define WEFT_CONFIRM_H

#include "exec.h"

/**
 * struct weft_spending - executions that may be spent, and were
 * @max:        limit
 * @spent:      so far
 * @steps_max:  limit on the steps of all of them, for long executions; 0: none
 * @steps:      so far, without those of the execution allowed last
 * @keep_going: asked before each one, false ends it early; may be NULL
 * @arg:        for @keep_going
 */
struct weft_spending {
	unsigned long	max;
	unsigned long	spent;
	unsigned long	steps_max;
	unsigned long	steps;
	bool		(*keep_going)(void *arg);
	void		*arg;
};

/* Steps spent on each half of examining a finding: seconds, not minutes. */
#define WEFT_EXAMINE_STEPS 30000000ul
/* On that of a data race: a campaign may find a dozen. */
#define WEFT_EXAMINE_RACE_STEPS (WEFT_EXAMINE_STEPS / 10)

/* weft_spend() - count one execution more of @x; false when none is left */
bool weft_spend(struct weft_spending *spending, const struct weft_exec *x);

/**
 * weft_run_aside() - one execution with no effect on the lock graph
 * @record: collect evidence
 */
enum weft_outcome weft_run_aside(struct weft_exec *x,
				 const struct weft_strategy *strategy,
				 void *state, bool record);

/*
 * After an execution that ended as only @held could go on: does anybody wait? The others
 * have ended otherwise, or are services without work. Task 0 always waits for the rest.
 */
bool weft_others_wait(const struct weft_exec *x, int held);

/* The finding of the last execution with this signature, or NULL. */
struct weft_finding *weft_find_signature(struct weft_exec *x,
					 const char *signature);

/**
 * weft_confirm() - replay a finding with recording
 *
 * Fills in its stack and evidence.
 *
 * Return: false when it does not come again, at the same step.
 */
bool weft_confirm(struct weft_exec *x, struct weft_finding *finding);

#endif
