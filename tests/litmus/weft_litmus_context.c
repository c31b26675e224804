// SPDX-License-Identifier: GPL-2.0-only
/*
 * Twins of the detector "context": programs that sleep, lock or return where
 * they must not, and correct ones that look alike.
 *
 * Documentation/locking/{mutex-design,spinlocks,lockdep-design}.rst,
 * Documentation/RCU/checklist.rst items 1, 2 and 13; the cases of
 * lib/locking-selftest.c that are no orders: double unlock, unlock order,
 * init of a held lock.
 *
 * HERE marks the line that must be reported, THERE the other place.
 */
#include <linux/completion.h>
#include <linux/delay.h>
#include <linux/kthread.h>
#include <linux/mutex.h>
#include <linux/rcupdate.h>
#include <linux/rwsem.h>
#include <linux/slab.h>
#include <linux/spinlock.h>
#include <linux/uaccess.h>
#include <linux/workqueue.h>

#include "litmus.h"

/**
 * struct ctx_object - something with locks inside
 */
struct ctx_object {
	struct mutex	mutex;
	spinlock_t	spin;
	int		value;
};

static DEFINE_MUTEX(ctx_mutex);
static DEFINE_MUTEX(ctx_second);
static DEFINE_SPINLOCK(ctx_spin);
static DEFINE_RWLOCK(ctx_rwlock);
static DECLARE_RWSEM(ctx_rwsem);
static DECLARE_COMPLETION(ctx_taken);
static DECLARE_COMPLETION(ctx_done);
static struct ctx_object __rcu *ctx_published;
static struct ctx_object *ctx_shared;

#define ROLE_OF(name) const struct litmus litmus_##name = { .role = { name } }

static struct ctx_object *object_new(gfp_t gfp)
{
	struct ctx_object *o = kzalloc(sizeof(*o), gfp);

	if (o) {
		mutex_init(&o->mutex);
		spin_lock_init(&o->spin);
	}
	return o;
}

/* ---- sleeping where that is forbidden ---- */

static long ctx_sleep_spin(void)
{
	spin_lock(&ctx_spin);			/* THERE ctx_sleep_spin */
	msleep(1);				/* HERE ctx_sleep_spin */
	spin_unlock(&ctx_spin);
	return 0;
}
ROLE_OF(ctx_sleep_spin);

static long ctx_sleep_rcu(void)
{
	rcu_read_lock();			/* THERE ctx_sleep_rcu */
	kfree(kmalloc(16, GFP_KERNEL));		/* HERE ctx_sleep_rcu */
	rcu_read_unlock();
	return 0;
}
ROLE_OF(ctx_sleep_rcu);

static long ctx_sleep_preempt(void)
{
	preempt_disable();			/* THERE ctx_sleep_preempt */
	down_read(&ctx_rwsem);			/* HERE ctx_sleep_preempt */
	up_read(&ctx_rwsem);
	preempt_enable();
	return 0;
}
ROLE_OF(ctx_sleep_preempt);

static long ctx_sleep_irq(void)
{
	complete(&ctx_done);
	local_irq_disable();			/* THERE ctx_sleep_irq */
	wait_for_completion(&ctx_done);		/* HERE ctx_sleep_irq */
	local_irq_enable();
	return 0;
}
ROLE_OF(ctx_sleep_irq);

static void ctx_nothing(struct work_struct *work)
{
}

static DECLARE_WORK(ctx_work, ctx_nothing);

static long ctx_sleep_bh(void)
{
	local_bh_disable();			/* THERE ctx_sleep_bh */
	flush_work(&ctx_work);			/* HERE ctx_sleep_bh */
	local_bh_enable();
	return 0;
}
ROLE_OF(ctx_sleep_bh);

static long ctx_copy_spin(void)
{
	unsigned long word = 0;

	read_lock(&ctx_rwlock);			/* THERE ctx_copy_spin */
	if (copy_to_user((void __user *)&word, &word, 0))	/* HERE ctx_copy_spin */
		word = 1;
	read_unlock(&ctx_rwlock);
	return 0;
}
ROLE_OF(ctx_copy_spin);

