/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Invariant: what the scenario itself checks.
 *
 * Reported by the scenario through its check macros, at the end of an
 * execution or in the middle of it.
 */
#include <stddef.h>

#include "detector.h"

const struct weft_detector weft_detector_invariant = {
	.name = "invariant",
	.finds = "a scenario's own check that does not hold",
	.misses = "what no scenario checks",
	.false_alarms = "a scenario that expects what the kernel never promised",
};
