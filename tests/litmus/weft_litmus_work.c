// SPDX-License-Identifier: GPL-2.0-only
/*
 * Workqueues and timers. Promised by Documentation/core-api/workqueue.rst
 * ("Non-reentrance Conditions"), kernel/workqueue.c above queue_work_on(),
 * flush_work() and cancel_work_sync(), and kernel/time/timer.c.
 */
#include <linux/jiffies.h>
#include <linux/mutex.h>
#include <linux/sched.h>
#include <linux/timer.h>
#include <linux/version.h>
#include <linux/workqueue.h>

#include "litmus.h"

#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 2, 0)
#define timer_delete_sync del_timer_sync
#endif

static DEFINE_MUTEX(litmus_mutex);
static struct litmus_section section;
static int queued, ran, order;
static struct workqueue_struct *ordered;

static void work_count(struct work_struct *work)
{
	litmus_section_pass(&section, 0);
	WRITE_ONCE(ran, READ_ONCE(ran) + 1);
}

static DECLARE_WORK(litmus_work, work_count);

/* Queued while it is pending, an item runs once; while it runs, once more. */
static long work_queue_twice(void)
{
	int n;

	n = schedule_work(&litmus_work);
	n += schedule_work(&litmus_work);
	WRITE_ONCE(queued, n);
	return SEEN(n - 1);
}

static long work_ran_as_queued(void)
{
	flush_work(&litmus_work);
	promise(ran == queued, "an item runs as often as queueing it returned true");
	promise(!work_busy(&litmus_work), "a flushed item is neither pending nor running");
	return 0;
}

const struct litmus litmus_work_queue_twice = {
	.role = { work_queue_twice }, .end = work_ran_as_queued,
};

static long work_flush(void)
{
	schedule_work(&litmus_work);
	flush_work(&litmus_work);
	promise(READ_ONCE(ran) >= 1, "flush_work() returns after the item has run");
	return 0;
}

const struct litmus litmus_work_flush = { .role = { work_flush, work_flush } };

static long work_queue(void)
{
	WRITE_ONCE(queued, schedule_work(&litmus_work));
	return 0;
}

static long work_cancel(void)
{
	long seen = cancel_work_sync(&litmus_work) ? SEEN(0) : SEEN(1);

	return seen;
}

static long work_cancel_end(void)
{
	flush_work(&litmus_work);
	promise(ran <= 1, "an item queued once runs at most once");
	return ran ? SEEN(3) : SEEN(2);
}

const struct litmus litmus_work_cancel_race = {
	.role = { work_queue, work_cancel }, .end = work_cancel_end,
};

/* Nobody queues it again: then nothing is left after cancel_work_sync(). */
static long work_queue_cancel(void)
{
	bool pending;
	int n;

	schedule_work(&litmus_work);
	pending = cancel_work_sync(&litmus_work);
	n = READ_ONCE(ran);
	promise(!work_busy(&litmus_work), "cancel_work_sync() leaves an item idle");
	promise(n == !pending, "it ran if and only if it was no longer pending");
	promise(READ_ONCE(ran) == n, "nothing runs after cancel_work_sync()");
	return pending ? SEEN(0) : SEEN(1);
}

const struct litmus litmus_work_cancel_sync = { .role = { work_queue_cancel } };

/* WRONG: an item that waits for itself. */
static void work_flush_self(struct work_struct *work)
{
	flush_work(work);			/* AT flush */
}

static DECLARE_WORK(litmus_selfish_work, work_flush_self);

static long work_selfish(void)
{
	schedule_work(&litmus_selfish_work);
	flush_work(&litmus_selfish_work);	/* AT flush-self */
	return 0;
}

const struct litmus litmus_work_flush_self = { .role = { work_selfish } };

/* WRONG: waiting for an item with a mutex that it wants. */
static void work_lock(struct work_struct *work)
{
	mutex_lock(&litmus_mutex);		/* AT work-mutex */
	mutex_unlock(&litmus_mutex);
}

static DECLARE_WORK(litmus_locking_work, work_lock);

static long work_flush_locked(void)
{
	schedule_work(&litmus_locking_work);
	mutex_lock(&litmus_mutex);		/* AT mutex */
	flush_work(&litmus_locking_work);	/* AT flush-locked */
	mutex_unlock(&litmus_mutex);
	return 0;
}

const struct litmus litmus_work_flush_locked = { .role = { work_flush_locked } };

