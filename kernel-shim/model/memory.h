/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the memory files of the model share: one way to allocate, one to free,
 * and how to touch memory without being seen.
 */
#ifndef WEFT_MODEL_MEMORY_H
#define WEFT_MODEL_MEMORY_H

#include <linux/gfp.h>
#include <linux/types.h>
#include "model.h"

/*
 * Code marked so makes no access the explorer sees. It must call
 * weft_host->save() before it writes, and may touch only what no other task
 * can notice in between two scheduling points.
 */
#define WEFT_QUIET	noinline __attribute__((no_sanitize("thread")))

#define WEFT_POISON_MAX	4096	/* larger objects are not filled, for speed */

/* Which faults the explorer may choose; see weft_fault(). */
#define WEFT_FAULT_ALLOC	1u
#define WEFT_FAULT_COPY		2u
bool weft_fault(unsigned int kind, const char *what, size_t size); /* fault.c */
bool weft_fault_signal(unsigned int state);
/* The same for a lock: only where it is busy would the task wait. */
static inline bool weft_fault_signal_at(const struct weft_lock_ref *ref,
					unsigned int state)
{
	return weft_host->may_inject() && weft_host->lock_busy(ref) &&
	       weft_fault_signal(state);
}
void weft_fault_delivered(void);

/* slab.c */
void *weft_alloc(size_t size, size_t align, gfp_t gfp, const char *what);
void *weft_alloc_sized(size_t size, gfp_t gfp, const char *what);
void weft_free(const void *ptr);

/* string.c */
void weft_fill(void *to, int c, size_t n);
long weft_quiet_add(long *counter, long n);

/* page.c, percpu.c */
void weft_page_init(void);
void weft_percpu_init(void);

#endif
