// SPDX-License-Identifier: GPL-2.0-only
/*
 * Mutexes, spinlocks and other locks that one task holds at a time.
 * Promised by Documentation/locking/mutex-design.rst ("Semantics") and
 * Documentation/kernel-hacking/locking.rst.
 */
#include <linux/completion.h>
#include <linux/mutex.h>
#include <linux/sched.h>
#include <linux/sched/signal.h>
#include <linux/semaphore.h>
#include <linux/seqlock.h>
#include <linux/spinlock.h>

#include "litmus.h"

static DEFINE_MUTEX(litmus_mutex);
static DEFINE_MUTEX(litmus_mutex_2);
static DEFINE_SPINLOCK(litmus_spin);
static DECLARE_COMPLETION(locked);
static DECLARE_COMPLETION(tried);
static struct litmus_section section;

static long mutex_pass(int role)
{
	long seen;

	mutex_lock(&litmus_mutex);
	seen = litmus_section_pass(&section, role);
	mutex_unlock(&litmus_mutex);
	return seen;
}

static long mutex_a(void) { return mutex_pass(0); }
static long mutex_b(void) { return mutex_pass(1); }
static long mutex_c(void) { return mutex_pass(2); }

static long mutex_all_passed(void)
{
	promise(section.passed == 3, "whoever waits for a mutex gets it in the end");
	promise(!mutex_is_locked(&litmus_mutex), "and it is free afterwards");
	return 0;
}

const struct litmus litmus_mutex_exclusion = {
	.role = { mutex_a, mutex_b, mutex_c }, .end = mutex_all_passed,
};

static long mutex_hold(void)
{
	mutex_pass(0);
	return 0;
}

/* "acquired successfully: 1, contention: 0"; it never waits. */
static long mutex_try(void)
{
	if (!mutex_trylock(&litmus_mutex))
		return SEEN(1);
	litmus_section_pass(&section, 1);
	mutex_unlock(&litmus_mutex);
	return SEEN(0);
}

const struct litmus litmus_mutex_trylock = { .role = { mutex_hold, mutex_try } };

/* kernel/locking/mutex.c: -EINTR only where it would have to sleep. */
static long mutex_lock_signalled(void)
{
	long seen = SEEN(0);

	set_tsk_thread_flag(current, TIF_SIGPENDING);
	if (mutex_lock_interruptible(&litmus_mutex) == 0) {
		litmus_section_pass(&section, 1);
		mutex_unlock(&litmus_mutex);
	} else {
		seen = SEEN(1);
	}
	clear_tsk_thread_flag(current, TIF_SIGPENDING);
	return seen;
}

const struct litmus litmus_mutex_signal = {
	.role = { mutex_hold, mutex_lock_signalled },
};

/* "only the owner can unlock the mutex" */
static long mutex_own(void)
{
	mutex_lock(&litmus_mutex);
	complete(&locked);
	wait_for_completion(&tried);
	mutex_unlock(&litmus_mutex);
	return 0;
}

static long mutex_steal(void)
{
	wait_for_completion(&locked);
	mutex_unlock(&litmus_mutex);
	complete(&tried);
	return 0;
}

const struct litmus litmus_mutex_unlock_by_other = {
	.role = { mutex_own, mutex_steal },
};

/* "recursive locking is not permitted" */
static long mutex_twice(void)
{
	mutex_lock(&litmus_mutex);		/* AT once */
	mutex_lock(&litmus_mutex);		/* AT twice */
	mutex_unlock(&litmus_mutex);
	mutex_unlock(&litmus_mutex);
	return 0;
}

const struct litmus litmus_mutex_recursive = { .role = { mutex_twice } };

/* "task may not exit with mutex held": nor return to userspace. */
static long mutex_forget(void)
{
	mutex_lock(&litmus_mutex);
	return 0;
}

const struct litmus litmus_mutex_forgotten = { .role = { mutex_forget } };

static long mutex_nest(struct mutex *first, struct mutex *second)
{
	mutex_lock(first);			/* AT first */
	mutex_lock(second);			/* AT second */
	mutex_unlock(second);
	mutex_unlock(first);
	return 0;
}

static long mutex_ab(void) { return mutex_nest(&litmus_mutex, &litmus_mutex_2); }	/* AT ab */
static long mutex_ba(void) { return mutex_nest(&litmus_mutex_2, &litmus_mutex); }	/* AT ba */

const struct litmus litmus_mutex_abba = { .role = { mutex_ab, mutex_ba } };
const struct litmus litmus_mutex_abab = { .role = { mutex_ab, mutex_ab } };

