/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The access hooks: what -fsanitize=thread makes of every load and store of
 * the instrumented kernel source.
 *
 * MODEL of the instrumentation interface KCSAN uses (kernel/kcsan/core.c).
 * Keeps: plain, volatile and atomic accesses told apart; sizes; ranges.
 * Drops: memory orders weaker than sequential consistency.
 *
 * This file alone in the image is compiled without instrumentation.
 *
 *  I1  A plain access is logged for undo. To SHARED memory it takes the slow path
 *      and may be a scheduling point there (framework/exec_plain.c).
 *  I2  A marked access counts one step; to SHARED memory it is a point.
 *      An access to memory that is not valid takes the slow path, which says so.
 *  I3  The value of an atomic operation is computed after the point, in one go.
 */
#include <linux/compiler.h>
#include <linux/kernel.h>

#include "model.h"
#include "../../framework/hot.h"

static struct weft_hot *hot;

/* Before the door is open (static constructors, none today) nothing is noted. */
void weft_access_init(struct weft_hot *shared);

void weft_access_init(struct weft_hot *shared)
{
	hot = shared;
}

static __always_inline bool is_simple(unsigned long addr, unsigned int size)
{
	return hot->undo_n + 4 <= hot->undo_max && (addr & 7) + size <= 8;
}

static __always_inline bool is_valid(const struct weft_granule *g,
				     unsigned long addr, unsigned int size)
{
	return weft_hot_is_valid(g, (addr & 7) + size);
}

static __always_inline void plain(unsigned long addr, unsigned int size,
				  int write)
{
	struct weft_granule *g = weft_hot_granule(hot, addr);

	if (!g)
		return;
	if (likely(weft_hot_is_plain(hot, g) && is_simple(addr, size) &&
		   is_valid(g, addr, size)))
		weft_hot_touch(hot, g, addr, write);
	else
		weft_host->plain((void *)addr, size, write, _RET_IP_);
}

static __always_inline void touch(struct weft_granule *g, unsigned long addr,
				  unsigned int size, int write)
{
	if (likely(is_simple(addr, size)))
		weft_hot_touch(hot, g, addr, write);
	else
		weft_host->touch((void *)addr, size, write);
}

static __always_inline void marked(unsigned long addr, unsigned int size,
				   unsigned int kind)
{
	struct weft_granule *g = weft_hot_granule(hot, addr);

	if (!g || !hot->epoch)
		return;
	touch(g, addr, size, kind != WEFT_ACCESS_READ);
	/* The last granule decides too; nearly always it is the same one. */
	if (likely(!weft_hot_is_shared(g) && hot->step != hot->step_stop &&
		   is_valid(g, addr, size) &&
		   !weft_hot_is_shared(&hot->granules[(addr + size - 1 -
						       hot->base) >> 3]))) {
		hot->step++;
		return;
	}
	weft_host->access(kind, (void *)addr, size, _RET_IP_);
	/* The write comes after the point, behind which there may be a mark. */
	if (kind != WEFT_ACCESS_READ)
		touch(g, addr, size, 1);
}

#define PLAIN_HOOKS(size)						\
void __tsan_read##size(void *p);					\
void __tsan_read##size(void *p)						\
{ plain((unsigned long)p, size, 0); }					\
void __tsan_write##size(void *p);					\
void __tsan_write##size(void *p)					\
{ plain((unsigned long)p, size, 1); }					\
void __tsan_unaligned_read##size(void *p);				\
void __tsan_unaligned_read##size(void *p)				\
{ plain((unsigned long)p, size, 0); }					\
void __tsan_unaligned_write##size(void *p);				\
void __tsan_unaligned_write##size(void *p)				\
{ plain((unsigned long)p, size, 1); }					\
void __tsan_volatile_read##size(void *p);				\
void __tsan_volatile_read##size(void *p)				\
{ marked((unsigned long)p, size, WEFT_ACCESS_READ); }			\
void __tsan_volatile_write##size(void *p);				\
void __tsan_volatile_write##size(void *p)				\
{ marked((unsigned long)p, size, WEFT_ACCESS_WRITE); }			\
void __tsan_unaligned_volatile_read##size(void *p);			\
void __tsan_unaligned_volatile_read##size(void *p)			\
{ marked((unsigned long)p, size, WEFT_ACCESS_READ); }			\
void __tsan_unaligned_volatile_write##size(void *p);			\
void __tsan_unaligned_volatile_write##size(void *p)			\
{ marked((unsigned long)p, size, WEFT_ACCESS_WRITE); }

