/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the task, lock, RCU, workqueue and timer files of the model share.
 *
 *  T1  A task is a struct weft_task; its struct task_struct is the first member
 *      and is what current, the host's cookie and the kernel know.
 *  T2  State that several tasks change is touched only in WEFT_QUIET functions,
 *      between two points, and written through weft_set(). The order in which
 *      they do so is what the host's operations publish.
 *  T3  State that several tasks look at has names (addresses, of which only the
 *      name counts). Whoever reads or changes it says so with weft_host->state(),
 *      unless the point just before is an operation on that very name; a wait lists
 *      what its condition reads. A reduction knows of nothing else.
 */
#ifndef WEFT_MODEL_TASKS_H
#define WEFT_MODEL_TASKS_H

#include <linux/lockdep.h>
#include <linux/sched.h>
#include <linux/types.h>
#include "memory.h"

#define WEFT_TASKS_MAX		64
#define WEFT_ANNOTATIONS_MAX	8
#define WEFT_LINE_MAX		256

/* A write of a WEFT_QUIET function. */
#define weft_set(lvalue, value)						\
do {									\
	weft_host->save((const void *)&(lvalue), sizeof(lvalue));	\
	(lvalue) = (value);						\
} while (0)

/* An unvalidated (check == 0) lockdep map the task is inside of. */
struct weft_annotation {
	const struct lockdep_map *map;
	int			read;
};

#define WEFT_RCU_SLOTS 4

enum weft_rcu_flavour {
	WEFT_RCU, WEFT_RCU_BH, WEFT_RCU_SCHED, WEFT_RCU_CALLBACK,
	WEFT_RCU_FLAVOURS
};

enum weft_unbalanced { WEFT_BALANCED, WEFT_UNBALANCED_COUNT, WEFT_UNBALANCED_RCU };

/**
 * struct weft_task - a logical task
 * @task:         the kernel's view
 * @index:        place in weft_tasks[]
 * @irqs_off:     interrupts are disabled
 * @rcu_nesting:  by lockdep's maps, per enum weft_rcu_flavour
 * @rcu_entering: waits to enter its outermost RCU section: not a reader yet
 * @rcu_left:     how often it left an outermost RCU section
 * @rcu_sections: those of them that rcu_read_lock() and its like made
 * @rcu_slots:    stand for the latest of these, in turn
 * @ended:        runs no more
 * @awake_in:     the spinlock it took last while awake (W3 of sched.c)
 * @sleeps_at:    name of that one, if its state was changed under it; or NULL
 * @annotations:  unvalidated maps it holds
 * @thread_fn, @thread_arg, @thread_flags: a kthread's; bits of enum weft_kthread
 * @last_line:    its last line of kernel log
 * @asked:        the last map it asked for and did not hold
 * @slept:        a sleep in atomic context is reported, its schedule() is to come
 * @unbalanced:   who reported that it left what it had not entered: of RCU and the
 *                preempt count, which follow each other, only the first does
 * @counter:      the refcount_t that is out of range, while that is reported
 */
struct weft_task {
	struct task_struct	task;
	unsigned int		index;
	bool			irqs_off;
	unsigned int		rcu_nesting[WEFT_RCU_FLAVOURS];
	bool			rcu_entering;
	unsigned int		rcu_left;
	unsigned int		rcu_sections;
	unsigned long		rcu_slots[WEFT_RCU_SLOTS];
	bool			ended;
	bool			injected;	/* its signal is a fault */
	const void		*awake_in;
	const char		*sleeps_at;
	unsigned int		annotations_n;
	struct weft_annotation	annotations[WEFT_ANNOTATIONS_MAX];
	int			(*thread_fn)(void *arg);
	void			*thread_arg;
	unsigned long		thread_flags;
	char			last_line[96];
	const struct lockdep_map *asked;
	bool			slept;
	enum weft_unbalanced	unbalanced;
	const void		*counter;
};

enum weft_kthread { WEFT_KTHREAD_STOP, WEFT_KTHREAD_PARK, WEFT_KTHREAD_BOUND };

static inline struct weft_task *weft_task_of(struct task_struct *p)
{
	return container_of(p, struct weft_task, task);
}

#define weft_self()	weft_task_of(current)

extern struct weft_task *weft_tasks[WEFT_TASKS_MAX];
extern unsigned int weft_tasks_n;

/* task.c */
struct task_struct *weft_task_create(const char *name);
void weft_task_exit(struct task_struct *p);
int weft_task_pending_work(void);
struct weft_task *weft_service_start(const char *name, void (*fn)(void *arg),
				     void *arg);
/* Call once, before any initcall: makes the services below. */
void weft_tasks_init(void);
void weft_rcu_init(void);
void weft_workqueue_init(void);
void weft_timer_init(void);

void weft_check_balance(unsigned int before, const char *what);

/* sched.c */
void weft_sleep_begin(struct weft_task *t, const void *lock);
void weft_sleep_named(struct weft_task *t, const void *lock, const char *name);

/* lockdep.c */
struct weft_lock_ref weft_lock_ref(struct lockdep_map *map, unsigned int kind,
				   unsigned int subclass);
void weft_check_sleep(const char *what, const char *name);
void weft_lock_taken(void);
void weft_lock_dropped(void);
bool weft_lock_owned(const struct weft_lock_ref *ref, unsigned int mode,
		     const char *what);
void weft_lock_nested_in(struct weft_lock_ref *ref, struct lockdep_map *nest);
void weft_lock_bad(const char *kind, u32 magic, const char *name);
void weft_context_finding(const char *fmt, ...) __printf(1, 2);
void weft_context_defect(struct weft_host_defect *defect, const char *fmt, ...)
	__printf(2, 3);
bool weft_is_told(enum weft_unbalanced by);
void weft_lockdep_assertion(const char *file, int line);

/* debug_check_no_locks_freed() in two parts; @name is NULL where nothing is held. */
struct weft_held {
	const struct lockdep_map	*map;
	const char			*name;
};
struct weft_held weft_held_within(const void *from, unsigned long len);
noinline void weft_report_held_freed(const struct weft_held *held);
long weft_atomic_long_look(const atomic_long_t *v);
void weft_atomic_long_put(atomic_long_t *v, long value);

/* rcu.c */

/**
 * struct weft_readers - who was inside when a grace period began
 * @inside: a bit per weft_tasks[] index
 * @left:   rcu_left of each at that time
 * @within: those inside rcu_read_lock() or its like, likewise
 * @sections: how many of these each had left
 */
struct weft_readers {
	u64		inside;
	unsigned int	left[WEFT_TASKS_MAX];
	u64		within;
	unsigned int	sections[WEFT_TASKS_MAX];
};

/* An order between readers and who waited for them; slots stand for sections. */
void weft_rcu_order(unsigned long *slots, unsigned int slots_n,
		    unsigned int left, unsigned int sections, bool within);

void weft_rcu_enter(struct weft_task *t, enum weft_rcu_flavour flavour);
void weft_rcu_leave(struct weft_task *t, enum weft_rcu_flavour flavour);
void weft_rcu_note_left(void);
int weft_always(void *arg);

/* What others see of the running task: rcu.c. */
unsigned long weft_rcu_seen(const void **ret_own, const void **ret_all);

/* For waits that look at the object they name, and at nothing else. */
unsigned int weft_reads_nothing(void *arg, const void **ret);

static inline void weft_state_read(const void *obj)
{
	weft_host->state(WEFT_STATE_READ, obj);
}

static inline void weft_state_write(const void *obj)
{
	weft_host->state(WEFT_STATE_WRITE, obj);
}

#endif
