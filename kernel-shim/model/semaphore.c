// SPDX-License-Identifier: GPL-2.0-only
/*
 * Counting semaphores.
 *
 *  C1  count is never negative; down() takes one when it is positive. A semaphore
 *      has no owner: anybody may up().
 *
 * Drops: the order of waiters (the explorer picks), sem->lock as a lock.
 */
#include <linux/jiffies.h>
#include <linux/sched.h>
#include <linux/sched/signal.h>
#include <linux/semaphore.h>
#include "memory.h"
#include "tasks.h"

WEFT_QUIET static int count_positive(void *arg)
{
	return ((struct semaphore *)arg)->count > 0;
}

WEFT_QUIET static void count_change(struct semaphore *sem, int change)
{
	weft_set(sem->count, sem->count + change);
}

static const char *semaphore_name(struct semaphore *sem)
{
	return sem->lock.dep_map.name ?: "semaphore";
}

/* Whether it is asked is known by the semaphore, as is whether it waits. */
static bool signal_ends_wait(struct semaphore *sem, unsigned int state)
{
	if (!(state & (TASK_INTERRUPTIBLE | TASK_WAKEKILL)) ||
	    !weft_host->may_inject())
		return false;
	weft_state_read(sem);
	return !count_positive(sem) && weft_fault_signal(state);
}

static int semaphore_take(struct semaphore *sem, unsigned int state,
			  const char *what)
{
	weft_check_sleep(what, semaphore_name(sem));
	if (signal_pending_state(state, current) ||
	    signal_ends_wait(sem, state))
		return down_trylock(sem) ? -EINTR : 0;
	/* It reads the count, known by the semaphore: the object of the wait. */
	weft_host->await(WEFT_WAIT_SEMAPHORE, sem, semaphore_name(sem),
			 count_positive, sem, weft_reads_nothing);
	weft_state_write(sem);
	count_change(sem, -1);
	return 0;
}

/* MODEL of kernel/locking/semaphore.c. Keeps: C1, sleeps. Drops: order of waiters. */
void down(struct semaphore *sem)
{
	semaphore_take(sem, TASK_UNINTERRUPTIBLE, "down");
}

/* MODEL of kernel/locking/semaphore.c. Keeps: C1, -EINTR if a signal is pending and it would wait. Drops: later signals. */
int down_interruptible(struct semaphore *sem)
{
	return semaphore_take(sem, TASK_INTERRUPTIBLE, "down_interruptible");
}

/* MODEL of kernel/locking/semaphore.c. Keeps: C1, -EINTR if a fatal signal is pending and it would wait. Drops: later signals. */
int down_killable(struct semaphore *sem)
{
	return semaphore_take(sem, TASK_KILLABLE, "down_killable");
}

/* MODEL of kernel/locking/semaphore.c. Keeps: 0 taken, 1 not, never waits. Drops: nothing. */
int down_trylock(struct semaphore *sem)
{
	weft_host->event(WEFT_EVENT_COMPLETE, sem, semaphore_name(sem));
	if (!count_positive(sem))
		return 1;
	count_change(sem, -1);
	return 0;
}

int down_timeout(struct semaphore *sem, long jiffies)
{
	weft_unmodelled("down_timeout");
}

/* MODEL of kernel/locking/semaphore.c. Keeps: C1. Drops: which waiter goes first. */
void up(struct semaphore *sem)
{
	weft_host->event(WEFT_EVENT_COMPLETE, sem, semaphore_name(sem));
	count_change(sem, 1);
}
