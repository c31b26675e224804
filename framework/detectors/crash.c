/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Crash: BUG, WARN and oopses.
 *
 * The image reports BUG and WARN through the door, exec_fault.c reports
 * faults; this row says what they mean.
 */
#include <stddef.h>

#include "detector.h"

const struct weft_detector weft_detector_crash = {
	.name = "crash",
	.finds = "BUG, WARN, panic, and faults of kernel code (oops), with their stack",
	.misses = "wild accesses that hit mapped memory; a WARN_ON_ONCE() is seen once in an execution",
	.false_alarms = "a fault in kernel code that was misled by an error of the model",
};
