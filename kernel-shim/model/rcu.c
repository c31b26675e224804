// SPDX-License-Identifier: GPL-2.0-only
/*
 * RCU: readers by task, grace periods that wait for them, callbacks in a service.
 *
 *  G1  A reader is a task inside rcu_read_lock(), with preemption, bottom halves
 *      or interrupts off: one flavour, as since 4.20.
 *  G2  A grace period ends after every task that was a reader when it began has
 *      left its outermost section. Later readers do not hold it up.
 *  G3  Entering an outermost rcu_read_lock() reads, synchronize_rcu() writes
 *      weft_rcu_domain with marked accesses: the explorer tries both orders as soon
 *      as a grace period occurs at all. Leaving is no point, but it is told: what
 *      was done inside comes before what is done behind the grace period.
 *  G4  Callbacks run one at a time, in the order of call_rcu(), in softirq
 *      context, each after a grace period that began after its call_rcu().
 *  G5  What others see of a task when it stops is whether it is a reader, and if so
 *      since which section: weft_rcu_seen(). A section that begins and ends between
 *      two points is seen by nobody. Beginning a grace period looks at all tasks,
 *      under the name &readers_all; waiting for its end at those that were inside,
 *      under the name of each, &rcu_left.
 *  G6  The n-th callback has a name, in queued_as[]: queueing it writes that, the
 *      service reads it before it waits for the grace period. &callbacks_queued
 *      stands for the order of queueing, &callbacks_done for how many are done.
 *
 * Drops: callbacks of several CPUs running at once or out of order; a section
 * made by preempt_disable() alone that ends and begins again between two points
 * counts as one, and orders nothing for races.
 */
#include <linux/bottom_half.h>
#include <linux/rcupdate.h>
#include <linux/rcupdate_wait.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/version.h>
#include "tasks.h"

static struct lock_class_key rcu_keys[WEFT_RCU_FLAVOURS];
struct lockdep_map rcu_lock_map =
	STATIC_LOCKDEP_MAP_INIT("rcu_read_lock", &rcu_keys[WEFT_RCU]);
struct lockdep_map rcu_bh_lock_map =
	STATIC_LOCKDEP_MAP_INIT("rcu_read_lock_bh", &rcu_keys[WEFT_RCU_BH]);
struct lockdep_map rcu_sched_lock_map =
	STATIC_LOCKDEP_MAP_INIT("rcu_read_lock_sched", &rcu_keys[WEFT_RCU_SCHED]);
struct lockdep_map rcu_callback_map =
	STATIC_LOCKDEP_MAP_INIT("rcu_callback", &rcu_keys[WEFT_RCU_CALLBACK]);

int rcu_scheduler_active = 2;	/* RCU_SCHEDULER_RUNNING */

/* G3; the number of grace periods begun by waiting for them. */
static unsigned long weft_rcu_domain;

/**
 * struct weft_callback - a call_rcu() not yet done
 * @head: what the caller gave; for kvfree_call_rcu() only an identity
 * @free: memory to free instead of calling head->func
 */
struct weft_callback {
	struct weft_callback	*next;
	struct rcu_head		*head;
	void			*free;
	struct weft_readers	readers;
};

static struct weft_callback *callbacks;		/* in order */
static unsigned long callbacks_queued, callbacks_done;

/* G5, G6: names. Two callbacks may share one: then more is taken to depend. */
#define QUEUED_NAMES	64
static unsigned long readers_all;
static unsigned long queued_as[QUEUED_NAMES];

WEFT_QUIET static bool is_reader(const struct weft_task *t)
{
	if (t->ended || t->rcu_entering)
		return false;
#ifdef CONFIG_PREEMPT_RCU
	if (t->task.rcu_read_lock_nesting)
		return true;
#endif
	return t->irqs_off || t->task.thread_info.preempt_count;
}

WEFT_QUIET static bool is_within(const struct weft_task *t)
{
	return t->rcu_nesting[WEFT_RCU] || t->rcu_nesting[WEFT_RCU_BH] ||
	       t->rcu_nesting[WEFT_RCU_SCHED];
}

/* G5 */
WEFT_QUIET unsigned long weft_rcu_seen(const void **ret_own, const void **ret_all)
{
	const struct weft_task *t = weft_self();

	*ret_own = &t->rcu_left;
	*ret_all = &readers_all;
	return is_reader(t) ? 1ul + t->rcu_left : 0;
}

