// SPDX-License-Identifier: GPL-2.0-only
/*
 * Workqueues: work items run in worker services, one item at a time each.
 *
 *  Q1  A queued item has the PENDING bit until a worker begins it; it is queued
 *      at most once at a time.
 *  Q2  An item never runs in two workers at once: queued again while it runs, it
 *      goes to the same worker.
 *  Q3  No more than max_active items of a queue run at once: over all CPUs when it
 *      is unbound (ordered: one), per queueing CPU when it is not. The rest wait,
 *      in order.
 *  Q4  An item that may run always has a worker of its own waiting for it.
 *  Q5  Flushing waits for what was queued before it began, and for nothing later.
 *
 * Each queueing has a ticket; entries[] holds those that are pending or running.
 * Queueing, beginning and cancelling announce themselves on the address of the
 * work item. That address may be of freed memory when an item has ended.
 *
 * T3: the address of an item stands for its PENDING bit and its cancelling, &entries
 * for the table of entries, &workers[i] for what is in the hands of worker i.
 *
 * Drops: the rule that items of one CPU run together only where one sleeps,
 * rescuers, priorities, NUMA, CPU hotplug, sysfs.
 */
#include <linux/cpumask.h>
#include <linux/kernel.h>
#include <linux/lockdep.h>
#include <linux/preempt.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/timer.h>
#include <linux/version.h>
#include <linux/workqueue.h>
#include "tasks.h"

#define ENTRIES_MAX	64
#define WORKERS_MAX	16
#define CANCELS_MAX	16
#define NO_WORKER	-1

struct workqueue_struct {
	char			name[24];
	unsigned int		flags;
	int			max_active;
	bool			draining;
	struct lock_class_key	key;
	struct lockdep_map	lockdep_map;
	struct lockdep_map	*map;
};

enum entry_state { ENTRY_FREE, ENTRY_PENDING, ENTRY_RUNNING };

/**
 * struct weft_entry - one queueing of a work item
 * @ticket: order of queueing, from 1
 * @worker: index of the worker that runs or will run it, or NO_WORKER
 * @cpu:    where it was queued
 */
struct weft_entry {
	enum entry_state	state;
	struct work_struct	*work;
	struct workqueue_struct	*wq;
	unsigned long		ticket;
	int			worker;
	int			cpu;
};

static struct weft_entry entries[ENTRIES_MAX];
static unsigned int entries_n;	/* those behind it were never used */
static unsigned long tickets;
static struct weft_task *workers[WORKERS_MAX];
static int workers_n;

/*
 * What a worker that has not begun yet is known by. Constant, so outside of what
 * the explorer watches and shared from the start: taking an item from a worker is
 * a scheduling point even if that worker never ran.
 */
static const char hands[WORKERS_MAX] = { 0 };

/* Works being cancelled synchronously: they cannot be queued. */
static struct work_struct *cancels[CANCELS_MAX];

static struct workqueue_struct system_queue = {
	.name = "events", .max_active = WQ_MAX_ACTIVE,
	.lockdep_map = STATIC_LOCKDEP_MAP_INIT("(wq_completion)events",
					       &system_queue.key),
	.map = &system_queue.lockdep_map,
};
static struct workqueue_struct system_unbound_queue = {
	.name = "events_unbound", .flags = WQ_UNBOUND,
	.max_active = WQ_MAX_ACTIVE,
	.lockdep_map = STATIC_LOCKDEP_MAP_INIT("(wq_completion)events_unbound",
					       &system_unbound_queue.key),
	.map = &system_unbound_queue.lockdep_map,
};
static struct workqueue_struct system_long_queue = {
	.name = "events_long", .max_active = WQ_MAX_ACTIVE,
	.lockdep_map = STATIC_LOCKDEP_MAP_INIT("(wq_completion)events_long",
					       &system_long_queue.key),
	.map = &system_long_queue.lockdep_map,
};
static struct workqueue_struct system_highpri_queue = {
	.name = "events_highpri", .flags = WQ_HIGHPRI,
	.max_active = WQ_MAX_ACTIVE,
	.lockdep_map = STATIC_LOCKDEP_MAP_INIT("(wq_completion)events_highpri",
					       &system_highpri_queue.key),
	.map = &system_highpri_queue.lockdep_map,
};
static struct workqueue_struct system_freezable_queue = {
	.name = "events_freezable", .flags = WQ_FREEZABLE,
	.max_active = WQ_MAX_ACTIVE,
	.lockdep_map = STATIC_LOCKDEP_MAP_INIT("(wq_completion)events_freezable",
					       &system_freezable_queue.key),
	.map = &system_freezable_queue.lockdep_map,
};

