// SPDX-License-Identifier: GPL-2.0-only
/*
 * Lockdep: names of locks, held-lock questions, annotations, context checks.
 *
 * A lock is identified to the host by the address of its lockdep_map, so that
 * lock_is_held() of a map and the lock operation speak of the same object.
 *
 *  D1  A lock whose class is __lockdep_no_validate__ is a class of its own.
 *  D2  A map acquired with check == 0 never reaches the lock graph.
 *
 * Drops: irq-safety rules, wait types, pinning, the real class tables. The
 * graph of lock classes is the host's.
 */
#include <linux/debug_locks.h>
#include <linux/irqflags.h>
#include <linux/kernel.h>
#include <linux/lockdep.h>
#include <linux/percpu.h>
#include <linux/preempt.h>
#include <linux/rcupdate.h>
#include <linux/sched.h>
#include <linux/sched/debug.h>
#include <linux/uaccess.h>
#include <linux/uaccess.h>
#include <linux/version.h>
#include "tasks.h"

struct lock_class_key __lockdep_no_validate__;
struct lock_class_key __lockdep_no_track__;

int debug_locks = 1;
int debug_locks_silent;
int lock_stat;
int prove_locking = 1;

DEFINE_PER_CPU(int, hardirqs_enabled) = 1;
DEFINE_PER_CPU(int, hardirq_context);
DEFINE_PER_CPU(unsigned int, lockdep_recursion);

/* acquire argument of host->annotate() */
enum { ANNOTATE_RELEASE, ANNOTATE_ACQUIRE, ANNOTATE_TRYLOCK };

/**
 * weft_context_finding() - reports a call from a wrong context
 */
void weft_context_finding(const char *fmt, ...)
{
	char text[WEFT_LINE_MAX];
	va_list args;

	va_start(args, fmt);
	vsnprintf(text, sizeof(text), fmt, args);
	va_end(args);
	weft_host->finding("context", text);
}

/**
 * weft_context_defect() - the same with what is known of it
 * @defect: its kind and summary are filled in
 */
void weft_context_defect(struct weft_host_defect *defect, const char *fmt, ...)
{
	char text[WEFT_LINE_MAX];
	va_list args;

	va_start(args, fmt);
	vsnprintf(text, sizeof(text), fmt, args);
	va_end(args);
	defect->kind = "context";
	defect->summary = text;
	weft_host->defect(defect, false);
}

#define POISON_MAGIC	0x6b6b6b6bU	/* POISON_FREE in every byte */
#define POISON_NAME	((const char *)0x6b6b6b6b6b6b6b6bUL)

/**
 * weft_lock_bad() - reports a lock whose magic number is wrong
 * @kind: of lock
 * @magic: what is there instead, its low 32 bits
 * @name: of its class; poison if that was freed too
 *
 * In freed memory nothing that follows would mean anything: the execution ends.
 */
void weft_lock_bad(const char *kind, u32 magic, const char *name)
{
	char text[WEFT_LINE_MAX];

	if (!name || name == POISON_NAME)
		name = "of unknown class";
	if (magic != POISON_MAGIC) {
		struct weft_host_defect bad = {
			.sort = "lock used before its initialisation or after its end",
		};

		weft_context_defect(&bad, "%s %s used before it is initialised or after it is destroyed",
				    kind, name);
		return;
	}
	snprintf(text, sizeof(text), "use-after-free: %s %s is in freed memory",
		 kind, name);
	weft_host->fatal("crash", text);
}

/**
 * weft_lock_ref() - how the host is told about a lock
 *
 * The fields of the map are read with ordinary accesses, so that a lock in freed
 * memory is noticed. class_cache[0] holds the subclass given at initialisation.
 */
struct weft_lock_ref weft_lock_ref(struct lockdep_map *map, unsigned int kind,
				   unsigned int subclass)
{
	struct weft_lock_ref ref = {
		.addr = map,
		.name = map->name ? map->name : "(unnamed lock)",
		.key = map->key,
		.kind = kind,
		.subclass = subclass,
	};

	if (!subclass)
		ref.subclass = (unsigned long)map->class_cache[0];
	if (map->key == &__lockdep_no_validate__ ||
	    map->key == &__lockdep_no_track__)
		ref.key = NULL;
	return ref;
}