/* The near miss: waiting after the unlock. */
static long work_flush_unlocked(void)
{
	schedule_work(&litmus_locking_work);
	mutex_lock(&litmus_mutex);
	mutex_unlock(&litmus_mutex);
	flush_work(&litmus_locking_work);
	return 0;
}

const struct litmus litmus_work_flush_unlocked = { .role = { work_flush_unlocked } };

/* ---- ordered queues: one item at a time, in the order of queueing ---- */

static void work_first(struct work_struct *work)
{
	litmus_section_pass(&section, 0);
	WRITE_ONCE(order, READ_ONCE(order) * 10 + 1);
}

static void work_second(struct work_struct *work)
{
	litmus_section_pass(&section, 0);
	WRITE_ONCE(order, READ_ONCE(order) * 10 + 2);
}

static DECLARE_WORK(litmus_work_1, work_first);
static DECLARE_WORK(litmus_work_2, work_second);

static long ordered_setup(void)
{
	ordered = alloc_ordered_workqueue("litmus", 0);
	return ordered ? 0 : -ENOMEM;
}

static long ordered_queue(void)
{
	queue_work(ordered, &litmus_work_1);
	queue_work(ordered, &litmus_work_2);
	return 0;
}

static long ordered_end(void)
{
	destroy_workqueue(ordered);
	promise(order == 12, "an ordered queue runs its items in order");
	return 0;
}

const struct litmus litmus_work_ordered = {
	.setup = ordered_setup, .role = { ordered_queue }, .end = ordered_end,
};

/* On an ordinary queue both orders are possible. */
static int started;

static void work_overlap(struct work_struct *work)
{
	WRITE_ONCE(started, READ_ONCE(started) | (work == &litmus_work_1 ? 1 : 2));
	WRITE_ONCE(order, READ_ONCE(started));
}

static long concurrent_queue(void)
{
	INIT_WORK(&litmus_work_1, work_overlap);
	INIT_WORK(&litmus_work_2, work_overlap);
	schedule_work(&litmus_work_1);
	schedule_work(&litmus_work_2);
	flush_work(&litmus_work_1);
	if (!(READ_ONCE(started) & 2))
		return SEEN(0);
	flush_work(&litmus_work_2);
	return SEEN(1);
}

const struct litmus litmus_work_concurrent = { .role = { concurrent_queue } };

/* ---- delays and timers ---- */

static DECLARE_DELAYED_WORK(litmus_delayed_work, work_count);

static long delayed_cancel(void)
{
	schedule_delayed_work(&litmus_delayed_work, 10);
	promise(delayed_work_pending(&litmus_delayed_work), "a delayed item is pending");
	cancel_delayed_work_sync(&litmus_delayed_work);
	promise(!READ_ONCE(ran), "an item cancelled before its time does not run");
	promise(!delayed_work_pending(&litmus_delayed_work), "nor is it pending");
	return 0;
}

static long delayed_end(void)
{
	schedule_delayed_work(&litmus_delayed_work, 10);
	flush_delayed_work(&litmus_delayed_work);
	promise(ran == 1, "flush_delayed_work() runs it at once");
	return 0;
}

const struct litmus litmus_delayed_work_cancel = {
	.role = { delayed_cancel }, .end = delayed_end,
};

static unsigned long armed;

static void timer_ring(struct timer_list *unused)
{
	promise(in_softirq(), "a timer function runs in softirq context");
	promise(time_after_eq(jiffies, armed + 5), "a timer never rings early");
	WRITE_ONCE(ran, READ_ONCE(ran) + 1);
}

static DEFINE_TIMER(litmus_timer, timer_ring);

static long timer_arm(void)
{
	WRITE_ONCE(armed, jiffies);
	mod_timer(&litmus_timer, jiffies + 5);
	schedule_timeout_uninterruptible(10);
	promise(READ_ONCE(ran) == 1, "a timer rings once");
	return 0;
}

const struct litmus litmus_timer_rings = { .role = { timer_arm } };

static long timer_delete_it(void)
{
	int pending, n;

	mod_timer(&litmus_timer, jiffies + 5);
	pending = timer_delete_sync(&litmus_timer);
	n = READ_ONCE(ran);
	schedule_timeout_uninterruptible(10);
	promise(READ_ONCE(ran) == n, "a timer does not ring after timer_delete_sync()");
	promise(pending + n == 1, "it rang, or was pending when deleted");
	return 0;
}

const struct litmus litmus_timer_delete = { .role = { timer_delete_it } };
