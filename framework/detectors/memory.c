/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Memory: use after free and double free of the cells of model programs.
 *
 * Reported where it happens, by scenarios/model.c. A free is a write, so which
 * accesses come after it is the same in all schedules of a trace.
 */
#include <stddef.h>

#include "detector.h"

const struct weft_detector weft_detector_memory = {
	.name = "memory",
	.finds = "an access to a cell that was freed, a cell freed twice (model programs)",
	.misses = "kernel memory: there a use after free is found only where it crashes or trips a check",
	.false_alarms = "nothing: freed cells are not used again within an execution",
};
