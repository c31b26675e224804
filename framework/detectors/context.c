/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Context: lock misuse and tasks that leave a system call in a bad state.
 *
 * Reported where it happens: by exec_ops.c for locks, by the image for sleeping
 * while atomic.
 */
#include <stddef.h>

#include "detector.h"

const struct weft_detector weft_detector_context = {
	.name = "context",
	.finds = "unlock of a lock that is not held or is held by another task, sleeping while atomic, a lock held at return to user",
	.misses = "interrupt context: interrupts are not modelled",
	.false_alarms = "locks handed from one task to another on purpose",
};
