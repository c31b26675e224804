/* SPDX-License-Identifier: GPL-2.0-only */
/* The detectors there are. */
#include <stddef.h>

#include "detector.h"

const struct weft_detector *const weft_detectors[] = {
	&weft_detector_deadlock,
	&weft_detector_lock_order,
	&weft_detector_crash,
	&weft_detector_context,
	&weft_detector_refcount,
	&weft_detector_memory,
	&weft_detector_stuck,
	&weft_detector_race,
	&weft_detector_invariant,
	NULL
};
