/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The access hooks: what -fsanitize=thread makes of every load and store of
 * the instrumented kernel source.
 *
 * MODEL of the instrumentation interface KCSAN uses (kernel/kcsan/core.c).
 * Keeps: plain, volatile and atomic accesses told apart; sizes; ranges.
 * Drops: memory orders weaker than sequential consistency, but for data races:
 * these are told what each operation promises to order.
 *
 * This file alone in the image is compiled without instrumentation.
 *
 *  I1  A plain access is logged for undo. To SHARED memory it takes the slow path
 *      and may be a scheduling point there (framework/exec_plain.c). Both ways it
 *      is counted (framework/exec_spin.c).
 *  I2  A marked access counts one step; to SHARED memory it is a point.
 *      An access to memory that is not valid takes the slow path, which says so.
 *  I3  The value of an atomic operation is computed after the point, in one go.
 *  I4  Before a coverage counter changes for the first time in an epoch, its old
 *      value is in the log of weft_counting. stub/gcov-quiet.awk tests the epoch
 *      in the code itself; where it did not see a counter the hook does.
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

/* What is only read needs no room in the log. */
static __always_inline bool is_simple_plain(unsigned long addr,
					    unsigned int size, int write)
{
	return write ? is_simple(addr, size) : (addr & 7) + size <= 8;
}

/* Counters, and at a fixed distance behind each the epoch it was logged in. */
extern unsigned long weft_gcov_counters_begin[];
extern unsigned long weft_gcov_counters_end[];

struct weft_counting weft_counting __attribute__((section(".bss.weft_counting")));

static unsigned long *counted_in(unsigned long addr)
{
	return (unsigned long *)(addr + WEFT_COUNTER_DISTANCE);
}

void weft_count_first(unsigned long *counter);
void weft_count_first(unsigned long *counter)
{
	struct weft_counting *c = &weft_counting;

	if (unlikely(c->n == c->max))
		weft_host->count_room();
	c->log[c->n].addr = (unsigned long)counter;
	c->log[c->n++].old = *counter;
	*counted_in((unsigned long)counter) = c->epoch;
}

static noinline void write_outside(unsigned long addr)
{
	if (addr - (unsigned long)weft_gcov_counters_begin <
	    (unsigned long)weft_gcov_counters_end -
	    (unsigned long)weft_gcov_counters_begin &&
	    *counted_in(addr) != weft_counting.epoch)
		weft_count_first((unsigned long *)addr);
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

	if (!g) {
		if (write)
			write_outside(addr);
		return;
	}
	if (likely(weft_hot_is_plain(hot, g) &&
		   is_simple_plain(addr, size, write) &&
		   is_valid(g, addr, size) && --hot->accesses_left))
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

/* What an atomic operation that took effect orders; behind marked(). */
static __always_inline void ordered(unsigned long addr, unsigned int size,
				    unsigned int kind, int order)
{
	struct weft_granule *g = weft_hot_granule(hot, addr);

	if (order == __ATOMIC_RELAXED || !hot->plain || !g ||
	    !weft_hot_is_shared(g))
		return;
	if (kind == WEFT_ACCESS_READ || order == __ATOMIC_ACQUIRE)
		order = WEFT_ORDER_ACQUIRE;
	else if (kind == WEFT_ACCESS_WRITE || order == __ATOMIC_RELEASE)
		order = WEFT_ORDER_RELEASE;
	else
		order = WEFT_ORDER_FULL;
	weft_host->order(order, (void *)addr, size);
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
	ordered((unsigned long)p, sizeof(type), WEFT_ACCESS_RMW, order);\
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
		ordered((unsigned long)p, sizeof(type), WEFT_ACCESS_RMW,\
			ok);						\
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
	ordered((unsigned long)p, sizeof(type), WEFT_ACCESS_READ, order);\
	return *p;							\
}									\
void __tsan_atomic##bits##_store(volatile type *p, type v, int order);	\
void __tsan_atomic##bits##_store(volatile type *p, type v, int order)	\
{									\
	marked((unsigned long)p, sizeof(type), WEFT_ACCESS_WRITE);	\
	ordered((unsigned long)p, sizeof(type), WEFT_ACCESS_WRITE, order);\
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
	if (!hot->plain)
		return;
	weft_host->order(order == __ATOMIC_ACQUIRE ? WEFT_ORDER_RMB :
			 order == __ATOMIC_RELEASE ? WEFT_ORDER_WMB :
			 WEFT_ORDER_MB, NULL, 0);
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
