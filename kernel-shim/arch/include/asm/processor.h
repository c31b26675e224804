/* SPDX-License-Identifier: GPL-2.0-only */
/* The processor state a logical task needs: none. */
#ifndef WEFT_ASM_PROCESSOR_H
#define WEFT_ASM_PROCESSOR_H

#include <linux/types.h>
#include <asm/page.h>

struct task_struct;
struct pt_regs;

struct thread_struct {
	unsigned long sp;
};

#define INIT_THREAD	{ 0 }

/* User memory of a scenario is ordinary memory of the host process. */
#define TASK_SIZE		(1UL << 47)
#define TASK_SIZE_MAX		TASK_SIZE
#define TASK_UNMAPPED_BASE	(TASK_SIZE / 3)
#define STACK_TOP		TASK_SIZE
#define STACK_TOP_MAX		TASK_SIZE

void cpu_relax(void);
unsigned long __get_wchan(struct task_struct *p);

#define task_pt_regs(task)	((struct pt_regs *)0)
#define KSTK_EIP(task)		0UL
#define KSTK_ESP(task)		0UL

#endif
