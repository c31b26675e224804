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
	/* Followed by who has learnt nothing yet, it becomes a point here. */
	if (racy && !weft_hot_is_shared(g))
		x->region.hot.promotions++;
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
		plain->shadow.reads_from = x->graph ? &plain->reads_from : NULL;
	}
	if (plain->on)
		weft_shadow_rollback(&plain->shadow, 0);
	exec__race_begin(x);
}

void exec__plain_start(struct weft_exec *x)
{
	x->plain.alone = x->plain.on && !x->usage && !x->record &&
			 !x->foretell.on;
	x->race.logs = x->record || x->race.meets;
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
	weft_reads_from_clear(&x->plain.reads_from);
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

struct weft_plain_known weft_exec_plain_known(const struct weft_exec *x)
{
	return (struct weft_plain_known){
		.races = x->plain.races_n, .wanted = x->plain.wanted,
	};
}

static void put_race(const struct weft_race *race, struct weft_buffer *to)
{
	int i;

	weft_buffer_put(to, race->offset);
	weft_buffer_put(to, race->place);
	weft_buffer_put_signed(to, race->place_task);
	weft_buffer_put(to, race->place_offset);
	weft_buffer_put(to, race->place_size);
	for (i = 0; i < 2; i++) {
		weft_buffer_put_signed(to, race->sides[i].task);
		weft_buffer_put(to, race->sides[i].write);
		weft_buffer_put_address(to, race->sides[i].pc);
	}
}

static void get_race(struct weft_race *ret, struct weft_reader *from)
{
	int i;

	ret->offset = weft_reader_get(from);
	ret->place = (enum weft_place)weft_reader_get_most(from, INT8_MAX);
	ret->place_task = (int)weft_reader_get_signed(from);
	ret->place_offset = weft_reader_get(from);
	ret->place_size = weft_reader_get(from);
	for (i = 0; i < 2; i++) {
		ret->sides[i].task = (int)weft_reader_get_signed(from);
		ret->sides[i].write = weft_reader_get_most(from, 1);
		ret->sides[i].pc = weft_reader_get_address(from);
	}
}

void weft_exec_put_races(const struct weft_exec *x,
			 struct weft_plain_known since, struct weft_buffer *to)
{
	size_t i;

	weft_buffer_put(to, x->plain.wanted && !since.wanted);
	weft_buffer_put(to, x->plain.races_n - since.races);
	for (i = since.races; i < x->plain.races_n; i++)
		put_race(&x->plain.races[i], to);
}

static bool is_racy(const struct exec_plain *plain, uint64_t offset)
{
	size_t i = 0;

	while (i < plain->racy_n && plain->racy[i] != offset)
		i++;
	return i < plain->racy_n;
}

static void stop_watching(struct weft_exec *x)
{
	weft_shadow_destroy(&x->plain.shadow);
	x->plain.on = false;
	exec__race_off(x);
}

/* Their granules lose RACED with the rest of their state: sharing.h, I1. */
void weft_exec_forget_races(struct weft_exec *x, struct weft_plain_known back)
{
	assert(back.races <= x->plain.races_n);
	x->plain.races_n = back.races;
	x->plain.wanted = back.wanted;
	if (x->plain.on && !back.wanted)
		stop_watching(x);
}

bool weft_exec_order_plain(struct weft_exec *x, bool on)
{
	bool was = x->plain.wanted;

	x->plain.wanted = on;
	if (x->plain.on && !on)
		stop_watching(x);
	return was != on;
}

static bool is_known(const struct exec_plain *plain, uint64_t offset)
{
	size_t i = 0;

	while (i < plain->races_n && plain->races[i].offset != offset)
		i++;
	return i < plain->races_n;
}

bool weft_exec_add_races(struct weft_exec *x, struct weft_reader *from)
{
	struct exec_plain *plain = &x->plain;
	bool wanted = weft_reader_get_most(from, 1);
	size_t n = weft_reader_get_count(from, 11);

	if (wanted && !plain->wanted) {
		plain->wanted = true;
		x->region.hot.promotions++;
	}
	while (n--) {
		struct weft_race race;

		get_race(&race, from);
		if (from->bad || race.offset % 8 ||
		    race.offset >= x->region.hot.size)
			return false;
		if (is_known(plain, race.offset))
			continue;
		*exec__new_race(x) = race;
		x->region.hot.promotions++;
		/* At once, so that all processes begin with the same. */
		if (!plain->followed && !is_racy(plain, race.offset))
			add_racy(x, race.offset);
	}
	return !from->bad;
}

unsigned long weft_exec_points(const struct weft_exec *x)
{
	const struct exec_plain *plain = &x->plain;
	unsigned long points = x->region.hot.promotions - plain->races_n;

	/* Model programs: the first plain access counted as one. */
	return points - (plain->wanted && !x->config.data);
}
