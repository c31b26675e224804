// SPDX-License-Identifier: GPL-2.0-only
/*
 * Spinlocks and rwlocks, with their irq and bh forms.
 *
 *  S1  Preemption, and what the form says, is off from before the wait to after
 *      the release: a spinning task holds up grace periods, as in the kernel.
 *  S2  raw_lock says whether the lock is held, for spin_is_locked() and friends.
 *  S3  Only the holder releases; the magic number must be right.
 *
 * Drops: interrupts that spin on a lock their own CPU holds; contention counts.
 */
#include <linux/interrupt.h>
#include <linux/rwlock.h>
#include <linux/spinlock.h>
#include "tasks.h"

WEFT_QUIET static void spin_note(raw_spinlock_t *lock, bool held)
{
	weft_set(lock->raw_lock.locked, held);
	weft_set(lock->owner, held ? (void *)current : SPINLOCK_OWNER_INIT);
}

WEFT_QUIET static bool spin_initialised(const raw_spinlock_t *lock)
{
	return lock->magic == SPINLOCK_MAGIC;
}

static void spin_check(const raw_spinlock_t *lock, const char *name)
{
	if (!spin_initialised(lock))
		weft_lock_bad("spinlock", lock->magic, name);
}

static struct weft_lock_ref spin_ref(raw_spinlock_t *lock, unsigned int subclass)
{
	struct weft_lock_ref ref = weft_lock_ref(&lock->dep_map, WEFT_LOCK_SPIN,
						 subclass);

	spin_check(lock, ref.name);
	return ref;
}

/* It may have been freed while the task waited, which poisoned it. */
static void spin_taken(raw_spinlock_t *lock, const struct weft_lock_ref *ref)
{
	spin_check(lock, ref->name);
	spin_note(lock, true);
	weft_sleep_begin(weft_self(), lock);
	weft_lock_taken();
}

static void spin_take(raw_spinlock_t *lock, unsigned int subclass)
{
	struct weft_lock_ref ref = spin_ref(lock, subclass);

	weft_host->lock(&ref, WEFT_EXCLUSIVE);
	spin_taken(lock, &ref);
}

static bool spin_try(raw_spinlock_t *lock)
{
	struct weft_lock_ref ref = spin_ref(lock, 0);

	if (!weft_host->trylock(&ref, WEFT_EXCLUSIVE))
		return false;
	spin_taken(lock, &ref);
	return true;
}

/* False: it was not held, so nothing ends with it. */
static bool spin_drop(raw_spinlock_t *lock)
{
	struct weft_lock_ref ref = spin_ref(lock, 0);

	if (!weft_lock_owned(&ref, WEFT_EXCLUSIVE, "spin_unlock"))
		return false;
	spin_note(lock, false);
	weft_sleep_named(weft_self(), lock, ref.name);
	weft_lock_dropped();
	weft_host->unlock(&ref, WEFT_EXCLUSIVE);
	return true;
}

/* The three ways to go atomic around a lock, and back. */
static void atomic_begin(void)
{
	preempt_disable();
}

static void atomic_end(void)
{
	preempt_enable();
	weft_rcu_note_left();
}

static void atomic_begin_bh(void)
{
	__local_bh_disable_ip(_RET_IP_, SOFTIRQ_LOCK_OFFSET);
}

static void atomic_end_bh(void)
{
	__local_bh_enable_ip(_RET_IP_, SOFTIRQ_LOCK_OFFSET);
}

static void atomic_begin_irq(void)
{
	local_irq_disable();
	preempt_disable();
}

static void atomic_end_irq(void)
{
	local_irq_enable();
	atomic_end();
}

static unsigned long atomic_begin_irqsave(void)
{
	unsigned long flags;

	local_irq_save(flags);
	preempt_disable();
	return flags;
}

static void atomic_end_irqrestore(unsigned long flags)
{
	local_irq_restore(flags);
	atomic_end();
}

/* MODEL of kernel/locking/spinlock_debug.c. Keeps: class, magic. Drops: the debug fields' use. */
void __raw_spin_lock_init(raw_spinlock_t *lock, const char *name,
			  struct lock_class_key *key, short inner)
{
	struct weft_lock_ref ref;

	lockdep_init_map_wait(&lock->dep_map, name, key, 0, inner);
	lock->raw_lock = (arch_spinlock_t)__ARCH_SPIN_LOCK_UNLOCKED;
	lock->magic = SPINLOCK_MAGIC;
	lock->owner = SPINLOCK_OWNER_INIT;
	lock->owner_cpu = -1;
	ref = spin_ref(lock, 0);
	weft_host->lock_init(&ref);
}

/* MODEL of kernel/locking/spinlock.c, all of these. Keeps: S1 to S3. Drops: irq-safety. */
void _raw_spin_lock(raw_spinlock_t *lock)
{
	atomic_begin();
	spin_take(lock, 0);
}

