/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Memory: accesses to what was freed or lies beside an object, bad frees, leaks.
 *
 * Accesses and frees are reported where they happen: by exec_memory.c for
 * kernel images, by scenarios/model.c for the cells of model programs. Leaks
 * are looked for at the end of an execution that went well: what a failed one
 * leaves behind says nothing.
 */
#include <stddef.h>

#include "detector.h"

static void memory_ended(struct weft_exec *x, enum weft_outcome outcome)
{
	if (outcome == WEFT_OUTCOME_COMPLETE)
		weft_exec_report_leaks(x);
}

const struct weft_detector weft_detector_memory = {
	.name = "memory",
	.finds = "use after free, access out of bounds, double, invalid and uninitialised free, leak",
	.misses = "accesses that overshoot the redzone into another object, or a member into its neighbour; static and per-CPU data, stacks, reads of memory never written; leaks of pages, of what a stale word still points to or can be reached from what a scenario declares to be kept, and in executions that found something else than races",
	.false_alarms = "leaks: an object whose only pointer is encoded, unaligned or kept by hardware, and which nobody declares to be kept (weft_keep())",
	.ended = memory_ended,
};
