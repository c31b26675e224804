/* SPDX-License-Identifier: GPL-2.0-only */
/* Where the coverage counters of an image are. */
#ifndef WEFT_JOBS_COUNTERS_H
#define WEFT_JOBS_COUNTERS_H

#include "../kernel-shim/kernel.h"

/* All of them, as loaded; none when the image has no coverage. */
void jobs_find_counters(const struct weft_kernel *kernel, uint64_t **ret,
			size_t *ret_n);

#endif
