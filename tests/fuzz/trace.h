/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Canonical traces: one number per Mazurkiewicz trace.
 *
 *  I1  Each step is hashed with its thread, its number within the thread, what
 *      it did, and the hashes of the earlier steps it depends on; a trace is the
 *      sum of its steps. So it does not matter in which order independent steps
 *      were executed, and any other difference shows.
 *  I2  Threads are named by (creator, n-th child), never by the explorer's
 *      numbers, which depend on the schedule when several tasks create others.
 *  I3  Commuting operations of one kind are unordered among themselves. What a
 *      data choice chose is part of the trace.
 *
 * The dependence relation is written down here once more on purpose: this is
 * what strategies are checked against.
 */
#ifndef FUZZ_TRACE_H
#define FUZZ_TRACE_H

#include "framework/exec.h"

#define FUZZ_STEPS_MAX 256

/**
 * struct fuzz_trace - the steps of one execution, in order
 * @is_loose: some operation can be disabled where it is moved to, or chooses
 */
struct fuzz_trace {
	struct weft_operation	steps[FUZZ_STEPS_MAX];
	size_t			n;
	bool			is_loose;
};

void fuzz_trace_begin(struct fuzz_trace *trace);
/* Forgets all but the first @n steps. */
void fuzz_trace_cut(struct fuzz_trace *trace, size_t n);
/* Notes an applied operation. */
void fuzz_trace_add(struct fuzz_trace *trace, const struct weft_operation *op);
/* Notes what a task that is left waits to do: part of no trace. */
void fuzz_trace_add_wait(struct fuzz_trace *trace,
			 const struct weft_operation *op);

uint64_t fuzz_trace_hash(const struct fuzz_trace *trace,
			 enum weft_outcome outcome);
/* One line per step; while the execution is still there. */
void fuzz_trace_print(const struct fuzz_trace *trace,
		      const struct weft_exec *x, const char *prefix, FILE *out);

#endif