/* Near misses: GFP_ATOMIC, trylock, sleeping right behind the end. */
static long ctx_atomic_ok(void)
{
	unsigned long flags;

	spin_lock_irqsave(&ctx_spin, flags);
	kfree(kmalloc(16, GFP_ATOMIC));
	if (mutex_trylock(&ctx_mutex))
		mutex_unlock(&ctx_mutex);
	complete(&ctx_done);
	spin_unlock_irqrestore(&ctx_spin, flags);
	wait_for_completion(&ctx_done);
	rcu_read_lock();
	preempt_disable();
	kfree(kmalloc(16, GFP_NOWAIT));
	preempt_enable();
	rcu_read_unlock();
	kfree(kmalloc(16, GFP_KERNEL));
	return 0;
}
const struct litmus litmus_ctx_atomic_ok = {
	.role = { ctx_atomic_ok, ctx_atomic_ok },
};

/* ---- releasing what is not held ---- */

static long ctx_unlock_twice(void)
{
	mutex_lock(&ctx_mutex);
	mutex_unlock(&ctx_mutex);		/* THERE ctx_unlock_twice */
	mutex_unlock(&ctx_mutex);		/* HERE ctx_unlock_twice */
	return 0;
}
ROLE_OF(ctx_unlock_twice);

static long ctx_spin_unlock_twice(void)
{
	spin_lock(&ctx_spin);
	spin_unlock(&ctx_spin);			/* THERE ctx_spin_unlock_twice */
	spin_unlock(&ctx_spin);			/* HERE ctx_spin_unlock_twice */
	return 0;
}
ROLE_OF(ctx_spin_unlock_twice);

static long ctx_owner(void)
{
	mutex_lock(&ctx_mutex);			/* THERE ctx_unlock_other */
	complete(&ctx_taken);
	wait_for_completion(&ctx_done);
	mutex_unlock(&ctx_mutex);
	return 0;
}

static long ctx_unlock_other(void)
{
	wait_for_completion(&ctx_taken);
	mutex_unlock(&ctx_mutex);		/* HERE ctx_unlock_other */
	complete(&ctx_done);
	return 0;
}
const struct litmus litmus_ctx_unlock_other = {
	.role = { ctx_owner, ctx_unlock_other },
};

static long ctx_wrong_mode(void)
{
	down_read(&ctx_rwsem);			/* THERE ctx_wrong_mode */
	up_write(&ctx_rwsem);			/* HERE ctx_wrong_mode */
	up_read(&ctx_rwsem);
	return 0;
}
ROLE_OF(ctx_wrong_mode);

/* Near misses: any order of releases, another subclass, a downgrade. */
static long ctx_unlock_order_ok(void)
{
	mutex_lock(&ctx_mutex);
	mutex_lock(&ctx_second);
	mutex_unlock(&ctx_mutex);
	mutex_unlock(&ctx_second);
	down_write(&ctx_rwsem);
	downgrade_write(&ctx_rwsem);
	up_read(&ctx_rwsem);
	return 0;
}
const struct litmus litmus_ctx_unlock_order_ok = {
	.role = { ctx_unlock_order_ok, ctx_unlock_order_ok },
};

/* ---- the life of a lock ---- */

static long ctx_init_held(void)
{
	static struct mutex mutex;

	mutex_init(&mutex);
	mutex_lock(&mutex);			/* THERE ctx_init_held */
	mutex_init(&mutex);			/* HERE ctx_init_held */
	mutex_unlock(&mutex);
	return 0;
}
ROLE_OF(ctx_init_held);

static long ctx_not_initialised(void)
{
	struct ctx_object *o = kzalloc(sizeof(*o), GFP_KERNEL);

	if (!o)
		return -ENOMEM;
	spin_lock(&o->spin);			/* HERE ctx_not_initialised */
	spin_unlock(&o->spin);			/* HERE ctx_not_initialised */
	kfree(o);
	return 0;
}
ROLE_OF(ctx_not_initialised);

static long ctx_free_spin(void)
{
	struct ctx_object *o = object_new(GFP_KERNEL);

	if (!o)
		return -ENOMEM;
	spin_lock(&o->spin);			/* THERE ctx_free_spin */
	kfree(o);				/* HERE ctx_free_spin */
	return 0;
}
ROLE_OF(ctx_free_spin);

static long ctx_setup_shared(void)
{
	ctx_shared = object_new(GFP_KERNEL);
	return ctx_shared ? 0 : -ENOMEM;
}

static long ctx_holder(void)
{
	mutex_lock(&ctx_shared->mutex);		/* THERE ctx_free_other */
	complete(&ctx_taken);
	wait_for_completion(&ctx_done);
	mutex_unlock(&ctx_shared->mutex);
	return 0;
}

