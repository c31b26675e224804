/* SPDX-License-Identifier: GPL-2.0-only */
/* The running logical task. */
#ifndef WEFT_ASM_CURRENT_H
#define WEFT_ASM_CURRENT_H

struct task_struct;

/*
 * A function and not a variable, so that asking for it is not a memory access the
 * explorer sees. It is const because a stack belongs to one task for its whole life.
 */
struct task_struct *weft_current(void) __attribute__((__const__));

#define get_current()	weft_current()
#define current		get_current()

#endif
