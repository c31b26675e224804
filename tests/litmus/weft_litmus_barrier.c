// SPDX-License-Identifier: GPL-2.0-only
/*
 * Which operations order what came before them: the list of test_barrier_nothreads
 * in kernel/kcsan/kcsan_test.c, in programs of our own, and its cases of locks that
 * are made of such operations. KCSAN asks whether an access can move past an
 * operation; here the operation tells another task, which accesses the same then.
 *
 * One task accesses item after item and tells of each by another operation. The
 * other one goes through them in the same order. What is ordered is no race; what
 * is not is one, each in a line of its own.
 */
#include <linux/atomic.h>
#include <linux/bitops.h>
#include <linux/mutex.h>
#include <linux/spinlock.h>

#include "litmus.h"

#define ITEMS		24
#define FIRST_CLEARED	8	/* those told of by clearing a bit */
#define FIRST_ATOMIC	12	/* those told of by an atomic_t */

/**
 * struct item - something, and what says that it may be used
 * @value:  accessed without a mark
 * @flag:   changes when it may
 * @atomic: not 0 when it may
 */
static struct item {
	int		value;
	unsigned long	flag;
	atomic_t	atomic;
} items[ITEMS];

static DEFINE_SPINLOCK(barrier_spin);
static DEFINE_MUTEX(barrier_mutex);
static unsigned long barrier_other;
static atomic_t barrier_atomic;

static long items_setup(void)
{
	int i;

	for (i = FIRST_CLEARED; i < FIRST_ATOMIC; i++)
		items[i].flag = 1;
	return 0;
}

static bool is_told(int i)
{
	if (i >= FIRST_ATOMIC)
		return atomic_read_acquire(&items[i].atomic);
	return smp_load_acquire(&items[i].flag) != (i >= FIRST_CLEARED);
}

static long items_read(void)
{
	long seen = 0;
	int i;

	for (i = 0; i < ITEMS; i++)
		if (is_told(i))
			seen += items[i].value > 9;	/* AT items-read */
	return seen;
}

static long items_write(void)
{
	int i;

	for (i = 0; i < ITEMS; i++)
		if (is_told(i))
			items[i].value = 1;		/* AT items-write */
	return 0;
}

#define PUT(i)		items[i].value = 1
#define LOOK(i)		seen += items[i].value > 9
#define TELL(i)		WRITE_ONCE(items[i].flag, 1)
#define FLAG(i)		(&items[i].flag)
#define ATOMIC(i)	(&items[i].atomic)

/* 6.1 has the one, which takes a bit, and 6.12 the other, which takes a mask. */
static void unlock_byte(unsigned long *flag)
{
#ifdef clear_bit_unlock_is_negative_byte
	clear_bit_unlock_is_negative_byte(0, flag);
#else
	xor_unlock_is_negative_byte(1, flag);
#endif
}

/* ---- ordered: operations that tell, then fences before one that does ---- */

#define RELEASES(access)						\
	access(0); smp_store_release(FLAG(0), 1);			\
	access(1); xchg(FLAG(1), 1);					\
	access(2); xchg_release(FLAG(2), 1);				\
	access(3); cmpxchg(FLAG(3), 0, 1);				\
	access(4); cmpxchg_release(FLAG(4), 0, 1);			\
	access(5); test_and_set_bit(0, FLAG(5));			\
	access(6); test_and_change_bit(0, FLAG(6));			\
	access(8); test_and_clear_bit(0, FLAG(8));			\
	access(9); clear_bit_unlock(0, FLAG(9));			\
	access(10); __clear_bit_unlock(0, FLAG(10));			\
	access(11); unlock_byte(FLAG(11));				\
	access(12); atomic_set_release(ATOMIC(12), 1);			\
	access(13); atomic_add_return(1, ATOMIC(13));			\
	access(14); atomic_add_return_release(1, ATOMIC(14));		\
	access(15); atomic_fetch_add(1, ATOMIC(15));			\
	access(16); atomic_fetch_add_release(1, ATOMIC(16))

#define FENCES(access)							\
	access(0); mb(); TELL(0);					\
	access(1); smp_mb(); TELL(1);					\
	access(2); smp_store_mb(barrier_other, 1); TELL(2);		\
	access(12); smp_mb__before_atomic(); atomic_inc(ATOMIC(12));	\
	access(3); atomic_inc(&barrier_atomic);				\
		   smp_mb__after_atomic(); TELL(3);			\
	access(4); spin_lock(&barrier_spin);				\
		   smp_mb__after_spinlock(); TELL(4);			\
		   spin_unlock(&barrier_spin)

static long write_release(void)
{
	RELEASES(PUT);
	return 0;
}

static long read_release(void)
{
	long seen = 0;

	RELEASES(LOOK);
	return seen;
}

static long write_fence(void)
{
	FENCES(PUT);
	PUT(5); wmb(); TELL(5);
	PUT(6); smp_wmb(); TELL(6);
	PUT(7); dma_wmb(); TELL(7);
	return 0;
}

