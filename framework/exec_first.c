/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What showed an edge of the lock graph first, for people to see it again; and what
 * an atomic update reads.
 *
 * An execution that follows the schedule goes on by itself behind it, with the
 * task that was running: it takes the lock.
 */
#include <assert.h>
#include <string.h>

#include "exec_turn.h"

/* Whoever writes the schedule knows it; one without cannot be read. */
static char no_name[] = "-";

void exec__note_first(struct weft_exec *x, struct weft_lock_edge *edge)
{
	struct weft_schedule schedule;

	edge->task_name = strdup(exec__self(x)->name);
	assert(edge->task_name && "out of memory for the lock graph");
	if (x->in_setup)
		return;
	exec__flush_run(x);
	schedule = x->schedule;
	schedule.scenario = no_name;
	/* As exec__plain_end() does, which is still to come. */
	schedule.racy = x->plain.racy;
	schedule.racy_n = x->plain.racy_n;
	edge->schedule = weft_schedule_encode(&schedule);
	assert(edge->schedule && "out of memory for the lock graph");
}

void exec__note_update(struct weft_exec *x, const void *addr, size_t len,
		       uintptr_t pc)
{
	struct weft_shadow_access access = {
		.task = x->running, .kind = WEFT_SHADOW_VISIBLE, .pc = pc,
	};
	uintptr_t at = (uintptr_t)addr & ~(uintptr_t)7;

	for (; at < (uintptr_t)addr + len; at += 8) {
		const struct weft_granule *g =
			weft_hot_granule(&x->region.hot, at);

		if (!g || !weft_hot_is_shared(g))
			continue;
		access.granule = (at - x->region.hot.base) >> 3;
		access.mask = exec__byte_mask((uintptr_t)addr, len, at);
		weft_shadow_update(&x->plain.shadow, &access);
	}
}