struct workqueue_struct *system_wq = &system_queue;
struct workqueue_struct *system_percpu_wq = &system_queue;
struct workqueue_struct *system_unbound_wq = &system_unbound_queue;
struct workqueue_struct *system_dfl_wq = &system_unbound_queue;
struct workqueue_struct *system_long_wq = &system_long_queue;
struct workqueue_struct *system_highpri_wq = &system_highpri_queue;
struct workqueue_struct *system_freezable_wq = &system_freezable_queue;
struct workqueue_struct *system_power_efficient_wq = &system_queue;
struct workqueue_struct *system_freezable_power_efficient_wq =
	&system_freezable_queue;

static const char *work_name(const struct work_struct *work)
{
	return work->lockdep_map.name ?: "work item";
}

/* ---- the PENDING bit (Q1) ---- */

WEFT_QUIET static bool pending_set(struct work_struct *work)
{
	long data = work->data.counter;

	if (data & WORK_STRUCT_PENDING)
		return false;
	weft_state_write(work);
	weft_set(work->data.counter, data | WORK_STRUCT_PENDING);
	return true;
}

WEFT_QUIET static void pending_clear(struct work_struct *work)
{
	weft_state_write(work);
	weft_set(work->data.counter, work->data.counter & ~WORK_STRUCT_PENDING);
}

WEFT_QUIET static int pending_is_clear(void *arg)
{
	return !(((struct work_struct *)arg)->data.counter & WORK_STRUCT_PENDING);
}

/* ---- entries ---- */

WEFT_QUIET static struct weft_entry *entry_find(const struct work_struct *work,
						enum entry_state state)
{
	struct weft_entry *e;

	for (e = entries; e < entries + entries_n; e++)
		if (e->state == state && e->work == work)
			return e;
	return NULL;
}

/* Does @e count against the limit that @of is under? */
WEFT_QUIET static bool entry_counts(const struct weft_entry *e,
				    const struct weft_entry *of)
{
	return e->state != ENTRY_FREE && e->worker != NO_WORKER &&
	       e->wq == of->wq &&
	       (of->wq->flags & WQ_UNBOUND || e->cpu == of->cpu);
}

WEFT_QUIET static bool entry_may_run(const struct weft_entry *of)
{
	struct weft_entry *e;
	int active = 0;

	for (e = entries; e < entries + entries_n; e++)
		active += entry_counts(e, of);
	return active < of->wq->max_active;
}

WEFT_QUIET static bool worker_is_free(int worker)
{
	struct weft_entry *e;

	for (e = entries; e < entries + entries_n; e++)
		if (e->state != ENTRY_FREE && e->worker == worker)
			return false;
	return true;
}

static void worker_main(void *arg);

WEFT_QUIET static void worker_add(struct weft_task *task)
{
	weft_set(workers[workers_n], task);
	weft_set(workers_n, workers_n + 1);
}

/* Q4 */
static int worker_get(void)
{
	char name[16];
	int worker;

	for (worker = 0; worker < workers_n; worker++)
		if (worker_is_free(worker))
			return worker;
	if (workers_n == WORKERS_MAX)
		weft_unmodelled("more than WORKERS_MAX work items at once");
	snprintf(name, sizeof(name), "kworker/%d", workers_n);
	worker_add(weft_service_start(name, worker_main,
				      (void *)(long)workers_n));
	return workers_n - 1;
}

WEFT_QUIET static void entry_give(struct weft_entry *e, int worker)
{
	weft_state_write(&workers[worker]);
	weft_set(e->worker, worker);
}

WEFT_QUIET static struct weft_entry *entry_new(struct workqueue_struct *wq,
					       struct work_struct *work)
{
	struct weft_entry *e = entries;

