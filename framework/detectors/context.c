/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Context: lock misuse, sleeping where that is forbidden, and tasks that leave
 * a system call in a bad state.
 *
 * Reported where it happens: by exec_ops.c for locks, by the image for what
 * only the kernel's own state tells (preempt count, interrupts, RCU). A report
 * shows two places: the misuse, and where the lock was taken or released last
 * or the section was entered (exec_history.c).
 */
#include <stddef.h>

#include "detector.h"

const struct weft_detector weft_detector_context = {
	.name = "context",
	.finds = "sleeping while atomic; release of a lock that is not held, held by another task or in another mode; a lock held at return to user, freed, destroyed or initialised while held, or used before its initialisation; RCU misuse; unbalanced preemption or interrupts; lockdep assertions",
	.misses = "interrupt context, and lock orders that only an interrupt turns round: interrupts are not modelled",
	.false_alarms = "locks handed from one task to another on purpose",
};
