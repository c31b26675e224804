// SPDX-License-Identifier: GPL-2.0-only
/*
 * Tasks: the struct task_struct of every logical task, kernel threads, task work.
 *
 *  K1  A task runs on a CPU of its own: weft_tasks[] index modulo NR_CPUS.
 *  K2  A userspace task shares the mm of the scenario's process and is root.
 *  K3  Task work added by or for a task runs when that task leaves a system call.
 */
#include <linux/completion.h>
#include <linux/cpumask.h>
#include <linux/cred.h>
#include <linux/err.h>
#include <linux/fs.h>
#include <linux/kernel.h>
#include <linux/kthread.h>
#include <linux/mqueue.h>
#include <linux/sched.h>
#include <linux/sched/signal.h>
#include <linux/sched/task.h>
#include <linux/sched/user.h>
#include <linux/task_work.h>
#include <linux/version.h>
#include "tasks.h"

extern struct mm_struct weft_user_mm;	/* mm.c */

/*
 * Who everybody is: root, once. The counts begin high, so that no pairing of
 * get and put frees them.
 */
static struct user_struct weft_user = { .__count = REFCOUNT_INIT(1000) };

static struct cred weft_cred = {
	.usage = { 1000 },
	.user = &weft_user,
	.cap_effective = CAP_FULL_SET,
	.cap_permitted = CAP_FULL_SET,
};

static struct signal_struct weft_signal = {
	.nr_threads = 1,
	.rlim = INIT_RLIMITS,
};

static struct sighand_struct weft_sighand = {
	.count = REFCOUNT_INIT(1000),
	.siglock = __SPIN_LOCK_UNLOCKED(weft_sighand.siglock),
};

static struct weft_task weft_boot_task;
extern struct task_struct init_task __attribute__((alias("weft_boot_task")));

struct task_struct *weft_current_slot = &weft_boot_task.task;
struct weft_task *weft_tasks[WEFT_TASKS_MAX] = { &weft_boot_task };
unsigned int weft_tasks_n;

/* The running task; not an access the explorer sees. */
WEFT_QUIET struct task_struct *weft_current(void)
{
	return weft_current_slot;
}

/* Ready callback of an await that only publishes a read. */
int weft_always(void *arg)
{
	return 1;
}

/* More than the object of the wait: nothing. */
WEFT_QUIET unsigned int weft_reads_nothing(void *arg, const void **ret)
{
	return 0;
}

static void task_set_memory(struct task_struct *p, bool kernel)
{
	p->mm = kernel ? NULL : &weft_user_mm;
	p->active_mm = &weft_user_mm;
}

static void task_set_locks(struct task_struct *p)
{
	spin_lock_init(&p->alloc_lock);
	raw_spin_lock_init(&p->pi_lock);
	INIT_LIST_HEAD(&p->tasks);
	INIT_LIST_HEAD(&p->children);
	INIT_LIST_HEAD(&p->sibling);
#ifdef CONFIG_PREEMPT_NOTIFIERS
	INIT_HLIST_HEAD(&p->preempt_notifiers);
#endif
}

static void task_set_identity(struct weft_task *t, const char *name)
{
	struct task_struct *p = &t->task;

	p->pid = t->index + 1;
	p->tgid = p->pid;
	p->group_leader = p;
	p->real_parent = &weft_boot_task.task;
	p->parent = &weft_boot_task.task;
	p->signal = &weft_signal;
	rcu_assign_pointer(p->sighand, &weft_sighand);
	rcu_assign_pointer(p->real_cred, &weft_cred);
	rcu_assign_pointer(p->cred, &weft_cred);
	strscpy(p->comm, name, sizeof(p->comm));
}

static void task_set_cpu(struct weft_task *t)
{
	struct task_struct *p = &t->task;

	p->thread_info.cpu = t->index % NR_CPUS;
	p->cpus_ptr = &p->cpus_mask;
	p->nr_cpus_allowed = 1;
	p->on_cpu = 1;
	p->on_rq = 1;
	p->prio = p->static_prio = p->normal_prio = DEFAULT_PRIO;
	cpumask_set_cpu(p->thread_info.cpu, &p->cpus_mask);
}

static void task_setup(struct weft_task *t, const char *name, bool kernel)
{
	task_set_identity(t, name);
	task_set_cpu(t);
	task_set_memory(&t->task, kernel);
	if (kernel)
		t->task.flags |= PF_KTHREAD;
	refcount_set(&t->task.usage, 2);
	task_set_locks(&t->task);
}

