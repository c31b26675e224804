/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Uses after free and data races that an execution foretells. Of the former: a task
 * accessed memory that another one freed later, and nothing orders the two.
 *
 *  F1  Order is what a task waits for: the start and the end of another one, what
 *      it is notified of, the end of an RCU reader.
 *  F2  A task that is held where it has a lock keeps others from that lock. Where one that
 *      the free waits for has taken it since the access, the task is held in front of
 *      that lock instead (@step), and F3 holds: what it does behind it may be other.
 *  F3  What gives order besides (shadow_race.h R1: a reference put before the last one;
 *      a write to what is waited for; data that one that the free waits for read under a lock, and the accessing task wrote
 *      under it after the access) may be why it is freed, or may not. Such an order is by
 *      @flow. These ones are tried, and told only when they are shown.
 *  F4  Accesses are those of code under test to granules that are SHARED, and operations
 *      on locks in the object. In F3 the model's accesses count, too.
 *  F5  One entry for each task and each free; with the accesses that are not ordered,
 *      the latest first, each place in the code once, at most WEFT_FORETOLD_ACCESSES.
 *
 * Data races are foretold from the same executions: two accesses of which one writes
 * and one is plain, that only the handing on of locks orders.
 *
 *  F6  The two tasks have no lock in common there (not both as readers), and neither F1
 *      nor a release, a fence or a marked access orders them. What F3 says of data under
 *      locks holds for them, too.
 *  F7  One entry for each two places, of the latest such accesses before the later one,
 *      rather without than by @flow; @accesses are the two.
 *
 * Source: Huang, "UFO: predictive concurrency use-after-free detection", ICSE 2018,
 * for the idea of foretelling pairs from one execution. There a solver finds another
 * order that is possible; here it is run (foretell.h).
 */
#ifndef WEFT_FORETOLD_H
#define WEFT_FORETOLD_H

#include "finding.h"
#include "lockcycle.h"

#define WEFT_FORETOLD_ACCESSES	8

/**
 * struct weft_foretold_access - before the free
 * @address: stable name of the first byte; @offset: of it, in the object
 * @size:   bytes
 * @lock:   an operation on a lock, not an access
 * @flow:   see F3
 * @site:   where; 0 not known
 * @step:   operations applied in the execution before it, or with it
 * @task:   whose; @nth: meeting.h M1. Of a race only
 */
struct weft_foretold_access {
	uint64_t	address, offset;
	unsigned int	size;
	bool		write, marked, lock, flow;
	uintptr_t	site;
	unsigned long	step;
	int		task;
	unsigned long	nth;
	struct weft_stack stack;
};

/**
 * struct weft_foretold - see file comment
 * @summary:   one sentence
 * @race:      of a data race: the signature of the finding that shows it; else NULL
 * @made:      who asked for the object, as @origin of a finding; 0: not known
 * @task, @free_task: who accesses, who frees; @free_step: as @step of an access
 * @free_site: where; 0 not known
 * @accesses:  see F5; @more: there are others
 * @signature: of the finding that shows it, or NULL
 * @directed:  executions directed at it
 */
struct weft_foretold {
	char			*summary;
	char			*race;
	uintptr_t		made;
	int			task, free_task;
	unsigned long		free_step;
	uintptr_t		free_site;
	struct weft_stack	free_stack;
	struct weft_foretold_access accesses[WEFT_FORETOLD_ACCESSES];
	unsigned int		accesses_n;
	bool			more;
	enum weft_cycle_verdict	verdict;
	char			*signature;
	char			reason[200];
	unsigned long		directed;
};

void weft_foretold_free(struct weft_foretold *list, size_t n);
/* finding_wire.c: as bytes, and back. False: the bytes make no sense. */
struct weft_buffer;
struct weft_reader;
void weft_foretold_put(const struct weft_foretold *foretold,
		       struct weft_buffer *to);
bool weft_foretold_get(struct weft_foretold *ret, struct weft_reader *from);
/* Is this a finding that shows it? */
bool weft_foretold_is(const struct weft_foretold *foretold,
		      const struct weft_finding *finding);

#endif