	weft_state_write(entries);
	while (e < entries + entries_n && e->state != ENTRY_FREE)
		e++;
	if (e == entries + ENTRIES_MAX)
		weft_unmodelled("more than ENTRIES_MAX work items");
	if (e == entries + entries_n)
		weft_set(entries_n, entries_n + 1);
	weft_set(tickets, tickets + 1);
	weft_host->save(e, sizeof(*e));
	e->state = ENTRY_PENDING;
	e->work = work;
	e->wq = wq;
	e->ticket = tickets;
	e->worker = NO_WORKER;
	e->cpu = weft_self()->task.thread_info.cpu;
	return e;
}

/* Is the running task a worker with an item of @wq: may it queue while draining? */
WEFT_QUIET static bool runs_work_of(const struct workqueue_struct *wq)
{
	struct weft_entry *e;

	for (e = entries; e < entries + entries_n; e++)
		if (e->state == ENTRY_RUNNING && e->wq == wq &&
		    workers[e->worker] == weft_self())
			return true;
	return false;
}

/* The work is PENDING and in nobody's hands but ours. */
static void work_insert(struct workqueue_struct *wq, struct work_struct *work)
{
	struct weft_entry *running, *e;

	weft_state_read(entries);
	running = entry_find(work, ENTRY_RUNNING);
	if (wq->draining && !runs_work_of(wq)) {
		WARN(1, "workqueue: cannot queue %s on draining %s\n",
		     work_name(work), wq->name);
		pending_clear(work);
		return;
	}
	e = entry_new(wq, work);
	if (running && running->wq == wq)
		entry_give(e, running->worker);
	else if (entry_may_run(e))
		entry_give(e, worker_get());
}

/* First entry, by ticket, that waits for a place under the limit of @of. */
WEFT_QUIET static struct weft_entry *entry_waiting(const struct weft_entry *of)
{
	struct weft_entry *e, *first = NULL;

	for (e = entries; e < entries + entries_n; e++)
		if (e->state == ENTRY_PENDING && e->worker == NO_WORKER &&
		    e->wq == of->wq && (!first || e->ticket < first->ticket))
			first = e;
	return first;
}

WEFT_QUIET static void entry_set_state(struct weft_entry *e,
				       enum entry_state state)
{
	weft_state_write(entries);
	if (e->worker != NO_WORKER)
		weft_state_write(&workers[e->worker]);
	weft_set(e->state, state);
}

/* Takes @e out and lets the next of its queue in. */
static void entry_drop(struct weft_entry *e)
{
	struct weft_entry *next;

	entry_set_state(e, ENTRY_FREE);
	next = entry_waiting(e);
	if (next && entry_may_run(next))
		entry_give(next, worker_get());
}

/* ---- workers ---- */

WEFT_QUIET static struct weft_entry *worker_next(int worker)
{
	struct weft_entry *e, *first = NULL;

	for (e = entries; e < entries + entries_n; e++)
		if (e->state == ENTRY_PENDING && e->worker == worker &&
		    (!first || e->ticket < first->ticket))
			first = e;
	return first;
}

/*
 * Ready callback: is an entry pending in its hands? Entries come into them and begin by
 * entry_give() and entry_set_state(), which say so.
 */
WEFT_QUIET static int worker_ready(void *arg)
{
	return worker_next((long)arg) != NULL;
}

WEFT_QUIET static unsigned int worker_reads(void *arg, const void **ret)
{
	ret[0] = &workers[(long)arg];
	return 1;
}

/* What the lockdep maps of a queue and an item say: the item runs under both. */
static void work_call(struct weft_entry *e, struct work_struct *work)
{
	work_func_t func = work->func;
	struct workqueue_struct *wq = e->wq;
	struct lockdep_map map;

	lockdep_copy_map(&map, &work->lockdep_map);
	lock_map_acquire(wq->map);
	lock_map_acquire(&map);
	func(work);
	lock_map_release(&map);
	lock_map_release(wq->map);
}

static void check_worker(struct weft_task *t, const char *name)
{
	struct weft_host_defect defect = {
		.sort = "work item left in atomic context or with locks held",
		.show = WEFT_SHOW_ATOMIC,
	};

	if (preempt_count() || irqs_disabled() || t->task.lockdep_depth)
		weft_context_defect(&defect, "%s ends in atomic context or with locks held (preempt_count %x, %d lock(s))",
				    name, preempt_count(),
				    t->task.lockdep_depth);
}

