/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Lock order: cycles of the lock graph that no execution was seen to deadlock in.
 *
 * Looked for when a campaign has ended, by witness.c, which directs executions at each
 * cycle. Its answer is a verdict on the cycle and no finding: one that is feasible is
 * the finding of the deadlock detector that shows it.
 */
#include <stddef.h>

#include "detector.h"

const struct weft_detector weft_detector_lock_order = {
	.name = "lock order",
	.finds = "cycles of the lock graph, each with a verdict: feasible (there is a deadlock that shows it), infeasible within the bounds, or unknown",
	.misses = "orders in which no execution took the locks, also for want of executions after a first finding; what nesting annotations allow among locks of one class; circles that go through waits; cycles of more than 8 classes, and what is behind the first 64; orders that only an interrupt turns round",
	.false_alarms = "cycles that are infeasible or unknown are told and are no bugs: a class stands for all its locks, and those that would close the circle need never meet",
};
