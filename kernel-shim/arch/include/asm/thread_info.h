/* SPDX-License-Identifier: GPL-2.0-only */
/* What the generic code keeps per task; it lives in task_struct. */
#ifndef WEFT_ASM_THREAD_INFO_H
#define WEFT_ASM_THREAD_INFO_H

#include <linux/types.h>
#include <asm/page.h>

#define THREAD_SIZE_ORDER	2
#define THREAD_SIZE		(PAGE_SIZE << THREAD_SIZE_ORDER)
#define THREAD_ALIGN		THREAD_SIZE

struct thread_info {
	unsigned long flags;
	unsigned long syscall_work;
	int preempt_count;
	unsigned int cpu;
};

#define INIT_THREAD_INFO(tsk)	{ .flags = 0 }

#define TIF_NOTIFY_RESUME	1
#define TIF_SIGPENDING		2
#define TIF_NEED_RESCHED	3
#define TIF_MEMDIE		4
#define TIF_NOTIFY_SIGNAL	5
#define TIF_UPROBE		6
#define TIF_PATCH_PENDING	7
#define TIF_POLLING_NRFLAG	8

#define _TIF_NOTIFY_RESUME	(1 << TIF_NOTIFY_RESUME)
#define _TIF_SIGPENDING		(1 << TIF_SIGPENDING)
#define _TIF_NEED_RESCHED	(1 << TIF_NEED_RESCHED)
#define _TIF_NOTIFY_SIGNAL	(1 << TIF_NOTIFY_SIGNAL)
#define _TIF_UPROBE		(1 << TIF_UPROBE)

#endif