/*
 * MODEL of kernel/workqueue.c process_one_work(). Keeps: PENDING cleared before the
 * function runs, the item may free itself. Drops: colours, statistics.
 */
static void worker_run(int worker)
{
	struct weft_entry *e = worker_next(worker);
	struct work_struct *work = e->work;
	unsigned long ticket = e->ticket;
	const char *name = work_name(work);

	weft_host->event(WEFT_EVENT_QUEUE_WORK, work, name);
	e = worker_next(worker);
	if (!e || e->ticket != ticket)
		return;		/* cancelled meanwhile */
	entry_set_state(e, ENTRY_RUNNING);
	pending_clear(work);
	work_call(e, work);
	check_worker(weft_self(), name);
	weft_host->event(WEFT_EVENT_COMPLETE, work, name);
	entry_drop(e);
}

static void worker_main(void *arg)
{
	for (;;) {
		weft_host->await(WEFT_WAIT_IDLE, &hands[(long)arg], "work",
				 worker_ready, arg, worker_reads);
		worker_run((long)arg);
	}
}

void weft_workqueue_init(void)
{
	worker_get();
}

/* ---- queueing ---- */

WEFT_QUIET static bool is_cancelling(const struct work_struct *work)
{
	int i;

	for (i = 0; i < CANCELS_MAX; i++)
		if (cancels[i] == work)
			return true;
	return false;
}

/* MODEL of kernel/workqueue.c. Keeps: false if already pending. Drops: @cpu. */
bool queue_work_on(int cpu, struct workqueue_struct *wq,
		   struct work_struct *work)
{
	weft_host->event(WEFT_EVENT_QUEUE_WORK, work, work_name(work));
	if (is_cancelling(work) || !pending_set(work))
		return false;
	work_insert(wq, work);
	return true;
}

/* MODEL of kernel/workqueue.c. Keeps: as queue_work(). Drops: the node. */
bool queue_work_node(int node, struct workqueue_struct *wq,
		     struct work_struct *work)
{
	return queue_work_on(WORK_CPU_UNBOUND, wq, work);
}

/* MODEL of kernel/workqueue.c. Keeps: queues the item, in softirq context. Drops: nothing. */
void delayed_work_timer_fn(struct timer_list *timer)
{
	struct delayed_work *dwork = from_timer(dwork, timer, timer);

	weft_host->event(WEFT_EVENT_QUEUE_WORK, &dwork->work,
			 work_name(&dwork->work));
	work_insert(dwork->wq, &dwork->work);
}

static void delayed_insert(int cpu, struct workqueue_struct *wq,
			   struct delayed_work *dwork, unsigned long delay)
{
	if (!delay) {
		work_insert(wq, &dwork->work);
		return;
	}
	dwork->wq = wq;
	dwork->cpu = cpu;
	mod_timer(&dwork->timer, jiffies + delay);
}

/* MODEL of kernel/workqueue.c. Keeps: false if already pending, virtual delay. Drops: @cpu. */
bool queue_delayed_work_on(int cpu, struct workqueue_struct *wq,
			   struct delayed_work *dwork, unsigned long delay)
{
	struct work_struct *work = &dwork->work;

	weft_host->event(WEFT_EVENT_QUEUE_WORK, work, work_name(work));
	if (is_cancelling(work) || !pending_set(work))
		return false;
	delayed_insert(cpu, wq, dwork, delay);
	return true;
}

/* Before taking it: the worker may begin it first. */
static void grab_announce(struct work_struct *work)
{
	const struct weft_entry *e;

	weft_host->event(WEFT_EVENT_QUEUE_WORK, work, work_name(work));
	weft_state_read(entries);
	e = entry_find(work, ENTRY_PENDING);
	if (e && e->worker != NO_WORKER)
		weft_host->event(WEFT_EVENT_QUEUE_WORK, &hands[e->worker],
				 work_name(work));
}

/* Takes a pending work off its timer or its queue. PENDING stays set. */
static bool work_grab(struct work_struct *work, bool delayed)
{
	struct weft_entry *e;

	weft_state_read(entries);
	e = entry_find(work, ENTRY_PENDING);
	if (delayed && timer_delete(&to_delayed_work(work)->timer))
		return true;
	if (!e)
		return false;
	entry_drop(e);
	return true;
}