void _raw_spin_lock_nested(raw_spinlock_t *lock, int subclass)
{
	atomic_begin();
	spin_take(lock, subclass);
}

/* Keeps: @nest is held. Drops: the order among locks under it. */
void _raw_spin_lock_nest_lock(raw_spinlock_t *lock, struct lockdep_map *nest)
{
	struct weft_lock_ref ref = spin_ref(lock, 0);

	weft_lock_nested_in(&ref, nest);
	atomic_begin();
	weft_host->lock(&ref, WEFT_EXCLUSIVE);
	spin_taken(lock, &ref);
}

void _raw_spin_lock_bh(raw_spinlock_t *lock)
{
	atomic_begin_bh();
	spin_take(lock, 0);
}

void _raw_spin_lock_irq(raw_spinlock_t *lock)
{
	atomic_begin_irq();
	spin_take(lock, 0);
}

unsigned long _raw_spin_lock_irqsave(raw_spinlock_t *lock)
{
	unsigned long flags = atomic_begin_irqsave();

	spin_take(lock, 0);
	return flags;
}

unsigned long _raw_spin_lock_irqsave_nested(raw_spinlock_t *lock, int subclass)
{
	unsigned long flags = atomic_begin_irqsave();

	spin_take(lock, subclass);
	return flags;
}

int _raw_spin_trylock(raw_spinlock_t *lock)
{
	atomic_begin();
	if (spin_try(lock))
		return 1;
	atomic_end();
	return 0;
}

int _raw_spin_trylock_bh(raw_spinlock_t *lock)
{
	atomic_begin_bh();
	if (spin_try(lock))
		return 1;
	atomic_end_bh();
	return 0;
}

void _raw_spin_unlock(raw_spinlock_t *lock)
{
	if (spin_drop(lock))
		atomic_end();
}

void _raw_spin_unlock_bh(raw_spinlock_t *lock)
{
	if (spin_drop(lock))
		atomic_end_bh();
}

void _raw_spin_unlock_irq(raw_spinlock_t *lock)
{
	if (spin_drop(lock))
		atomic_end_irq();
}

void _raw_spin_unlock_irqrestore(raw_spinlock_t *lock, unsigned long flags)
{
	if (spin_drop(lock))
		atomic_end_irqrestore(flags);
}

/* MODEL of kernel/locking/spinlock.c. Keeps: no code is in a lock function. Drops: profiling. */
int in_lock_functions(unsigned long addr)
{
	return 0;
}

/* MODEL of lib/dec_and_lock.c. Keeps: all. Drops: nothing. */
int _atomic_dec_and_lock(atomic_t *atomic, spinlock_t *lock)
{
	if (atomic_add_unless(atomic, -1, 1))
		return 0;
	spin_lock(lock);
	if (atomic_dec_and_test(atomic))
		return 1;
	spin_unlock(lock);
	return 0;
}

/* MODEL of lib/dec_and_lock.c. Keeps: all. Drops: nothing. */
int _atomic_dec_and_lock_irqsave(atomic_t *atomic, spinlock_t *lock,
				 unsigned long *flags)
{
	if (atomic_add_unless(atomic, -1, 1))
		return 0;
	spin_lock_irqsave(lock, *flags);
	if (atomic_dec_and_test(atomic))
		return 1;
	spin_unlock_irqrestore(lock, *flags);
	return 0;
}

/* MODEL of lib/dec_and_lock.c. Keeps: all. Drops: nothing. */
int _atomic_dec_and_raw_lock(atomic_t *atomic, raw_spinlock_t *lock)
{
	if (atomic_add_unless(atomic, -1, 1))
		return 0;
	raw_spin_lock(lock);
	if (atomic_dec_and_test(atomic))
		return 1;
	raw_spin_unlock(lock);
	return 0;
}

/* MODEL of lib/dec_and_lock.c. Keeps: all. Drops: nothing. */
int _atomic_dec_and_raw_lock_irqsave(atomic_t *atomic, raw_spinlock_t *lock,
				     unsigned long *flags)
{
	if (atomic_add_unless(atomic, -1, 1))
		return 0;
	raw_spin_lock_irqsave(lock, *flags);
	if (atomic_dec_and_test(atomic))
		return 1;
	raw_spin_unlock_irqrestore(lock, *flags);
	return 0;
}

/* rwlocks: count is the number of readers, or -1 for a writer. */

WEFT_QUIET static void rwlock_note(rwlock_t *lock, int change)
{
	weft_set(lock->raw_lock.count, lock->raw_lock.count + change);
}

WEFT_QUIET static bool rwlock_initialised(const rwlock_t *lock)
{
	return lock->magic == RWLOCK_MAGIC;
}

