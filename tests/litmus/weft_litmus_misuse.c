// SPDX-License-Identifier: GPL-2.0-only
/*
 * Twins of the detector "context": the cases of lib/locking-selftest.c that are no
 * orders (double unlock, initialize held, spinlock nest, wait context), for every
 * kind of lock, in programs of our own. weft_litmus_context.c has them for mutexes.
 *
 * There are no interrupts here: a handler is a task whose preempt count says so.
 *
 * HERE marks the line that must be reported, THERE the other place.
 */
#include <linux/irqflags.h>
#include <linux/mutex.h>
#include <linux/preempt.h>
#include <linux/rcupdate.h>
#include <linux/rwsem.h>
#include <linux/spinlock.h>

#include "litmus.h"

static DEFINE_MUTEX(misuse_mutex);
static DEFINE_SPINLOCK(misuse_spin);
static DEFINE_SPINLOCK(misuse_spin_inside);
static DEFINE_RAW_SPINLOCK(misuse_raw);
static DEFINE_RAW_SPINLOCK(misuse_raw_inside);
static DEFINE_RWLOCK(misuse_rwlock);
static DECLARE_RWSEM(misuse_rwsem);

#define ROLE_OF(name) const struct litmus litmus_##name = { .role = { name } }
#define ROLES_OF(name) const struct litmus litmus_##name = { .role = { name, name } }

/* ---- unlocked twice ---- */

static long ctx_unlock_twice_wlock(void)
{
	write_lock(&misuse_rwlock);
	write_unlock(&misuse_rwlock);		/* THERE ctx_unlock_twice_wlock */
	write_unlock(&misuse_rwlock);		/* HERE ctx_unlock_twice_wlock */
	return 0;
}
ROLE_OF(ctx_unlock_twice_wlock);

static long ctx_unlock_twice_rlock(void)
{
	read_lock(&misuse_rwlock);
	read_unlock(&misuse_rwlock);		/* THERE ctx_unlock_twice_rlock */
	read_unlock(&misuse_rwlock);		/* HERE ctx_unlock_twice_rlock */
	return 0;
}
ROLE_OF(ctx_unlock_twice_rlock);

static long ctx_unlock_twice_wsem(void)
{
	down_write(&misuse_rwsem);
	up_write(&misuse_rwsem);		/* THERE ctx_unlock_twice_wsem */
	up_write(&misuse_rwsem);		/* HERE ctx_unlock_twice_wsem */
	return 0;
}
ROLE_OF(ctx_unlock_twice_wsem);

static long ctx_unlock_twice_rsem(void)
{
	down_read(&misuse_rwsem);
	up_read(&misuse_rwsem);			/* THERE ctx_unlock_twice_rsem */
	up_read(&misuse_rwsem);			/* HERE ctx_unlock_twice_rsem */
	return 0;
}
ROLE_OF(ctx_unlock_twice_rsem);

/* Near misses: unlocked twice, but locked twice as well. Nobody writes. */
static long ctx_unlock_ok(void)
{
	read_lock(&misuse_rwlock);
	read_lock(&misuse_rwlock);
	read_unlock(&misuse_rwlock);
	read_unlock(&misuse_rwlock);
	down_read(&misuse_rwsem);
	if (down_read_trylock(&misuse_rwsem))
		up_read(&misuse_rwsem);
	up_read(&misuse_rwsem);
	return 0;
}
ROLES_OF(ctx_unlock_ok);

/* ---- initialised while held ---- */

static long ctx_init_held_spin(void)
{
	static spinlock_t spin;

	spin_lock_init(&spin);
	spin_lock(&spin);			/* THERE ctx_init_held_spin */
	spin_lock_init(&spin);			/* HERE ctx_init_held_spin */
	spin_unlock(&spin);
	return 0;
}
ROLE_OF(ctx_init_held_spin);

static long ctx_init_held_wlock(void)
{
	static rwlock_t lock;

	rwlock_init(&lock);
	write_lock(&lock);			/* THERE ctx_init_held_wlock */
	rwlock_init(&lock);			/* HERE ctx_init_held_wlock */
	write_unlock(&lock);
	return 0;
}
ROLE_OF(ctx_init_held_wlock);

static long ctx_init_held_rlock(void)
{
	static rwlock_t lock;

	rwlock_init(&lock);
	read_lock(&lock);			/* THERE ctx_init_held_rlock */
	rwlock_init(&lock);			/* HERE ctx_init_held_rlock */
	read_unlock(&lock);
	return 0;
}
ROLE_OF(ctx_init_held_rlock);

static long ctx_init_held_wsem(void)
{
	static struct rw_semaphore sem;

	init_rwsem(&sem);
	down_write(&sem);			/* THERE ctx_init_held_wsem */
	init_rwsem(&sem);			/* HERE ctx_init_held_wsem */
	up_write(&sem);
	return 0;
}
ROLE_OF(ctx_init_held_wsem);