/* Values of words that only lock operations order: seen by nobody. */
WEFT_QUIET long weft_atomic_long_look(const atomic_long_t *v)
{
	return v->counter;
}

WEFT_QUIET void weft_atomic_long_put(atomic_long_t *v, long value)
{
	weft_set(v->counter, value);
}

void weft_lock_taken(void)
{
	current->lockdep_depth++;
}

void weft_lock_dropped(void)
{
	current->lockdep_depth--;
}

/*
 * Reports are made in functions of their own: a struct that is handed on costs
 * its writes on every call, and some of these are very frequent.
 */
static noinline void report_release(const struct weft_lock_ref *ref, int held,
				    const char *what)
{
	struct weft_host_defect defect = {
		.sort = held ? "release in the wrong mode" :
			       "release of a lock that is not held",
		.lock = ref->addr, .show = WEFT_SHOW_LOCK,
	};

	weft_context_defect(&defect, "%s(%s) by a task that does not hold it%s",
			    what, ref->name, held ? " this way" : "");
}

/**
 * weft_lock_owned() - may the running task release it? Reports if not.
 */
bool weft_lock_owned(const struct weft_lock_ref *ref, unsigned int mode,
		     const char *what)
{
	int held = weft_host->lock_held(ref->addr);

	if (held == (mode == WEFT_SHARED ? 1 : 2))
		return true;
	report_release(ref, held, what);
	return false;
}

static noinline void report_nest(const struct weft_lock_ref *ref,
				 const struct lockdep_map *nest)
{
	struct weft_host_defect defect = {
		.sort = "nested in a lock that is not held",
		.lock = nest, .show = WEFT_SHOW_LOCK,
	};

	weft_context_defect(&defect, "%s is taken as nested in %s, which is not held",
			    ref->name, nest->name);
}

/**
 * weft_lock_nested_in() - another lock orders @ref among those of its class
 * @nest: the other one, which the running task must hold; reports if it does not
 *
 * MODEL of kernel/locking/lockdep.c __lock_acquire(). Keeps: the check, not for a
 * lock that is not validated (D1). Drops: counting them as one held lock.
 */
void weft_lock_nested_in(struct weft_lock_ref *ref, struct lockdep_map *nest)
{
	if (ref->key && !lock_is_held(nest))
		report_nest(ref, nest);
	ref->key = NULL;
}

static bool in_atomic_context(void)
{
	return preempt_count() || irqs_disabled() || rcu_preempt_depth();
}

static bool may_sleep(void)
{
	return !in_atomic_context() && (current->__state == TASK_RUNNING ||
					!current->task_state_change);
}

static noinline void report_sleep(const char *what, const char *name)
{
	const char *open = name ? "(" : "", *close = name ? ")" : "()";
	struct weft_host_defect atomic = {
		.sort = "sleep in atomic context", .show = WEFT_SHOW_ATOMIC,
	};
	struct weft_host_defect state = { .sort = "sleep while not running" };

	if (!in_atomic_context()) {
		weft_context_defect(&state, "%s%s%s%s may sleep, called while the task state is %x",
				    what, open, name ? name : "", close,
				    current->__state);
		return;
	}
	weft_self()->slept = true;
	weft_context_defect(&atomic, "%s%s%s%s may sleep, called in atomic context (preempt_count %x, irqs %s, RCU nesting %d)",
			    what, open, name ? name : "", close,
			    preempt_count(), irqs_disabled() ? "off" : "on",
			    weft_self()->rcu_nesting[WEFT_RCU]);
}

/**
 * weft_check_sleep() - reports a sleep in atomic context
 * @what: function that sleeps, @name: its lock, or NULL
 *
 * MODEL of kernel/sched/core.c __might_resched(), __might_sleep(). Keeps: preempt
 * count, interrupts, RCU, state other than running. Drops: once per second.
 */
void weft_check_sleep(const char *what, const char *name)
{
	if (unlikely(!may_sleep()))
		report_sleep(what, name);
}

