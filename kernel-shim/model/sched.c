// SPDX-License-Identifier: GPL-2.0-only
/*
 * The scheduler, as far as a sleeping task can tell: schedule() and wake-ups.
 *
 *  W1  schedule() returns when the task's state is TASK_RUNNING, or when a
 *      signal the state allows is pending. The state is read at that moment.
 *  W2  A wake-up compares and changes the state in one step, announced first on
 *      the address of __state, which is also what set_current_state() writes.
 *  W3  A task sleeps at what it set its state under: a wait queue or completion
 *      does that holding its spinlock, whose name says which it is. What the task
 *      locks before or after that, say in the condition of wait_event(), is not
 *      what it waits for.
 *
 * The waits of the kernel (wait queues, completions, swait) are the real source
 * above these two.
 */
#include <linux/delay.h>
#include <linux/kernel.h>
#include <linux/preempt.h>
#include <linux/rcuwait.h>
#include <linux/rcupdate.h>
#include <linux/sched.h>
#include <linux/sched/debug.h>
#include <linux/sched/signal.h>
#include <linux/sched/wake_q.h>
#include <linux/version.h>
#include <linux/wait.h>
#include "memory.h"
#include "tasks.h"

/*
 * W1; on any stack, for any task. It reads the state, which is the object of the wait:
 * marked accesses to it and W2 are operations on its address. Signals are those
 * that the task was given itself (fault.c), and what others set in its flags.
 */
WEFT_QUIET static int task_ready(void *arg)
{
	struct task_struct *p = arg;
	unsigned int state = p->__state;

	if (state == TASK_RUNNING)
		return 1;
	if (!(p->thread_info.flags & (_TIF_SIGPENDING | _TIF_NOTIFY_SIGNAL)))
		return 0;
	return state & TASK_INTERRUPTIBLE ||
	       (state & TASK_WAKEKILL && sigismember(&p->pending.signal, SIGKILL));
}

WEFT_QUIET static unsigned int task_reads(void *arg, const void **ret)
{
	struct task_struct *p = arg;

	ret[0] = &p->thread_info.flags;
	return 1;
}

/* A signal can end the wait, too: then the state is not what it was. */
WEFT_QUIET static void task_run(struct task_struct *p)
{
	if (p->__state == TASK_RUNNING)
		return;
	weft_state_write(&p->__state);
	weft_set(p->__state, TASK_RUNNING);
}

#ifdef CONFIG_PREEMPT_NOTIFIERS
/* MODEL of kernel/sched/core.c. Keeps: the list, calls at schedule(). Drops: involuntary preemption. */
void preempt_notifier_inc(void) { }
void preempt_notifier_dec(void) { }

void preempt_notifier_register(struct preempt_notifier *notifier)
{
	hlist_add_head(&notifier->link, &current->preempt_notifiers);
}

void preempt_notifier_unregister(struct preempt_notifier *notifier)
{
	hlist_del(&notifier->link);
}

static void preempt_notify_out(void)
{
	struct preempt_notifier *notifier;

	hlist_for_each_entry(notifier, &current->preempt_notifiers, link)
		notifier->ops->sched_out(notifier, current);
}

static void preempt_notify_in(void)
{
	struct preempt_notifier *notifier;

	hlist_for_each_entry(notifier, &current->preempt_notifiers, link)
		notifier->ops->sched_in(notifier, raw_smp_processor_id());
}
#else
static void preempt_notify_out(void) { }
static void preempt_notify_in(void) { }
#endif

static noinline void report_schedule(void)
{
	struct weft_host_defect defect = {
		.sort = "scheduling while atomic", .show = WEFT_SHOW_ATOMIC,
	};

	if (!weft_self()->slept)
		weft_context_defect(&defect, "scheduling while atomic: %s (preempt_count %x, irqs %s)",
				    current->comm, preempt_count(),
				    irqs_disabled() ? "off" : "on");
	weft_self()->slept = false;
}

/* Unlike the kernel's check, one that does not depend on who else is runnable. */
static void check_schedule(void)
{
	if (preempt_count() || irqs_disabled() || rcu_preempt_depth())
		report_schedule();
}

/* W3: @lock was taken; whatever an awake task slept at is over. */
WEFT_QUIET void weft_sleep_begin(struct weft_task *t, const void *lock)
{
	if (t->task.__state != TASK_RUNNING)
		return;
	weft_set(t->awake_in, lock);
	if (t->sleeps_at)
		weft_set(t->sleeps_at, NULL);
}

/* W3: @lock, of this name, is about to be released. */
WEFT_QUIET void weft_sleep_named(struct weft_task *t, const void *lock,
				 const char *name)
{
	if (t->task.__state != TASK_RUNNING && t->awake_in == lock &&
	    !t->sleeps_at)
		weft_set(t->sleeps_at, name);
}

