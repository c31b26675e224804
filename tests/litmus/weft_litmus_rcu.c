// SPDX-License-Identifier: GPL-2.0-only
/*
 * RCU and SRCU. Promised by Documentation/RCU/Design/Requirements/Requirements.rst
 * ("Grace-Period Guarantee", "Publish/Subscribe Guarantee"), RCU/checklist.rst
 * and, for sleeping readers, RCU/whatisRCU.rst.
 */
#include <linux/mutex.h>
#include <linux/rcupdate.h>
#include <linux/slab.h>
#include <linux/srcu.h>

#include "litmus.h"

struct litmus_object {
	int		alive;
	struct rcu_head	rcu;
};

static struct litmus_object old_object = { .alive = 1 };
static struct litmus_object new_object = { .alive = 1 };
static struct litmus_object __rcu *pointer;
static DEFINE_MUTEX(litmus_mutex);
DEFINE_STATIC_SRCU(litmus_srcu);
static int called;

static long rcu_setup(void)
{
	rcu_assign_pointer(pointer, &old_object);
	return 0;
}

static long object_look(struct litmus_object *o)
{
	promise(READ_ONCE(o->alive), "an object lives while a reader that found it is inside");
	promise(READ_ONCE(o->alive), "and until the reader leaves");
	return o == &old_object ? SEEN(0) : SEEN(1);
}

static long rcu_reader(void)
{
	long seen;

	rcu_read_lock();
	promise(rcu_read_lock_held(), "rcu_read_lock_held() says so");
	seen = object_look(rcu_dereference(pointer));
	rcu_read_unlock();
	return seen;
}

static void object_kill(struct litmus_object *o)
{
	WRITE_ONCE(o->alive, 0);
}

static long rcu_updater(void)
{
	rcu_assign_pointer(pointer, &new_object);
	synchronize_rcu();
	object_kill(&old_object);
	return 0;
}

const struct litmus litmus_rcu_grace_period = {
	.setup = rcu_setup, .role = { rcu_updater, rcu_reader, rcu_reader },
};

/* Entered again inside, a reader is one until it left the outermost section. */
static long rcu_reader_nested(void)
{
	struct litmus_object *o;

	rcu_read_lock();
	o = rcu_dereference(pointer);
	object_look(o);
	rcu_read_lock();
	rcu_read_unlock();
	object_look(o);
	rcu_read_unlock();
	return o == &old_object ? SEEN(0) : SEEN(1);
}

const struct litmus litmus_rcu_nested = {
	.setup = rcu_setup, .role = { rcu_updater, rcu_reader_nested },
};

/* Since 4.20 code that cannot be preempted is a reader too (whatisRCU.rst). */
static long rcu_reader_preempt_off(void)
{
	long seen;

	preempt_disable();
	seen = object_look(rcu_dereference_sched(pointer));
	preempt_enable();
	return seen;
}

const struct litmus litmus_rcu_preempt_off = {
	.setup = rcu_setup, .role = { rcu_updater, rcu_reader_preempt_off },
};

/* WRONG: no grace period. */
static long rcu_updater_hasty(void)
{
	rcu_assign_pointer(pointer, &new_object);
	object_kill(&old_object);
	return 0;
}

const struct litmus litmus_rcu_no_grace_period = {
	.setup = rcu_setup, .role = { rcu_updater_hasty, rcu_reader },
};

/* call_rcu() does not wait; its function does. rcu_barrier() waits for that. */
static void object_kill_rcu(struct rcu_head *head)
{
	promise(in_softirq(), "an RCU callback runs in softirq context");
	object_kill(container_of(head, struct litmus_object, rcu));
	WRITE_ONCE(called, 1);
}

static long rcu_updater_callback(void)
{
	rcu_assign_pointer(pointer, &new_object);
	call_rcu(&old_object.rcu, object_kill_rcu);
	return 0;
}