WEFT_QUIET static void readers_note(struct weft_readers *readers)
{
	struct weft_task *self = weft_self();
	unsigned int i;

	weft_state_read(&readers_all);
	weft_host->save(readers, sizeof(*readers));
	readers->inside = 0;
	readers->within = 0;
	for (i = 0; i < weft_tasks_n; i++) {
		readers->sections[i] = weft_tasks[i]->rcu_sections;
		if (is_within(weft_tasks[i]))
			readers->within |= 1ull << i;
		readers->left[i] = weft_tasks[i]->rcu_left;
		if (weft_tasks[i] != self && is_reader(weft_tasks[i]))
			readers->inside |= 1ull << i;
	}
}

/* Ready callback: have all of them left? It reads what readers_named() names. */
WEFT_QUIET static int readers_left(void *arg)
{
	const struct weft_readers *readers = arg;
	u64 inside;

	for (inside = readers->inside; inside; inside &= inside - 1) {
		unsigned int i = __builtin_ctzll(inside);

		if (weft_tasks[i]->rcu_left == readers->left[i] &&
		    is_reader(weft_tasks[i]))
			return 0;
	}
	return 1;
}

/* Those inside then: the others are not looked at. */
WEFT_QUIET static unsigned int readers_named(void *arg, const void **ret)
{
	const struct weft_readers *then = arg;
	unsigned int i, n = 0;

	for (i = 0; i < WEFT_TASKS_MAX; i++)
		if (then->inside >> i & 1)
			ret[n++] = &weft_tasks[i]->rcu_left;
	return n;
}

/**
 * weft_rcu_order() - what one task did inside comes before what happens now
 * @slots:    each stands for a section it left, in turn
 * @left:     sections it has left by now
 * @sections: had left when the grace period began, @within one more
 *
 * A slot that was used again says too much: then nothing is said.
 */
WEFT_QUIET void weft_rcu_order(unsigned long *slots, unsigned int slots_n,
			       unsigned int left, unsigned int sections,
			       bool within)
{
	unsigned int section = within ? sections : sections - 1;

	if ((!within && !sections) || left <= section ||
	    left - section > slots_n)
		return;
	weft_host->order(within ? WEFT_ORDER_WAITED : WEFT_ORDER_ACQUIRE,
			 &slots[section % slots_n], sizeof(*slots));
}

WEFT_QUIET static void readers_order(const struct weft_readers *readers)
{
	unsigned int i;

	for (i = 0; i < weft_tasks_n; i++)
		weft_rcu_order(weft_tasks[i]->rcu_slots, WEFT_RCU_SLOTS,
			       weft_tasks[i]->rcu_sections,
			       readers->sections[i],
			       readers->within >> i & 1);
}

/* Behind rcu_read_unlock() and its like. */
static void note_section(struct weft_task *t)
{
	weft_host->order(WEFT_ORDER_LEFT,
			 &t->rcu_slots[t->rcu_sections % WEFT_RCU_SLOTS],
			 sizeof(t->rcu_slots[0]));
	t->rcu_sections++;
}

/**
 * weft_rcu_note_left() - called wherever an outermost section may have ended
 */
void weft_rcu_note_left(void)
{
	struct weft_task *t = weft_self();

	if (!is_reader(t))
		t->rcu_left++;
}

/* Was the task outside before this rcu_read_lock()? */
static bool enters_outermost(const struct weft_task *t)
{
	if (t->rcu_nesting[WEFT_RCU] || t->irqs_off)
		return false;
#ifdef CONFIG_PREEMPT_RCU
	return t->task.rcu_read_lock_nesting == 1 && !preempt_count();
#else
	return preempt_count() == 1;
#endif
}

/**
 * weft_rcu_enter() - rcu_read_lock() and its like, after the kernel's own part
 */
void weft_rcu_enter(struct weft_task *t, enum weft_rcu_flavour flavour)
{
	if (flavour == WEFT_RCU && enters_outermost(t)) {
		t->rcu_entering = true;
		READ_ONCE(weft_rcu_domain);
		t->rcu_entering = false;
	}
	if (!t->rcu_nesting[flavour]++ && flavour == WEFT_RCU &&
	    weft_host->hot->recording)
		weft_host->section(WEFT_SECTION_RCU, 1);
}

static noinline void report_left(void)
{
	struct weft_host_defect defect = {
		.sort = "RCU read-side section left without being entered",
	};

	if (!weft_is_told(WEFT_UNBALANCED_RCU))
		weft_context_defect(&defect, "%s", defect.sort);
}

/**
 * weft_rcu_leave() - rcu_read_unlock() and its like, after the kernel's own part
 */
