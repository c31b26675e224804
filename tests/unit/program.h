/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Small programs under test: a function written with scenarios/model.h, run
 * by the explorer. One at a time; results are compared as values.
 */
#ifndef WEFT_TESTS_PROGRAM_H
#define WEFT_TESTS_PROGRAM_H

#include <stdbool.h>

#include "framework/explorer.h"
#include "scenarios/model.h"
#include "scenarios/run.h"

#define PROGRAM_DEPTH_MAX 100000

/**
 * struct program - what to run, and how
 * @main:       the program; or NULL
 * @scenario:   instead of @main: a model scenario, with its default params
 * @strategy:   NULL: dfs
 * @preemptions: bound plus one; 0: none
 * @minimise_max, @causality_max: executions spent on each finding; 0: none
 * @learn:      sharing is learnt, not assumed
 * @stop_early: stop at the first finding
 * @symmetry:   first steps of twins in one order only
 * @sample:     executions of the sample before the search
 * @delays:     bound plus one; 0: none
 * @witness:    executions directed at what the sample foretells
 * @alone:      executions share nothing: each begins at the snapshot
 * @counting, @counters, @counters_n: see struct weft_exec_config
 * @memory_max: bytes for branches; 0: no limit
 * @accesses_max, @faults: as in struct weft_exec_config
 * @marks_max:  bytes for states to return to; 1: none but the snapshot
 * @each:       called after each execution without a finding; may be NULL
 * @watch:      the same, with what the campaign knows so far
 */
struct program {
	void			(*main)(void);
	const struct weft_scenario *scenario;
	const char		*strategy;
	unsigned int		preemptions;
	uint64_t		seed;
	unsigned long		executions_max;
	unsigned long		depth_max;
	unsigned long		minimise_max;
	unsigned long		causality_max;
	bool			iterate;
	bool			learn;
	enum weft_races		races;
	bool			stop_early;
	bool			symmetry;
	unsigned int		delays;
	size_t			memory_max, marks_max;
	unsigned long		accesses_max, faults;
	unsigned long		sample, witness;
	bool			alone;
	struct weft_counting	*counting;
	unsigned long		*counters;
	size_t			counters_n;
	void			(*each)(struct weft_exec *x);
	void			(*watch)(const struct weft_result *so_far);
	long			params[4];	/* 0: the default */
};

/* The execution of the program that runs or was created last. */
extern struct weft_exec *program_exec;

/* A ready execution; program_destroy() it. */
struct weft_exec *program_create(const struct program *program);
void program_destroy(void);

/* The whole campaign; @ret is to be cleared by the caller. */
void program_explore(const struct program *program, struct weft_result *ret);

/* Likewise, but the execution can be used again: program_destroy() it. */
void program_explore_open(const struct program *program,
			  struct weft_result *ret);

/* Shorthand: dfs without bound, all findings. */
struct weft_result program_result(void (*fn)(void));
/* The same, by another strategy. */
struct weft_result program_result_by(const char *strategy, void (*fn)(void));

/* Exactly this verdict and number of executions, and no finding. */
void assert_exhausted(struct weft_result *result, unsigned long executions);

/* A finding of this kind whose summary contains this text. */
const struct weft_finding *assert_finding(const struct weft_result *result,
					  const char *kind,
					  const char *summary);

/* Names of locks in order, joined with commas. */
void assert_locks(const struct weft_finding *finding, const char *names);
/* Ids of tasks in order, joined with commas. */
void assert_tasks(const struct weft_finding *finding, const char *ids);

/**
 * assert_sole_finding() - dfs without bound finds this, and nothing else
 * @locks, @tasks: of the finding, as above; NULL: any
 */
void assert_sole_finding(void (*fn)(void), const char *kind,
			 const char *summary, const char *locks,
			 const char *tasks);

/* Task of each step, one digit each: "11220". Allocated. */
char *schedule_digits(const struct weft_schedule *schedule);

/* Fewest preemptions, then fewest steps, over all schedules; @executions of them. */
struct smallest {
	unsigned long	preemptions, steps, executions;
};

void note_smallest(struct smallest *smallest, const struct weft_finding *f);

/* A set of texts. */
struct texts {
	char	**text;
	size_t	n, max;
};

void texts_add(struct texts *texts, const char *text);
/* Sorts; returns the number of different ones. */
size_t texts_sort(struct texts *texts);
void texts_clear(struct texts *texts);

#endif
