/* SPDX-License-Identifier: GPL-2.0-only */
/* Clocks of tasks and locks; contract in shadow.h. */
#include <assert.h>
#include <string.h>

#include "shadow_internal.h"

/*
 * Four tasks at once: there are joins at each operation. Times are small enough
 * to be compared with their sign, and shadow.tasks is a multiple of 8.
 */
typedef int32_t times __attribute__((vector_size(16)));

#define TIMES (sizeof(times) / sizeof(uint32_t))

_Static_assert(EPOCH_TIME_MAX <= INT32_MAX, "times have no sign");
_Static_assert(8 % TIMES == 0, "shadow.tasks is a multiple of it");

static inline times load(const uint32_t *from)
{
	times ret;

	memcpy(&ret, from, sizeof(ret));
	return ret;
}

static bool knows_all(const struct shadow_clock *clock,
		      const struct shadow_clock *other, int tasks)
{
	times missing = { 0 };
	int64_t halves[2];
	int i;

	for (i = 0; i < tasks; i += (int)TIMES)
		missing |= load(&other->time[i]) > load(&clock->time[i]);
	memcpy(halves, &missing, sizeof(halves));
	return !(halves[0] | halves[1]);
}

static void learn_all(struct shadow_clock *clock,
		      const struct shadow_clock *other, int tasks)
{
	int i;

	for (i = 0; i < tasks; i += (int)TIMES) {
		times mine = load(&clock->time[i]);
		times theirs = load(&other->time[i]), later = theirs > mine;

		mine = (theirs & later) | (mine & ~later);
		memcpy(&clock->time[i], &mine, sizeof(mine));
	}
}

void shadow__join(struct weft_shadow *shadow, uint32_t to, uint32_t from)
{
	struct shadow_clock *clock = &shadow->clocks[to];
	const struct shadow_clock *other = &shadow->clocks[from];

	/* What a task leaves somewhere is news at least of itself. */
	if ((from >= WEFT_THREADS_MAX ||
	     other->time[from] <= clock->time[from]) &&
	    knows_all(clock, other, shadow->tasks))
		return;
	shadow_save_clock(shadow, to);
	learn_all(clock, other, shadow->tasks);
}

/* What comes now is not known to those who know all there was so far. */
void shadow__tick(struct weft_shadow *shadow, int task)
{
	shadow_save_clock(shadow, (uint32_t)task)->time[task]++;
	assert(shadow->clocks[task].time[task] < EPOCH_TIME_MAX);
}

void weft_shadow_spawn(struct weft_shadow *shadow, int parent, int child)
{
	shadow_use_task(shadow, parent);
	shadow_use_task(shadow, child);
	shadow__join(shadow, (uint32_t)child, (uint32_t)parent);
	shadow__tick(shadow, parent);
}

void weft_shadow_join(struct weft_shadow *shadow, int task, int ended)
{
	shadow_use_task(shadow, task);
	shadow_use_task(shadow, ended);
	shadow__join(shadow, (uint32_t)task, (uint32_t)ended);
	shadow__tick(shadow, ended);
}

static uint32_t lock_clocks(struct weft_shadow *shadow, size_t granule)
{
	if (!shadow->locks_of[granule]) {
		uint32_t writers = shadow__new_clock(shadow, SHADOW_NO_CLOCK);

		shadow__new_clock(shadow, SHADOW_NO_CLOCK);
		shadow__set_locks(shadow, granule, writers + 1);
	}
	return shadow->locks_of[granule] - 1;
}

void weft_shadow_acquire(struct weft_shadow *shadow, int task, size_t granule,
			 bool shared)
{
	uint32_t writers;

	if (!shadow->locks_of[granule])
		return;
	shadow_use_task(shadow, task);
	writers = shadow->locks_of[granule] - 1;
	shadow__join(shadow, (uint32_t)task, writers);
	if (!shared)
		shadow__join(shadow, (uint32_t)task, writers + 1);
}

void weft_shadow_release(struct weft_shadow *shadow, int task, size_t granule,
			 bool shared)
{
	uint32_t writers = lock_clocks(shadow, granule);

	shadow_use_task(shadow, task);
	shadow__join(shadow, writers + shared, (uint32_t)task);
	shadow__tick(shadow, task);
}