WEFT_QUIET static void task_register(struct weft_task *t)
{
	if (weft_tasks_n == WEFT_TASKS_MAX)
		weft_unmodelled("more tasks than WEFT_TASKS_MAX");
	weft_set(weft_tasks[weft_tasks_n], t);
	weft_set(t->index, weft_tasks_n);
	weft_set(weft_tasks_n, weft_tasks_n + 1);
}

static struct weft_task *task_new(const char *name, bool kernel)
{
	struct weft_task *t = weft_host->alloc(sizeof(*t), L1_CACHE_BYTES, NULL);

	task_register(t);
	task_setup(t, name, kernel);
	return t;
}

/**
 * weft_tasks_init() - the boot task, then the services
 *
 * Context: the boot task, after the per-CPU areas and before any initcall.
 */
void weft_tasks_init(void)
{
	weft_current_slot = &weft_boot_task.task;	/* the host began without one */
	task_register(&weft_boot_task);
	task_setup(&weft_boot_task, "boot", false);
	weft_timer_init();
	weft_rcu_init();
	weft_workqueue_init();
}

/**
 * weft_task_create() - a userspace task that the host will run
 * Return: its task_struct, the cookie to give to the host.
 */
struct task_struct *weft_task_create(const char *name)
{
	return &task_new(name, false)->task;
}

WEFT_QUIET static void task_end(struct weft_task *t)
{
	weft_set(t->ended, true);
}

/**
 * weft_task_exit() - what a userspace task does last
 */
void weft_task_exit(struct task_struct *p)
{
	p->flags |= PF_EXITING;
	weft_task_run_work();
	task_end(weft_task_of(p));
}

/**
 * weft_service_start() - a kernel task that may wait for work for ever
 */
struct weft_task *weft_service_start(const char *name, void (*fn)(void *arg),
				     void *arg)
{
	struct weft_task *t = task_new(name, true);

	weft_host->spawn(name, fn, arg, &t->task, WEFT_SPAWN_SERVICE);
	return t;
}

/* MODEL of kernel/fork.c. Keeps: end of the last reference. Drops: delayed free by RCU. */
void __put_task_struct(struct task_struct *p)
{
	struct weft_task *t = weft_task_of(p);

	if (!t->ended)
		weft_host->finding("crash", "task_struct freed while its task runs");
	/* The registry keeps the memory: readers of weft_tasks[] do not count. */
}

/* MODEL of kernel/fork.c. Keeps: as __put_task_struct(). Drops: nothing. */
void __put_task_struct_rcu_cb(struct rcu_head *rhp)
{
	__put_task_struct(container_of(rhp, struct task_struct, rcu));
}

/* ---- task work ---- */

static struct callback_head work_exited;	/* no more work: the task ended */

/* MODEL of kernel/task_work.c. Keeps: LIFO list, -ESRCH after exit, wake for TWA_SIGNAL. Drops: NMI, kasan. */
int task_work_add(struct task_struct *task, struct callback_head *work,
		  enum task_work_notify_mode notify)
{
	struct callback_head *head = READ_ONCE(task->task_works);

	do {
		if (unlikely(head == &work_exited))
			return -ESRCH;
		work->next = head;
	} while (!try_cmpxchg(&task->task_works, &head, work));
	if (notify == TWA_SIGNAL)
		weft_unmodelled("task_work_add(TWA_SIGNAL)");
	return 0;
}

/* MODEL of kernel/task_work.c. Keeps: order of running, work added by work. Drops: nothing. */
void task_work_run(void)
{
	struct task_struct *task = current;
	struct callback_head *work, *head, *next;

	for (;;) {
		work = READ_ONCE(task->task_works);
		do {
			head = NULL;
			if (!work) {
				if (!(task->flags & PF_EXITING))
					return;
				head = &work_exited;
			}
		} while (!try_cmpxchg(&task->task_works, &work, head));
		if (!work)
			return;
		for (; work; work = next) {
			next = work->next;
			work->func(work);
		}
	}
}

/* MODEL of kernel/task_work.c. Keeps: all. Drops: nothing. */
struct callback_head *
task_work_cancel_match(struct task_struct *task,
		       bool (*match)(struct callback_head *, void *data),
		       void *data)
{
	struct callback_head **pprev = &task->task_works;
	struct callback_head *work = READ_ONCE(*pprev);

	while (work && work != &work_exited) {
		if (!match(work, data)) {
			pprev = &work->next;
			work = READ_ONCE(*pprev);
		} else if (try_cmpxchg(pprev, &work, work->next)) {
			return work;
		}
	}
	return NULL;
}

static bool work_func_is(struct callback_head *cb, void *data)
{
	return cb->func == data;
}

