/* SPDX-License-Identifier: GPL-2.0-only */
/* xchg and cmpxchg of 1, 2, 4 and 8 bytes as compiler builtins. */
#ifndef WEFT_ASM_CMPXCHG_H
#define WEFT_ASM_CMPXCHG_H

#include <linux/version.h>

#define weft_xchg(ptr, new, order)						\
	((__typeof__(*(ptr)))__atomic_exchange_n(ptr, new, order))

#define weft_cmpxchg(ptr, old, new, order)					\
({										\
	__typeof__(*(ptr)) weft_old = (old);					\
										\
	__atomic_compare_exchange_n(ptr, &weft_old, new, 0, order,		\
				    __ATOMIC_RELAXED);				\
	weft_old;								\
})

#define weft_xchg_seq_cst(p, n)		weft_xchg(p, n, __ATOMIC_SEQ_CST)
#define weft_xchg_acquire(p, n)		weft_xchg(p, n, __ATOMIC_ACQUIRE)
#define weft_xchg_release(p, n)		weft_xchg(p, n, __ATOMIC_RELEASE)
#define weft_xchg_relaxed(p, n)		weft_xchg(p, n, __ATOMIC_RELAXED)
#define weft_cmpxchg_seq_cst(p, o, n)	weft_cmpxchg(p, o, n, __ATOMIC_SEQ_CST)
#define weft_cmpxchg_acquire(p, o, n)	weft_cmpxchg(p, o, n, __ATOMIC_ACQUIRE)
#define weft_cmpxchg_release(p, o, n)	weft_cmpxchg(p, o, n, __ATOMIC_RELEASE)
#define weft_cmpxchg_relaxed(p, o, n)	weft_cmpxchg(p, o, n, __ATOMIC_RELAXED)

#if LINUX_VERSION_CODE >= KERNEL_VERSION(5, 14, 0)
#define arch_xchg			weft_xchg_seq_cst
#define arch_xchg_acquire		weft_xchg_acquire
#define arch_xchg_release		weft_xchg_release
#define arch_xchg_relaxed		weft_xchg_relaxed
#define arch_cmpxchg			weft_cmpxchg_seq_cst
#define arch_cmpxchg_acquire		weft_cmpxchg_acquire
#define arch_cmpxchg_release		weft_cmpxchg_release
#define arch_cmpxchg_relaxed		weft_cmpxchg_relaxed
#define arch_cmpxchg_local		weft_cmpxchg_relaxed
#define arch_cmpxchg64			weft_cmpxchg_seq_cst
#define arch_cmpxchg64_acquire		weft_cmpxchg_acquire
#define arch_cmpxchg64_release		weft_cmpxchg_release
#define arch_cmpxchg64_relaxed		weft_cmpxchg_relaxed
#define arch_cmpxchg64_local		weft_cmpxchg_relaxed
#else
#define xchg				weft_xchg_seq_cst
#define xchg_acquire			weft_xchg_acquire
#define xchg_release			weft_xchg_release
#define xchg_relaxed			weft_xchg_relaxed
#define cmpxchg				weft_cmpxchg_seq_cst
#define cmpxchg_acquire			weft_cmpxchg_acquire
#define cmpxchg_release			weft_cmpxchg_release
#define cmpxchg_relaxed			weft_cmpxchg_relaxed
#define cmpxchg_local			weft_cmpxchg_relaxed
#define cmpxchg64			weft_cmpxchg_seq_cst
#define cmpxchg64_acquire		weft_cmpxchg_acquire
#define cmpxchg64_release		weft_cmpxchg_release
#define cmpxchg64_relaxed		weft_cmpxchg_relaxed
#define cmpxchg64_local			weft_cmpxchg_relaxed
#endif

#endif
