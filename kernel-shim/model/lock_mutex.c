// SPDX-License-Identifier: GPL-2.0-only
/*
 * Mutexes: the host blocks and finds deadlocks; the rules of use are checked here.
 *
 *  M1  lock->owner holds the owner's task_struct while the mutex is held, else 0.
 *  M2  Only the owner unlocks; nobody locks an uninitialised or destroyed mutex.
 *
 * Drops: spinning, hand-off, a signal that arrives while the task is blocked.
 */
#include <linux/device.h>
#include <linux/mutex.h>
#include <linux/sched.h>
#include <linux/sched/signal.h>
#include <linux/version.h>
#include "memory.h"
#include "tasks.h"

WEFT_QUIET static bool mutex_initialised(const struct mutex *lock)
{
	return lock->magic == lock;
}

static void mutex_check(const struct mutex *lock, const char *name)
{
	if (!mutex_initialised(lock))
		weft_lock_bad("mutex", (unsigned long)lock->magic, name);
}

static struct weft_lock_ref mutex_ref(struct mutex *lock, unsigned int subclass)
{
	struct weft_lock_ref ref = weft_lock_ref(&lock->dep_map, WEFT_LOCK_MUTEX,
						 subclass);

	mutex_check(lock, ref.name);
	return ref;
}

/* It may have been freed while the task waited, which poisoned it. */
static void mutex_taken(struct mutex *lock, const struct weft_lock_ref *ref)
{
	mutex_check(lock, ref->name);
	weft_atomic_long_put(&lock->owner, (long)current);
	weft_lock_taken();
}

static void mutex_take(struct mutex *lock, const struct weft_lock_ref *ref,
		       const char *what)
{
	weft_check_sleep(what, ref->name);
	weft_host->lock(ref, WEFT_EXCLUSIVE);
	mutex_taken(lock, ref);
}

/* With a signal pending the kernel gives up only where it would have to wait. */
static int mutex_take_unless_signal(struct mutex *lock, unsigned int subclass,
				    unsigned int state, const char *what)
{
	struct weft_lock_ref ref = mutex_ref(lock, subclass);

	if (!signal_pending_state(state, current) &&
	    !weft_fault_signal_at(&ref, state)) {
		mutex_take(lock, &ref, what);
		return 0;
	}
	weft_check_sleep(what, ref.name);
	if (!weft_host->trylock(&ref, WEFT_EXCLUSIVE))
		return -EINTR;
	mutex_taken(lock, &ref);
	return 0;
}

/* MODEL of kernel/locking/mutex.c. Keeps: class, magic, owner. Drops: the wait list. */
void __mutex_init(struct mutex *lock, const char *name,
		  struct lock_class_key *key)
{
	struct weft_lock_ref ref;

	atomic_long_set(&lock->owner, 0);
	raw_spin_lock_init(&lock->wait_lock);
	INIT_LIST_HEAD(&lock->wait_list);
	lock->magic = lock;
	lockdep_init_map_wait(&lock->dep_map, name, key, 0, LD_WAIT_SLEEP);
	ref = mutex_ref(lock, 0);
	weft_host->lock_init(&ref);
}

/* MODEL of kernel/locking/mutex-debug.c. Keeps: not held, unusable afterwards. Drops: nothing. */
void mutex_destroy(struct mutex *lock)
{
	struct weft_host_defect defect = {
		.sort = "lock destroyed while it is held",
		.lock = &lock->dep_map, .show = WEFT_SHOW_LOCK,
	};

	if (weft_atomic_long_look(&lock->owner))
		weft_context_defect(&defect, "mutex %s destroyed while it is held",
				    lock->dep_map.name);
	lock->magic = NULL;
}

/* MODEL of kernel/locking/mutex.c. Keeps: sleeps, recursion blocks for ever. Drops: fairness. */
void mutex_lock_nested(struct mutex *lock, unsigned int subclass)
{
	struct weft_lock_ref ref = mutex_ref(lock, subclass);

	mutex_take(lock, &ref, "mutex_lock");
}