PLAIN_HOOKS(1)
PLAIN_HOOKS(2)
PLAIN_HOOKS(4)
PLAIN_HOOKS(8)
PLAIN_HOOKS(16)

void __tsan_read_range(void *p, size_t size);
void __tsan_read_range(void *p, size_t size)
{
	weft_host->plain(p, size, 0, _RET_IP_);
}

void __tsan_write_range(void *p, size_t size);
void __tsan_write_range(void *p, size_t size)
{
	weft_host->plain(p, size, 1, _RET_IP_);
}

#define ATOMIC_RMW_HOOK(bits, type, name, expression)			\
type __tsan_atomic##bits##_##name(volatile type *p, type v, int order);	\
type __tsan_atomic##bits##_##name(volatile type *p, type v, int order)	\
{									\
	type old;							\
									\
	marked((unsigned long)p, sizeof(type), WEFT_ACCESS_RMW);	\
	old = *p;							\
	*p = (expression);						\
	return old;							\
}

#define ATOMIC_CAS_HOOK(bits, type, name)				\
int __tsan_atomic##bits##_compare_exchange_##name(volatile type *p,	\
				type *expected, type v, int ok, int bad);\
int __tsan_atomic##bits##_compare_exchange_##name(volatile type *p,	\
				type *expected, type v, int ok, int bad)\
{									\
	type old;							\
									\
	marked((unsigned long)p, sizeof(type), WEFT_ACCESS_RMW);	\
	old = *p;							\
	if (old == *expected) {						\
		*p = v;							\
		return 1;						\
	}								\
	plain((unsigned long)expected, sizeof(type), 1);		\
	*expected = old;						\
	return 0;							\
}

#define ATOMIC_HOOKS(bits, type)					\
type __tsan_atomic##bits##_load(const volatile type *p, int order);	\
type __tsan_atomic##bits##_load(const volatile type *p, int order)	\
{									\
	marked((unsigned long)p, sizeof(type), WEFT_ACCESS_READ);	\
	return *p;							\
}									\
void __tsan_atomic##bits##_store(volatile type *p, type v, int order);	\
void __tsan_atomic##bits##_store(volatile type *p, type v, int order)	\
{									\
	marked((unsigned long)p, sizeof(type), WEFT_ACCESS_WRITE);	\
	*p = v;								\
}									\
ATOMIC_RMW_HOOK(bits, type, exchange, v)				\
ATOMIC_RMW_HOOK(bits, type, fetch_add, old + v)				\
ATOMIC_RMW_HOOK(bits, type, fetch_sub, old - v)				\
ATOMIC_RMW_HOOK(bits, type, fetch_and, old & v)				\
ATOMIC_RMW_HOOK(bits, type, fetch_or, old | v)				\
ATOMIC_RMW_HOOK(bits, type, fetch_xor, old ^ v)				\
ATOMIC_RMW_HOOK(bits, type, fetch_nand, ~(old & v))			\
ATOMIC_CAS_HOOK(bits, type, strong)					\
ATOMIC_CAS_HOOK(bits, type, weak)					\
type __tsan_atomic##bits##_compare_exchange_val(volatile type *p,	\
				type expected, type v, int ok, int bad);\
type __tsan_atomic##bits##_compare_exchange_val(volatile type *p,	\
				type expected, type v, int ok, int bad)	\
{									\
	__tsan_atomic##bits##_compare_exchange_strong(p, &expected, v,	\
						      ok, bad);		\
	return expected;						\
}

ATOMIC_HOOKS(8, u8)
ATOMIC_HOOKS(16, u16)
ATOMIC_HOOKS(32, u32)
ATOMIC_HOOKS(64, u64)

void __tsan_atomic_thread_fence(int order);
void __tsan_atomic_thread_fence(int order)
{
}

void __tsan_atomic_signal_fence(int order);
void __tsan_atomic_signal_fence(int order)
{
}

void __tsan_init(void);
void __tsan_init(void)
{
}

void __tsan_func_entry(void *pc);
void __tsan_func_entry(void *pc)
{
}

void __tsan_func_exit(void);
void __tsan_func_exit(void)
{
}
