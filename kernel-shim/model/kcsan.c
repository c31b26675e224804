// SPDX-License-Identifier: GPL-2.0-only
/*
 * KCSAN's interface: how source says what it means by an access.
 *
 * MODEL of kernel/kcsan/core.c. Keeps: data_race(), atomic regions (sequence
 * counters), ASSERT_EXCLUSIVE_WRITER() and ASSERT_EXCLUSIVE_ACCESS() as one access
 * each. Drops: scoped assertions and those of single bits; flat regions nest; the
 * barriers it is told of, since fences tell themselves (access.c).
 *
 * What is instrumented as atomic comes through the access hooks anyway.
 */
#include <linux/compiler.h>
#include <linux/kcsan-checks.h>
#include <linux/kernel.h>

#include "model.h"

static unsigned long access_mask;	/* ASSERT_EXCLUSIVE_BITS() */

void __kcsan_check_access(const volatile void *ptr, size_t size, int type)
{
	unsigned long mask = access_mask;

	if (likely(!(type & KCSAN_ACCESS_ASSERT)))
		return;
	access_mask = 0;
	if (!mask)
		weft_host->plain((void *)(unsigned long)ptr, size,
				 !!(type & KCSAN_ACCESS_WRITE), _RET_IP_);
}

void kcsan_set_access_mask(unsigned long mask)
{
	access_mask = mask;
}

void kcsan_disable_current(void)
{
	weft_host->order(WEFT_ORDER_QUIET, NULL, 0);
}

void kcsan_enable_current(void)
{
	weft_host->order(WEFT_ORDER_QUIET_END, NULL, 0);
}

void kcsan_enable_current_nowarn(void)
{
	weft_host->order(WEFT_ORDER_QUIET_END, NULL, 0);
}

void kcsan_nestable_atomic_begin(void)
{
	weft_host->order(WEFT_ORDER_ATOMIC, NULL, 0);
}

void kcsan_nestable_atomic_end(void)
{
	weft_host->order(WEFT_ORDER_ATOMIC_END, NULL, 0);
}

void kcsan_flat_atomic_begin(void)
{
	weft_host->order(WEFT_ORDER_ATOMIC, NULL, 0);
}

void kcsan_flat_atomic_end(void)
{
	weft_host->order(WEFT_ORDER_ATOMIC_END, NULL, 0);
}

void kcsan_atomic_next(int n)
{
	weft_host->order(WEFT_ORDER_ATOMIC_NEXT, NULL, (unsigned int)n);
}

struct kcsan_scoped_access *
kcsan_begin_scoped_access(const volatile void *ptr, size_t size, int type,
			  struct kcsan_scoped_access *sa)
{
	__kcsan_check_access(ptr, size, type);
	return sa;
}

void kcsan_end_scoped_access(struct kcsan_scoped_access *sa)
{
}