void weft_rcu_leave(struct weft_task *t, enum weft_rcu_flavour flavour)
{
	if (unlikely(!t->rcu_nesting[flavour])) {
		report_left();
		return;
	}
	t->rcu_nesting[flavour]--;
	if (!t->rcu_nesting[flavour] && flavour == WEFT_RCU &&
	    weft_host->hot->recording)
		weft_host->section(WEFT_SECTION_RCU, 0);
	if (flavour != WEFT_RCU_CALLBACK && !is_within(t))
		note_section(t);
	weft_rcu_note_left();
}

#ifdef CONFIG_PREEMPT_RCU
/* MODEL of kernel/rcu/tree_plugin.h. Keeps: nesting. Drops: deferred reports. */
void __rcu_read_lock(void)
{
	current->rcu_read_lock_nesting++;
	barrier();
}

void __rcu_read_unlock(void)
{
	barrier();
	current->rcu_read_lock_nesting--;
}
#else
void rcu_read_unlock_strict(void) { }
#endif

/* Inside it would wait for itself. Outside: may it sleep? */
static void check_may_wait(const char *what)
{
	struct weft_host_defect defect = {
		.sort = "grace period awaited inside a read-side section",
		.show = WEFT_SHOW_ATOMIC,
	};
	struct weft_task *t = weft_self();

	if (t->rcu_nesting[WEFT_RCU] || t->rcu_nesting[WEFT_RCU_BH] ||
	    t->rcu_nesting[WEFT_RCU_SCHED])
		weft_context_defect(&defect, "%s() inside an RCU read-side section",
				    what);
	else
		weft_check_sleep(what, NULL);
}

static void grace_period(const char *what)
{
	struct weft_readers then;

	check_may_wait(what);
	WRITE_ONCE(weft_rcu_domain, weft_rcu_domain + 1);
	readers_note(&then);
	weft_host->await(WEFT_WAIT_RCU, &weft_rcu_domain, what, readers_left,
			 &then, readers_named);
	readers_order(&then);
}

/* MODEL of kernel/rcu/tree.c. Keeps: G2, may sleep. Drops: batching. */
void synchronize_rcu(void)
{
	grace_period("synchronize_rcu");
}

/* MODEL of kernel/rcu/tree_exp.h. Keeps: as synchronize_rcu(). Drops: speed. */
void synchronize_rcu_expedited(void)
{
	grace_period("synchronize_rcu_expedited");
}

WEFT_QUIET static void callback_append(struct weft_callback *new,
				       struct rcu_head *head, void *free)
{
	struct weft_callback **link = &callbacks;

	weft_state_write(&callbacks_queued);
	weft_state_write(&queued_as[callbacks_queued % QUEUED_NAMES]);
	weft_host->save(new, sizeof(*new));
	new->next = NULL;
	new->head = head;
	new->free = free;
	while (*link)
		link = &(*link)->next;
	weft_set(*link, new);
	weft_set(callbacks_queued, callbacks_queued + 1);
}

static void callback_queue(struct rcu_head *head, void *free)
{
	struct weft_callback *new = weft_host->alloc(sizeof(*new), 8, NULL);

	weft_host->event(WEFT_EVENT_CALL_RCU, head, "call_rcu");
	readers_note(&new->readers);
	callback_append(new, head, free);
}

/* MODEL of kernel/rcu/tree.c. Keeps: G4, never sleeps. Drops: laziness, double-call check. */
void call_rcu(struct rcu_head *head, rcu_callback_t func)
{
	head->func = func;
	head->next = NULL;
	callback_queue(head, NULL);
}

#ifdef CONFIG_RCU_LAZY
void call_rcu_hurry(struct rcu_head *head, rcu_callback_t func)
{
	call_rcu(head, func);
}
#endif

static void kvfree_after_grace_period(struct rcu_head *head, void *ptr)
{
	if (head) {
		callback_queue(head, ptr);
		return;
	}
	grace_period("kvfree_rcu_mightsleep");
	kvfree(ptr);
}

#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 2, 0)
/* MODEL of kernel/rcu/tree.c. Keeps: freed after a grace period; without head sleeps. Drops: batching. */
void kvfree_call_rcu(struct rcu_head *head, void *ptr)
{
	kvfree_after_grace_period(head, ptr);
}
#else
/* MODEL of kernel/rcu/tree.c. Keeps: as above; @func is the offset of @head, or the memory. Drops: batching. */
void kvfree_call_rcu(struct rcu_head *head, rcu_callback_t func)
{
	void *ptr = head ? (void *)head - (unsigned long)func : (void *)func;

	kvfree_after_grace_period(head, ptr);
}
#endif

/*
 * Ready callback: is there one, with its grace period over? It is number callbacks_done,
 * which only the service that waits changes. Before it is queued nothing else is
 * read, and once it is, it stays: so its readers are named only then.
 */
