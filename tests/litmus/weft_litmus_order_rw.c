// SPDX-License-Identifier: GPL-2.0-only
/*
 * Lock order with readers, and of a lock with itself: the cases of
 * lib/locking-selftest.c in which one lock is taken twice, for reading or writing,
 * in programs of our own. Each of its orders is a task, so that there is a witness.
 *
 * Lockdep warns of a reader that waits for readers, as a writer may come between
 * them some day. Here that is a deadlock when there is such a writer (the ones called
 * line), and none when there is not. The test of lockdep lets a rwlock be read twice,
 * which interrupts may do; a task that does it waits for a writer in line, as
 * kernel/locking/qrwlock.c has it.
 */
#include <linux/mutex.h>
#include <linux/rwsem.h>
#include <linux/spinlock.h>

#include "litmus.h"

enum mode { R, W };

static DEFINE_RWLOCK(rwlock_A);
static DEFINE_RWLOCK(rwlock_B);
static DEFINE_RWLOCK(rwlock_C);
static DEFINE_RWLOCK(rwlock_D);
static DECLARE_RWSEM(rwsem_A);
static DECLARE_RWSEM(rwsem_B);
static DECLARE_RWSEM(rwsem_C);
static DECLARE_RWSEM(rwsem_D);
/* What is between two of them. */
static DEFINE_SPINLOCK(rwlock_other);
static DEFINE_MUTEX(rwsem_other);
/* Two of one class. */
static rwlock_t rwlock_X[2];
static struct rw_semaphore rwsem_X[2];
static spinlock_t spin_X[2];

/* ---- one lock under another, in any modes ---- */

static void rwlock_take(rwlock_t *lock, enum mode mode)
{
	if (mode == W)
		write_lock(lock);		/* AT rwlock-write */
	else
		read_lock(lock);		/* AT rwlock-read */
}

static void rwlock_drop(rwlock_t *lock, enum mode mode)
{
	if (mode == W)
		write_unlock(lock);
	else
		read_unlock(lock);
}

static long rwlock_two(rwlock_t *first, enum mode m, rwlock_t *second, enum mode n)
{
	rwlock_take(first, m);			/* AT rwlock-first */
	rwlock_take(second, n);			/* AT rwlock-second */
	rwlock_drop(second, n);
	rwlock_drop(first, m);
	return 0;
}

static long rwlock_with(rwlock_t *lock, enum mode mode)
{
	rwlock_take(lock, mode);		/* AT rwlock-outside */
	spin_lock(&rwlock_other);		/* AT spin-inside */
	spin_unlock(&rwlock_other);
	rwlock_drop(lock, mode);
	return 0;
}

static long rwlock_inside(rwlock_t *lock, enum mode mode)
{
	spin_lock(&rwlock_other);		/* AT spin-outside */
	rwlock_take(lock, mode);		/* AT rwlock-inside */
	rwlock_drop(lock, mode);
	spin_unlock(&rwlock_other);
	return 0;
}

static long rwlock_write(rwlock_t *lock)
{
	write_lock(lock);			/* AT rwlock-line */
	write_unlock(lock);
	return 0;
}

static void rwsem_take(struct rw_semaphore *sem, enum mode mode)
{
	if (mode == W)
		down_write(sem);		/* AT rwsem-write */
	else
		down_read(sem);			/* AT rwsem-read */
}

static void rwsem_drop(struct rw_semaphore *sem, enum mode mode)
{
	if (mode == W)
		up_write(sem);
	else
		up_read(sem);
}

static long rwsem_two(struct rw_semaphore *first, enum mode m,
		      struct rw_semaphore *second, enum mode n)
{
	rwsem_take(first, m);			/* AT rwsem-first */
	rwsem_take(second, n);			/* AT rwsem-second */
	rwsem_drop(second, n);
	rwsem_drop(first, m);
	return 0;
}

static long rwsem_with(struct rw_semaphore *sem, enum mode mode)
{
	rwsem_take(sem, mode);			/* AT rwsem-outside */
	mutex_lock(&rwsem_other);		/* AT mutex-inside */
	mutex_unlock(&rwsem_other);
	rwsem_drop(sem, mode);
	return 0;
}

