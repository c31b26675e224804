/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Race: two accesses to one byte, one a write, one plain, that nothing orders.
 *
 * Reported where it happens, by exec_race.c; what orders is in shadow_race.h.
 */
#include <stddef.h>

#include "detector.h"

const struct weft_detector weft_detector_race = {
	.name = "race",
	.finds = "data races as KCSAN means them: two accesses to a byte, at least one a write, at least one plain, that nothing orders",
	.misses = "a missing acquire behind a marked load; of several accesses that a task makes between two synchronisations the search tells the first; races of code that stands for others (the model, setup and check); orders outside the printed bounds",
	.false_alarms = "orders that only values give: a flag that is read and written by marked accesses without release, or by plain ones; hardware",
};