/* MODEL of kernel/task_work.c. Keeps: all. Drops: nothing. */
struct callback_head *task_work_cancel_func(struct task_struct *task,
					    task_work_func_t func)
{
	return task_work_cancel_match(task, work_func_is, func);
}

/* So that what comes next is not a consequence of what was reported. */
static void leave_everything(struct weft_task *t)
{
	unsigned int i;

	if (preempt_count())
		preempt_count_sub(preempt_count());
	local_irq_enable();
	for (i = 0; i < WEFT_RCU_FLAVOURS; i++)
		t->rcu_nesting[i] = 0;
	weft_rcu_note_left();
}

static noinline void report_left(struct weft_task *t, const char *when)
{
	struct weft_host_defect defect = {
		.sort = "left in atomic context", .show = WEFT_SHOW_ATOMIC,
	};

	weft_context_defect(&defect, "%s %s in atomic context (preempt_count %x, irqs %s, RCU nesting %d)",
			    t->task.comm, when, preempt_count(),
			    t->irqs_off ? "off" : "on",
			    t->rcu_nesting[WEFT_RCU]);
	leave_everything(t);
}

/*
 * A task on its way out of a system call, and at its end, must have left
 * everything. Locks still held are the host's to report, which knows them; they
 * explain a preempt count, too.
 */
static void check_left(struct weft_task *t, const char *when)
{
	if (unlikely(preempt_count() || t->irqs_off || rcu_preempt_depth()) &&
	    !t->task.lockdep_depth)
		report_left(t, when);
}

/**
 * weft_check_balance() - a callback leaves preemption as it found it
 * @before: preempt count when it was called
 */
void weft_check_balance(unsigned int before, const char *what)
{
	struct weft_host_defect defect = {
		.sort = "callback changed the preempt count",
		.show = WEFT_SHOW_ATOMIC,
	};

	if (preempt_count() == before)
		return;
	weft_context_defect(&defect, "%s was called with preempt_count %x and returns with %x",
			    what, before, preempt_count());
	preempt_count_set(before);
}

/**
 * weft_task_run_work() - what a task does leaving a system call
 */
void weft_task_run_work(void)
{
	check_left(weft_self(), "leaves a system call");
	task_work_run();
	check_left(weft_self(), "ends task work");
}

/**
 * weft_task_pending_work() - has the running task work left?
 */
WEFT_QUIET int weft_task_pending_work(void)
{
	return current->task_works && current->task_works != &work_exited;
}

/* ---- kernel threads ---- */

static void kthread_finish(struct weft_task *t, int code)
{
	t->task.exit_code = code;
	t->task.flags |= PF_EXITING;
	task_work_run();
	check_left(t, "ends");
	weft_host->event(WEFT_EVENT_COMPLETE, &t->thread_flags, t->task.comm);
	task_end(t);
	put_task_struct(&t->task);
}

static void kthread_main(void *arg)
{
	struct weft_task *t = arg;
	int code = -EINTR;

	schedule();
	if (!test_bit(WEFT_KTHREAD_STOP, &t->thread_flags)) {
		if (test_bit(WEFT_KTHREAD_PARK, &t->thread_flags))
			kthread_parkme();
		code = t->thread_fn(t->thread_arg);
	}
	kthread_finish(t, code);
}

static struct weft_task *kthread_new(int (*fn)(void *data), void *data,
				     const char *name)
{
	struct weft_task *t = task_new(name, true);

	t->thread_fn = fn;
	t->thread_arg = data;
	WRITE_ONCE(t->task.__state, TASK_UNINTERRUPTIBLE);
	weft_host->spawn(name, kthread_main, t, &t->task, 0);
	return t;
}

/* MODEL of kernel/kthread.c. Keeps: stopped until woken, may sleep. Drops: kthreadd, -ENOMEM, -EINTR. */
struct task_struct *kthread_create_on_node(int (*fn)(void *data), void *data,
					   int node, const char namefmt[], ...)
{
	char name[TASK_COMM_LEN];
	va_list args;

	weft_check_sleep("kthread_create", NULL);
	va_start(args, namefmt);
	vsnprintf(name, sizeof(name), namefmt, args);
	va_end(args);
	return &kthread_new(fn, data, name)->task;
}

/* MODEL of kernel/kthread.c. Keeps: as kthread_create(). Drops: the CPU. */
struct task_struct *kthread_create_on_cpu(int (*fn)(void *data), void *data,
					  unsigned int cpu, const char *namefmt)
{
	return kthread_create_on_node(fn, data, NUMA_NO_NODE, namefmt, cpu);
}