/*
 * Ready callback: PENDING without being on a timer or a queue lasts until its timer
 * function is through. It reads the item, the object of the wait, and the entries.
 */
WEFT_QUIET static int work_is_settled(void *arg)
{
	return pending_is_clear(arg) || entry_find(arg, ENTRY_PENDING);
}

/* Where the entries are read. */
WEFT_QUIET static unsigned int entries_named(void *arg, const void **ret)
{
	ret[0] = entries;
	return 1;
}

/* MODEL of kernel/workqueue.c. Keeps: pending or not, it ends up queued with @delay. Drops: @cpu. */
bool mod_delayed_work_on(int cpu, struct workqueue_struct *wq,
			 struct delayed_work *dwork, unsigned long delay)
{
	struct work_struct *work = &dwork->work;
	bool pending;

	grab_announce(work);
	if (is_cancelling(work))
		return false;
	while (!(pending = work_grab(work, true)) && !pending_set(work))
		weft_host->await(WEFT_WAIT_WORK, work, work_name(work),
				 work_is_settled, work, entries_named);
	delayed_insert(cpu, wq, dwork, delay);
	return pending;
}

static void rcu_work_done(struct rcu_head *rcu)
{
	struct rcu_work *rwork = container_of(rcu, struct rcu_work, rcu);

	weft_host->event(WEFT_EVENT_QUEUE_WORK, &rwork->work,
			 work_name(&rwork->work));
	work_insert(rwork->wq, &rwork->work);
}

/* MODEL of kernel/workqueue.c. Keeps: queued after a grace period. Drops: nothing. */
bool queue_rcu_work(struct workqueue_struct *wq, struct rcu_work *rwork)
{
	weft_host->event(WEFT_EVENT_QUEUE_WORK, &rwork->work,
			 work_name(&rwork->work));
	if (!pending_set(&rwork->work))
		return false;
	rwork->wq = wq;
	call_rcu(&rwork->rcu, rcu_work_done);
	return true;
}

/* ---- waiting ---- */

/* A flush (Q5) of one work. */
struct weft_flush {
	const struct work_struct	*work;
	unsigned long			ticket;
	enum entry_state		state;	/* ENTRY_RUNNING: only those */
};

/* Ready callback: reads the entries. */
WEFT_QUIET static int flush_over(void *arg)
{
	const struct weft_flush *flush = arg;
	const struct weft_entry *e;

	for (e = entries; e < entries + entries_n; e++)
		if (e->state != ENTRY_FREE && e->ticket <= flush->ticket &&
		    e->work == flush->work &&
		    (flush->state == ENTRY_PENDING || e->state == flush->state))
			return 0;
	return 1;
}

/* Any item of @wq queued up to @ticket that has not ended; NULL if none. */
WEFT_QUIET static struct work_struct *
queue_unfinished(const struct workqueue_struct *wq, unsigned long ticket)
{
	const struct weft_entry *e;

	weft_state_read(entries);
	for (e = entries; e < entries + entries_n; e++)
		if (e->state != ENTRY_FREE && e->wq == wq && e->ticket <= ticket)
			return e->work;
	return NULL;
}

WEFT_QUIET static unsigned long tickets_now(void)
{
	weft_state_read(entries);
	return tickets;
}

static bool work_flush(struct work_struct *work, enum entry_state state)
{
	struct weft_flush flush = { .work = work, .state = state };
	bool busy;

	weft_check_sleep("flush_work", work_name(work));
	lock_map_acquire(&work->lockdep_map);
	lock_map_release(&work->lockdep_map);
	weft_host->event(WEFT_EVENT_QUEUE_WORK, work, work_name(work));
	flush.ticket = tickets_now();
	busy = !flush_over(&flush);
	if (busy)
		weft_host->await(WEFT_WAIT_WORK, work, work_name(work),
				 flush_over, &flush, entries_named);
	return busy;
}

/* MODEL of kernel/workqueue.c. Keeps: Q5, true if it waited, class order, itself blocks for ever. Drops: nothing. */
bool flush_work(struct work_struct *work)
{
	return work_flush(work, ENTRY_PENDING);
}