static long ctx_free_other(void)
{
	wait_for_completion(&ctx_taken);
	kfree(ctx_shared);			/* HERE ctx_free_other */
	complete(&ctx_done);
	return 0;
}
const struct litmus litmus_ctx_free_other = {
	.setup = ctx_setup_shared, .role = { ctx_holder, ctx_free_other },
};

/* Near misses: initialised again and freed, but not while it is held. */
static long ctx_life_ok(void)
{
	struct ctx_object *o = object_new(GFP_KERNEL);

	if (!o)
		return -ENOMEM;
	mutex_lock(&o->mutex);
	mutex_unlock(&o->mutex);
	mutex_init(&o->mutex);
	mutex_lock(&o->mutex);
	mutex_lock(&ctx_mutex);
	mutex_unlock(&o->mutex);
	kfree(o);
	mutex_unlock(&ctx_mutex);
	return 0;
}
const struct litmus litmus_ctx_life_ok = { .role = { ctx_life_ok, ctx_life_ok } };

/* ---- returning with something ---- */

static long ctx_return_spin(void)
{
	spin_lock(&ctx_spin);			/* THERE ctx_return_spin */
	return 0;
}
ROLE_OF(ctx_return_spin);

static long ctx_return_rcu(void)
{
	rcu_read_lock();			/* THERE ctx_return_rcu */
	return 0;
}
ROLE_OF(ctx_return_rcu);

static long ctx_return_irq(void)
{
	local_irq_disable();			/* THERE ctx_return_irq */
	return 0;
}
ROLE_OF(ctx_return_irq);

static int ctx_thread_forgets(void *arg)
{
	mutex_lock(&ctx_mutex);			/* THERE ctx_thread_ends */
	complete(&ctx_done);
	return 0;
}

static long ctx_thread_ends(void)
{
	struct task_struct *k = kthread_run(ctx_thread_forgets, NULL, "forgetful");

	if (IS_ERR(k))
		return PTR_ERR(k);
	wait_for_completion(&ctx_done);
	return 0;
}
ROLE_OF(ctx_thread_ends);

static void ctx_work_forgets(struct work_struct *work)
{
	preempt_disable();			/* THERE ctx_work_ends */
}

static DECLARE_WORK(ctx_forgetful, ctx_work_forgets);

static long ctx_work_ends(void)
{
	schedule_work(&ctx_forgetful);
	flush_work(&ctx_forgetful);
	return 0;
}
ROLE_OF(ctx_work_ends);

/* ---- RCU and what lockdep is asked ---- */

static long ctx_rcu_unbalanced(void)
{
	rcu_read_unlock();			/* HERE ctx_rcu_unbalanced */
	return 0;
}
ROLE_OF(ctx_rcu_unbalanced);

static long ctx_rcu_outside(void)
{
	struct ctx_object *o = rcu_dereference(ctx_published);	/* HERE ctx_rcu_outside */

	return o ? SEEN(0) : 0;
}
ROLE_OF(ctx_rcu_outside);

static long ctx_assert(void)
{
	mutex_lock(&ctx_mutex);
	mutex_unlock(&ctx_mutex);		/* THERE ctx_assert */
	mutex_lock(&ctx_second);
	lockdep_assert_held(&ctx_mutex);	/* HERE ctx_assert */
	mutex_unlock(&ctx_second);
	return 0;
}
ROLE_OF(ctx_assert);

/* Near misses: each access under what protects it, free behind a grace period. */
static long ctx_rcu_setup(void)
{
	rcu_assign_pointer(ctx_published, object_new(GFP_KERNEL));
	return 0;
}

static long ctx_rcu_reader_ok(void)
{
	struct ctx_object *o;
	long seen = 0;

	rcu_read_lock();
	o = rcu_dereference(ctx_published);
	if (o)
		seen = READ_ONCE(o->value) + SEEN(0);
	rcu_read_unlock();
	return seen ? SEEN(0) : SEEN(1);
}

static long ctx_rcu_updater_ok(void)
{
	struct ctx_object *o;

	mutex_lock(&ctx_mutex);
	lockdep_assert_held(&ctx_mutex);
	o = rcu_dereference_protected(ctx_published,
				      lockdep_is_held(&ctx_mutex));
	RCU_INIT_POINTER(ctx_published, NULL);
	mutex_unlock(&ctx_mutex);
	lockdep_assert_not_held(&ctx_mutex);
	synchronize_rcu();
	kfree(o);
	return 0;
}
const struct litmus litmus_ctx_rcu_ok = {
	.setup = ctx_rcu_setup,
	.role = { ctx_rcu_updater_ok, ctx_rcu_reader_ok },
};