/* MODEL of kernel/kthread.c. Keeps: nothing, a task has its own CPU. Drops: the binding. */
void kthread_bind(struct task_struct *k, unsigned int cpu)
{
}

/* MODEL of kernel/kthread.c. Keeps: nothing. Drops: the binding. */
void kthread_bind_mask(struct task_struct *k, const struct cpumask *mask)
{
}

/* MODEL of kernel/kthread.c. Keeps: nothing. Drops: the binding. */
void kthread_set_per_cpu(struct task_struct *k, int cpu)
{
}

WEFT_QUIET static int kthread_ended(void *arg)
{
	return ((struct weft_task *)arg)->ended;
}

/* kthread_ended() reads what kthread_finish() announces on thread_flags: the object. */

/* MODEL of kernel/kthread.c. Keeps: sets the flag, wakes, waits for the end, its result. Drops: nothing. */
int kthread_stop(struct task_struct *k)
{
	struct weft_task *t = weft_task_of(k);
	int code;

	weft_check_sleep("kthread_stop", k->comm);
	get_task_struct(k);
	set_bit(WEFT_KTHREAD_STOP, &t->thread_flags);
	kthread_unpark(k);
	wake_up_process(k);
	weft_host->await(WEFT_WAIT_JOIN, &t->thread_flags, k->comm,
			 kthread_ended, t, weft_reads_nothing);
	code = k->exit_code;
	put_task_struct(k);
	return code;
}

int kthread_stop_put(struct task_struct *k);

/* MODEL of kernel/kthread.c. Keeps: all. Drops: nothing. */
int kthread_stop_put(struct task_struct *k)
{
	int code = kthread_stop(k);

	put_task_struct(k);
	return code;
}

/* MODEL of kernel/kthread.c. Keeps: all. Drops: nothing. */
bool kthread_should_stop(void)
{
	return test_bit(WEFT_KTHREAD_STOP, &weft_self()->thread_flags);
}

/* MODEL of kernel/kthread.c. Keeps: all. Drops: nothing. */
bool kthread_should_park(void)
{
	return test_bit(WEFT_KTHREAD_PARK, &weft_self()->thread_flags);
}

bool kthread_should_stop_or_park(void);

/* MODEL of kernel/kthread.c. Keeps: all. Drops: nothing. */
bool kthread_should_stop_or_park(void)
{
	return kthread_should_stop() || kthread_should_park();
}

/* MODEL of kernel/kthread.c. Keeps: sleeps until unparked. Drops: telling who parks it: see kthread_park(). */
void kthread_parkme(void)
{
	struct weft_task *t = weft_self();

	for (;;) {
		set_current_state(TASK_PARKED);
		if (!test_bit(WEFT_KTHREAD_PARK, &t->thread_flags))
			break;
		schedule();
	}
	__set_current_state(TASK_RUNNING);
}

WEFT_QUIET static int kthread_parked(void *arg)
{
	struct weft_task *t = arg;

	return t->ended || t->task.__state == TASK_PARKED;
}

/* Its state, which is the object of the wait, and its end: see kthread_ended(). */
WEFT_QUIET static unsigned int kthread_parked_reads(void *arg,
						    const void **ret)
{
	ret[0] = &((struct weft_task *)arg)->thread_flags;
	return 1;
}

/* MODEL of kernel/kthread.c. Keeps: waits until the thread is parked. Drops: nothing. */
int kthread_park(struct task_struct *k)
{
	struct weft_task *t = weft_task_of(k);

	if (k->flags & PF_EXITING)
		return -ENOSYS;
	if (test_and_set_bit(WEFT_KTHREAD_PARK, &t->thread_flags))
		return -EBUSY;
	if (k != current) {
		wake_up_process(k);
		weft_host->await(WEFT_WAIT_JOIN, &k->__state, k->comm,
				 kthread_parked, t, kthread_parked_reads);
	}
	return 0;
}

/* MODEL of kernel/kthread.c. Keeps: all. Drops: per-CPU binding. */
void kthread_unpark(struct task_struct *k)
{
	struct weft_task *t = weft_task_of(k);

	if (!test_bit(WEFT_KTHREAD_PARK, &t->thread_flags))
		return;
	clear_bit(WEFT_KTHREAD_PARK, &t->thread_flags);
	wake_up_state(k, TASK_PARKED);
}

/* MODEL of kernel/kthread.c. Keeps: all. Drops: nothing. */
void *kthread_data(struct task_struct *k)
{
	return weft_task_of(k)->thread_arg;
}

/* MODEL of kernel/kthread.c. Keeps: all. Drops: nothing. */
void *kthread_func(struct task_struct *k)
{
	return weft_task_of(k)->thread_fn;
}
