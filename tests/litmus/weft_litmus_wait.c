// SPDX-License-Identifier: GPL-2.0-only
/*
 * Waiting and waking. Promised by Documentation/scheduler/completion.rst,
 * include/linux/wait.h (wait_event()) and include/linux/sched.h above
 * set_current_state(): state first, then the condition, or a wake-up is lost.
 */
#include <linux/completion.h>
#include <linux/delay.h>
#include <linux/jiffies.h>
#include <linux/kthread.h>
#include <linux/sched.h>
#include <linux/sched/signal.h>
#include <linux/sched/task.h>
#include <linux/wait.h>

#include "litmus.h"

static DECLARE_COMPLETION(litmus_done);
static DECLARE_COMPLETION(ready);
static DECLARE_WAIT_QUEUE_HEAD(litmus_wq);
static struct task_struct *sleeper;
static int flag;

static long done_complete(void)
{
	WRITE_ONCE(flag, 1);
	complete(&litmus_done);
	return 0;
}

static long done_wait(void)
{
	long seen = completion_done(&litmus_done) ? SEEN(0) : SEEN(1);

	wait_for_completion(&litmus_done);	/* AT wait */
	promise(READ_ONCE(flag), "what was written before complete() is seen after the wait");
	return seen;
}

const struct litmus litmus_completion = { .role = { done_complete, done_wait } };

/* complete() lets one waiter go, complete_all() all, for ever. */
static long done_complete_all(void)
{
	WRITE_ONCE(flag, 1);
	complete_all(&litmus_done);
	return 0;
}

static long done_still(void)
{
	promise(completion_done(&litmus_done), "complete_all() stays in effect");
	return 0;
}

const struct litmus litmus_completion_all = {
	.role = { done_complete_all, done_wait, done_wait }, .end = done_still,
};
const struct litmus litmus_completion_one_for_two = {
	.role = { done_complete, done_wait, done_wait },
};

/* Time passes only when nothing else can run, so nobody is late here. */
static long done_wait_timeout(void)
{
	unsigned long left = wait_for_completion_timeout(&litmus_done, 10);

	promise(left > 0, "a completion that comes at once beats its timeout");
	return 0;
}

const struct litmus litmus_completion_timeout = {
	.role = { done_complete, done_wait_timeout },
};

static long done_wait_in_vain(void)
{
	unsigned long before = jiffies;

	promise(!wait_for_completion_timeout(&litmus_done, 10),
		"wait_for_completion_timeout() returns 0 if it timed out");
	promise(time_after_eq(jiffies, before + 10),
		"a timeout takes at least the time it was given");
	return 0;
}

const struct litmus litmus_completion_timed_out = { .role = { done_wait_in_vain } };

static long sleep_short(void)
{
	unsigned long before = jiffies;

	msleep(20);
	promise(time_after_eq(jiffies, before + msecs_to_jiffies(20)),
		"msleep() takes at least the time it was given");
	return 0;
}

const struct litmus litmus_msleep = { .role = { sleep_short, sleep_short } };

/* ---- wait queues ---- */

static long event_set(void)
{
	WRITE_ONCE(flag, 1);
	wake_up(&litmus_wq);
	return 0;
}

static long event_wait(void)
{
	long seen = READ_ONCE(flag) ? SEEN(0) : SEEN(1);

	wait_event(litmus_wq, READ_ONCE(flag));
	promise(READ_ONCE(flag), "wait_event() returns when the condition is true");
	return seen;
}

const struct litmus litmus_wait_event = {
	.role = { event_set, event_wait, event_wait },
};

/* ---- the rule of set_current_state() ---- */

static long sleeper_announce(void)
{
	WRITE_ONCE(sleeper, current);
	return 0;
}

static void sleeper_wake(void)
{
	struct task_struct *p = READ_ONCE(sleeper);

	WRITE_ONCE(flag, 1);
	if (p)
		wake_up_process(p);
}

static long state_wake(void)
{
	wait_for_completion(&ready);
	sleeper_wake();
	return 0;
}

static long state_first(void)
{
	sleeper_announce();
	complete(&ready);
	for (;;) {
		set_current_state(TASK_UNINTERRUPTIBLE);
		if (READ_ONCE(flag))
			break;
		schedule();
	}
	__set_current_state(TASK_RUNNING);
	return 0;
}

const struct litmus litmus_wake_state_first = { .role = { state_wake, state_first } };

/* WRONG: the wake-up may come between the look and the new state. */
static long state_late(void)
{
	sleeper_announce();
	complete(&ready);
	while (!READ_ONCE(flag)) {
		set_current_state(TASK_UNINTERRUPTIBLE);
		schedule();			/* AT sleep */
	}
	return 0;
}

const struct litmus litmus_wake_lost = { .role = { state_wake, state_late } };

/* A task that is not asleep is not woken, and its next sleep is its own. */
static long wake_running(void)
{
	promise(!wake_up_process(current), "wake_up_process() returns 0 for a running task");
	return 0;
}

const struct litmus litmus_wake_running = { .role = { wake_running } };

/* ---- signals: kernel/sched/core.c signal_pending_state() ---- */

static long signal_send(void)
{
	wait_for_completion(&ready);
	set_tsk_thread_flag(READ_ONCE(sleeper), TIF_SIGPENDING);
	wake_up_state(READ_ONCE(sleeper), TASK_INTERRUPTIBLE);
	return 0;
}

static long signal_wait(void)
{
	sleeper_announce();
	complete(&ready);
	promise(wait_event_interruptible(litmus_wq, READ_ONCE(flag)) == -ERESTARTSYS,
		"a signal ends wait_event_interruptible()");
	clear_tsk_thread_flag(current, TIF_SIGPENDING);
	return 0;
}

const struct litmus litmus_wait_interrupted = { .role = { signal_send, signal_wait } };

static DEFINE_SPINLOCK(flag_lock);

static bool flag_locked(void)
{
	bool set;

	spin_lock(&flag_lock);
	set = READ_ONCE(flag);
	spin_unlock(&flag_lock);
	return set;
}

/* It waits for the queue, whatever it locked to look. */
static long signal_ignore(void)
{
	sleeper_announce();
	complete(&ready);
	wait_event(litmus_wq, flag_locked());
	clear_tsk_thread_flag(current, TIF_SIGPENDING);
	return 0;
}

const struct litmus litmus_wait_uninterruptible = {
	.role = { signal_send, signal_ignore },
};

/* ---- kernel threads: kernel/kthread.c ---- */

static int thread_until_stopped(void *unused)
{
	while (!kthread_should_stop())
		wait_event_interruptible(litmus_wq, kthread_should_stop());
	WRITE_ONCE(flag, 1);
	return 7;
}

static long thread_start_stop(void)
{
	struct task_struct *k = kthread_run(thread_until_stopped, NULL, "litmus");

	promise(kthread_stop(k) == 7 || !READ_ONCE(flag),
		"kthread_stop() returns what the thread returned");
	return READ_ONCE(flag) ? SEEN(0) : SEEN(1);
}

const struct litmus litmus_kthread_stop = { .role = { thread_start_stop } };

static long thread_never_woken(void)
{
	struct task_struct *k = kthread_create(thread_until_stopped, NULL, "litmus");

	promise(kthread_stop(k) == -EINTR,
		"kthread_stop() returns -EINTR if the thread was never woken");
	promise(!READ_ONCE(flag), "and its function did not run");
	return 0;
}

const struct litmus litmus_kthread_never_woken = { .role = { thread_never_woken } };