static long rwsem_inside(struct rw_semaphore *sem, enum mode mode)
{
	mutex_lock(&rwsem_other);		/* AT mutex-outside */
	rwsem_take(sem, mode);			/* AT rwsem-inside */
	rwsem_drop(sem, mode);
	mutex_unlock(&rwsem_other);
	return 0;
}

static long rwsem_write(struct rw_semaphore *sem)
{
	down_write(sem);			/* AT rwsem-line */
	up_write(sem);
	return 0;
}

/* RA then WB is kind_RAWB. */
#define TWO(kind, m, X, n, Y)						\
static long kind##_##m##X##n##Y(void)					\
{									\
	return kind##_two(&kind##_##X, m, &kind##_##Y, n);		\
}

/* X of a class, then the other of it; and the other way round. */
#define TWO_OF_CLASS(kind, m, n)					\
static long kind##_X##m##X##n(void)					\
{									\
	return kind##_two(&kind##_X[0], m, &kind##_X[1], n);		\
}									\
static long kind##_X##m##X##n##_back(void)				\
{									\
	return kind##_two(&kind##_X[1], m, &kind##_X[0], n);		\
}

#define WITH_OTHER(kind, m)						\
static long kind##_##m##_other(void) { return kind##_with(&kind##_A, m); }	\
static long kind##_other_##m(void) { return kind##_inside(&kind##_A, m); }

#define WRITER(kind, X)							\
static long kind##_line_##X(void) { return kind##_write(&kind##_##X); }

/* ---- the cases ---- */

#define CASE(name, ...) const struct litmus litmus_order_##name = {	\
	.role = { __VA_ARGS__ },					\
};
#define CASE_OF_CLASS(kind, name, ...)					\
const struct litmus litmus_order_##kind##_class_##name = {		\
	.setup = kind##_class_setup, .role = { __VA_ARGS__ },		\
};

