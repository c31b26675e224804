// SPDX-License-Identifier: GPL-2.0-only
/*
 * Reader-writer semaphores. The host knows that a queued writer blocks readers.
 *
 *  R1  count is 0 when free, 1 when held for writing, 256 per reader otherwise,
 *      as kernel/locking/rwsem.c has it, for rwsem_is_locked().
 *  R2  Only a holder releases.
 *
 * Drops: rwsem_is_contended() (always false: the list of waiters is the host's),
 * optimistic spinning, a signal that arrives while the task is blocked, and that
 * others race with rwsem_is_locked() (it sees the truth, but is no point).
 */
#include <linux/rwsem.h>
#include <linux/sched.h>
#include <linux/sched/signal.h>
#include "memory.h"
#include "tasks.h"

#define WRITER		1L
#define READER		256L
#define READER_OWNED	1L	/* flag in ->owner */

WEFT_QUIET static bool rwsem_initialised(const struct rw_semaphore *sem)
{
	return sem->magic == sem;
}

static void rwsem_check(const struct rw_semaphore *sem, const char *name)
{
	if (!rwsem_initialised(sem))
		weft_lock_bad("rwsem", (unsigned long)sem->magic, name);
}

static struct weft_lock_ref rwsem_ref(struct rw_semaphore *sem,
				      unsigned int subclass)
{
	struct weft_lock_ref ref = weft_lock_ref(&sem->dep_map, WEFT_LOCK_RWSEM,
						 subclass);

	rwsem_check(sem, ref.name);
	return ref;
}

static void rwsem_note(struct rw_semaphore *sem, long change, long owner)
{
	weft_atomic_long_put(&sem->count,
			     weft_atomic_long_look(&sem->count) + change);
	weft_atomic_long_put(&sem->owner, owner);
}

/* It may have been freed while the task waited, which poisoned it. */
static void rwsem_taken(struct rw_semaphore *sem,
			const struct weft_lock_ref *ref, unsigned int mode)
{
	rwsem_check(sem, ref->name);
	if (mode == WEFT_SHARED)
		rwsem_note(sem, READER, (long)current | READER_OWNED);
	else
		rwsem_note(sem, WRITER, (long)current);
	weft_lock_taken();
}

static int rwsem_take(struct rw_semaphore *sem, const struct weft_lock_ref *ref,
		      unsigned int mode, unsigned int state, const char *what)
{
	weft_check_sleep(what, ref->name);
	if (signal_pending_state(state, current) ||
	    (state & (TASK_INTERRUPTIBLE | TASK_WAKEKILL) &&
	     weft_fault_signal_at(ref, state))) {
		if (!weft_host->trylock(ref, mode))
			return -EINTR;
	} else {
		weft_host->lock(ref, mode);
	}
	rwsem_taken(sem, ref, mode);
	return 0;
}

static void rwsem_release_mode(struct rw_semaphore *sem, unsigned int mode,
			       const char *what)
{
	struct weft_lock_ref ref = rwsem_ref(sem, 0);

	if (!weft_lock_owned(&ref, mode, what))
		return;
	if (mode == WEFT_SHARED)
		rwsem_note(sem, -READER, weft_atomic_long_look(&sem->owner));
	else
		rwsem_note(sem, -WRITER, 0);
	weft_lock_dropped();
	weft_host->unlock(&ref, mode);
}

/* MODEL of kernel/locking/rwsem.c. Keeps: class, magic, count. Drops: the wait list. */
void __init_rwsem(struct rw_semaphore *sem, const char *name,
		  struct lock_class_key *key)
{
	struct weft_lock_ref ref;

	lockdep_init_map_wait(&sem->dep_map, name, key, 0, LD_WAIT_SLEEP);
	sem->magic = sem;
	atomic_long_set(&sem->count, 0);
	raw_spin_lock_init(&sem->wait_lock);
	INIT_LIST_HEAD(&sem->wait_list);
	atomic_long_set(&sem->owner, 0);
	ref = rwsem_ref(sem, 0);
	weft_host->lock_init(&ref);
}

/* MODEL of kernel/locking/rwsem.c. Keeps: sleeps, waits for writers and queued writers. Drops: hand-off. */
void down_read(struct rw_semaphore *sem)
{
	struct weft_lock_ref ref = rwsem_ref(sem, 0);

	rwsem_take(sem, &ref, WEFT_SHARED, TASK_UNINTERRUPTIBLE, "down_read");
}

/* MODEL of kernel/locking/rwsem.c. Keeps: as down_read(), subclass. Drops: hand-off. */
void down_read_nested(struct rw_semaphore *sem, int subclass)
{
	struct weft_lock_ref ref = rwsem_ref(sem, subclass);

	rwsem_take(sem, &ref, WEFT_SHARED, TASK_UNINTERRUPTIBLE, "down_read");
}

