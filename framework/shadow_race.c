/* SPDX-License-Identifier: GPL-2.0-only */
/* Races as KCSAN means them; contract in shadow_race.h. */
#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "shadow_internal.h"
#include "shadow_race.h"

/* Clocks that every task has beside its own: see R1 and R3. */
static uint32_t fence_clock(int task)
{
	return (uint32_t)(WEFT_THREADS_MAX + task);
}

static uint32_t pending_clock(int task)
{
	return (uint32_t)(2 * WEFT_THREADS_MAX + task);
}

int weft_race_shadow_create(struct weft_shadow *shadow, size_t granules)
{
	return shadow__create(shadow, granules, 3 * WEFT_THREADS_MAX);
}

uint32_t weft_race_now(const struct weft_shadow *shadow, int task)
{
	return shadow->clocks[task].time[task];
}

bool weft_race_knows(const struct weft_shadow *shadow, int task, int other,
		     uint32_t time)
{
	return time <= shadow->clocks[task].time[other];
}

static uint8_t kind_of(const struct weft_shadow_access *access, bool marked)
{
	return (uint8_t)((access->write ? RECORD_WRITE : 0) |
			 (marked ? RECORD_MARKED : 0));
}

static inline union shadow_key key_of(const struct weft_shadow_access *access,
				      uint8_t kind)
{
	union shadow_key key = { .word = 0 };

	key.mask = access->mask;
	key.kind = kind;
	key.task = (uint8_t)access->task;
	return key;
}

static inline bool is_mine(const struct shadow_record *record,
			   union shadow_key key)
{
	return record->key.word == key.word;
}

static bool is_known(const struct weft_shadow *shadow,
		     const struct shadow_record *record, int task)
{
	return record->task == task ||
	       weft_race_knows(shadow, task, record->task, record->time);
}

static void tell(const struct shadow_record *record, weft_race_told told,
		 void *arg)
{
	struct weft_race_earlier earlier = {
		.task = record->task,
		.write = record->kind & RECORD_WRITE,
		.marked = record->kind & RECORD_MARKED,
		.mask = record->mask,
		.pc = record->pc,
	};

	told(arg, &earlier);
}

static bool conflicts(const struct shadow_record *record, uint8_t kind,
		      unsigned char mask)
{
	return (record->mask & mask) &&
	       ((record->kind | kind) & RECORD_WRITE) &&
	       !(record->kind & kind & RECORD_MARKED);
}

/* R4: nothing more needs to be known of it once the access is noted. */
static bool is_covered(const struct weft_shadow *shadow,
		       const struct shadow_record *record, uint8_t kind,
		       const struct weft_shadow_access *access)
{
	return kind == RECORD_WRITE && !(record->mask & ~access->mask) &&
	       is_known(shadow, record, access->task);
}

/* @before: the record in front of it, plus one; 0: it is the first */
static void unlink_record(struct weft_shadow *shadow, size_t granule,
			  uint32_t before, uint32_t record)
{
	uint32_t next = shadow->records[record].next;

	if (before) {
		shadow_save_record(shadow, before - 1)->next = next;
		return;
	}
	shadow__set_first(shadow, granule, next);
}

static inline void note(struct weft_shadow *shadow, uint32_t record,
			union shadow_key key,
			const struct weft_shadow_access *access)
{
	struct shadow_record *to = shadow_save_record(shadow, record);

	to->key = key;
	to->time = weft_race_now(shadow, access->task);
	to->pc = access->pc;
}

static inline bool is_repeated(const struct weft_shadow *shadow,
			       const struct weft_shadow_access *access,
			       union shadow_key key)
{
	uint32_t first = shadow->cells_of[access->granule];
	const struct shadow_record *record;

	if (!first)
		return false;
	record = &shadow->records[first - 1];
	return is_mine(record, key) &&
	       record->time == weft_race_now(shadow, access->task);
}

bool weft_race_is_repeated(const struct weft_shadow *shadow,
			   const struct weft_shadow_access *access, bool marked)
{
	return is_repeated(shadow, access,
			   key_of(access, kind_of(access, marked)));
}

/*
 * The usual case: the records of the granule are few, none of them is to be forgotten, and
 * nothing races. Does what weft_race_access() would do.
 */
bool weft_race_note(struct weft_shadow *shadow,
		    const struct weft_shadow_access *access, bool marked)
{
	uint8_t kind = kind_of(access, marked);
	union shadow_key key = key_of(access, kind);
	uint32_t at, mine = 0;

	shadow_use_task(shadow, access->task);
	if (is_repeated(shadow, access, key))
		return true;
	for (at = shadow->cells_of[access->granule]; at;
	     at = shadow->records[at - 1].next) {
		const struct shadow_record *record = &shadow->records[at - 1];

		if (record->kind & RECORD_SYNC)
			continue;
		if (is_mine(record, key) ||
		    is_covered(shadow, record, kind, access)) {
			if (mine)
				return false;
			mine = at;
		} else if (conflicts(record, kind, access->mask) &&
			   !is_known(shadow, record, access->task)) {
			return false;
		}
	}
	if (!mine)
		mine = shadow__add_record(shadow, access->granule) + 1;
	note(shadow, mine - 1, key, access);
	return true;
}

