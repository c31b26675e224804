/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Cycles of the lock graph, and the chains of dependencies that could make
 * deadlocks of them.
 *
 *  C1  A chain is dependencies d1 … dn of different tasks: each wants a lock that
 *      the next one holds, the last one a lock that the first one holds; not both
 *      shared (but C3). (Gate locks:) no other lock is held by two of them, unless
 *      shared by both.
 *  C2  A cycle of classes is made by a chain when each of its classes is wanted by
 *      one link, or held by one between what its neighbour wants and what it wants.
 *      A writer in line is between two of them, and makes no step of the cycle.
 *  C3  A reader waits for a writer in line, who need not hold anything: a link that
 *      wants a lock shared may be followed by one that wants it exclusively, and that
 *      one by a link that holds it shared. Where a reader holds the lock already,
 *      that is himself.
 *
 * Bounded: cycles of at most 8 classes, at most 64 of them, a million steps to look
 * for chains. What was left out is said.
 */
#ifndef WEFT_LOCKCYCLE_H
#define WEFT_LOCKCYCLE_H

#include "lockdeps.h"
#include "lockgraph.h"

#define WEFT_CYCLE_MAX	8
#define WEFT_CYCLES_MAX	64

enum weft_cycle_verdict {
	WEFT_CYCLE_FEASIBLE,	/* there is a finding */
	WEFT_CYCLE_INFEASIBLE,	/* within the bounds, which are exhausted */
	WEFT_CYCLE_UNKNOWN,
};

/**
 * struct weft_lock_cycle - and what is known of it
 * @nodes, @edges: of the lock graph, in order
 * @signature: of the deadlock that it would be
 * @reason: why it is not feasible, or not known to be
 * @directed: executions that were directed at it
 * @suppression: number of the user's entry that suppresses it, from 1; 0 none. One
 *            that is feasible has none: its deadlock is a finding of its own
 */
struct weft_lock_cycle {
	uint32_t	nodes[WEFT_CYCLE_MAX];
	uint32_t	edges[WEFT_CYCLE_MAX];
	unsigned int	n;
	enum weft_cycle_verdict verdict;
	char		*signature;
	char		reason[200];
	unsigned long	directed;
	unsigned int	suppression;
};

/* What the dependencies say about chains. */
struct weft_chain {
	const struct weft_lock_dep *links[WEFT_CYCLE_MAX];
	unsigned int	n;
};

enum weft_chain_end {
	WEFT_CHAIN_FOUND,
	WEFT_CHAIN_NONE,	/* no other chain */
	WEFT_CHAIN_LIMIT,	/* nobody knows: too many steps */
};

/**
 * struct weft_chains - looks for one chain after the other
 * @gated:  a lock that all else would have been a chain without; or UINT32_MAX
 * @readers_wait: set it to see what would be a chain if readers waited for readers
 */
struct weft_chains {
	const struct weft_lockdeps *deps;
	const uint32_t	*classes;	/* of a cycle, or NULL: any */
	unsigned int	classes_n;
	unsigned long	steps;
	uint32_t	gated;
	size_t		at[WEFT_CYCLE_MAX];
	uint32_t	gates[WEFT_CYCLE_MAX];	/* among those up to here */
	unsigned int	depth;
	bool		begun;
	bool		readers_wait;
};

/* "feasible", "infeasible", "unknown" */
const char *weft_cycle_verdict_name(enum weft_cycle_verdict verdict);

/**
 * weft_lockgraph_cycles() - elementary cycles of blocking edges
 * @ret: room for WEFT_CYCLES_MAX; only nodes, edges and n are filled in
 * @ret_more: there are more than that
 *
 * The graph is finished.
 */
size_t weft_lockgraph_cycles(const struct weft_lockgraph *graph,
			     struct weft_lock_cycle *ret, bool *ret_more);

/* @classes: only chains that make this cycle of classes (C2); NULL: all. */
void weft_chains_begin(struct weft_chains *chains,
		       const struct weft_lockdeps *deps,
		       const uint32_t *classes, unsigned int classes_n);
enum weft_chain_end weft_chains_next(struct weft_chains *chains,
				     struct weft_chain *ret);

/* Does @reader wait behind @writer, should that one be in line? (C3) */
bool weft_dep_is_behind(const struct weft_lock_dep *reader,
			const struct weft_lock_dep *writer);
/* Does @b hold what @a wants, and they both only read? */
bool weft_dep_both_read(const struct weft_lock_dep *a,
			const struct weft_lock_dep *b);

#endif
