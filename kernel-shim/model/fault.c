// SPDX-License-Identifier: GPL-2.0-only
/*
 * Fault injection: operations that fail because a scenario asked for it.
 *
 * A task writes to /proc/self/make-it-fail, as with the kernel's own failslab
 * and fail_usercopy: "1" for allocations, "2" for copies from and to user
 * memory, "3" for both, "0" for none. From then on the explorer chooses for
 * each of the task's operations of this kind whether it fails.
 *
 *  I1  At most one operation of each kind fails per write (times=1), so that
 *      the number of executions grows with the number of operations, not with
 *      its power.
 *  I2  Nothing fails before the first write: the default is a kernel that
 *      always has memory.
 *
 * Beside that the explorer itself may let things fail, of any task, as often as
 * its user allows (--faults): these two, waits that a signal ends, and timeouts
 * that end although others could go on.
 *
 *  I3  Whether a task asks depends on what it did and read, and on nothing else
 *      (framework/exec_inject.c, I3): what it has to look at for that, such as
 *      whether it would wait, is an operation, or told as state.
 *
 * Drops: probability, interval, space, stack filters; the kernel knows no "2".
 */
#include <linux/fs.h>
#include <linux/sched/signal.h>
#include <linux/uaccess.h>
#include "tasks.h"
#include "vfs.h"

#define TASKS_MAX	64

static unsigned char armed[TASKS_MAX];	/* each used by its own task only */

static unsigned char *own_armed(void)
{
	unsigned int task = weft_host->self();

	if (task >= TASKS_MAX)
		weft_unmodelled("fault injection: too many tasks");
	return &armed[task];
}

/**
 * weft_fault() - does this operation fail?
 * @kind: WEFT_FAULT_…
 * @what: text for the schedule and the report
 * @size: bytes it is about
 *
 * MODEL of lib/fault-inject.c should_fail(). Keeps: task filter, times=1.
 * Drops: see top of file.
 * Returns: true if the explorer chose that it does; a data choice then.
 */
bool weft_fault(unsigned int kind, const char *what, size_t size)
{
	unsigned char *mine = own_armed();
	const struct weft_fault fault = {
		.what = what, .size = size, .armed = (*mine & kind) != 0,
		.result = kind == WEFT_FAULT_ALLOC ? " = NULL" : " fails",
	};

	if (!weft_host->inject(&fault))
		return false;
	if (fault.armed)
		*mine &= ~kind;
	return true;
}

/**
 * weft_fault_signal() - does a signal come to this wait?
 * @state: what the task waits in
 *
 * Asked before the wait, where it would have to wait: with the signal there it
 * may go on at any time, so that others come before or behind it.
 *
 * MODEL of kernel/signal.c. Keeps: pending until the return to user space; a
 * fatal one where only that ends the wait. Drops: handlers; that a fatal signal
 * ends the task: it ends the call.
 */
bool weft_fault_signal(unsigned int state)
{
	bool any = state & TASK_INTERRUPTIBLE;
	const struct weft_fault fault = {
		.what = any ? "a signal" : "a fatal signal",
	};

	if (!any && !(state & TASK_WAKEKILL))
		return false;
	if (signal_pending_state(state, current) ||
	    !weft_host->inject(&fault))
		return false;
	if (!any)
		sigaddset(&current->pending.signal, SIGKILL);
	set_tsk_thread_flag(current, TIF_SIGPENDING);
	weft_self()->injected = true;
	return true;
}

/**
 * weft_fault_delivered() - on the way to user space: what was injected is over
 */
void weft_fault_delivered(void)
{
	if (!weft_self()->injected)
		return;
	weft_self()->injected = false;
	sigdelset(&current->pending.signal, SIGKILL);
	clear_tsk_thread_flag(current, TIF_SIGPENDING);
}

/* MODEL of fs/proc/base.c. Keeps: the value. Drops: nothing. */
static ssize_t make_it_fail_read(struct file *file, char __user *buf,
				 size_t count, loff_t *ppos)
{
	char text[] = { '0' + *own_armed(), '\n' };

	return simple_read_from_buffer(buf, count, ppos, text, sizeof(text));
}

/* MODEL of fs/proc/base.c. Keeps: one digit, -EINVAL. Drops: capability check. */
static ssize_t make_it_fail_write(struct file *file, const char __user *buf,
				  size_t count, loff_t *ppos)
{
	char digit;

	if (!count || copy_from_user(&digit, buf, 1))
		return -EFAULT;
	if (digit < '0' || digit > '0' + WEFT_FAULT_ALLOC + WEFT_FAULT_COPY)
		return -EINVAL;
	*own_armed() = digit - '0';
	return count;
}

static const struct file_operations make_it_fail_fops = {
	.read	= make_it_fail_read,
	.write	= make_it_fail_write,
};

/**
 * weft_fault_inode() - what /proc/self/make-it-fail names
 *
 * Returns: a new inode with count 1, or an error pointer.
 */
struct inode *weft_fault_inode(void)
{
	return weft_inode_alloc(S_IFREG | 0644, &make_it_fail_fops, NULL) ?:
	       ERR_PTR(-ENOMEM);
}
