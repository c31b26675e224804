/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Vector clocks of a reduction: a counter per task, in vector registers.
 *
 * Source: Mattern, "Virtual time and global states of distributed systems",
 * 1989. The operations are elementwise; a clock is one cache line.
 *
 *  I1  A counter of a clock that is read as a whole soon after is changed by its
 *      whole lane: a load that finds part of what it needs in a narrower store
 *      waits for that store to reach the cache.
 *  I2  Lanes that no task has come to so far are zero in every clock, so that what
 *      is done at every operation may leave them out: who has eight tasks or fewer
 *      copies a quarter. @lanes: those in use.
 */
#ifndef WEFT_DPOR_CLOCK_H
#define WEFT_DPOR_CLOCK_H

#include <stdbool.h>
#include <stdint.h>
#include <string.h>
#ifdef __SSE2__
#include <emmintrin.h>
#endif

#include "region.h"

#define DPOR_NUMBER_MAX		32766	/* steps of one task */
#define DPOR_NUMBER_NONE	32767	/* of no step */

typedef int16_t dpor_lane __attribute__((vector_size(16)));

#define DPOR_LANES	(WEFT_THREADS_MAX / 8)

_Static_assert(WEFT_THREADS_MAX == 32, "a bit for each task");
_Static_assert(DPOR_LANES == 4, "each is named where they are copied");

/* @at: counters by task; the same bytes as @lanes. */
union dpor_clock {
	dpor_lane		lanes[DPOR_LANES];
	int16_t			at[WEFT_THREADS_MAX];
};

static inline dpor_lane dpor_lane_max(dpor_lane a, dpor_lane b)
{
#ifdef __SSE2__
	return (dpor_lane)_mm_max_epi16((__m128i)a, (__m128i)b);
#else
	dpor_lane more = a > b;

	return (a & more) | (b & ~more);
#endif
}

static inline dpor_lane dpor_lane_min(dpor_lane a, dpor_lane b)
{
	return ~dpor_lane_max(~a, ~b);
}

/* I2 */
static inline void dpor_clock_copy(union dpor_clock *clock,
				   const union dpor_clock *from, uint32_t lanes)
{
	clock->lanes[0] = from->lanes[0];
	if (lanes == 1)
		return;
	clock->lanes[1] = from->lanes[1];
	if (lanes == 2)
		return;
	clock->lanes[2] = from->lanes[2];
	clock->lanes[3] = from->lanes[3];
}

static inline void dpor_lane_join(union dpor_clock *clock,
				  const union dpor_clock *other, int i)
{
	clock->lanes[i] = dpor_lane_max(clock->lanes[i], other->lanes[i]);
}

/* I2 */
static inline void dpor_clock_join(union dpor_clock *clock,
				   const union dpor_clock *other,
				   uint32_t lanes)
{
	dpor_lane_join(clock, other, 0);
	if (lanes == 1)
		return;
	dpor_lane_join(clock, other, 1);
	if (lanes == 2)
		return;
	dpor_lane_join(clock, other, 2);
	dpor_lane_join(clock, other, 3);
}

/* What both know. */
static inline void dpor_clock_meet(union dpor_clock *clock,
				   const union dpor_clock *other)
{
	int i;

	_Pragma("GCC unroll 4")
	for (i = 0; i < DPOR_LANES; i++)
		clock->lanes[i] = dpor_lane_min(clock->lanes[i],
						other->lanes[i]);
}

static inline bool dpor_clocks_are_same(const union dpor_clock *a,
					const union dpor_clock *b)
{
	dpor_lane other = { 0 };
	int64_t halves[2];
	int i;

	_Pragma("GCC unroll 4")
	for (i = 0; i < DPOR_LANES; i++)
		other |= a->lanes[i] ^ b->lanes[i];
	memcpy(halves, &other, sizeof(halves));
	return !(halves[0] | halves[1]);
}

/* What a clock has counted since @from, which may be ahead of it here and there. */
static inline void dpor_clock_since(const union dpor_clock *clock,
				    const union dpor_clock *from,
				    union dpor_clock *ret)
{
	const dpor_lane zero = { 0 };
	int i;

	_Pragma("GCC unroll 4")
	for (i = 0; i < DPOR_LANES; i++)
		ret->lanes[i] = dpor_lane_max(clock->lanes[i] - from->lanes[i],
					      zero);
}

/* Which of 16 counters of @a are above those of @b, a bit each? */
static inline uint32_t dpor_lanes_above(const dpor_lane *a, const dpor_lane *b)
{
#ifdef __SSE2__
	return (uint32_t)_mm_movemask_epi8(_mm_packs_epi16(
			(__m128i)(a[0] > b[0]), (__m128i)(a[1] > b[1])));
#else
	uint32_t above = 0;
	int i;

	for (i = 0; i < 16; i++)
		above |= (uint32_t)(a[i / 8][i % 8] > b[i / 8][i % 8]) << i;
	return above;
#endif
}

/* Tasks whose counter in @a is above the one in @b, a bit each. */
static inline uint32_t dpor_clock_above(const union dpor_clock *a,
					const union dpor_clock *b)
{
	uint32_t above = 0;
	int i;

	_Pragma("GCC unroll 2")
	for (i = 0; i < DPOR_LANES; i += 2)
		above |= dpor_lanes_above(&a->lanes[i], &b->lanes[i]) << 8 * i;
	return above;
}

/* Is no counter of @a but that of @task above the one of @b? */
static inline bool dpor_clock_within(const union dpor_clock *a,
				     const union dpor_clock *b, int task)
{
	return !(dpor_clock_above(a, b) & ~(1u << task));
}

static inline dpor_lane dpor_lane_one(int task)
{
	static const dpor_lane ones[8] = {
		{ 1 }, { 0, 1 }, { 0, 0, 1 }, { 0, 0, 0, 1 },
		{ 0, 0, 0, 0, 1 }, { 0, 0, 0, 0, 0, 1 },
		{ 0, 0, 0, 0, 0, 0, 1 }, { 0, 0, 0, 0, 0, 0, 0, 1 },
	};

	return ones[task & 7];
}

/* One step more of @task: I1. */
static inline void dpor_clock_advance(union dpor_clock *clock, int task)
{
	clock->lanes[(unsigned int)task / 8] += dpor_lane_one(task);
}

/* Copies @from and advances the copy: I1, I2. */
static inline void dpor_clock_next(union dpor_clock *clock,
				   const union dpor_clock *from, int task,
				   uint32_t lanes)
{
	if (lanes == 1) {
		clock->lanes[0] = from->lanes[0] + dpor_lane_one(task);
		return;
	}
	dpor_clock_copy(clock, from, lanes);
	dpor_clock_advance(clock, task);
}

#endif
