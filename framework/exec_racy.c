/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Which granules are RACY in an execution: all that are known to race when it
 * begins or, in a replay, those of the schedule. See exec_plain.c, I1.
 */
#include <assert.h>
#include <stdlib.h>

#include "exec_internal.h"

static void set_racy(struct weft_exec *x, uint64_t offset, bool racy)
{
	struct weft_granule *g = weft_hot_granule(&x->region.hot,
						  x->region.hot.base + offset);

	if (!g)
		return;
	if (racy)
		g->flags |= WEFT_GRANULE_RACY | WEFT_GRANULE_SHARED;
	else
		g->flags &= (unsigned char)~WEFT_GRANULE_RACY;
}

static void clear_racy(struct weft_exec *x)
{
	struct exec_plain *plain = &x->plain;
	size_t i;

	for (i = 0; i < plain->racy_n; i++)
		set_racy(x, plain->racy[i], false);
	plain->racy_n = 0;
}

static void add_racy(struct weft_exec *x, uint64_t offset)
{
	struct exec_plain *plain = &x->plain;

	if (plain->racy_n == plain->racy_max) {
		plain->racy_max = plain->racy_max ? 2 * plain->racy_max : 16;
		plain->racy = realloc(plain->racy, plain->racy_max *
				      sizeof(*plain->racy));
		assert(plain->racy && "out of memory for races");
	}
	plain->racy[plain->racy_n++] = offset;
	set_racy(x, offset, true);
}

/* Which granules are RACY in the execution that begins. */
static void choose_racy(struct weft_exec *x)
{
	struct exec_plain *plain = &x->plain;
	size_t i;

	if (plain->follow || plain->followed)
		clear_racy(x);
	plain->followed = plain->follow;
	if (plain->follow)
		for (i = 0; i < plain->follow->racy_n; i++)
			add_racy(x, plain->follow->racy[i]);
	else
		for (i = plain->racy_n; i < plain->races_n; i++)
			add_racy(x, plain->races[i].offset);
}

void exec__plain_begin(struct weft_exec *x)
{
	struct exec_plain *plain = &x->plain;
	int err;

	choose_racy(x);
	if (plain->wanted && !plain->on) {
		err = weft_shadow_create(&plain->shadow,
					 x->region.hot.size / 8 + 1);
		assert(!err && "out of memory for the shadow");
		plain->on = true;
	}
	if (plain->on)
		weft_shadow_rollback(&plain->shadow, 0);
	exec__race_begin(x);
}

void exec__plain_end(struct weft_exec *x)
{
	weft_schedule_set_racy(&x->schedule, x->plain.racy, x->plain.racy_n);
}

void exec__plain_destroy(struct weft_exec *x)
{
	if (x->plain.on)
		weft_shadow_destroy(&x->plain.shadow);
	exec__race_destroy(x);
	free(x->plain.races);
	free(x->plain.racy);
}

void weft_exec_follow(struct weft_exec *x, const struct weft_schedule *schedule)
{
	x->plain.follow = schedule;
}

const struct weft_race *weft_exec_races(const struct weft_exec *x,
					size_t *ret_n)
{
	*ret_n = x->plain.races_n;
	return x->plain.races;
}

unsigned long weft_exec_points(const struct weft_exec *x)
{
	const struct exec_plain *plain = &x->plain;
	unsigned long points = x->region.hot.promotions - plain->races_n;

	/* Model programs: the first plain access counted as one. */
	return points - (plain->wanted && !x->config.data);
}