static long read_fence(void)
{
	long seen = 0;

	FENCES(LOOK);
	return seen;
}

#define CASE(name, first, second)					\
const struct litmus litmus_kcsan_barrier_##name = {			\
	.setup = items_setup, .role = { first, second },		\
};

CASE(write_release, write_release, items_read)
CASE(read_release, read_release, items_write)
CASE(write_fence, write_fence, items_read)
CASE(read_fence, read_fence, items_write)

/* ---- not ordered ---- */

static long write_relaxed(void)
{
	PUT(0); xchg_relaxed(FLAG(0), 1);		/* AT write-xchg-relaxed */
	PUT(1); cmpxchg_relaxed(FLAG(1), 0, 1);	/* AT write-cmpxchg-relaxed */
	PUT(2); set_bit(0, FLAG(2));			/* AT write-set-bit */
	PUT(8); clear_bit(0, FLAG(8));		/* AT write-clear-bit */
	PUT(12); atomic_set(ATOMIC(12), 1);		/* AT write-atomic-set */
	PUT(13); atomic_add(1, ATOMIC(13));		/* AT write-atomic-add */
	PUT(14); atomic_add_return_acquire(1, ATOMIC(14));	/* AT write-return-acquire */
	PUT(15); atomic_add_return_relaxed(1, ATOMIC(15));	/* AT write-return-relaxed */
	PUT(16); atomic_fetch_add_acquire(1, ATOMIC(16));	/* AT write-fetch-acquire */
	PUT(17); atomic_fetch_add_relaxed(1, ATOMIC(17));	/* AT write-fetch-relaxed */
	return 0;
}

static long write_past(void)
{
	PUT(0); rmb(); TELL(0);			/* AT write-rmb */
	PUT(1); smp_rmb(); TELL(1);			/* AT write-smp-rmb */
	PUT(2); dma_rmb(); TELL(2);			/* AT write-dma-rmb */
	PUT(3); (void)smp_load_acquire(&barrier_other); TELL(3);	/* AT write-acquire */
	PUT(4); (void)atomic_read(&barrier_atomic); TELL(4);	/* AT write-atomic-read */
	PUT(5); (void)atomic_read_acquire(&barrier_atomic); TELL(5);	/* AT write-atomic-acquire */
	PUT(6); spin_lock(&barrier_spin); TELL(6);	/* AT write-spin-lock */
	spin_unlock(&barrier_spin);
	PUT(7); mutex_lock(&barrier_mutex); TELL(7);	/* AT write-mutex-lock */
	mutex_unlock(&barrier_mutex);
	return 0;
}

/* Not wmb(): it is taken for a release, and so for what orders reads. */
static long read_past(void)
{
	long seen = 0;

	LOOK(0); xchg_relaxed(FLAG(0), 1);		/* AT read-xchg-relaxed */
	LOOK(1); cmpxchg_relaxed(FLAG(1), 0, 1);	/* AT read-cmpxchg-relaxed */
	LOOK(2); set_bit(0, FLAG(2));			/* AT read-set-bit */
	LOOK(3); TELL(3);				/* AT read-write-once */
	LOOK(12); atomic_add(1, ATOMIC(12));		/* AT read-atomic-add */
	LOOK(13); atomic_fetch_add_acquire(1, ATOMIC(13));	/* AT read-fetch-acquire */
	return seen;
}

CASE(write_relaxed, write_relaxed, items_read)
CASE(write_past, write_past, items_read)
CASE(read_past, read_past, items_write)

/* ---- locks made of them ---- */

static long lock_word;
static int locked;

#define LOCKED(name, take, release)					\
static long name(void)							\
{									\
	long unlocked = 0;						\
									\
	if (!(take))							\
		return unlocked;					\
	locked++;							\
	release;							\
	return 0;							\
}									\
const struct litmus litmus_kcsan_##name = { .role = { name, name } };

LOCKED(correct_barrier, cmpxchg_acquire(&lock_word, 0, 1) == 0,
       smp_store_release(&lock_word, 0))
LOCKED(missing_barrier,				/* AT missing */
       cmpxchg_relaxed(&lock_word, 0, 1) == 0, WRITE_ONCE(lock_word, 0))
LOCKED(builtins_correct_barrier,
       __atomic_compare_exchange_n(&lock_word, &unlocked, 1, 0,
				   __ATOMIC_ACQUIRE, __ATOMIC_RELAXED),
       __atomic_store_n(&lock_word, 0, __ATOMIC_RELEASE))
LOCKED(builtins_missing_barrier,		/* AT builtins-missing */
       __atomic_compare_exchange_n(&lock_word, &unlocked, 1, 0,
				   __ATOMIC_RELAXED, __ATOMIC_RELAXED),
       __atomic_store_n(&lock_word, 0, __ATOMIC_RELAXED))