static long ctx_init_held_rsem(void)
{
	static struct rw_semaphore sem;

	init_rwsem(&sem);
	down_read(&sem);			/* THERE ctx_init_held_rsem */
	init_rwsem(&sem);			/* HERE ctx_init_held_rsem */
	up_read(&sem);
	return 0;
}
ROLE_OF(ctx_init_held_rsem);

/* Near misses: the same between two times that it is held, and while another is. */
static long ctx_init_ok(void)
{
	struct ctx_locks {
		spinlock_t		spin;
		rwlock_t		lock;
		struct rw_semaphore	sem;
	} own;
	int i;

	down_read(&misuse_rwsem);
	for (i = 0; i < 2; i++) {
		spin_lock_init(&own.spin);
		rwlock_init(&own.lock);
		init_rwsem(&own.sem);
		spin_lock(&own.spin);
		spin_unlock(&own.spin);
		read_lock(&own.lock);
		read_unlock(&own.lock);
		down_write(&own.sem);
		downgrade_write(&own.sem);
		up_read(&own.sem);
	}
	up_read(&misuse_rwsem);
	return 0;
}
ROLES_OF(ctx_init_ok);

/* ---- locks of a class that another one orders, but was released ---- */

static struct nest_node {
	spinlock_t		spin;
	struct mutex		mutex;
	struct rw_semaphore	sem;
} nest[2];

static long nest_setup(void)
{
	int i;

	for (i = 0; i < 2; i++) {
		spin_lock_init(&nest[i].spin);
		mutex_init(&nest[i].mutex);
		init_rwsem(&nest[i].sem);
	}
	return 0;
}

#define NEST_OF(name)							\
const struct litmus litmus_##name = {					\
	.setup = nest_setup, .role = { name },				\
}

static long ctx_nest_spin(void)
{
	mutex_lock(&misuse_mutex);
	mutex_unlock(&misuse_mutex);		/* THERE ctx_nest_spin */
	spin_lock_nest_lock(&nest[0].spin, &misuse_mutex);	/* HERE ctx_nest_spin */
	spin_unlock(&nest[0].spin);
	return 0;
}
NEST_OF(ctx_nest_spin);

static long ctx_nest_mutex(void)
{
	mutex_lock(&misuse_mutex);
	mutex_unlock(&misuse_mutex);		/* THERE ctx_nest_mutex */
	mutex_lock_nest_lock(&nest[0].mutex, &misuse_mutex);	/* HERE ctx_nest_mutex */
	mutex_unlock(&nest[0].mutex);
	return 0;
}
NEST_OF(ctx_nest_mutex);

static long ctx_nest_rwsem(void)
{
	mutex_lock(&misuse_mutex);
	mutex_unlock(&misuse_mutex);		/* THERE ctx_nest_rwsem */
	down_write_nest_lock(&nest[0].sem, &misuse_mutex);	/* HERE ctx_nest_rwsem */
	up_write(&nest[0].sem);
	return 0;
}
NEST_OF(ctx_nest_rwsem);

/* Near misses: either order, by who holds the lock that they are nested in. */
static long nest_take(int first)
{
	int second = !first;

	mutex_lock(&misuse_mutex);
	mutex_lock_nest_lock(&nest[first].mutex, &misuse_mutex);
	mutex_lock_nest_lock(&nest[second].mutex, &misuse_mutex);
	down_write_nest_lock(&nest[first].sem, &misuse_mutex);
	down_write_nest_lock(&nest[second].sem, &misuse_mutex);
	spin_lock_nest_lock(&nest[first].spin, &misuse_mutex);
	spin_lock(&misuse_spin);
	spin_lock_nest_lock(&nest[second].spin, &misuse_mutex);
	spin_unlock(&misuse_spin);
	spin_unlock(&nest[second].spin);
	spin_unlock(&nest[first].spin);
	up_write(&nest[second].sem);
	up_write(&nest[first].sem);
	mutex_unlock(&nest[second].mutex);
	mutex_unlock(&nest[first].mutex);
	mutex_unlock(&misuse_mutex);
	return 0;
}

static long nest_forth(void) { return nest_take(0); }
static long nest_back(void) { return nest_take(1); }

const struct litmus litmus_ctx_nest_ok = {
	.setup = nest_setup, .role = { nest_forth, nest_back },
};

/* ---- what may be taken where ---- */

/*
 * What a handler runs in: interrupts off and a count that says so. No function, as
 * it is where that is called from that is told.
 */
#define irq_begin(offset)						\
do {									\
	local_irq_disable();						\
	preempt_count_add(offset);					\
} while (0)

