// SPDX-License-Identifier: GPL-2.0-only
/*
 * Faults: with --faults 1 each of these goes wrong in some execution and right
 * in another, and never twice in one.
 */
#include <linux/completion.h>
#include <linux/mutex.h>
#include <linux/slab.h>
#include <linux/uaccess.h>
#include <linux/wait.h>

#include "litmus.h"

static DECLARE_COMPLETION(fault_done);
static DECLARE_WAIT_QUEUE_HEAD(fault_queue);
static DEFINE_MUTEX(fault_mutex);
static int fault_condition;

static long fault_alloc(void)
{
	void *first = kmalloc(8, GFP_KERNEL), *second = kmalloc(8, GFP_KERNEL);
	void *never = kmalloc(8, GFP_KERNEL | __GFP_NOFAIL);
	long seen = first && second ? SEEN(2) : first ? SEEN(1) : SEEN(0);

	promise(first || second, "one fault at most in an execution");
	promise(never, "__GFP_NOFAIL does not fail");
	kfree(first);
	kfree(second);
	kfree(never);
	return seen;
}

const struct litmus litmus_fault_alloc = { .role = { fault_alloc } };

static long fault_copy(void)
{
	static char from[8], to[8];

	return copy_from_user(to, (void __force __user *)from, sizeof(to)) ?
	       SEEN(0) : SEEN(1);
}

const struct litmus litmus_fault_copy = { .role = { fault_copy } };

static long fault_wait(void)
{
	int err = wait_event_interruptible(fault_queue,
					   READ_ONCE(fault_condition));

	promise(!err || err == -ERESTARTSYS, "a signal gives -ERESTARTSYS");
	return err ? SEEN(0) : SEEN(1);
}

static long fault_wake(void)
{
	WRITE_ONCE(fault_condition, 1);
	wake_up(&fault_queue);
	return 0;
}

const struct litmus litmus_fault_signal = {
	.role = { fault_wait, fault_wake },
};

static long fault_wait_deaf(void)
{
	wait_event(fault_queue, READ_ONCE(fault_condition));
	promise(READ_ONCE(fault_condition), "no signal ends wait_event()");
	return 0;
}

const struct litmus litmus_fault_deaf = {
	.role = { fault_wait_deaf, fault_wake },
};

static long fault_lock(void)
{
	int err = mutex_lock_interruptible(&fault_mutex);

	promise(!err || err == -EINTR, "a signal gives -EINTR");
	if (err)
		return SEEN(0);
	mutex_unlock(&fault_mutex);
	return SEEN(1);
}

static long fault_hold(void)
{
	mutex_lock(&fault_mutex);
	WRITE_ONCE(fault_condition, 1);
	mutex_unlock(&fault_mutex);
	return 0;
}

const struct litmus litmus_fault_lock = { .role = { fault_lock, fault_hold } };

static long fault_timeout(void)
{
	return wait_for_completion_timeout(&fault_done, 100) ? SEEN(1) :
							       SEEN(0);
}

static long fault_complete(void)
{
	complete(&fault_done);
	return 0;
}

const struct litmus litmus_fault_timeout = {
	.role = { fault_timeout, fault_complete },
};
