/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What happens on every memory access: undo logging and sharing detection.
 *
 * Both sides of the door compile this: kernel-shim/model/access.c for the
 * instrumented kernel source, framework/ for the cells of model programs.
 *
 *  I1  Before a granule changes for the first time in an epoch, its old value
 *      is in the undo log.
 *  I2  A granule becomes SHARED when a second task touches it and somebody
 *      wrote it after the snapshot; it stays so for the whole campaign.
 *  I3  A plain access to a SHARED granule takes the slow path (exec_plain.c),
 *      which calls weft_hot_touch() itself.
 *  I4  An access to bytes that are not valid takes the slow path, which reports it
 *      (exec_memory.c).
 */
#ifndef WEFT_HOT_H
#define WEFT_HOT_H

#include "port.h"

#define WEFT_OWNER_MANY 0xffu

/**
 * weft_hot_granule() - the granule of an address
 *
 * Return: NULL when the address is outside the watched region.
 */
static inline struct weft_granule *weft_hot_granule(const struct weft_hot *hot,
						    unsigned long addr)
{
	unsigned long offset = addr - hot->base;

	return offset < hot->size ? &hot->granules[offset >> 3] : (void *)0;
}

/* The uncommon part of weft_hot_touch(): sharing may change. */
static inline void weft_hot_share(struct weft_hot *hot, struct weft_granule *g,
				  int write)
{
	unsigned char flags = g->flags;

	if (write)
		flags |= WEFT_GRANULE_WRITTEN;
	if (!g->owner) {
		g->owner = hot->task;
	} else if (g->owner != hot->task && g->owner != WEFT_OWNER_MANY) {
		g->owner = WEFT_OWNER_MANY;
		flags |= WEFT_GRANULE_MULTI;
	}
	if ((flags & WEFT_GRANULE_SHARED) == WEFT_GRANULE_SHARED &&
	    (g->flags & WEFT_GRANULE_SHARED) != WEFT_GRANULE_SHARED)
		hot->promotions++;
	g->flags = flags;
}

/* Does sharing change when @task, plus one, touches it? */
static inline int weft_hot_may_share(const struct weft_granule *g,
				     unsigned int task, int write)
{
	return (g->owner != task && g->owner != WEFT_OWNER_MANY) ||
	       (write && !(g->flags & WEFT_GRANULE_WRITTEN));
}

/**
 * weft_hot_touch() - account for an access to one granule
 *
 * Must be called before a write takes effect. The undo log always has room for
 * one more entry when this is called with hot->undo_n < hot->undo_max; the
 * caller makes room otherwise.
 */
static inline void weft_hot_touch(struct weft_hot *hot, struct weft_granule *g,
				  unsigned long addr, int write)
{
	if (hot->task && weft_hot_may_share(g, hot->task, write))
		weft_hot_share(hot, g, write);
	if (write && g->epoch != hot->epoch) {
		struct weft_undo_entry *entry = &hot->undo[hot->undo_n++];

		g->epoch = hot->epoch;
		entry->addr = addr & ~7ul;
		entry->old = *(const unsigned long *)(addr & ~7ul);
	}
}

/**
 * weft_hot_is_valid() - may these bytes of one granule be accessed?
 * @end: offset of the first byte behind the access in the granule, 1 to 8
 */
static inline int weft_hot_is_valid(const struct weft_granule *g,
				    unsigned long end)
{
	return !g->state || (long)end <= g->state;
}

/**
 * weft_hot_is_shared() - is an operation on this granule a scheduling point?
 */
static inline int weft_hot_is_shared(const struct weft_granule *g)
{
	return (g->flags & WEFT_GRANULE_SHARED) == WEFT_GRANULE_SHARED;
}

/**
 * weft_hot_is_plain() - has a plain access to this granule no slow path?
 */
static inline int weft_hot_is_plain(const struct weft_hot *hot,
				    const struct weft_granule *g)
{
	return !hot->plain || !weft_hot_is_shared(g);
}

#endif