/* include/linux/mutex.h: destroyed means unusable, even if nobody holds it. */
static long mutex_lock_destroyed(void)
{
	static struct mutex local;

	mutex_init(&local);
	mutex_destroy(&local);
	mutex_lock(&local);
	mutex_unlock(&local);
	return 0;
}

const struct litmus litmus_mutex_destroyed = { .role = { mutex_lock_destroyed } };

/* ---- spinlocks ---- */

static long spin_pass(int role)
{
	long seen;

	spin_lock(&litmus_spin);
	seen = litmus_section_pass(&section, role);
	spin_unlock(&litmus_spin);
	return seen;
}

static long spin_a(void) { return spin_pass(0); }

static long spin_irq_b(void)
{
	unsigned long flags;
	long seen;

	spin_lock_irqsave(&litmus_spin, flags);
	promise(irqs_disabled(), "spin_lock_irqsave() disables interrupts");
	seen = litmus_section_pass(&section, 1);
	spin_unlock_irqrestore(&litmus_spin, flags);
	promise(!irqs_disabled(), "and its unlock restores them");
	return seen;
}

const struct litmus litmus_spin_exclusion = { .role = { spin_a, spin_irq_b } };

static long spin_hold(void)
{
	spin_pass(0);
	return 0;
}

static long spin_try(void)
{
	if (!spin_trylock(&litmus_spin))
		return SEEN(1);
	litmus_section_pass(&section, 1);
	spin_unlock(&litmus_spin);
	return SEEN(0);
}

const struct litmus litmus_spin_trylock = { .role = { spin_hold, spin_try } };

/* kernel-hacking/locking.rst: "never sleep while holding a spinlock" */
static long spin_then_mutex(void)
{
	spin_lock(&litmus_spin);
	mutex_lock(&litmus_mutex);
	mutex_unlock(&litmus_mutex);
	spin_unlock(&litmus_spin);
	return 0;
}

const struct litmus litmus_spin_sleep = { .role = { spin_then_mutex } };

/* The near miss: the other way round is allowed. */
static long mutex_then_spin(void)
{
	long seen;

	mutex_lock(&litmus_mutex);
	seen = spin_pass(0);
	mutex_unlock(&litmus_mutex);
	return seen;
}

const struct litmus litmus_spin_in_mutex = {
	.role = { mutex_then_spin, mutex_then_spin },
};

static long spin_twice(void)
{
	spin_lock(&litmus_spin);		/* AT spin-once */
	spin_lock(&litmus_spin);		/* AT spin-twice */
	spin_unlock(&litmus_spin);
	spin_unlock(&litmus_spin);
	return 0;
}

const struct litmus litmus_spin_recursive = { .role = { spin_twice } };

/* ---- semaphores: include/linux/semaphore.h, count tasks at a time ---- */

static struct semaphore litmus_sem = __SEMAPHORE_INITIALIZER(litmus_sem, 2);
static atomic_t sem_inside;

static long sem_pass(void)
{
	int n;

	down(&litmus_sem);
	n = atomic_inc_return(&sem_inside);
	promise(n <= 2, "no more tasks are inside a semaphore than it counts");
	atomic_dec(&sem_inside);
	up(&litmus_sem);
	return SEEN(n - 1);
}

const struct litmus litmus_semaphore = {
	.role = { sem_pass, sem_pass, sem_pass },
};

/* A semaphore has no owner: another task may up() it. */
static struct semaphore litmus_gate = __SEMAPHORE_INITIALIZER(litmus_gate, 0);

static long sem_down(void)
{
	down(&litmus_gate);
	return 0;
}

static long sem_up(void)
{
	up(&litmus_gate);
	return 0;
}

const struct litmus litmus_semaphore_up_by_other = { .role = { sem_down, sem_up } };

/* ---- seqlocks: Documentation/locking/seqlock.rst ---- */

static DEFINE_SEQLOCK(litmus_seq);
static int seq_x, seq_y;

static long seq_write(void)
{
	write_seqlock(&litmus_seq);
	WRITE_ONCE(seq_x, 1);
	WRITE_ONCE(seq_y, 1);
	write_sequnlock(&litmus_seq);
	return 0;
}

static long seq_read(void)
{
	unsigned int start = read_seqbegin(&litmus_seq);
	int x = READ_ONCE(seq_x), y = READ_ONCE(seq_y);

	if (read_seqretry(&litmus_seq, start))
		return SEEN(0);
	promise(x == y, "a seqlock reader that need not retry saw no half update");
	return x ? SEEN(2) : SEEN(1);
}

const struct litmus litmus_seqlock = { .role = { seq_write, seq_read } };
