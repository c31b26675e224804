// SPDX-License-Identifier: GPL-2.0-only
/*
 * Lock order: the cases of lib/locking-selftest.c, in programs of our own. There
 * one context goes through all orders and lockdep foretells the deadlock; here
 * each order is a task, and there is a witness. And what only looks like one. Those
 * with readers are in weft_litmus_order_rw.c.
 */
#include <linux/mutex.h>
#include <linux/rwsem.h>
#include <linux/spinlock.h>

#include "litmus.h"

static DEFINE_SPINLOCK(spin_A);
static DEFINE_SPINLOCK(spin_B);
static DEFINE_SPINLOCK(spin_C);
static DEFINE_SPINLOCK(spin_D);
static DEFINE_MUTEX(mutex_A);
static DEFINE_MUTEX(mutex_B);
static DEFINE_MUTEX(mutex_C);
static DEFINE_MUTEX(mutex_D);
static DECLARE_RWSEM(rwsem_A);
static DECLARE_RWSEM(rwsem_B);
static DECLARE_RWSEM(rwsem_C);
static DECLARE_RWSEM(rwsem_D);
static DEFINE_RWLOCK(rwlock_A);
static DEFINE_RWLOCK(rwlock_B);
static DEFINE_RWLOCK(rwlock_C);
static DEFINE_RWLOCK(rwlock_D);

/* One task takes two. Not in a macro: each call has a line of its own. */
static long spin_take(spinlock_t *first, spinlock_t *second)
{
	spin_lock(first);			/* AT spin-first */
	spin_lock(second);			/* AT spin-second */
	spin_unlock(second);
	spin_unlock(first);
	return 0;
}

static long mutex_take(struct mutex *first, struct mutex *second)
{
	mutex_lock(first);			/* AT mutex-first */
	mutex_lock(second);			/* AT mutex-second */
	mutex_unlock(second);
	mutex_unlock(first);
	return 0;
}

static long rwsem_take(struct rw_semaphore *first, struct rw_semaphore *second)
{
	down_write(first);			/* AT rwsem-first */
	down_write(second);			/* AT rwsem-second */
	up_write(second);
	up_write(first);
	return 0;
}

static long rwlock_take(rwlock_t *first, rwlock_t *second)
{
	write_lock(first);			/* AT rwlock-first */
	write_lock(second);			/* AT rwlock-second */
	write_unlock(second);
	write_unlock(first);
	return 0;
}

/* X then Y. */
#define TWO(kind, X, Y)							\
static long kind##_##X##Y(void)						\
{									\
	return kind##_take(&kind##_##X, &kind##_##Y);			\
}

/* All the orders the cases need. */
#define ORDERS(kind)							\
	TWO(kind, A, B)							\
	TWO(kind, B, A)							\
	TWO(kind, B, C)							\
	TWO(kind, C, A)							\
	TWO(kind, C, D)							\
	TWO(kind, B, D)							\
	TWO(kind, D, A)							\
const struct litmus litmus_order_##kind##_abba = {			\
	.role = { kind##_AB, kind##_BA },				\
};									\
const struct litmus litmus_order_##kind##_abbcca = {			\
	.role = { kind##_AB, kind##_BC, kind##_CA },			\
};									\
const struct litmus litmus_order_##kind##_abcabc = {			\
	.role = { kind##_AB, kind##_CA, kind##_BC },			\
};									\
const struct litmus litmus_order_##kind##_abbccdda = {			\
	.role = { kind##_AB, kind##_BC, kind##_CD, kind##_DA },		\
};									\
const struct litmus litmus_order_##kind##_abcdbcda = {			\
	.role = { kind##_AB, kind##_CD, kind##_BC, kind##_DA },		\
};									\
const struct litmus litmus_order_##kind##_abcdbdda = {			\
	.role = { kind##_AB, kind##_CD, kind##_BD, kind##_DA },		\
};

ORDERS(spin)					/* AT spin */
ORDERS(mutex)					/* AT mutex */
ORDERS(rwsem)					/* AT rwsem */
ORDERS(rwlock)					/* AT rwlock */

/* ---- no deadlock ---- */

static long gated_AB(void)
{
	mutex_lock(&mutex_C);
	mutex_AB();
	mutex_unlock(&mutex_C);
	return 0;
}

static long gated_BA(void)
{
	mutex_lock(&mutex_C);
	mutex_BA();
	mutex_unlock(&mutex_C);
	return 0;
}

const struct litmus litmus_order_gate = { .role = { gated_AB, gated_BA } };

/* It gives up the first when it cannot get the second. */
static long try_BA(void)
{
	mutex_lock(&mutex_B);
	if (mutex_trylock(&mutex_A))
		mutex_unlock(&mutex_A);
	mutex_unlock(&mutex_B);
	return 0;
}

const struct litmus litmus_order_back_off = { .role = { mutex_AB, try_BA } };

/* Locks of one class, always in the same order, with a subclass that says so. */
static struct order_node {
	struct mutex lock;
} nodes[2];

static long nodes_setup(void)
{
	int i;

	for (i = 0; i < 2; i++)
		mutex_init(&nodes[i].lock);
	return 0;
}

static long nodes_take(void)
{
	mutex_lock(&nodes[0].lock);		/* AT node-0 */
	mutex_lock_nested(&nodes[1].lock, SINGLE_DEPTH_NESTING);	/* AT nested-1 */
	mutex_unlock(&nodes[1].lock);
	mutex_unlock(&nodes[0].lock);
	return 0;
}

const struct litmus litmus_order_nested = {
	.setup = nodes_setup, .role = { nodes_take, nodes_take },
};

/* The same annotation, and the order is wrong all the same. */
static long nodes_take_back(void)
{
	mutex_lock(&nodes[1].lock);		/* AT node-1 */
	mutex_lock_nested(&nodes[0].lock, SINGLE_DEPTH_NESTING);	/* AT nested-0 */
	mutex_unlock(&nodes[0].lock);
	mutex_unlock(&nodes[1].lock);
	return 0;
}

const struct litmus litmus_order_nested_wrong = {
	.setup = nodes_setup, .role = { nodes_take, nodes_take_back },
};
