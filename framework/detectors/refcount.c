/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Refcount: reference counts that leave their range.
 *
 * Found by the kernel's own lib/refcount.c, which saturates and warns; the
 * image reports the warning with the counter it is about. This row says what
 * that means.
 */
#include <stddef.h>

#include "detector.h"

const struct weft_detector weft_detector_refcount = {
	.name = "refcount",
	.finds = "refcount_t and kref: overflow, underflow, increment from zero, a put too many",
	.misses = "counts kept in plain atomics, references lost without going out of range, and a second one of the same sort in an execution: the kernel warns once",
	.false_alarms = "nothing: the kernel's own check speaks",
};
