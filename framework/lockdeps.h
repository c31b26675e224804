/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Lock dependencies: who took which lock while holding which, lock by lock and
 * not class by class as in the lock graph.
 *
 * Source: Joshi, Park, Sen, Naik, "A randomized dynamic program analysis
 * technique for detecting real deadlocks", PLDI 2009 (the relation of iGoodlock).
 *
 *  D1  While @collecting every acquisition that can block, by a task that holds
 *      something, is noted; so is every exclusive one of a lock of which readers wait
 *      behind writers in line, whatever its task holds. Each dependency is kept once,
 *      in the order of first sight.
 *      So the dependencies of parts of a search, added in the order of the parts,
 *      are those of the search.
 *  D2  There is room for WEFT_DEPS_MAX. What came after that is not known, and
 *      @full says so.
 */
#ifndef WEFT_LOCKDEPS_H
#define WEFT_LOCKDEPS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define WEFT_DEP_HELD_MAX 12
#define WEFT_DEPS_MAX	16384u

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
 * struct weft_lock_dep - @task took @wanted, or got in line for it, while it held
 * @held, oldest first
 */
struct weft_lock_dep {
	int			task;
	struct weft_lock_use	wanted;
	struct weft_lock_use	held[WEFT_DEP_HELD_MAX];
	unsigned int		held_n;
};

/**
 * struct weft_lockdeps - see file comment
 * @slots: hash table of @slots_n numbers of dependencies, plus one; 0 free
 */
struct weft_lockdeps {
	struct weft_lock_dep	*deps;
	size_t			n, max;
	uint32_t		*slots;
	size_t			slots_n;
	bool			collecting;
	bool			full;
};

void weft_lockdeps_clear(struct weft_lockdeps *deps);
/* Only the first @n were ever seen. */
void weft_lockdeps_cut(struct weft_lockdeps *deps, size_t n);

/* weft_lockdeps_add() - unless it is known; @dep is copied */
void weft_lockdeps_add(struct weft_lockdeps *deps,
		       const struct weft_lock_dep *dep);

#endif