/* Twice the same lock. */
#define SELF_CASES(kind)						\
	TWO(kind, W, A, W, A)						\
	TWO(kind, R, A, W, A)						\
	TWO(kind, W, A, R, A)						\
	TWO(kind, R, A, R, A)						\
	WRITER(kind, A)							\
	CASE(kind##_wawa, kind##_WAWA)					\
	CASE(kind##_rawa, kind##_RAWA)					\
	CASE(kind##_wara, kind##_WARA)					\
	CASE(kind##_rara_line, kind##_RARA, kind##_line_A)		\
	CASE(kind##_rara, kind##_RARA, kind##_RARA)

/* Two of a class: a deadlock when they are taken in both orders only. */
#define CLASS_CASES(kind)						\
	TWO_OF_CLASS(kind, W, W)					\
	TWO_OF_CLASS(kind, R, W)					\
	TWO_OF_CLASS(kind, W, R)					\
	TWO_OF_CLASS(kind, R, R)					\
	CASE_OF_CLASS(kind, ww, kind##_XWXW, kind##_XWXW_back)		\
	CASE_OF_CLASS(kind, rw, kind##_XRXW, kind##_XRXW_back)		\
	CASE_OF_CLASS(kind, wr, kind##_XWXR, kind##_XWXR_back)		\
	CASE_OF_CLASS(kind, rr, kind##_XRXR, kind##_XRXR_back)		\
	CASE_OF_CLASS(kind, in_order, kind##_XWXW, kind##_XRXW, kind##_XWXR)

/* Another lock between. */
#define MIXED_CASES(kind)						\
	WITH_OTHER(kind, R)						\
	WITH_OTHER(kind, W)						\
	CASE(kind##_rl_lw, kind##_R_other, kind##_other_W)		\
	CASE(kind##_rl_lr, kind##_R_other, kind##_other_R)		\
	CASE(kind##_rl_lr_line, kind##_R_other, kind##_other_R,		\
	     kind##_line_A)						\
	CASE(kind##_wl_lw, kind##_W_other, kind##_other_W)		\
	CASE(kind##_rl_lr_lw, kind##_R_other, kind##_other_R,		\
	     kind##_other_W)

/* Three locks, for writing and reading. */
#define MODE_CASES(kind)						\
	TWO(kind, W, A, R, B)						\
	TWO(kind, W, B, R, C)						\
	TWO(kind, W, C, R, A)						\
	TWO(kind, W, A, W, B)						\
	TWO(kind, R, C, W, A)						\
	TWO(kind, W, C, W, A)						\
	CASE(kind##_warb_wbrc_wcra, kind##_WARB, kind##_WBRC, kind##_WCRA) \
	CASE(kind##_wawb_rbrc_wcra, kind##_WAWB, kind##_RBRC, kind##_WCRA) \
	CASE(kind##_wawb_rbrc_rcwa, kind##_WAWB, kind##_RBRC, kind##_RCWA) \
	CASE(kind##_warb_rbrc_wcwa, kind##_WARB, kind##_RBRC, kind##_WCWA)

/* Readers only, in all orders of weft_litmus_order.c. */
#define READ_CASES(kind)						\
	TWO(kind, R, A, R, B)						\
	TWO(kind, R, B, R, A)						\
	TWO(kind, R, B, R, C)						\
	TWO(kind, R, C, R, A)						\
	TWO(kind, R, C, R, D)						\
	TWO(kind, R, B, R, D)						\
	TWO(kind, R, D, R, A)						\
	WRITER(kind, B)							\
	CASE(kind##_read_abba, kind##_RARB, kind##_RBRA)		\
	CASE(kind##_read_abba_line, kind##_RARB, kind##_RBRA,		\
	     kind##_line_A, kind##_line_B)				\
	CASE(kind##_read_abbcca, kind##_RARB, kind##_RBRC, kind##_RCRA)	\
	CASE(kind##_read_abcabc, kind##_RARB, kind##_RCRA, kind##_RBRC)	\
	CASE(kind##_read_abbccdda, kind##_RARB, kind##_RBRC,		\
	     kind##_RCRD, kind##_RDRA)					\
	CASE(kind##_read_abcdbcda, kind##_RARB, kind##_RCRD,		\
	     kind##_RBRC, kind##_RDRA)					\
	CASE(kind##_read_abcdbdda, kind##_RARB, kind##_RCRD,		\
	     kind##_RBRD, kind##_RDRA)

static long rwlock_class_setup(void)
{
	int i;

	for (i = 0; i < 2; i++)
		rwlock_init(&rwlock_X[i]);
	return 0;
}

static long rwsem_class_setup(void)
{
	int i;

	for (i = 0; i < 2; i++)
		init_rwsem(&rwsem_X[i]);
	return 0;
}

SELF_CASES(rwlock)				/* AT rwlock-self */
CLASS_CASES(rwlock)				/* AT rwlock-class */
MIXED_CASES(rwlock)				/* AT rwlock-mixed */
READ_CASES(rwlock)				/* AT rwlock-readers */
MODE_CASES(rwlock)				/* AT rwlock-modes */
SELF_CASES(rwsem)				/* AT rwsem-self */
CLASS_CASES(rwsem)				/* AT rwsem-class */
MIXED_CASES(rwsem)				/* AT rwsem-mixed */
READ_CASES(rwsem)				/* AT rwsem-readers */
MODE_CASES(rwsem)				/* AT rwsem-modes */

static long spin_class_setup(void)
{
	int i;

	for (i = 0; i < 2; i++)
		spin_lock_init(&spin_X[i]);
	return 0;
}

static long spin_two(spinlock_t *first, spinlock_t *second)
{
	spin_lock(first);			/* AT spin-first */
	spin_lock(second);			/* AT spin-second */
	spin_unlock(second);
	spin_unlock(first);
	return 0;
}

static long spin_X_in_order(void) { return spin_two(&spin_X[0], &spin_X[1]); }	/* AT spin-in-order */
static long spin_X_back(void) { return spin_two(&spin_X[1], &spin_X[0]); }	/* AT spin-back */

CASE_OF_CLASS(spin, both, spin_X_in_order, spin_X_back)
CASE_OF_CLASS(spin, in_order, spin_X_in_order, spin_X_in_order)
