/* SPDX-License-Identifier: GPL-2.0-only */
/* Who stands in front of an access that is to meet another; see meeting.h. */
#include <assert.h>

#include "exec_internal.h"

void weft_exec_meet(struct weft_exec *x, struct weft_meeting *meeting)
{
	x->meeting = meeting;
}

/* M2: is it a point for the sake of the meeting only? */
static bool is_extra(const struct weft_exec *x, uintptr_t addr, size_t len)
{
	uintptr_t at;
	bool extra = false;

	for (at = addr & ~(uintptr_t)7; at < addr + len; at += 8) {
		const struct weft_granule *g =
			weft_hot_granule(&x->region.hot, at);

		if (!g || !(g->flags & WEFT_GRANULE_RACY))
			continue;
		if (at - x->region.hot.base != x->meeting->added)
			return false;
		extra = true;
	}
	return extra;
}

static bool is_at(const struct weft_exec *x, const struct weft_meet_place *place,
		  uintptr_t addr, size_t len, uintptr_t pc)
{
	uint64_t offset = addr - x->region.hot.base;

	return place->task == x->running && place->pc == pc &&
	       place->nth == place->made + 1 &&
	       place->granule < offset + len && offset < place->granule + 8;
}

bool exec__meet_come(struct weft_exec *x, const void *addr, size_t len,
		     uintptr_t pc, bool plain)
{
	int i;

	if (!plain && exec__attribute(x, &pc) == WEFT_SHADOW_MODEL)
		return false;
	for (i = 0; i < 2; i++)
		x->meeting->places[i].here =
			x->meeting->places[i].task == x->running ?
			is_at(x, &x->meeting->places[i], (uintptr_t)addr, len,
			      pc) : x->meeting->places[i].here;
	return plain && is_extra(x, (uintptr_t)addr, len);
}

void exec__meet_pass(struct weft_exec *x, bool extra)
{
	int i;

	for (i = 0; i < 2; i++)
		if (x->meeting->places[i].task == x->running)
			x->meeting->places[i].here = false;
	x->meeting->extras[x->running] += extra;
}

void exec__meet_made(struct weft_exec *x, const struct weft_shadow_access *a)
{
	int i;

	for (i = 0; i < 2; i++) {
		struct weft_meet_place *place = &x->meeting->places[i];

		if (place->task == a->task && place->pc == a->pc &&
		    place->granule == (uint64_t)a->granule * 8)
			place->made++;
	}
}
