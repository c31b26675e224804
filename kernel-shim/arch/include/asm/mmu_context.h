/* SPDX-License-Identifier: GPL-2.0-only */
/* There is one address space, so nobody switches: the generic header wants the name. */
#ifndef WEFT_ASM_MMU_CONTEXT_H
#define WEFT_ASM_MMU_CONTEXT_H

#include <linux/version.h>

struct mm_struct;
struct task_struct;

/* Before 5.11 the generic header had one of its own. */
#if LINUX_VERSION_CODE >= KERNEL_VERSION(5, 11, 0)
void switch_mm(struct mm_struct *prev, struct mm_struct *next,
	       struct task_struct *task);
#endif

#include <asm-generic/mmu_context.h>

#endif
