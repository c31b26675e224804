/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Races as KCSAN and the kernel's memory model mean them: two accesses to the
 * same byte by two tasks, one of them a write, one of them plain, that nothing
 * orders.
 *
 * Sources: tools/memory-model (what orders plain accesses) and
 * Documentation/dev-tools/kcsan.rst of the kernel (plain and marked accesses);
 * Flanagan and Freund, PLDI 2009 (epochs); the C11 rules of fences and release
 * sequences.
 *
 *  R1  Order is: a lock's release before its acquisition; the start of a task
 *      before what it does, that before its join; a notification before the wait
 *      it ends; the end of an RCU reader before the end of a grace period that
 *      waited for it; a release (or a marked write behind a release fence) before a
 *      read that sees its value, or that of an atomic update in between.
 *  R2  A marked access gives no order by itself: neither WRITE_ONCE() nor an atomic
 *      operation without a result. Time gives none either.
 *  R3  A marked load is taken to order what comes behind it (dependencies: that is
 *      how rcu_dereference() works); the load of a relaxed or releasing atomic update
 *      does so only from the next acquire fence on.
 *  R4  One record for each task, kind of access and set of bytes. A plain write
 *      forgets those it comes after: whatever races with them races with it.
 *
 * A task_clock of this shadow is made of operations only, so that a race shows in
 * every execution with the same operations, however far apart its accesses were.
 */
#ifndef WEFT_SHADOW_RACE_H
#define WEFT_SHADOW_RACE_H

#include "port.h"
#include "shadow.h"

/* What is known of the earlier access of a race. */
struct weft_race_earlier {
	int		task;
	bool		write, marked;
	unsigned char	mask;
	uintptr_t	pc;
};

typedef void (*weft_race_told)(void *arg,
			       const struct weft_race_earlier *earlier);

/* As weft_shadow_create(), for the functions below; 0 or -ENOMEM. */
int weft_race_shadow_create(struct weft_shadow *shadow, size_t granules);

/**
 * weft_race_access() - check and note one access
 * @access: its kind does not matter
 * @marked: volatile or atomic
 * @told:   called for each earlier access that it races with
 */
void weft_race_access(struct weft_shadow *shadow,
		      const struct weft_shadow_access *access, bool marked,
		      weft_race_told told, void *arg);

/**
 * weft_race_note() - the same, if nothing is to be told
 * Return: false when something is; then nothing was noted.
 */
bool weft_race_note(struct weft_shadow *shadow,
		    const struct weft_shadow_access *access, bool marked);

/* Would weft_race_access() change nothing? */
bool weft_race_is_repeated(const struct weft_shadow *shadow,
			   const struct weft_shadow_access *access,
			   bool marked);

/* How far @task has come, and: does it know this much of @other? */
uint32_t weft_race_now(const struct weft_shadow *shadow, int task);
bool weft_race_knows(const struct weft_shadow *shadow, int task, int other,
		     uint32_t time);

/**
 * weft_race_marked() - what a marked access orders by itself, see R2 and R3
 * @kind: enum weft_access_kind
 */
void weft_race_marked(struct weft_shadow *shadow,
		      const struct weft_shadow_access *access,
		      enum weft_access_kind kind);

/**
 * weft_race_order() - an acquire, a release or a fence
 * @access: where; behind the marked access itself. Only its task for a fence
 */
void weft_race_order(struct weft_shadow *shadow,
		     const struct weft_shadow_access *access,
		     enum weft_order_kind order);

#endif