/* MODEL of kernel/locking/mutex.c. Keeps: as mutex_lock(), ordered by @nest_lock. Drops: order among its class. */
void _mutex_lock_nest_lock(struct mutex *lock, struct lockdep_map *nest_lock)
{
	struct weft_lock_ref ref = mutex_ref(lock, 0);

	weft_lock_nested_in(&ref, nest_lock);
	mutex_take(lock, &ref, "mutex_lock_nest_lock");
}

/* MODEL of kernel/locking/mutex.c. Keeps: -EINTR when a signal is pending and it is busy. Drops: later signals. */
int mutex_lock_interruptible_nested(struct mutex *lock, unsigned int subclass)
{
	return mutex_take_unless_signal(lock, subclass, TASK_INTERRUPTIBLE,
					"mutex_lock_interruptible");
}

/* MODEL of kernel/locking/mutex.c. Keeps: -EINTR when a fatal signal is pending and it is busy. Drops: later signals. */
int mutex_lock_killable_nested(struct mutex *lock, unsigned int subclass)
{
	return mutex_take_unless_signal(lock, subclass, TASK_KILLABLE,
					"mutex_lock_killable");
}

/* MODEL of kernel/locking/mutex.c. Keeps: as mutex_lock(). Drops: I/O accounting. */
void mutex_lock_io_nested(struct mutex *lock, unsigned int subclass)
{
	mutex_lock_nested(lock, subclass);
}

/* MODEL of kernel/locking/mutex.c. Keeps: 1 taken, 0 busy, never waits. Drops: nothing. */
int mutex_trylock(struct mutex *lock)
{
	struct weft_lock_ref ref = mutex_ref(lock, 0);

	if (!weft_host->trylock(&ref, WEFT_EXCLUSIVE))
		return 0;
	mutex_taken(lock, &ref);
	return 1;
}

/* MODEL of kernel/locking/mutex.c. Keeps: only the owner unlocks. Drops: nothing. */
void mutex_unlock(struct mutex *lock)
{
	struct weft_lock_ref ref = mutex_ref(lock, 0);

	if (!weft_lock_owned(&ref, WEFT_EXCLUSIVE, "mutex_unlock"))
		return;
	weft_atomic_long_put(&lock->owner, 0);
	weft_lock_dropped();
	weft_host->unlock(&ref, WEFT_EXCLUSIVE);
}

/* MODEL of kernel/locking/mutex.c. Keeps: the truth at this moment. Drops: nothing. */
bool mutex_is_locked(struct mutex *lock)
{
	struct weft_lock_ref ref = mutex_ref(lock, 0);

	return weft_host->lock_busy(&ref) != 0;
}

unsigned long mutex_get_owner(struct mutex *lock);

/* MODEL of kernel/locking/mutex.c. Keeps: the owner at this moment. Drops: nothing. */
unsigned long mutex_get_owner(struct mutex *lock)
{
	return mutex_is_locked(lock) ? weft_atomic_long_look(&lock->owner) : 0;
}

/* MODEL of kernel/locking/mutex.c. Keeps: 1 with the mutex held when the count reached 0. Drops: nothing. */
int atomic_dec_and_mutex_lock(atomic_t *cnt, struct mutex *lock)
{
	if (atomic_add_unless(cnt, -1, 1))
		return 0;
	mutex_lock(lock);
	if (!atomic_dec_and_test(cnt)) {
		mutex_unlock(lock);
		return 0;
	}
	return 1;
}

static void devm_mutex_release(void *res)
{
	mutex_destroy(res);
}

int __devm_mutex_init(struct device *dev, struct mutex *lock);

/* MODEL of kernel/locking/mutex-debug.c. Keeps: destroyed with the device's driver. Drops: nothing. */
int __devm_mutex_init(struct device *dev, struct mutex *lock)
{
	return devm_add_action_or_reset(dev, devm_mutex_release, lock);
}