static const char *base_name(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

static void check_sleep_at(const char *file, int line)
{
	char where[64];

	/* Nearly always: no text is made for it. */
	if (likely(may_sleep()))
		return;
	snprintf(where, sizeof(where), "%s:%d", base_name(file), line);
	weft_check_sleep("might_sleep", where);
}

/* MODEL of kernel/sched/core.c. Keeps: the check. Drops: rate limit. */
void __might_sleep(const char *file, int line)
{
	check_sleep_at(file, line);
}

/* MODEL of kernel/sched/core.c. Keeps: the check. Drops: the exact offsets. */
void __might_resched(const char *file, int line, unsigned int offsets)
{
	unsigned int nested = preempt_count();

	nested += rcu_preempt_depth() << MIGHT_RESCHED_RCU_SHIFT;
	if (nested == offsets && !irqs_disabled())
		return;
	if (in_atomic_context())
		check_sleep_at(file, line);
}

/* MODEL of kernel/sched/core.c. Keeps: preempt count, irqs. Drops: boot exceptions. */
void __cant_sleep(const char *file, int line, int preempt_offset)
{
	if (!irqs_disabled() && preempt_count() <= preempt_offset)
		weft_context_finding("cant_sleep() in a context that can sleep at %s:%d",
				     base_name(file), line);
}

/* MODEL of kernel/sched/core.c. Keeps: the check. Drops: migrate_disable(). */
void __cant_migrate(const char *file, int line)
{
	if (!irqs_disabled() && !preempt_count())
		weft_context_finding("cant_migrate() in a context that can migrate at %s:%d",
				     base_name(file), line);
}

/* MODEL of mm/memory.c. Keeps: may sleep. Drops: page faults disabled on purpose. */
void __might_fault(const char *file, int line)
{
	if (!pagefault_disabled())
		check_sleep_at(file, line);
}

/* MODEL of kernel/locking/lockdep.c. Keeps: name, key, subclass. Drops: classes, checks of the key. */
void lockdep_init_map_type(struct lockdep_map *lock, const char *name,
			   struct lock_class_key *key, int subclass, u8 inner,
			   u8 outer, u8 lock_type)
{
	lock->name = name;
	lock->key = key;
	lock->class_cache[0] = (void *)(unsigned long)subclass;
	lock->class_cache[1] = NULL;
	lock->wait_type_inner = inner;
	lock->wait_type_outer = outer;
	lock->lock_type = lock_type;
}

static int rcu_flavour(const struct lockdep_map *map)
{
	if (map == &rcu_lock_map)
		return WEFT_RCU;
	if (map == &rcu_bh_lock_map)
		return WEFT_RCU_BH;
	if (map == &rcu_sched_lock_map)
		return WEFT_RCU_SCHED;
	if (map == &rcu_callback_map)
		return WEFT_RCU_CALLBACK;
	return -1;
}

static void annotation_add(struct weft_task *t, const struct lockdep_map *map,
			   int read)
{
	if (t->annotations_n == WEFT_ANNOTATIONS_MAX)
		weft_unmodelled("lock_acquire: too many unvalidated maps");
	t->annotations[t->annotations_n].map = map;
	t->annotations[t->annotations_n++].read = read;
}

static struct weft_annotation *annotation_find(struct weft_task *t,
					       const struct lockdep_map *map)
{
	unsigned int i = t->annotations_n;

	while (i--)
		if (t->annotations[i].map == map)
			return &t->annotations[i];
	return NULL;
}

static bool annotation_remove(struct weft_task *t, const struct lockdep_map *map)
{
	struct weft_annotation *a = annotation_find(t, map);

	if (!a)
		return false;
	*a = t->annotations[--t->annotations_n];
	return true;
}

/*
 * MODEL of kernel/locking/lockdep.c. Keeps: held maps, class, subclass, shared,
 * trylock (no edge into it), nest_lock is held. Drops: order under a nest_lock.
 */
void lock_acquire(struct lockdep_map *lock, unsigned int subclass, int trylock,
		  int read, int check, struct lockdep_map *nest_lock,
		  unsigned long ip)
{
	struct weft_task *t = weft_self();
	int flavour = rcu_flavour(lock);
	struct weft_lock_ref ref;

	if (flavour >= 0) {
		weft_rcu_enter(t, flavour);
		return;
	}
	if (!check || lock->key == &__lockdep_no_validate__) {
		annotation_add(t, lock, read);
		return;
	}
	ref = weft_lock_ref(lock, WEFT_LOCK_ANNOTATION, subclass);
	if (nest_lock)
		weft_lock_nested_in(&ref, nest_lock);
	weft_lock_taken();
	weft_host->annotate(&ref, read ? WEFT_SHARED : WEFT_EXCLUSIVE,
			    trylock ? ANNOTATE_TRYLOCK : ANNOTATE_ACQUIRE);
}

/* MODEL of kernel/locking/lockdep.c. Keeps: held maps. Drops: nothing. */
void lock_release(struct lockdep_map *lock, unsigned long ip)
{
	struct weft_task *t = weft_self();
	int flavour = rcu_flavour(lock);
	struct weft_lock_ref ref;

	if (flavour >= 0) {
		weft_rcu_leave(t, flavour);
		return;
	}
	if (annotation_remove(t, lock))
		return;
	ref = weft_lock_ref(lock, WEFT_LOCK_ANNOTATION, 0);
	weft_lock_dropped();
	weft_host->annotate(&ref, WEFT_EXCLUSIVE, ANNOTATE_RELEASE);
}

/* MODEL of kernel/locking/lockdep.c. Keeps: waiting for the map's holders is an order. Drops: nothing. */
void lock_sync(struct lockdep_map *lock, unsigned int subclass, int read,
	       int check, struct lockdep_map *nest_lock, unsigned long ip)
{
	lock_acquire(lock, subclass, 0, read, check, nest_lock, ip);
	lock_release(lock, ip);
}

/* What an assertion that fails next was about. */
WEFT_QUIET static void asked_in_vain(struct weft_task *t,
				     const struct lockdep_map *map)
{
	weft_set(t->asked, map);
}

/**
 * weft_lockdep_assertion() - lockdep_assert_held() and its like do not hold
 * @file, @line: of the assertion
 */
void weft_lockdep_assertion(const char *file, int line)
{
	const struct lockdep_map *map = weft_self()->asked;
	struct weft_host_defect defect = {
		.sort = "lockdep assertion", .lock = map,
		.show = WEFT_SHOW_LOCK,
	};

	weft_context_defect(&defect, "lockdep assertion at %s:%d: %s%s",
			    base_name(file), line, map ? map->name : "it",
			    map ? " is not held as it must be" : " does not hold");
}

/* MODEL of kernel/locking/lockdep.c. Keeps: the truth for every lock and map. Drops: "unknown". */
int lock_is_held_type(const struct lockdep_map *lock, int read)
{
	struct weft_task *t = weft_self();
	int flavour = rcu_flavour(lock);
	struct weft_annotation *a;
	int held;

	if (flavour >= 0)
		return t->rcu_nesting[flavour] && read != 0;
	a = annotation_find(t, lock);
	if (a)
		return read == -1 || !!a->read == read;
	held = weft_host->lock_held(lock);
	if (read == -1 ? held != 0 : held == (read ? 1 : 2))
		return true;
	asked_in_vain(t, lock);
	return false;
}

/* MODEL of kernel/locking/lockdep.c. Keeps: the new class for later operations. Drops: the held entry keeps its class. */
void lock_set_class(struct lockdep_map *lock, const char *name,
		    struct lock_class_key *key, unsigned int subclass,
		    unsigned long ip)
{
	lockdep_init_map_type(lock, name, key, subclass, lock->wait_type_inner,
			      lock->wait_type_outer, lock->lock_type);
}

/* MODEL of kernel/locking/lockdep.c. Keeps: shared from now on. Drops: nothing. */
void lock_downgrade(struct lockdep_map *lock, unsigned long ip)
{
	struct weft_lock_ref ref = weft_lock_ref(lock, WEFT_LOCK_ANNOTATION, 0);

	weft_host->downgrade(&ref);
}

/* MODEL of kernel/locking/lockdep.c. Keeps: the lock must be held. Drops: counting. */
struct pin_cookie lock_pin_lock(struct lockdep_map *lock)
{
	if (!lock_is_held(lock))
		weft_context_finding("pinning %s, which is not held", lock->name);
	return NIL_COOKIE;
}

/* MODEL of kernel/locking/lockdep.c. Keeps: the lock must be held. Drops: counting. */
void lock_repin_lock(struct lockdep_map *lock, struct pin_cookie cookie)
{
	lock_pin_lock(lock);
}

/* MODEL of kernel/locking/lockdep.c. Keeps: the lock must be held. Drops: counting. */
void lock_unpin_lock(struct lockdep_map *lock, struct pin_cookie cookie)
{
	lock_pin_lock(lock);
}

/* MODEL of kernel/locking/lockdep.c. Keeps: nothing, the host finds keys by address. Drops: the hash. */
void lockdep_register_key(struct lock_class_key *key)
{
}

/* MODEL of kernel/locking/lockdep.c. Keeps: nothing. Drops: the hash, use of a dead key. */
void lockdep_unregister_key(struct lock_class_key *key)
{
}

/* MODEL of kernel/locking/lockdep.c. Keeps: locks ordered by a function are classes of their own. Drops: checking that order. */
void lockdep_set_lock_cmp_fn(struct lockdep_map *lock, lock_cmp_fn cmp,
			     lock_print_fn print)
{
	lock->key = &__lockdep_no_validate__;
}

/* MODEL of kernel/locking/lockdep.c. Keeps: nothing. Drops: forgetting classes of freed memory. */
void lockdep_free_key_range(void *start, unsigned long size)
{
}

/* MODEL of kernel/locking/lockdep.c. Keeps: depth zero. Drops: nothing. */
void lockdep_init_task(struct task_struct *task)
{
	task->lockdep_depth = 0;
	task->lockdep_recursion = 0;
}

/* MODEL of kernel/locking/lockdep.c. Keeps: a task that leaves a system call holds nothing. Drops: nothing. */
void lockdep_sys_exit(void)
{
	if (current->lockdep_depth)
		weft_context_finding("%s leaves a system call with %d lock(s) held",
				     current->comm, current->lockdep_depth);
}

/* MODEL of kernel/locking/lockdep.c. Keeps: the check. Drops: nothing. */
void debug_check_no_locks_held(void)
{
	if (current->lockdep_depth)
		weft_context_finding("%s ends or sleeps for long with %d lock(s) held",
				     current->comm, current->lockdep_depth);
}

struct weft_held weft_held_within(const void *from, unsigned long len)
{
	struct weft_held held = { weft_host->lock_within(from, len) };

	held.name = held.map ? held.map->name :
			       weft_host->held_within(from, len);
	return held;
}

void weft_report_held_freed(const struct weft_held *held)
{
	char text[200];
	struct weft_host_defect defect = {
		.kind = "context", .sort = "held lock freed", .summary = text,
		.lock = held->map, .show = WEFT_SHOW_LOCK,
	};

	snprintf(text, sizeof(text), "held lock freed: %s", held->name);
	weft_host->defect(&defect, true);
}

/*
 * MODEL of kernel/locking/lockdep.c. Keeps: locks held in freed memory, by any
 * task: whoever holds one will release it there. Drops: other tasks' annotations.
 */
void debug_check_no_locks_freed(const void *from, unsigned long len)
{
	struct weft_held held = weft_held_within(from, len);

	if (unlikely(held.name))
		weft_report_held_freed(&held);
}

/* MODEL of kernel/locking/lockdep.c. Keeps: nothing. Drops: the listing, reports carry it. */
void debug_show_held_locks(struct task_struct *task)
{
}

/* MODEL of kernel/locking/lockdep.c. Keeps: nothing. Drops: the listing. */
void debug_show_all_locks(void)
{
}

/* MODEL of kernel/locking/lockdep.c. Keeps: nothing. Drops: the listing. */
void print_irqtrace_events(struct task_struct *curr)
{
}

/* MODEL of kernel/locking/lockdep.c. Keeps: queued rwlocks are not recursive in a task. Drops: interrupts. */
bool read_lock_is_recursive(void)
{
	return false;
}

/* MODEL of kernel/locking/lockdep.c. Keeps: the check. Drops: nothing. */
void lockdep_assert_in_softirq_func(void)
{
	if (!in_softirq() || in_hardirq())
		weft_context_finding("not in softirq context");
}

/* MODEL of lib/debug_locks.c. Keeps: never off. Drops: the off switch. */
int debug_locks_off(void)
{
	return 0;
}

/* MODEL of kernel/locking/lockdep.c. Keeps: the report. Drops: nothing. */
void lockdep_rcu_suspicious(const char *file, const int line, const char *s)
{
	struct weft_host_defect defect = { .sort = "suspicious RCU usage" };

	weft_context_defect(&defect, "suspicious RCU usage at %s:%d: %s",
			    base_name(file), line, s);
}
