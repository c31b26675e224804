/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Strategies against the oracle, which is sleep sets alone.
 *
 *  I1  A strategy executes the set of traces of the oracle, no less and no more,
 *      and finds the same findings. One that says itself that it may have
 *      missed something (a gap, see struct weft_progress) may miss, never more.
 *  I2  Nobody who uses sleep sets executes a trace twice. A search may begin anew,
 *      and is judged by what it does then.
 *  I3  dpor cuts no execution short as redundant. Impossible ones are counted apart.
 *  I4  By units it executes what it does in one piece, impossible ones included.
 */
#ifndef FUZZ_COMPARE_H
#define FUZZ_COMPARE_H

#include "tests/fuzz/runner.h"

#define FUZZ_STRATEGIES_MAX 12

/**
 * struct fuzz_tally - what was seen of one strategy
 * @programs: compared with the oracle
 * @failed:   of these, breaking a promise
 * @gaps:     of these, with a gap the strategy admits itself
 * @missed:   of these, where it did miss a trace or a finding
 * @again:    executions of a trace executed before
 * @blocked:  executions cut short as redundant
 * @impossible: executions cut short as impossible
 */
struct fuzz_tally {
	unsigned long	programs, failed, gaps, missed, again, blocked;
	unsigned long	impossible;
};

/**
 * struct fuzz_jury - who is compared, and what for
 * @strict:   an admitted gap excuses nothing
 * @tallies:  by strategy
 * @programs, @large: given, and left out as too large
 * @traces, @findings: of all programs, as the oracle has them
 * @oracle_blocked: what the oracle cut short
 */
struct fuzz_jury {
	const struct weft_strategy *strategies[FUZZ_STRATEGIES_MAX];
	struct fuzz_tally	tallies[FUZZ_STRATEGIES_MAX];
	size_t			n;
	bool			strict;
	unsigned long		programs, large, traces, findings;
	unsigned long		oracle_blocked;
};

/* A broken promise; @what is one of a few constants, or NULL. */
struct fuzz_complaint {
	const struct weft_strategy *strategy;
	const char		*what;
};

/* Chooses from a comma-separated list; NULL: all. Return: false, unknown name. */
bool fuzz_jury_choose(struct fuzz_jury *jury, const char *names);

/**
 * fuzz_compare() - one program
 * Return: the first broken promise.
 */
struct fuzz_complaint fuzz_compare(struct fuzz_jury *jury,
				   struct fuzz_program *p);

/* Prints what each strategy makes of a program, with a trace that differs. */
void fuzz_explain(const struct fuzz_jury *jury, struct fuzz_program *p);

/* Leaves out what is not needed for the same complaint. */
void fuzz_shrink(struct fuzz_program *p, struct fuzz_complaint complaint,
		 bool strict);

#endif
