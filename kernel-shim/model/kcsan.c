// SPDX-License-Identifier: GPL-2.0-only
/*
 * KCSAN's interface: how source says what it means by an access.
 *
 * MODEL of kernel/kcsan/core.c. Keeps: data_race(), atomic regions (sequence
 * counters), ASSERT_EXCLUSIVE_WRITER() and ASSERT_EXCLUSIVE_ACCESS() as one access
 * each, those of a scope as one where it begins and one where it ends. Drops: what
 * happens within a scope alone, ordered behind its beginning and before its end;
 * assertions of single bits; flat regions nest; the barriers it is told of, since
 * fences tell themselves (access.c), and for the same reason the accesses it is told
 * of (kcsan_check_read() and its like).
 *
 * What is instrumented as atomic comes through the access hooks anyway.
 */
#include <linux/compiler.h>
#include <linux/kcsan-checks.h>
#include <linux/kernel.h>

#include "model.h"

static unsigned long access_mask;	/* ASSERT_EXCLUSIVE_BITS() */

/* @ip: where the assertion is, whoever calls. */
static void check_access(const volatile void *ptr, size_t size, int type,
			 unsigned long ip)
{
	unsigned long mask = access_mask;

	if (likely(!(type & KCSAN_ACCESS_ASSERT)))
		return;
	access_mask = 0;
	if (!mask)
		weft_host->plain((void *)(unsigned long)ptr, size,
				 !!(type & KCSAN_ACCESS_WRITE), ip);
}

void __kcsan_check_access(const volatile void *ptr, size_t size, int type)
{
	check_access(ptr, size, type, _RET_IP_);
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
	sa->ptr = ptr;
	sa->size = size;
	sa->type = type;
	sa->ip = _RET_IP_;
	check_access(ptr, size, type, sa->ip);
	return sa;
}

void kcsan_end_scoped_access(struct kcsan_scoped_access *sa)
{
	check_access(sa->ptr, sa->size, sa->type, sa->ip);
}