/* MODEL of kernel/workqueue.c. Keeps: a delay ends at once. Drops: nothing. */
bool flush_delayed_work(struct delayed_work *dwork)
{
	if (timer_delete_sync(&dwork->timer))
		work_insert(dwork->wq, &dwork->work);
	return flush_work(&dwork->work);
}

/* MODEL of kernel/workqueue.c. Keeps: waits for the grace period too. Drops: nothing. */
bool flush_rcu_work(struct rcu_work *rwork)
{
	weft_state_read(&rwork->work);
	if (!pending_is_clear(&rwork->work)) {
		rcu_barrier();
		flush_work(&rwork->work);
		return true;
	}
	return flush_work(&rwork->work);
}

/* MODEL of kernel/workqueue.c. Keeps: Q5 for the whole queue, class order. Drops: colours. */
void __flush_workqueue(struct workqueue_struct *wq)
{
	struct weft_flush flush = { .state = ENTRY_PENDING };

	weft_check_sleep("flush_workqueue", wq->map->name);
	lock_map_acquire(wq->map);
	lock_map_release(wq->map);
	weft_host->event(WEFT_EVENT_QUEUE_WORK, wq, wq->name);
	flush.ticket = tickets_now();
	while ((flush.work = queue_unfinished(wq, flush.ticket)))
		weft_host->await(WEFT_WAIT_WORK, flush.work, wq->name,
				 flush_over, &flush, entries_named);
}

WEFT_QUIET static void cancels_replace(struct work_struct *old,
				       struct work_struct *new)
{
	int i;

	for (i = 0; i < CANCELS_MAX; i++)
		if (cancels[i] == old) {
			weft_set(cancels[i], new);
			return;
		}
	weft_unmodelled("more than CANCELS_MAX cancels at once");
}

static bool work_cancel(struct work_struct *work, bool delayed)
{
	bool pending;

	grab_announce(work);
	pending = work_grab(work, delayed);
	if (pending)
		pending_clear(work);
	return pending;
}

static bool work_cancel_sync(struct work_struct *work, bool delayed)
{
	bool pending;

	weft_check_sleep("cancel_work_sync", work_name(work));
	grab_announce(work);
	pending = work_grab(work, delayed);
	if (pending)
		pending_clear(work);
	cancels_replace(NULL, work);
	/* A timer function of it that already runs queues it: take that back. */
	if (delayed) {
		timer_delete_sync(&to_delayed_work(work)->timer);
		if (work_grab(work, false))
			pending_clear(work);
	}
	work_flush(work, ENTRY_RUNNING);
	weft_host->event(WEFT_EVENT_QUEUE_WORK, work, work_name(work));
	cancels_replace(work, NULL);
	return pending;
}

/* MODEL of kernel/workqueue.c. Keeps: true if it was pending; it may still run. Drops: nothing. */
bool cancel_work(struct work_struct *work)
{
	return work_cancel(work, false);
}

/* MODEL of kernel/workqueue.c. Keeps: neither pending nor running at the end, not queueable meanwhile. Drops: nothing. */
bool cancel_work_sync(struct work_struct *work)
{
	return work_cancel_sync(work, false);
}

/* MODEL of kernel/workqueue.c. Keeps: as cancel_work(), timer too. Drops: nothing. */
bool cancel_delayed_work(struct delayed_work *dwork)
{
	return work_cancel(&dwork->work, true);
}

/* MODEL of kernel/workqueue.c. Keeps: as cancel_work_sync(), timer too. Drops: nothing. */
bool cancel_delayed_work_sync(struct delayed_work *dwork)
{
	return work_cancel_sync(&dwork->work, true);
}

/* ---- queues ---- */

static struct workqueue_struct *queue_new(const char *fmt, unsigned int flags,
					  int max_active,
					  struct lockdep_map *map, va_list args)
{
	struct workqueue_struct *wq = kzalloc(sizeof(*wq), GFP_KERNEL);
	char *name;

	if (!wq)
		return NULL;
	vsnprintf(wq->name, sizeof(wq->name), fmt, args);
	wq->flags = flags;
	wq->max_active = max_active ?: WQ_DFL_ACTIVE;
	wq->map = map;
	if (map)
		return wq;
	name = kasprintf(GFP_KERNEL, "%s%s", "(wq_completion)", wq->name);
	wq->map = &wq->lockdep_map;
	lockdep_init_map(wq->map, name ?: wq->name, &wq->key, 0);
	return wq;
}

