/* SPDX-License-Identifier: GPL-2.0-only */
/* Explores one program with one strategy, and keeps what it saw. */
#ifndef FUZZ_RUNNER_H
#define FUZZ_RUNNER_H

#include "tests/fuzz/program.h"
#include "tests/fuzz/trace.h"

/* A growing set of numbers; sorted and without doubles when finished. */
struct fuzz_set {
	uint64_t	*items;
	size_t		n, max;
};

/**
 * struct fuzz_exploration - what a strategy made of a program
 * @strategy:   its row
 * @traces:     set of canonical traces
 * @findings:   set of hashes of signatures
 * @executions: complete ones
 * @blocked:    cut short as redundant
 * @restarts:   the very first schedule came again: the search began anew, and
 *              what it had seen before counts in none of these
 * @is_complete: it came to its end within the limit
 * @is_loose:   some operation may be disabled where it is moved to
 * @gap:        why it admits that it may have missed something; or NULL
 * @mismatch:   an execution went astray; or NULL
 */
struct fuzz_exploration {
	const struct weft_strategy *strategy;
	struct fuzz_set	traces, findings;
	size_t		executions, blocked, impossible, restarts;
	bool		is_complete, is_loose;
	const char	*gap, *mismatch;
};

/* The execution of a program, up to its snapshot. NULL: setup failed. */
struct weft_exec *fuzz_exec_create(struct fuzz_program *p);

/**
 * fuzz_explore() - run a strategy to its end
 * @executions_max: limit, blocked ones included
 * @show:  print the first execution of this trace, if not 0
 * @ret:   may hold an earlier exploration: its memory is used again
 */
void fuzz_explore(struct weft_exec *x, const struct weft_strategy *strategy,
		  size_t executions_max, uint64_t show,
		  struct fuzz_exploration *ret);

bool fuzz_set_equal(const struct fuzz_set *a, const struct fuzz_set *b);
/* How many of @a are not in @b; *ret_first is one of them. */
size_t fuzz_set_missing(const struct fuzz_set *a, const struct fuzz_set *b,
			uint64_t *ret_first);

#endif
