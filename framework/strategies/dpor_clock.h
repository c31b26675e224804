/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Vector clocks of a reduction: a counter per task, in vector registers.
 *
 * Source: Mattern, "Virtual time and global states of distributed systems",
 * 1989. The operations are elementwise; a clock is one cache line.
 */
#ifndef WEFT_DPOR_CLOCK_H
#define WEFT_DPOR_CLOCK_H

#include <stdbool.h>
#include <stdint.h>

#include "region.h"

#define DPOR_NUMBER_MAX		32766	/* steps of one task */
#define DPOR_NUMBER_NONE	32767

typedef int16_t dpor_lanes __attribute__((vector_size(16)));

#define DPOR_LANES	(WEFT_THREADS_MAX / 8)

/* @at: counters by task; the same bytes as @lanes. */
union dpor_clock {
	dpor_lanes	lanes[DPOR_LANES];
	int16_t		at[WEFT_THREADS_MAX];
	uint64_t	words[WEFT_THREADS_MAX / 4];
};

static inline void dpor_clock_join(union dpor_clock *clock,
				   const union dpor_clock *other)
{
	int i;

	for (i = 0; i < DPOR_LANES; i++) {
		dpor_lanes more = other->lanes[i] > clock->lanes[i];

		clock->lanes[i] = (other->lanes[i] & more) |
				  (clock->lanes[i] & ~more);
	}
}

/* Is every counter of @a but that of @task below the one of @b? */
static inline bool dpor_clock_below(const union dpor_clock *a,
				    const union dpor_clock *b, int task)
{
	union dpor_clock not_below;
	uint64_t any = 0;
	int i;

	for (i = 0; i < DPOR_LANES; i++)
		not_below.lanes[i] = a->lanes[i] >= b->lanes[i];
	not_below.at[task] = 0;
	for (i = 0; i < WEFT_THREADS_MAX / 4; i++)
		any |= not_below.words[i];
	return !any;
}

#endif