/* MODEL of kernel/locking/rwsem.c. Keeps: -EINTR when a signal is pending and it is busy. Drops: later signals. */
int down_read_interruptible(struct rw_semaphore *sem)
{
	struct weft_lock_ref ref = rwsem_ref(sem, 0);

	return rwsem_take(sem, &ref, WEFT_SHARED, TASK_INTERRUPTIBLE,
			  "down_read_interruptible");
}

/* MODEL of kernel/locking/rwsem.c. Keeps: -EINTR when a fatal signal is pending and it is busy. Drops: later signals. */
int down_read_killable(struct rw_semaphore *sem)
{
	return down_read_killable_nested(sem, 0);
}

/* MODEL of kernel/locking/rwsem.c. Keeps: as down_read_killable(), subclass. Drops: later signals. */
int down_read_killable_nested(struct rw_semaphore *sem, int subclass)
{
	struct weft_lock_ref ref = rwsem_ref(sem, subclass);

	return rwsem_take(sem, &ref, WEFT_SHARED, TASK_KILLABLE,
			  "down_read_killable");
}

/* MODEL of kernel/locking/rwsem.c. Keeps: 1 taken, 0 busy. Drops: nothing. */
int down_read_trylock(struct rw_semaphore *sem)
{
	struct weft_lock_ref ref = rwsem_ref(sem, 0);

	if (!weft_host->trylock(&ref, WEFT_SHARED))
		return 0;
	rwsem_taken(sem, &ref, WEFT_SHARED);
	return 1;
}

/* MODEL of kernel/locking/rwsem.c. Keeps: sleeps, excludes everybody. Drops: hand-off. */
void down_write(struct rw_semaphore *sem)
{
	down_write_nested(sem, 0);
}

/* MODEL of kernel/locking/rwsem.c. Keeps: as down_write(), subclass. Drops: hand-off. */
void down_write_nested(struct rw_semaphore *sem, int subclass)
{
	struct weft_lock_ref ref = rwsem_ref(sem, subclass);

	rwsem_take(sem, &ref, WEFT_EXCLUSIVE, TASK_UNINTERRUPTIBLE,
		   "down_write");
}

/* MODEL of kernel/locking/rwsem.c. Keeps: as down_write(), ordered by @nest. Drops: order among its class. */
void _down_write_nest_lock(struct rw_semaphore *sem, struct lockdep_map *nest)
{
	struct weft_lock_ref ref = rwsem_ref(sem, 0);

	weft_lock_nested_in(&ref, nest);
	rwsem_take(sem, &ref, WEFT_EXCLUSIVE, TASK_UNINTERRUPTIBLE,
		   "down_write_nest_lock");
}

/* MODEL of kernel/locking/rwsem.c. Keeps: -EINTR when a fatal signal is pending and it is busy. Drops: later signals. */
int down_write_killable(struct rw_semaphore *sem)
{
	return down_write_killable_nested(sem, 0);
}

/* MODEL of kernel/locking/rwsem.c. Keeps: as down_write_killable(), subclass. Drops: later signals. */
int down_write_killable_nested(struct rw_semaphore *sem, int subclass)
{
	struct weft_lock_ref ref = rwsem_ref(sem, subclass);

	return rwsem_take(sem, &ref, WEFT_EXCLUSIVE, TASK_KILLABLE,
			  "down_write_killable");
}

/* MODEL of kernel/locking/rwsem.c. Keeps: 1 taken, 0 busy. Drops: nothing. */
int down_write_trylock(struct rw_semaphore *sem)
{
	struct weft_lock_ref ref = rwsem_ref(sem, 0);

	if (!weft_host->trylock(&ref, WEFT_EXCLUSIVE))
		return 0;
	rwsem_taken(sem, &ref, WEFT_EXCLUSIVE);
	return 1;
}

/* MODEL of kernel/locking/rwsem.c. Keeps: only a reader releases. Drops: nothing. */
void up_read(struct rw_semaphore *sem)
{
	rwsem_release_mode(sem, WEFT_SHARED, "up_read");
}

/* MODEL of kernel/locking/rwsem.c. Keeps: only the writer releases. Drops: nothing. */
void up_write(struct rw_semaphore *sem)
{
	rwsem_release_mode(sem, WEFT_EXCLUSIVE, "up_write");
}

/* MODEL of kernel/locking/rwsem.c. Keeps: writer becomes reader without a gap. Drops: nothing. */
void downgrade_write(struct rw_semaphore *sem)
{
	struct weft_lock_ref ref = rwsem_ref(sem, 0);

	if (!weft_lock_owned(&ref, WEFT_EXCLUSIVE, "downgrade_write"))
		return;
	rwsem_note(sem, READER - WRITER, (long)current | READER_OWNED);
	weft_host->downgrade(&ref);
}

/* Released by another task than took it: the host's owners do not allow that. */
void down_read_non_owner(struct rw_semaphore *sem)
{
	weft_unmodelled("down_read_non_owner");
}

void up_read_non_owner(struct rw_semaphore *sem)
{
	weft_unmodelled("up_read_non_owner");
}
