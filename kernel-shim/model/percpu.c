// SPDX-License-Identifier: GPL-2.0-only
/*
 * Per-CPU memory: one copy per CPU of everything in the per-CPU section, and
 * dynamic allocations from an array inside that section.
 *
 *  I1  per_cpu_ptr(p, cpu) is p + __per_cpu_offset[cpu]; CPU 0's copy is the
 *      section itself.
 *  I2  Dynamic addresses do not depend on the interleaving: every task has its
 *      own part of the array.
 *
 * Drops: without __per_cpu_start and __per_cpu_end from the link all CPUs share
 * one copy. A dynamic allocation is never reused, its leak is not noticed.
 */
#include <linux/percpu.h>
#include <linux/sched.h>
#include <linux/version.h>
#include "memory.h"
#include "tasks.h"

#define DYNAMIC_BOOT	(16 * 1024)	/* part of the boot task */
#define DYNAMIC_TASK	1024		/* part of every other task */
#define DYNAMIC_TASKS	64

unsigned long __per_cpu_offset[NR_CPUS] __read_mostly;

static DEFINE_PER_CPU_ALIGNED(char [DYNAMIC_BOOT + DYNAMIC_TASKS * DYNAMIC_TASK],
			      dynamic);
static unsigned long dynamic_used[DYNAMIC_TASKS + 1];

extern char __per_cpu_start[] __weak;
extern char __per_cpu_end[] __weak;

/* Copies what is not zero, so that the dynamic area costs no memory. */
static WEFT_QUIET void copy_words(unsigned long *to, const unsigned long *from,
				  unsigned long size)
{
	unsigned long i;

	for (i = 0; i < size / sizeof(long); i++)
		if (from[i])
			to[i] = from[i];
}

/**
 * weft_percpu_init() - makes the copies of the other CPUs
 */
void weft_percpu_init(void)
{
	unsigned long size = ALIGN(__per_cpu_end - __per_cpu_start, 8);
	unsigned int cpu;
	char *copy;

	if (!__per_cpu_start || !size)
		return;
	for (cpu = 1; cpu < NR_CPUS; cpu++) {
		copy = weft_host->alloc(size, PAGE_SIZE, NULL);
		copy_words((unsigned long *)copy,
			   (unsigned long *)__per_cpu_start, size);
		__per_cpu_offset[cpu] = copy - __per_cpu_start;
	}
}

static void __percpu *alloc_percpu_bytes(size_t size, size_t align, gfp_t gfp)
{
	int task = weft_host->self();
	unsigned long begin, end, at;

	if (gfpflags_allow_blocking(gfp))
		weft_check_sleep("alloc_percpu", NULL);
	if (weft_fault(WEFT_FAULT_ALLOC, "alloc_percpu", size))
		return NULL;
	if (task > DYNAMIC_TASKS)
		weft_unmodelled("alloc_percpu: too many tasks");
	begin = task ? DYNAMIC_BOOT + (task - 1) * DYNAMIC_TASK : 0;
	end = begin + (task ? DYNAMIC_TASK : DYNAMIC_BOOT);
	at = ALIGN(begin + dynamic_used[task], max_t(size_t, align, 8));
	if (at + size > end)
		weft_unmodelled("alloc_percpu: dynamic area is full");
	dynamic_used[task] = at + size - begin;
	return (void __percpu __force *)((char __force *)&dynamic + at);
}

#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 10, 0)
/* MODEL of mm/percpu.c. Keeps: size, alignment, gfp, zeroed. Drops: reuse, leaks. */
void __percpu *pcpu_alloc_noprof(size_t size, size_t align, bool reserved,
				 gfp_t gfp)
{
	return alloc_percpu_bytes(size, align, gfp);
}
#else
/* MODEL of mm/percpu.c. Keeps: size, alignment, zeroed. Drops: reuse, leaks. */
void __percpu *__alloc_percpu(size_t size, size_t align)
{
	return alloc_percpu_bytes(size, align, GFP_KERNEL);
}

/* MODEL of mm/percpu.c. Keeps: as __alloc_percpu(), gfp. Drops: likewise. */
void __percpu *__alloc_percpu_gfp(size_t size, size_t align, gfp_t gfp)
{
	return alloc_percpu_bytes(size, align, gfp);
}
#endif

/* MODEL of mm/percpu.c. Keeps: nothing. Drops: the end of life. */
void free_percpu(void __percpu *ptr)
{
}
