// SPDX-License-Identifier: GPL-2.0-only
/*
 * Reference counts are real: lib/refcount.c. This notes which one it warns of.
 *
 *  C1  lib/refcount.c is compiled so that its refcount_warn_saturate() is called
 *      weft_refcount_warn_saturate() (image.mk); everybody else calls ours.
 */
#include <linux/refcount.h>
#include <linux/version.h>
#include "tasks.h"

#if LINUX_VERSION_CODE >= KERNEL_VERSION(5, 5, 0)
void weft_refcount_warn_saturate(refcount_t *r, enum refcount_saturation_type t);

/* MODEL of lib/refcount.c. Keeps: all: it calls the real one. Drops: nothing. */
void refcount_warn_saturate(refcount_t *r, enum refcount_saturation_type t)
{
	weft_self()->counter = r;
	weft_refcount_warn_saturate(r, t);
	weft_self()->counter = NULL;
}
#endif