/* MODEL of kernel/workqueue.c. Keeps: flags, limit, class, may fail. Drops: -ENOMEM of workers. */
struct workqueue_struct *alloc_workqueue(const char *fmt, unsigned int flags,
					 int max_active, ...)
{
	struct workqueue_struct *wq;
	va_list args;

	va_start(args, max_active);
	wq = queue_new(fmt, flags, max_active, NULL, args);
	va_end(args);
	return wq;
}

struct workqueue_struct *
alloc_workqueue_lockdep_map(const char *fmt, unsigned int flags, int max_active,
			    struct lockdep_map *lockdep_map, ...);

/* MODEL of kernel/workqueue.c. Keeps: as alloc_workqueue(), class of the caller. Drops: nothing. */
struct workqueue_struct *
alloc_workqueue_lockdep_map(const char *fmt, unsigned int flags, int max_active,
			    struct lockdep_map *lockdep_map, ...)
{
	struct workqueue_struct *wq;
	va_list args;

	va_start(args, lockdep_map);
	wq = queue_new(fmt, flags, max_active, lockdep_map, args);
	va_end(args);
	return wq;
}

WEFT_QUIET static bool queue_is_busy(const struct workqueue_struct *wq)
{
	const struct weft_entry *e;

	weft_state_read(entries);
	for (e = entries; e < entries + entries_n; e++)
		if (e->state != ENTRY_FREE && e->wq == wq)
			return true;
	return false;
}

/* MODEL of kernel/workqueue.c. Keeps: waits until empty, items may queue more items. Drops: nothing. */
void drain_workqueue(struct workqueue_struct *wq)
{
	wq->draining = true;
	do {
		__flush_workqueue(wq);
	} while (queue_is_busy(wq));
	wq->draining = false;
}

/* MODEL of kernel/workqueue.c. Keeps: drained, then gone. Drops: nothing. */
void destroy_workqueue(struct workqueue_struct *wq)
{
	drain_workqueue(wq);
	if (wq->map == &wq->lockdep_map && wq->map->name != wq->name)
		kfree(wq->map->name);
	kfree(wq);
}

/* MODEL of kernel/workqueue.c. Keeps: the limit. Drops: nothing. */
void workqueue_set_max_active(struct workqueue_struct *wq, int max_active)
{
	wq->max_active = max_active ?: WQ_DFL_ACTIVE;
}

void workqueue_set_min_active(struct workqueue_struct *wq, int min_active);

/* MODEL of kernel/workqueue.c. Keeps: nothing, max_active is never split among nodes. Drops: nodes. */
void workqueue_set_min_active(struct workqueue_struct *wq, int min_active)
{
}

WEFT_QUIET static struct work_struct *running_here(void)
{
	struct weft_entry *e;

	for (e = entries; e < entries + entries_n; e++)
		if (e->state == ENTRY_RUNNING &&
		    workers[e->worker] == weft_self())
			return e->work;
	return NULL;
}

/* MODEL of kernel/workqueue.c. Keeps: the item this worker runs. Drops: nothing. */
struct work_struct *current_work(void)
{
	return running_here();
}

/* MODEL of kernel/workqueue.c. Keeps: the truth at this moment. Drops: nothing. */
unsigned int work_busy(struct work_struct *work)
{
	weft_host->event(WEFT_EVENT_QUEUE_WORK, work, work_name(work));
	weft_state_read(entries);
	return (pending_is_clear(work) ? 0 : WORK_BUSY_PENDING) |
	       (entry_find(work, ENTRY_RUNNING) ? WORK_BUSY_RUNNING : 0);
}

/* MODEL of kernel/workqueue.c. Keeps: runs at once in process context. Drops: nothing. */
int execute_in_process_context(work_func_t fn, struct execute_work *ew)
{
	if (!in_interrupt()) {
		fn(&ew->work);
		return 0;
	}
	INIT_WORK(&ew->work, fn);
	schedule_work(&ew->work);
	return 1;
}

/* MODEL of kernel/workqueue.c. Keeps: nothing. Drops: a name for debugging. */
void set_worker_desc(const char *fmt, ...)
{
}
