// SPDX-License-Identifier: GPL-2.0-only
/*
 * Data races and what only looks like one. What orders plain accesses:
 * tools/memory-model/Documentation/ordering.txt and access-marking.txt.
 */
#include <linux/atomic.h>
#include <linux/kthread.h>
#include <linux/mutex.h>
#include <linux/rcupdate.h>
#include <linux/refcount.h>
#include <linux/spinlock.h>
#include <linux/srcu.h>

#include "litmus.h"

static DEFINE_MUTEX(race_mutex);
static DEFINE_MUTEX(race_other_mutex);
static DEFINE_SPINLOCK(race_spin);
DEFINE_STATIC_SRCU(race_srcu);
static refcount_t race_count = REFCOUNT_INIT(2);
static atomic_t race_atomic;
static int data, flag;

static struct race_bits {
	unsigned int	a : 4;
	unsigned int	b : 4;
} bits;

static struct race_object {
	int	value;
} old_object, new_object;
static struct race_object __rcu *pointer;

/* ---- races ---- */

/* Published without a release. */
static long relaxed_publish(void)
{
	data = 1;				/* AT relaxed-write */
	WRITE_ONCE(flag, 1);
	return 0;
}

static long relaxed_consume(void)
{
	if (READ_ONCE(flag))
		promise(data == 1, "sequential consistency hides it");	/* AT relaxed-read */
	return 0;
}

const struct litmus litmus_race_relaxed_flag = {
	.role = { relaxed_publish, relaxed_consume },
};

/* Each bitfield has its lock; their word has none. */
static long bits_a(void)
{
	mutex_lock(&race_mutex);
	bits.a = 1;				/* AT bit-a */
	mutex_unlock(&race_mutex);
	return 0;
}

static long bits_b(void)
{
	mutex_lock(&race_other_mutex);
	bits.b = 1;				/* AT bit-b */
	mutex_unlock(&race_other_mutex);
	return 0;
}

static long bits_end(void)
{
	promise(bits.a || bits.b, "one of two updates is kept");
	return 0;
}

const struct litmus litmus_race_bitfield = {
	.role = { bits_a, bits_b }, .end = bits_end,
};

/* The update is done, but the lock is gone by then. */
static long late_write(void)
{
	mutex_lock(&race_mutex);
	mutex_unlock(&race_mutex);
	data = 1;				/* AT after-unlock */
	return 0;
}

static long locked_read(void)
{
	long seen;

	mutex_lock(&race_mutex);
	seen = data > 9;			/* AT under-lock */
	mutex_unlock(&race_mutex);
	return seen;
}

const struct litmus litmus_race_after_unlock = {
	.role = { late_write, locked_read },
};

/* An atomic operation without a result orders nothing. */
static long atomic_publish(void)
{
	data = 1;				/* AT atomic-publish */
	atomic_inc(&race_atomic);
	return 0;
}

static long atomic_consume(void)
{
	return atomic_read(&race_atomic) ? data > 9 : 0;	/* AT atomic-consume */
}

const struct litmus litmus_race_atomic_inc = {
	.role = { atomic_publish, atomic_consume },
};

static long rcu_look(void)
{
	struct race_object *o;
	long seen;

	rcu_read_lock();
	o = rcu_dereference(pointer);
	seen = o ? o->value > 9 : 0;		/* AT rcu-look */
	rcu_read_unlock();
	return seen;
}

static long rcu_setup(void)
{
	rcu_assign_pointer(pointer, &old_object);
	return 0;
}

static long rcu_reuse_at_once(void)
{
	rcu_assign_pointer(pointer, &new_object);
	old_object.value = 1;			/* AT rcu-reuse */
	return 0;
}

const struct litmus litmus_race_rcu_reuse = {
	.setup = rcu_setup, .role = { rcu_reuse_at_once, rcu_look },
};

/* ---- not races ---- */

static long release_publish(void)
{
	data = 1;
	smp_store_release(&flag, 1);
	return 0;
}

static long acquire_consume(void)
{
	if (smp_load_acquire(&flag))
		data++;
	return 0;
}

const struct litmus litmus_norace_release = {
	.role = { release_publish, acquire_consume },
};

static long fence_publish(void)
{
	data = 1;
	smp_wmb();
	WRITE_ONCE(flag, 1);
	return 0;
}

static long fence_consume(void)
{
	if (READ_ONCE(flag)) {
		smp_rmb();
		data++;
	}
	return 0;
}

const struct litmus litmus_norace_fences = {
	.role = { fence_publish, fence_consume },
};

static long rcu_init_publish(void)
{
	new_object.value = 1;
	rcu_assign_pointer(pointer, &new_object);
	return 0;
}

const struct litmus litmus_norace_rcu_publish = {
	.setup = rcu_setup, .role = { rcu_init_publish, rcu_look, rcu_look },
};

static long rcu_reuse(void)
{
	rcu_assign_pointer(pointer, &new_object);
	synchronize_rcu();
	old_object.value = 1;
	return 0;
}

const struct litmus litmus_norace_rcu_grace = {
	.setup = rcu_setup, .role = { rcu_reuse, rcu_look, rcu_look },
};

static struct rcu_head race_head;

static void race_callback(struct rcu_head *head)
{
	old_object.value = 1;
}

static long rcu_reuse_later(void)
{
	rcu_assign_pointer(pointer, &new_object);
	call_rcu(&race_head, race_callback);
	return 0;
}

static long rcu_finish(void)
{
	rcu_barrier();
	return 0;
}

const struct litmus litmus_norace_rcu_callback = {
	.setup = rcu_setup, .role = { rcu_reuse_later, rcu_look },
	.end = rcu_finish,
};

static long srcu_look(void)
{
	int index = srcu_read_lock(&race_srcu);
	struct race_object *o = srcu_dereference(pointer, &race_srcu);
	long seen = o->value > 9;

	srcu_read_unlock(&race_srcu, index);
	return seen;
}

static long srcu_reuse(void)
{
	rcu_assign_pointer(pointer, &new_object);
	synchronize_srcu(&race_srcu);
	old_object.value = 1;
	return 0;
}

const struct litmus litmus_norace_srcu_grace = {
	.setup = rcu_setup, .role = { srcu_reuse, srcu_look },
};

/* Whoever puts last has all the others' accesses behind it. */
static long use_and_put(void)
{
	spin_lock(&race_spin);
	data++;
	spin_unlock(&race_spin);
	if (refcount_dec_and_test(&race_count))
		data = 0;
	return 0;
}

const struct litmus litmus_norace_last_put = {
	.role = { use_and_put, use_and_put },
};

static int thread_main(void *arg)
{
	data++;
	while (!kthread_should_stop()) {
		set_current_state(TASK_INTERRUPTIBLE);
		if (!kthread_should_stop())
			schedule();
		__set_current_state(TASK_RUNNING);
	}
	data++;
	return 0;
}

static long thread_around(void)
{
	struct task_struct *thread;

	data = 1;
	thread = kthread_run(thread_main, NULL, "race");
	if (IS_ERR(thread))
		return PTR_ERR(thread);
	kthread_stop(thread);
	data++;
	return 0;
}

const struct litmus litmus_norace_kthread = { .role = { thread_around } };

/* The lock is handed on with what it protects. */
static long handover(void)
{
	mutex_lock(&race_mutex);
	if (!flag) {
		data = 1;
		flag = 1;
	} else {
		data = 2;
	}
	mutex_unlock(&race_mutex);
	return 0;
}

const struct litmus litmus_norace_handover = { .role = { handover, handover } };