WEFT_QUIET static int callback_ready(void *arg)
{
	return callbacks && readers_left(&callbacks->readers);
}

WEFT_QUIET static unsigned int callback_reads(void *arg, const void **ret)
{
	ret[0] = &queued_as[callbacks_done % QUEUED_NAMES];
	return callbacks ? 1 + readers_named(&callbacks->readers, ret + 1) : 1;
}

WEFT_QUIET static struct weft_callback *callback_first(void)
{
	return callbacks;
}

WEFT_QUIET static void callback_take(struct weft_callback *callback)
{
	weft_set(callbacks, callback->next);
}

WEFT_QUIET static void callback_count_done(void)
{
	weft_set(callbacks_done, callbacks_done + 1);
}

static void callback_invoke(struct rcu_head *head, void *free)
{
	rcu_callback_t func;

	if (free) {
		kvfree(free);
		return;
	}
	func = head->func;
	WRITE_ONCE(head->func, NULL);
	func(head);
}

static void callback_run(void)
{
	struct weft_callback *callback = callback_first();
	struct rcu_head *head = callback->head;
	void *free = callback->free;
	unsigned int before;

	weft_host->event(WEFT_EVENT_CALL_RCU, head, "RCU callback");
	readers_order(&callback->readers);
	callback_take(callback);
	weft_host->free(callback, 0);
	local_bh_disable();
	rcu_lock_acquire(&rcu_callback_map);
	before = preempt_count();
	callback_invoke(head, free);
	weft_check_balance(before, "an RCU callback");
	rcu_lock_release(&rcu_callback_map);
	local_bh_enable();
	weft_host->event(WEFT_EVENT_COMPLETE, &callbacks_done, "RCU callback");
	callback_count_done();
}

static void rcu_service(void *arg)
{
	for (;;) {
		weft_host->await(WEFT_WAIT_IDLE, &callbacks, "RCU callbacks",
				 callback_ready, NULL, callback_reads);
		callback_run();
	}
}

/* Ready callback: reads callbacks_done, announced by the service: the object. */
WEFT_QUIET static int callbacks_reached(void *arg)
{
	return callbacks_done >= *(unsigned long *)arg;
}

WEFT_QUIET static unsigned long callbacks_now(void)
{
	weft_state_read(&callbacks_queued);
	return callbacks_queued;
}

/* MODEL of kernel/rcu/tree.c. Keeps: all callbacks queued before have run. Drops: nothing. */
void rcu_barrier(void)
{
	unsigned long target = callbacks_now();

	check_may_wait("rcu_barrier");
	weft_host->await(WEFT_WAIT_RCU, &callbacks_done, "rcu_barrier()",
			 callbacks_reached, &target, weft_reads_nothing);
}

void kvfree_rcu_barrier(void);

/* MODEL of kernel/rcu/tree.c. Keeps: as rcu_barrier(). Drops: nothing. */
void kvfree_rcu_barrier(void)
{
	rcu_barrier();
}

/* MODEL of kernel/rcu/update.c. Keeps: always checking. Drops: early boot. */
int debug_lockdep_rcu_enabled(void)
{
	return 1;
}

/* MODEL of kernel/rcu/update.c. Keeps: the truth. Drops: idle CPUs. */
int rcu_read_lock_held(void)
{
	return lock_is_held(&rcu_lock_map);
}

int rcu_read_lock_bh_held(void)
{
	return in_softirq() || irqs_disabled();
}

int rcu_read_lock_sched_held(void)
{
	return lock_is_held(&rcu_sched_lock_map) || !preemptible();
}

int rcu_read_lock_any_held(void)
{
	return lock_is_held(&rcu_lock_map) || lock_is_held(&rcu_bh_lock_map) ||
	       lock_is_held(&rcu_sched_lock_map) || !preemptible();
}

/* MODEL of kernel/rcu/tree.c. Keeps: RCU watches every task. Drops: idle. */
bool rcu_is_watching(void)
{
	return true;
}

/* MODEL of kernel/rcu/tree.c. Keeps: nothing: cond_resched() is no context switch here. Drops: quiescent states. */
void rcu_all_qs(void)
{
}

void rcu_note_context_switch(bool preempt)
{
}

/* MODEL of kernel/rcu/update.c. Keeps: wakes the waiter. Drops: nothing. */
void wakeme_after_rcu(struct rcu_head *head)
{
	complete(&container_of(head, struct rcu_synchronize, head)->completion);
}

void weft_rcu_init(void)
{
	weft_service_start("rcu", rcu_service, NULL);
}
