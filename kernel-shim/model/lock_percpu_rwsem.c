// SPDX-License-Identifier: GPL-2.0-only
/*
 * Per-CPU reader-writer semaphores, and the CPU hotplug lock built on one.
 *
 *  P1  rss.gp_state is never idle once a semaphore is initialised at run time, so
 *      its readers come through __percpu_down_read(). A static one is fast until
 *      its first writer.
 *  P2  A writer goes on when no reader is inside and no other writer is.
 *
 * What its waits look at is not told (host.h, await): the header's own code counts
 * readers that leave, and does not announce it.
 *
 * Drops: fairness between readers and writers.
 */
#include <linux/cpu.h>
#include <linux/percpu-rwsem.h>
#include <linux/sched.h>
#include "tasks.h"

enum { GP_IDLE, GP_ENTER };	/* kernel/rcu/sync.c */

WEFT_QUIET static int no_writer(void *arg)
{
	return !((struct percpu_rw_semaphore *)arg)->block.counter;
}

WEFT_QUIET static int nobody_inside(void *arg)
{
	struct percpu_rw_semaphore *sem = arg;
	unsigned int cpu, sum = 0;

	for (cpu = 0; cpu < NR_CPUS; cpu++)
		sum += *per_cpu_ptr(sem->read_count, cpu);
	return !sum && no_writer(sem);
}

WEFT_QUIET static void writer_set(struct percpu_rw_semaphore *sem, int block)
{
	weft_set(sem->block.counter, block);
	weft_set(sem->rss.gp_state, GP_ENTER);
}

static const char *sem_name(struct percpu_rw_semaphore *sem)
{
	return sem->dep_map.name ?: "percpu_rwsem";
}

/* MODEL of kernel/locking/percpu-rwsem.c. Keeps: class, P1. Drops: nothing. */
int __percpu_init_rwsem(struct percpu_rw_semaphore *sem, const char *name,
			struct lock_class_key *key)
{
	sem->read_count = alloc_percpu(unsigned int);
	if (!sem->read_count)
		return -ENOMEM;
	sem->rss.gp_state = GP_ENTER;
	rcuwait_init(&sem->writer);
	init_waitqueue_head(&sem->waiters);
	atomic_set(&sem->block, 0);
	lockdep_init_map(&sem->dep_map, name, key, 0);
	return 0;
}

/* MODEL of kernel/locking/percpu-rwsem.c. Keeps: end of life. Drops: nothing. */
void percpu_free_rwsem(struct percpu_rw_semaphore *sem)
{
	free_percpu(sem->read_count);
	sem->read_count = NULL;
}

/*
 * MODEL of kernel/locking/percpu-rwsem.c. Keeps: waits for the writer, preemption off
 * before and after. Drops: the queue.
 */
bool __percpu_down_read(struct percpu_rw_semaphore *sem, bool try)
{
	preempt_enable();
	if (try)
		weft_host->event(WEFT_EVENT_COMPLETE, &sem->block, sem_name(sem));
	else
		weft_host->await(WEFT_WAIT_QUEUE, &sem->block, sem_name(sem),
				 no_writer, sem, NULL);
	preempt_disable();
	if (!no_writer(sem))
		return false;
	this_cpu_inc(*sem->read_count);
	return true;
}

/* MODEL of kernel/locking/percpu-rwsem.c. Keeps: P2, sleeps. Drops: two-phase fairness. */
void percpu_down_write(struct percpu_rw_semaphore *sem)
{
	weft_check_sleep("percpu_down_write", sem_name(sem));
	rwsem_acquire(&sem->dep_map, 0, 0, _RET_IP_);
	weft_host->event(WEFT_EVENT_COMPLETE, &sem->block, sem_name(sem));
	weft_host->await(WEFT_WAIT_QUEUE, &sem->block, sem_name(sem),
			 nobody_inside, sem, NULL);
	writer_set(sem, 1);
}

/* MODEL of kernel/locking/percpu-rwsem.c. Keeps: lets readers in. Drops: nothing. */
void percpu_up_write(struct percpu_rw_semaphore *sem)
{
	rwsem_release(&sem->dep_map, _RET_IP_);
	weft_host->event(WEFT_EVENT_COMPLETE, &sem->block, sem_name(sem));
	writer_set(sem, 0);
}

#ifdef CONFIG_HOTPLUG_CPU
/* CPUs never come or go: only the rules of use are kept. */
static struct lockdep_map cpu_hotplug_map = { .name = "cpu_hotplug_lock" };

/* MODEL of kernel/cpu.c. Keeps: sleeps, shared with lockdep_assert_cpus_held(). Drops: hotplug. */
void cpus_read_lock(void)
{
	weft_check_sleep("cpus_read_lock", NULL);
	lock_acquire(&cpu_hotplug_map, 0, 0, 2, 1, NULL, _RET_IP_);
}

/* MODEL of kernel/cpu.c. Keeps: always succeeds, no writer exists. Drops: hotplug. */
int cpus_read_trylock(void)
{
	lock_acquire(&cpu_hotplug_map, 0, 1, 2, 1, NULL, _RET_IP_);
	return 1;
}

/* MODEL of kernel/cpu.c. Keeps: all. Drops: hotplug. */
void cpus_read_unlock(void)
{
	lock_release(&cpu_hotplug_map, _RET_IP_);
}

/* MODEL of kernel/cpu.c. Keeps: the check. Drops: hotplug. */
void lockdep_assert_cpus_held(void)
{
	if (!lock_is_held(&cpu_hotplug_map))
		weft_context_finding("cpu_hotplug_lock is not held");
}
#endif