static long rcu_end(void)
{
	rcu_barrier();
	promise(READ_ONCE(called), "rcu_barrier() waits until callbacks have run");
	return 0;
}

const struct litmus litmus_rcu_callback = {
	.setup = rcu_setup, .role = { rcu_updater_callback, rcu_reader },
	.end = rcu_end,
};

static long rcu_setup_allocated(void)
{
	struct litmus_object *o = kzalloc(sizeof(*o), GFP_KERNEL);

	if (!o)
		return -ENOMEM;
	o->alive = 1;
	rcu_assign_pointer(pointer, o);
	return 0;
}

static long rcu_updater_kfree(void)
{
	struct litmus_object *o = rcu_dereference_protected(pointer, 1);

	rcu_assign_pointer(pointer, &new_object);
	kfree_rcu(o, rcu);
	return 0;
}

static long rcu_reader_allocated(void)
{
	bool new;

	rcu_read_lock();
	new = rcu_dereference(pointer) == &new_object;
	promise(READ_ONCE(rcu_dereference(pointer)->alive) == 1,
		"kfree_rcu() frees when the readers have left");
	rcu_read_unlock();
	return new ? SEEN(1) : SEEN(0);
}

const struct litmus litmus_rcu_kfree = {
	.setup = rcu_setup_allocated,
	.role = { rcu_updater_kfree, rcu_reader_allocated },
};

/* WRONG: it would wait for itself. checklist.rst item 7. */
static long rcu_synchronize_inside(void)
{
	rcu_read_lock();
	synchronize_rcu();
	rcu_read_unlock();
	return 0;
}

const struct litmus litmus_rcu_synchronize_inside = {
	.role = { rcu_synchronize_inside },
};

/* WRONG: a reader must not sleep. */
static long rcu_sleep_inside(void)
{
	rcu_read_lock();
	mutex_lock(&litmus_mutex);
	mutex_unlock(&litmus_mutex);
	rcu_read_unlock();
	return 0;
}

const struct litmus litmus_rcu_sleep_inside = { .role = { rcu_sleep_inside } };

/* ---- SRCU ---- */

static long srcu_reader(void)
{
	int index = srcu_read_lock(&litmus_srcu);	/* AT srcu-read */
	struct litmus_object *o = srcu_dereference(pointer, &litmus_srcu);
	long seen;

	mutex_lock(&litmus_mutex);	/* may sleep, AT srcu-mutex */
	seen = object_look(o);
	mutex_unlock(&litmus_mutex);
	srcu_read_unlock(&litmus_srcu, index);
	return seen;
}

static long srcu_updater(void)
{
	rcu_assign_pointer(pointer, &new_object);
	synchronize_srcu(&litmus_srcu);
	object_kill(&old_object);
	return 0;
}

const struct litmus litmus_srcu_grace_period = {
	.setup = rcu_setup, .role = { srcu_updater, srcu_reader },
};

/* WRONG: a grace period of RCU does not wait for readers of SRCU. */
const struct litmus litmus_srcu_is_not_rcu = {
	.setup = rcu_setup, .role = { rcu_updater, srcu_reader },
};

/* WRONG: a reader waits for its own section. */
static long srcu_synchronize_inside(void)
{
	int index = srcu_read_lock(&litmus_srcu);

	synchronize_srcu(&litmus_srcu);
	srcu_read_unlock(&litmus_srcu, index);
	return 0;
}

const struct litmus litmus_srcu_synchronize_inside = {
	.role = { srcu_synchronize_inside },
};

/* WRONG: the updater waits with a mutex that the reader inside wants. */
static long srcu_updater_locked(void)
{
	mutex_lock(&litmus_mutex);		/* AT mutex */
	synchronize_srcu(&litmus_srcu);		/* AT synchronize */
	mutex_unlock(&litmus_mutex);
	return 0;
}

const struct litmus litmus_srcu_mutex_deadlock = {
	.setup = rcu_setup, .role = { srcu_updater_locked, srcu_reader },
};
