/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Lock dependencies: who took which lock while holding which, lock by lock and
 * not class by class as in the lock graph.
 *
 * Source: Joshi, Park, Sen, Naik, "A randomized dynamic program analysis
 * technique for detecting real deadlocks", PLDI 2009 (the relation of iGoodlock).
 *
 * Each is kept once. All acquisitions that can block are noted while @collecting
 * (the executions that predictions are made from), and in any execution those that
 * add an edge to the lock graph.
 */
#ifndef WEFT_LOCKDEPS_H
#define WEFT_LOCKDEPS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define WEFT_DEP_HELD_MAX 12

/**
 * struct weft_lock_use - one lock as a dependency knows it
 * @lock:  stable name of the object
 * @annotation: it never blocks by itself
 */
struct weft_lock_use {
	uint64_t	lock;
	uint32_t	class;
	bool		shared;
	bool		annotation;
};

/**
 * struct weft_lock_dep - @task took @wanted while it held @held, oldest first
 * @execution: seen there first
 */
struct weft_lock_dep {
	int			task;
	struct weft_lock_use	wanted;
	struct weft_lock_use	held[WEFT_DEP_HELD_MAX];
	unsigned int		held_n;
	unsigned long		execution;
};

struct weft_lockdeps {
	struct weft_lock_dep	*deps;
	size_t			n, max;
	bool			collecting;
};

void weft_lockdeps_clear(struct weft_lockdeps *deps);

/* weft_lockdeps_add() - unless it is known; @dep is copied */
void weft_lockdeps_add(struct weft_lockdeps *deps,
		       const struct weft_lock_dep *dep);

#endif
