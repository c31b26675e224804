/* SPDX-License-Identifier: GPL-2.0-only */
/* Barriers as compiler fences: the sanitizer reports each to the model. */
#ifndef WEFT_ASM_BARRIER_H
#define WEFT_ASM_BARRIER_H

#define mb()		__atomic_thread_fence(__ATOMIC_SEQ_CST)
#define rmb()		__atomic_thread_fence(__ATOMIC_ACQUIRE)
#define wmb()		__atomic_thread_fence(__ATOMIC_RELEASE)
#define __smp_mb()	mb()
#define __smp_rmb()	rmb()
#define __smp_wmb()	wmb()

#define __smp_store_release(p, v)						\
do {										\
	compiletime_assert_atomic_type(*(p));					\
	__atomic_store_n(p, v, __ATOMIC_RELEASE);				\
} while (0)

#define __smp_load_acquire(p)							\
({										\
	compiletime_assert_atomic_type(*(p));					\
	(__typeof__(*(p)))__atomic_load_n(p, __ATOMIC_ACQUIRE);			\
})

/* A builtin atomic read-modify-write carries its own order. */
#define __smp_mb__before_atomic()	mb()
#define __smp_mb__after_atomic()	mb()

#include <asm-generic/barrier.h>

#endif