static void rwlock_check(const rwlock_t *lock, const char *name)
{
	if (!rwlock_initialised(lock))
		weft_lock_bad("rwlock", lock->magic, name);
}

static struct weft_lock_ref rwlock_ref(rwlock_t *lock, unsigned int subclass)
{
	struct weft_lock_ref ref = weft_lock_ref(&lock->dep_map,
						 WEFT_LOCK_RWLOCK, subclass);

	rwlock_check(lock, ref.name);
	return ref;
}

static int rwlock_value(unsigned int mode)
{
	return mode == WEFT_SHARED ? 1 : -1;
}

static void rwlock_take(rwlock_t *lock, unsigned int mode, unsigned int subclass)
{
	struct weft_lock_ref ref = rwlock_ref(lock, subclass);

	weft_host->lock(&ref, mode);
	rwlock_check(lock, ref.name);
	rwlock_note(lock, rwlock_value(mode));
	weft_lock_taken();
}

static bool rwlock_try(rwlock_t *lock, unsigned int mode)
{
	struct weft_lock_ref ref = rwlock_ref(lock, 0);

	if (!weft_host->trylock(&ref, mode))
		return false;
	rwlock_check(lock, ref.name);
	rwlock_note(lock, rwlock_value(mode));
	weft_lock_taken();
	return true;
}

static bool rwlock_drop(rwlock_t *lock, unsigned int mode, const char *what)
{
	struct weft_lock_ref ref = rwlock_ref(lock, 0);

	if (!weft_lock_owned(&ref, mode, what))
		return false;
	rwlock_note(lock, -rwlock_value(mode));
	weft_lock_dropped();
	weft_host->unlock(&ref, mode);
	return true;
}

/* MODEL of kernel/locking/spinlock_debug.c. Keeps: class, magic. Drops: the debug fields' use. */
void __rwlock_init(rwlock_t *lock, const char *name, struct lock_class_key *key)
{
	struct weft_lock_ref ref;

	lockdep_init_map_wait(&lock->dep_map, name, key, 0, LD_WAIT_CONFIG);
	lock->raw_lock = (arch_rwlock_t)__ARCH_RW_LOCK_UNLOCKED;
	lock->magic = RWLOCK_MAGIC;
	lock->owner = SPINLOCK_OWNER_INIT;
	lock->owner_cpu = -1;
	ref = rwlock_ref(lock, 0);
	weft_host->lock_init(&ref);
}

/* MODEL of kernel/locking/spinlock.c, all of these. Keeps: S1 to S3, queued writers block readers. Drops: irq-safety, readers in interrupts. */
#define RWLOCK_FORMS(side, mode)					\
void _raw_##side##_lock(rwlock_t *lock)					\
{									\
	atomic_begin();							\
	rwlock_take(lock, mode, 0);					\
}									\
void _raw_##side##_lock_bh(rwlock_t *lock)				\
{									\
	atomic_begin_bh();						\
	rwlock_take(lock, mode, 0);					\
}									\
void _raw_##side##_lock_irq(rwlock_t *lock)				\
{									\
	atomic_begin_irq();						\
	rwlock_take(lock, mode, 0);					\
}									\
unsigned long _raw_##side##_lock_irqsave(rwlock_t *lock)		\
{									\
	unsigned long flags = atomic_begin_irqsave();			\
									\
	rwlock_take(lock, mode, 0);					\
	return flags;							\
}									\
int _raw_##side##_trylock(rwlock_t *lock)				\
{									\
	atomic_begin();							\
	if (rwlock_try(lock, mode))					\
		return 1;						\
	atomic_end();							\
	return 0;							\
}									\
void _raw_##side##_unlock(rwlock_t *lock)				\
{									\
	if (rwlock_drop(lock, mode, #side "_unlock"))			\
		atomic_end();						\
}									\
void _raw_##side##_unlock_bh(rwlock_t *lock)				\
{									\
	if (rwlock_drop(lock, mode, #side "_unlock_bh"))		\
		atomic_end_bh();					\
}									\
void _raw_##side##_unlock_irq(rwlock_t *lock)				\
{									\
	if (rwlock_drop(lock, mode, #side "_unlock_irq"))		\
		atomic_end_irq();					\
}									\
void _raw_##side##_unlock_irqrestore(rwlock_t *lock, unsigned long flags) \
{									\
	if (rwlock_drop(lock, mode, #side "_unlock_irqrestore"))	\
		atomic_end_irqrestore(flags);				\
}

RWLOCK_FORMS(read, WEFT_SHARED)
RWLOCK_FORMS(write, WEFT_EXCLUSIVE)

void _raw_write_lock_nested(rwlock_t *lock, int subclass)
{
	atomic_begin();
	rwlock_take(lock, WEFT_EXCLUSIVE, subclass);
}
