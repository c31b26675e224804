/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the files of the kernel model share. Kernel headers side of the door.
 *
 * A model function carries "MODEL of <kernel file>. Keeps: … Drops: …".
 * A model file may call kernel functions (real or modelled) and the host.
 */
#ifndef WEFT_MODEL_H
#define WEFT_MODEL_H

#include <linux/types.h>
#include "host.h"

struct task_struct;
struct mm_struct;
struct file;

/* The door; set by weft_boot() before anything else runs. */
extern const struct weft_host *weft_host;

/* The running task; the host sets it, weft_current() of our asm/current.h reads it. */
extern struct task_struct *weft_current_slot;

/* Ends the execution with verdict unmodelled; called by generated stubs too. */
void __noreturn weft_unmodelled(const char *symbol);

/* task.c: per-task state that struct task_struct has no place for */
struct task_struct *weft_task_create(const char *name);
void weft_task_run_work(void);		/* what a task does leaving a system call */

/* mm.c: the mm of every task but kernel threads; its use is held for ever */
extern struct mm_struct weft_user_mm;

/* initcall.c */
int weft_run_initcalls(void);

/* file.c: system call entry, one per enum weft_syscall */
long weft_syscall(unsigned int nr, const unsigned long arg[6]);

#endif