/* MODEL of kernel/sched/core.c. Keeps: W1, atomic check, preempt notifiers. Drops: who runs next: the explorer. */
asmlinkage __visible void __sched schedule(void)
{
	struct weft_task *t = weft_self();

	check_schedule();
	if (weft_host->may_inject()) {
		/* Who was woken already is not asked. */
		weft_state_read(&t->task.__state);
		weft_fault_signal(t->task.__state);
	}
	preempt_notify_out();
	weft_host->await(WEFT_WAIT_SCHEDULE, &t->task.__state,
			 t->sleeps_at ? t->sleeps_at : "a wake-up",
			 task_ready, &t->task, task_reads);
	t->sleeps_at = NULL;
	task_run(&t->task);
	preempt_notify_in();
}

/* MODEL of kernel/sched/core.c. Keeps: schedules with preemption on. Drops: nothing. */
void __sched schedule_preempt_disabled(void)
{
	preempt_enable();
	schedule();
	preempt_disable();
}

/* MODEL of kernel/sched/core.c. Keeps: as schedule(). Drops: I/O accounting. */
void __sched io_schedule(void)
{
	schedule();
}

/* MODEL of kernel/sched/core.c. Keeps: as schedule_timeout(). Drops: I/O accounting. */
long __sched io_schedule_timeout(long timeout)
{
	return schedule_timeout(timeout);
}

WEFT_QUIET static bool task_wake(struct task_struct *p, unsigned int state)
{
	if (!(p->__state & state))
		return false;
	weft_set(p->__state, TASK_RUNNING);
	return true;
}

/* MODEL of kernel/sched/core.c. Keeps: W2, result. Drops: pi_lock, which CPU, saved_state. */
int try_to_wake_up(struct task_struct *p, unsigned int state, int wake_flags)
{
	weft_host->event(WEFT_EVENT_WAKE, &p->__state, p->comm);
	return task_wake(p, state);
}

/* MODEL of kernel/sched/core.c. Keeps: all. Drops: nothing. */
int wake_up_process(struct task_struct *p)
{
	return try_to_wake_up(p, TASK_NORMAL, 0);
}

/* MODEL of kernel/sched/core.c. Keeps: all. Drops: nothing. */
int wake_up_state(struct task_struct *p, unsigned int state)
{
	return try_to_wake_up(p, state, 0);
}

/* MODEL of kernel/sched/core.c. Keeps: all. Drops: the check of flags. */
int default_wake_function(wait_queue_entry_t *curr, unsigned int mode,
			  int wake_flags, void *key)
{
	return try_to_wake_up(curr->private, mode, wake_flags);
}

/* MODEL of kernel/sched/core.c. Keeps: each task once, reference held. Drops: nothing. */
void wake_q_add(struct wake_q_head *head, struct task_struct *task)
{
	struct wake_q_node *node = &task->wake_q;

	if (cmpxchg_relaxed(&node->next, NULL, WAKE_Q_TAIL))
		return;
	*head->lastp = node;
	head->lastp = &node->next;
	get_task_struct(task);
}

/* MODEL of kernel/sched/core.c. Keeps: wakes in order. Drops: nothing. */
void wake_up_q(struct wake_q_head *head)
{
	struct wake_q_node *node = head->first;

	while (node != WAKE_Q_TAIL) {
		struct task_struct *task = container_of(node, struct task_struct,
							wake_q);

		node = node->next;
		WRITE_ONCE(task->wake_q.next, NULL);
		wake_up_process(task);
		put_task_struct(task);
	}
}

/* MODEL of kernel/exit.c. Keeps: all. Drops: nothing. */
int rcuwait_wake_up(struct rcuwait *w)
{
	struct task_struct *task;
	int ret = 0;

	rcu_read_lock();
	task = rcu_dereference(w->task);
	if (task)
		ret = wake_up_process(task);
	rcu_read_unlock();
	return ret;
}

/* MODEL of kernel/exit.c. Keeps: all. Drops: nothing. */
void finish_rcuwait(struct rcuwait *w)
{
	rcu_assign_pointer(w->task, NULL);
	__set_current_state(TASK_RUNNING);
}

/* MODEL of arch. Keeps: others get their turn: the host decides about fairness. Drops: nothing. */
void cpu_relax(void)
{
	weft_host->await(WEFT_WAIT_SPIN, weft_self(), "cpu_relax()", weft_always,
			 NULL, NULL);
}

/* MODEL of kernel/sched/core.c. Keeps: as cpu_relax(). Drops: priorities. */
void __sched yield(void)
{
	set_current_state(TASK_RUNNING);
	cpu_relax();
}

/* MODEL of kernel/sched/core.c. Keeps: nothing: every task has its CPU and preemption is everywhere. Drops: nothing. */
int __sched __cond_resched(void)
{
	return 0;
}

/* MODEL of kernel/sched/core.c. Keeps: lock dropped and retaken never, none needs the CPU. Drops: nothing. */
int __cond_resched_lock(spinlock_t *lock)
{
	lockdep_assert_held(lock);
	return 0;
}

/* MODEL of kernel/sched/core.c. Keeps: nothing. Drops: priorities. */
void set_user_nice(struct task_struct *p, long nice)
{
}

/* MODEL of kernel/sched/core.c. Keeps: a schedule point for RCU. Drops: nothing. */
bool single_task_running(void)
{
	return true;	/* K1 */
}