void weft_race_access(struct weft_shadow *shadow,
		      const struct weft_shadow_access *access, bool marked,
		      weft_race_told told, void *arg)
{
	uint8_t kind = kind_of(access, marked);
	union shadow_key key = key_of(access, kind);
	uint32_t at, next, before = 0, mine = 0;
	struct shadow_record *record;

	shadow_use_task(shadow, access->task);
	if (is_repeated(shadow, access, key))
		return;
	for (at = shadow->cells_of[access->granule]; at; at = next) {
		record = &shadow->records[at - 1];
		next = record->next;
		if (record->kind & RECORD_SYNC) {
			before = at;
			continue;
		}
		if (conflicts(record, kind, access->mask) &&
		    !is_known(shadow, record, access->task))
			tell(record, told, arg);
		if (is_mine(record, key) ||
		    is_covered(shadow, record, kind, access)) {
			if (!mine) {
				mine = at;
			} else {
				unlink_record(shadow, access->granule, before,
					      at - 1);
				continue;
			}
		}
		before = at;
	}
	if (!mine)
		mine = shadow__add_record(shadow, access->granule) + 1;
	note(shadow, mine - 1, key, access);
}

/* Of the SYNC records of these bytes the first, from @at on; plus one. */
static uint32_t next_sync(const struct weft_shadow *shadow, uint32_t at,
			  unsigned char mask)
{
	for (; at; at = shadow->records[at - 1].next)
		if ((shadow->records[at - 1].kind & RECORD_SYNC) &&
		    (shadow->records[at - 1].mask & mask))
			break;
	return at;
}

static void learn(struct weft_shadow *shadow, uint32_t clock,
		  const struct weft_shadow_access *access)
{
	uint32_t at = shadow->cells_of[access->granule];

	while ((at = next_sync(shadow, at, access->mask))) {
		shadow__join(shadow, clock, shadow->records[at - 1].time);
		at = shadow->records[at - 1].next;
	}
}

/* The record of exactly these bytes, which knows nothing yet if it is new. */
static uint32_t sync_record(struct weft_shadow *shadow,
			    const struct weft_shadow_access *access)
{
	uint32_t at = shadow->cells_of[access->granule], clock;

	while ((at = next_sync(shadow, at, access->mask))) {
		if (shadow->records[at - 1].mask == access->mask)
			return at - 1;
		at = shadow->records[at - 1].next;
	}
	clock = shadow__new_clock(shadow, SHADOW_NO_CLOCK);
	at = shadow__add_record(shadow, access->granule);
	shadow->records[at].kind = RECORD_SYNC;
	shadow->records[at].mask = access->mask;
	shadow->records[at].time = clock;
	return at;
}

/* A store ends what earlier ones on the same bytes gave. */
static void forget(struct weft_shadow *shadow,
		   const struct weft_shadow_access *access)
{
	uint32_t at = shadow->cells_of[access->granule];

	while ((at = next_sync(shadow, at, access->mask))) {
		struct shadow_clock *clock = shadow_save_clock(shadow,
					shadow->records[at - 1].time);

		memset(clock->time, 0, sizeof(clock->time));
		at = shadow->records[at - 1].next;
	}
}

static void teach(struct weft_shadow *shadow,
		  const struct weft_shadow_access *access, uint32_t clock)
{
	uint32_t record = sync_record(shadow, access);

	shadow__join(shadow, shadow->records[record].time, clock);
}

static bool has_fence(const struct weft_shadow *shadow, int task)
{
	return shadow->clocks[fence_clock(task)].time[task];
}

void weft_race_marked(struct weft_shadow *shadow,
		      const struct weft_shadow_access *access,
		      enum weft_access_kind kind)
{
	int task = access->task;

	shadow_use_task(shadow, task);
	if (kind == WEFT_ACCESS_READ)
		learn(shadow, (uint32_t)task, access);
	else if (kind == WEFT_ACCESS_RMW)
		learn(shadow, pending_clock(task), access);
	else
		forget(shadow, access);
	if (kind != WEFT_ACCESS_READ && has_fence(shadow, task))
		teach(shadow, access, fence_clock(task));
}

static void fence(struct weft_shadow *shadow, int task, enum weft_order_kind order)
{
	if (order != WEFT_ORDER_WMB)
		shadow__join(shadow, (uint32_t)task, pending_clock(task));
	if (order == WEFT_ORDER_RMB)
		return;
	shadow__join(shadow, fence_clock(task), (uint32_t)task);
	shadow__tick(shadow, task);
}

void weft_race_order(struct weft_shadow *shadow,
		     const struct weft_shadow_access *access,
		     enum weft_order_kind order)
{
	int task = access->task;

	shadow_use_task(shadow, task);
	switch (order) {
	case WEFT_ORDER_MB:
	case WEFT_ORDER_RMB:
	case WEFT_ORDER_WMB:
		fence(shadow, task, order);
		return;
	case WEFT_ORDER_ACQUIRE:
		learn(shadow, (uint32_t)task, access);
		return;
	case WEFT_ORDER_FULL:
		learn(shadow, (uint32_t)task, access);
		break;
	default:
		break;
	}
	teach(shadow, access, (uint32_t)task);
	shadow__tick(shadow, task);
}
