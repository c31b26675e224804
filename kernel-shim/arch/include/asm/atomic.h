/* SPDX-License-Identifier: GPL-2.0-only */
/* Atomics as compiler builtins, so that the sanitizer sees each one with its memory order. */
#ifndef WEFT_ASM_ATOMIC_H
#define WEFT_ASM_ATOMIC_H

#include <linux/types.h>
#include <linux/version.h>
#include <asm/cmpxchg.h>
#include <asm/barrier.h>

/* Before 5.14 an architecture without its own instrumentation defined the plain names. */
#if LINUX_VERSION_CODE >= KERNEL_VERSION(5, 14, 0)
#define WEFT_ATOMIC(name)	arch_##name
#else
#define WEFT_ATOMIC(name)	name
#endif

#define WEFT_ATOMIC_VOID(type, name, val_t, op)					\
static __always_inline void WEFT_ATOMIC(name##_##op)(val_t i, type *v)		\
{										\
	__atomic_fetch_##op(&v->counter, i, __ATOMIC_RELAXED);			\
}

#define WEFT_ATOMIC_FETCH(type, name, val_t, op, suffix, order)			\
static __always_inline val_t							\
WEFT_ATOMIC(name##_fetch_##op##suffix)(val_t i, type *v)			\
{										\
	return __atomic_fetch_##op(&v->counter, i, order);			\
}

#define WEFT_ATOMIC_RETURN(type, name, val_t, op, suffix, order)		\
static __always_inline val_t							\
WEFT_ATOMIC(name##_##op##_return##suffix)(val_t i, type *v)			\
{										\
	return __atomic_##op##_fetch(&v->counter, i, order);			\
}

#define WEFT_ATOMIC_ORDERS(macro, type, name, val_t, op)			\
	macro(type, name, val_t, op, , __ATOMIC_SEQ_CST)			\
	macro(type, name, val_t, op, _acquire, __ATOMIC_ACQUIRE)		\
	macro(type, name, val_t, op, _release, __ATOMIC_RELEASE)		\
	macro(type, name, val_t, op, _relaxed, __ATOMIC_RELAXED)

#define WEFT_ATOMIC_ARITH(type, name, val_t, op)				\
	WEFT_ATOMIC_VOID(type, name, val_t, op)					\
	WEFT_ATOMIC_ORDERS(WEFT_ATOMIC_FETCH, type, name, val_t, op)		\
	WEFT_ATOMIC_ORDERS(WEFT_ATOMIC_RETURN, type, name, val_t, op)

#define WEFT_ATOMIC_LOGIC(type, name, val_t, op)				\
	WEFT_ATOMIC_VOID(type, name, val_t, op)					\
	WEFT_ATOMIC_ORDERS(WEFT_ATOMIC_FETCH, type, name, val_t, op)

#define WEFT_ATOMIC_TYPE(type, name, val_t)					\
static __always_inline val_t WEFT_ATOMIC(name##_read)(const type *v)		\
{										\
	return __atomic_load_n(&v->counter, __ATOMIC_RELAXED);			\
}										\
static __always_inline val_t WEFT_ATOMIC(name##_read_acquire)(const type *v)	\
{										\
	return __atomic_load_n(&v->counter, __ATOMIC_ACQUIRE);			\
}										\
static __always_inline void WEFT_ATOMIC(name##_set)(type *v, val_t i)		\
{										\
	__atomic_store_n(&v->counter, i, __ATOMIC_RELAXED);			\
}										\
static __always_inline void WEFT_ATOMIC(name##_set_release)(type *v, val_t i)	\
{										\
	__atomic_store_n(&v->counter, i, __ATOMIC_RELEASE);			\
}										\
	WEFT_ATOMIC_ARITH(type, name, val_t, add)				\
	WEFT_ATOMIC_ARITH(type, name, val_t, sub)				\
	WEFT_ATOMIC_LOGIC(type, name, val_t, and)				\
	WEFT_ATOMIC_LOGIC(type, name, val_t, or)				\
	WEFT_ATOMIC_LOGIC(type, name, val_t, xor)

#ifndef ATOMIC64_INIT
#define ATOMIC64_INIT(i)	{ (i) }
#endif

WEFT_ATOMIC_TYPE(atomic_t, atomic, int)
WEFT_ATOMIC_TYPE(atomic64_t, atomic64, s64)

/*
 * The tree's fallback headers ask with #ifdef which operations exist. Whatever is
 * not announced here they build from the ones that are.
 */
#include <asm/weft_atomic_names.h>

#endif