#define irq_end(offset)							\
do {									\
	preempt_count_sub(offset);					\
	local_irq_enable();						\
} while (0)

static long ctx_mutex_in_rcu(void)
{
	rcu_read_lock();			/* THERE ctx_mutex_in_rcu */
	mutex_lock(&misuse_mutex);		/* HERE ctx_mutex_in_rcu */
	mutex_unlock(&misuse_mutex);
	rcu_read_unlock();
	return 0;
}
ROLE_OF(ctx_mutex_in_rcu);

static long ctx_mutex_in_rcu_bh(void)
{
	rcu_read_lock_bh();			/* THERE ctx_mutex_in_rcu_bh */
	mutex_lock(&misuse_mutex);		/* HERE ctx_mutex_in_rcu_bh */
	mutex_unlock(&misuse_mutex);
	rcu_read_unlock_bh();
	return 0;
}
ROLE_OF(ctx_mutex_in_rcu_bh);

static long ctx_mutex_in_rcu_sched(void)
{
	rcu_read_lock_sched();			/* THERE ctx_mutex_in_rcu_sched */
	mutex_lock(&misuse_mutex);		/* HERE ctx_mutex_in_rcu_sched */
	mutex_unlock(&misuse_mutex);
	rcu_read_unlock_sched();
	return 0;
}
ROLE_OF(ctx_mutex_in_rcu_sched);

static long ctx_mutex_in_raw(void)
{
	raw_spin_lock(&misuse_raw);		/* THERE ctx_mutex_in_raw */
	mutex_lock(&misuse_mutex);		/* HERE ctx_mutex_in_raw */
	mutex_unlock(&misuse_mutex);
	raw_spin_unlock(&misuse_raw);
	return 0;
}
ROLE_OF(ctx_mutex_in_raw);

static long ctx_mutex_in_spin(void)
{
	spin_lock(&misuse_spin);		/* THERE ctx_mutex_in_spin */
	mutex_lock(&misuse_mutex);		/* HERE ctx_mutex_in_spin */
	mutex_unlock(&misuse_mutex);
	spin_unlock(&misuse_spin);
	return 0;
}
ROLE_OF(ctx_mutex_in_spin);

static long ctx_mutex_in_rwlock(void)
{
	read_lock(&misuse_rwlock);		/* THERE ctx_mutex_in_rwlock */
	mutex_lock(&misuse_mutex);		/* HERE ctx_mutex_in_rwlock */
	mutex_unlock(&misuse_mutex);
	read_unlock(&misuse_rwlock);
	return 0;
}
ROLE_OF(ctx_mutex_in_rwlock);

static long ctx_mutex_in_hardirq(void)
{
	irq_begin(HARDIRQ_OFFSET);		/* THERE ctx_mutex_in_hardirq */
	mutex_lock(&misuse_mutex);		/* HERE ctx_mutex_in_hardirq */
	mutex_unlock(&misuse_mutex);
	irq_end(HARDIRQ_OFFSET);
	return 0;
}
ROLE_OF(ctx_mutex_in_hardirq);

static long ctx_mutex_in_softirq(void)
{
	irq_begin(SOFTIRQ_OFFSET);		/* THERE ctx_mutex_in_softirq */
	mutex_lock(&misuse_mutex);		/* HERE ctx_mutex_in_softirq */
	mutex_unlock(&misuse_mutex);
	irq_end(SOFTIRQ_OFFSET);
	return 0;
}
ROLE_OF(ctx_mutex_in_softirq);

/* Near misses: what none of them forbids, and a mutex around it all. */
static void spin_inside(void)
{
	rcu_read_lock();
	raw_spin_lock(&misuse_raw_inside);
	raw_spin_unlock(&misuse_raw_inside);
	rcu_read_unlock();
	spin_lock(&misuse_spin_inside);
	spin_unlock(&misuse_spin_inside);
}

static long ctx_spin_in_ok(void)
{
	mutex_lock(&misuse_mutex);
	spin_inside();
	rcu_read_lock();
	spin_inside();
	rcu_read_unlock();
	rcu_read_lock_bh();
	spin_inside();
	rcu_read_unlock_bh();
	rcu_read_lock_sched();
	spin_inside();
	rcu_read_unlock_sched();
	raw_spin_lock(&misuse_raw);
	spin_inside();
	raw_spin_unlock(&misuse_raw);
	spin_lock(&misuse_spin);
	spin_inside();
	spin_unlock(&misuse_spin);
	irq_begin(HARDIRQ_OFFSET);
	spin_inside();
	irq_end(HARDIRQ_OFFSET);
	irq_begin(SOFTIRQ_OFFSET);
	spin_inside();
	irq_end(SOFTIRQ_OFFSET);
	mutex_unlock(&misuse_mutex);
	return 0;
}
ROLES_OF(ctx_spin_in_ok);
