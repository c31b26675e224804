/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The explorer: execution after execution until the space, a budget or the
 * patience of the user is exhausted.
 *
 *  I1  An operation is a scheduling point iff its object is shared: touched by
 *      two tasks and written. Sharing is learnt while exploring; whenever it
 *      grows, the systematic search starts again with the larger set, so that
 *      the last pass (a fixpoint) covers the whole bounded space. Operations on
 *      unshared objects commute with everything other tasks do. Plain accesses
 *      are points only where they race; races are learnt in the same way
 *      (exec_plain.c).
 *  I2  Every finding was replayed from its schedule before it is reported, both
 *      as it was found and after it was made smaller (minimise.h).
 */
#ifndef WEFT_EXPLORER_H
#define WEFT_EXPLORER_H

#include "exec.h"
#include "lockcycle.h"
#include "reads_from.h"
#include "verdict.h"

struct weft_result;

/**
 * struct weft_campaign - what to explore, and how far
 * @strategy:    row of the strategy table
 * @options:     its options
 * @sample:      executions of the sample before it (sample.h); 0 none
 * @executions_max: sample included; 0 without limit
 * @keep_going:  do not stop at the first finding
 * @keep_running: asked after each execution; false stops the campaign.
 *               *ret_reason says why ("time", "interrupted").
 * @minimise_max: executions spent on a smaller schedule for each finding; 0: it
 *               stays as it was found
 * @causality_max: executions spent on why it happens; 0: not asked
 * @witness_max: executions directed at each deadlock that the lock graph foretells;
 *               0: it is not asked
 * @keep_examining: asked before each of these; false ends them early. May be
 *               NULL
 * @suppress:    does the user know this finding? The number of what says so, or
 *               0. Asked once for each, when it has its evidence; what is
 *               suppressed is kept, but neither examined nor a bug. May be NULL
 * @arg:         for the functions
 */
struct weft_campaign {
	const struct weft_strategy *strategy;
	struct weft_strategy_options options;
	unsigned long	sample;
	unsigned long	executions_max;
	bool		keep_going;
	bool		(*keep_running)(void *arg,
					const struct weft_result *so_far,
					const char **ret_reason);
	unsigned long	minimise_max;
	unsigned long	causality_max;
	unsigned long	witness_max;
	bool		(*keep_examining)(void *arg);
	unsigned int	(*suppress)(void *arg,
				    const struct weft_finding *finding);
	void		*arg;
};

/**
 * struct weft_result - what came out
 * @reason:      one sentence: which limit, which symbol, what differed
 * @executions:  complete ones of the last pass (see I1)
 * @executions_total: of all passes
 * @assume_blocked: those of @executions the program ruled out itself
 * @sampled:     before the first pass; a finding's execution counts from there
 * @executions_aside: spent on findings: replays, smaller schedules, reasons
 * @blocked:     cut short as redundant (reductions only)
 * @impossible:  cut short as the order that they were to try cannot be: somebody
 *               would have to wait (reductions only)
 * @steps:       operations applied, all passes and the sample
 * @depth_max:   longest execution, in steps
 * @decisions_max: most decisions in one execution
 * @points:      granules that are scheduling points
 * @races:       of these, where plain accesses race and are points as well
 * @reads_from:  which reads saw which writes of other tasks; meaningless unless
 *               @follows_reads: model programs without plain accesses
 * @passes:      searches begun until the set of points was stable
 * @tasks_max:   most tasks in one execution
 * @memory_max:  most bytes allocated for branches, states to return to and logs,
 *               in one process
 * @cycles:      of the lock graph, each with its verdict; @cycles_more: and others
 * @exhausted:   the search came to its end, bugs or not
 * @chains:      signatures of deadlocks foretold from executions that did not show
 *               them, @predicted of them
 * @confirmed:   of these, found: by an execution directed at them or a later one
 * @foretold:    uses after free and data races that the first executions foretell
 * @tried:       signatures of data races that were directed at
 * @advisory_n:  how many of @findings are advisory; these are the last ones when
 *               the campaign is over
 * @suppressed:  findings the user knows; counted in @findings_n, too
 */
struct weft_result {
	enum weft_verdict	verdict;
	char			reason[256];
	unsigned long		executions;
	unsigned long		executions_total;
	unsigned long		assume_blocked;
	unsigned long		sampled;
	unsigned long		executions_aside;
	unsigned long		blocked;
	unsigned long		impossible;
	unsigned long		steps;
	unsigned long		depth_max;
	unsigned long		decisions_max;
	unsigned long		points;
	unsigned int		passes;
	int			tasks_max;
	size_t			memory_max;
	struct weft_progress	progress;
	struct weft_finding	*findings;
	size_t			findings_n, findings_max;
	size_t			advisory_n;
	size_t			suppressed;
	struct weft_race	*races;
	size_t			races_n;
	struct weft_read_pair	*reads_from;
	size_t			reads_from_n;
	unsigned long		reads_from_lost;
	bool			follows_reads;
	struct weft_lockgraph	graph;
	struct weft_lock_cycle	*cycles;
	size_t			cycles_n;
	bool			cycles_more;
	bool			exhausted;
	char			**chains;
	unsigned long		predicted;
	unsigned long		confirmed;
	struct weft_foretold	*foretold;
	size_t			foretold_n;
	char			**tried;
	size_t			tried_n;
};

/* Executions of the campaign: of the sample and of all passes. */
static inline unsigned long weft_result_runs(const struct weft_result *result)
{
	return result->sampled + result->executions_total;
}

/* Findings that make the verdict bug. */
static inline size_t weft_result_bugs(const struct weft_result *result)
{
	return result->findings_n - result->advisory_n - result->suppressed;
}

/* The finding with this signature, or NULL. */
const struct weft_finding *weft_result_find(const struct weft_result *result,
					    const char *signature);

void weft_result_clear(struct weft_result *result);

/**
 * weft_explore() - set up @x and run one campaign
 * @result: filled in any case, to be cleared by the caller; its lock graph is
 *          finished (sorted, cycles marked)
 * Context: not on a coroutine.
 */
void weft_explore(struct weft_exec *x, const struct weft_campaign *campaign,
		  struct weft_result *result);

/**
 * weft_replay() - run one schedule with recording
 * @ret_mismatch: why the schedule could not be followed, or NULL; lives as
 *                long as @result
 *
 * The findings of the run are in @result, with evidence. @ret_evidence gets
 * the evidence when there is no finding; may be NULL.
 */
void weft_replay(struct weft_exec *x, const struct weft_schedule *schedule,
		 struct weft_result *result, const char **ret_mismatch,
		 struct weft_evidence *ret_evidence);

#endif
