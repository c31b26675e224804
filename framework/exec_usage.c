/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Who uses which memory with which locks held: told to whoever wants to know.
 *
 *  I1  Told are accesses of the code under test to memory that is shared in the
 *      campaign: what the hooks let through (hot.h, I2 and I3).
 *  I2  An object that was allocated in the execution is not told of until a second
 *      task has touched it: who makes an object needs no lock. The mark is
 *      part of the state that an execution goes back to.
 */
#include <assert.h>
#include <stdlib.h>

#include "exec_turn.h"

void weft_exec_watch_usage(struct weft_exec *x,
			   void (*seen)(void *arg,
					const struct weft_usage *usage),
			   void *arg)
{
	x->usage = seen;
	x->usage_arg = arg;
	free(x->usage_last);
	x->usage_last = NULL;
	if (!seen)
		return;
	x->usage_last = calloc(WEFT_USAGE_CACHE, sizeof(*x->usage_last));
	assert(x->usage_last && "out of memory for locking rules");
}

const struct weft_schedule *weft_exec_schedule_now(struct weft_exec *x)
{
	exec__flush_run(x);
	return &x->schedule;
}

static bool is_in(const struct weft_allocation *record, const void *addr)
{
	return record && (const char *)addr >= record->addr &&
	       (const char *)addr < record->addr + record->size;
}

/* I2: true as long as only its maker knows it. */
static bool is_private(struct weft_exec *x, struct weft_allocation *record)
{
	size_t number = (size_t)(record - x->region.allocations);

	if (number < x->region.allocations_kept || record->met)
		return false;
	if (x->running == record->task)
		return true;
	weft_region_log_word(&x->region, &record->task);
	record->met = 1;
	return false;
}

/* Finding it is slow, but mostly it is where it was last time. */
static struct weft_allocation *find_object(struct weft_exec *x,
					   const void *addr)
{
	uint32_t *last = &x->usage_last[(uintptr_t)addr >> 3 &
					(WEFT_USAGE_CACHE - 1)];
	const struct weft_allocation *found;

	if (*last < x->region.allocations_n &&
	    is_in(&x->region.allocations[*last], addr))
		return &x->region.allocations[*last];
	found = weft_region_around(&x->region, (uintptr_t)addr);
	if (!is_in(found, addr))
		return NULL;
	*last = (uint32_t)(found - x->region.allocations);
	return &x->region.allocations[*last];
}

static unsigned int held_locks(const struct weft_exec *x,
			       const struct weft_allocation *record,
			       struct weft_usage_lock *ret)
{
	const struct weft_thread *t = &x->threads[x->running];
	unsigned int i, n = 0;

	for (i = 0; i < t->held_n && n < WEFT_USAGE_LOCKS; i++) {
		const struct weft_held *held = &x->held[x->running][i];

		ret[n].addr = (uintptr_t)held->addr;
		ret[n].class = held->class;
		ret[n].shared = held->shared & 1;
		ret[n].own = is_in(record, held->addr);
		n++;
	}
	return n;
}

void exec__tell_usage(struct weft_exec *x, const void *addr, size_t size,
		      bool write, bool marked, uintptr_t pc)
{
	struct weft_usage usage = {
		.task = x->running, .addr = (uintptr_t)addr, .size = size,
		.write = write, .marked = marked, .pc = pc,
	};
	struct weft_granule *g = weft_hot_granule(&x->region.hot, usage.addr);
	struct weft_allocation *around;

	if (x->in_setup || x->running < 0 || !g || !weft_hot_is_shared(g) ||
	    exec__attribute(x, &usage.pc) != WEFT_SHADOW_PLAIN)
		return;
	around = find_object(x, addr);
	if (around) {
		if (is_private(x, around))
			return;
		usage.record = around;
		usage.offset = usage.addr - (uintptr_t)around->addr;
	} else if (usage.addr < (uintptr_t)x->region.data ||
		   usage.addr >= (uintptr_t)x->region.data +
				 x->region.data_size) {
		return;	/* a stack */
	}
	usage.locks_n = held_locks(x, usage.record, usage.locks);
	x->usage(x->usage_arg, &usage);
}
