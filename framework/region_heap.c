/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Allocations of the watched memory: arenas, redzones, records; contract in
 * region.h.
 *
 * The state of granules and the records are undone through the log of the
 * region: an allocation changes only granules nobody had (state 0) and appends a
 * record; a free changes a row of one state, and one word of the record.
 *
 * Memory that is new is zero, and nobody else has it: instead of each word that is
 * written the log has one entry for all of it. Its granules are of the epoch in
 * which it was allocated; from the next mark on writes are logged as usual.
 */
#include <assert.h>
#include <errno.h>
#include <string.h>
#include <sys/mman.h>

#include "hot.h"
#include "region.h"

#define ALLOCATIONS_MAX	((size_t)1 << 19)	/* address space only */
#define HEAD_MAGIC	0x57454654u	/* "WEFT" */
/* A gap made by alignment is a redzone only as far as this. */
#define GAP_MAX		64u
/* Of what is larger, few words are written. */
#define FRESH_MAX	(8192u / 8)	/* granules */

/* Precedes every allocation. */
struct alloc_head {
	uint32_t	magic;
	uint32_t	number;		/* of the record */
	uint64_t	spare;
};

_Static_assert(sizeof(struct alloc_head) == WEFT_REDZONE,
	       "the head is the redzone in front");

int region__heap_create(struct weft_region *region)
{
	void *at = mmap(NULL, ALLOCATIONS_MAX * sizeof(*region->allocations),
			PROT_READ | PROT_WRITE,
			MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

	if (at == MAP_FAILED)
		return -ENOMEM;
	region->allocations = at;
	return 0;
}

void region__heap_destroy(struct weft_region *region)
{
	if (region->allocations)
		munmap(region->allocations, ALLOCATIONS_MAX *
		       sizeof(*region->allocations));
}

/* All granules from @at up to @end, which had one state, get another one. */
static void set_state(struct weft_region *region, uintptr_t at, uintptr_t end,
		      int state, bool is_logged)
{
	struct weft_granule *g = weft_hot_granule(&region->hot, at);
	size_t i, n = (end - at) >> 3;

	assert(g && !(at & 7) && !(end & 7));
	if (!n)
		return;
	if (!is_logged)
		region__log(region, (unsigned long)g | WEFT_UNDO_STATES,
			    n << 8 | (unsigned char)g->state);
	for (i = 0; i < n; i++)
		g[i].state = (signed char)state;
}

/* Logs a stretch of new memory as a whole, if that is what it is. */
static bool log_fresh(struct weft_region *region, uintptr_t at, uintptr_t end)
{
	struct weft_hot *hot = &region->hot;
	struct weft_granule *g = weft_hot_granule(hot, at);
	const unsigned long *words = (const unsigned long *)at;
	size_t i, n = (end - at) >> 3;
	unsigned long used = 0;

	if (!hot->epoch || n > FRESH_MAX)
		return false;
	/* An overflow of the memory before it may have got here. */
	for (i = 0; i < n; i++)
		used |= words[i];
	if (used)
		return false;
	region__log(region, (unsigned long)g | WEFT_UNDO_FRESH, n);
	for (i = 0; i < n; i++)
		g[i].epoch = hot->epoch;
	return true;
}

void region__restore_row(const struct weft_region *region,
			 const struct weft_undo_entry *entry)
{
	struct weft_granule *g = (struct weft_granule *)
				 (entry->addr & ~(unsigned long)WEFT_UNDO_ROW);
	bool fresh = entry->addr & WEFT_UNDO_FRESH;
	size_t i, n = fresh ? entry->old : entry->old >> 8;
	int state = fresh ? 0 : (signed char)(entry->old & 0xff);

	for (i = 0; i < n; i++)
		g[i].state = (signed char)state;
	if (fresh)
		memset((char *)region->hot.base +
		       8 * (g - region->hot.granules), 0, 8 * n);
}

static uintptr_t round_up(uintptr_t at, uintptr_t align)
{
	return (at + align - 1) & ~(align - 1);
}

/* Larger objects are missed by more. */
static size_t redzone_behind(size_t size)
{
	return size <= 64 ? WEFT_REDZONE : size <= 512 ? 2 * WEFT_REDZONE :
						       4 * WEFT_REDZONE;
}

static void set_redzones(struct weft_region *region, uintptr_t from,
			 uintptr_t at, size_t size, uintptr_t end,
			 bool is_logged)
{
	uintptr_t tail = at + (size & ~(size_t)7);

	set_state(region, from, at, WEFT_MEMORY_REDZONE, is_logged);
	if (size & 7)
		set_state(region, tail, tail + 8, (int)(size & 7), is_logged);
	set_state(region, round_up(at + size, 8), end, WEFT_MEMORY_REDZONE,
		  is_logged);
}

static uint32_t add_record(struct weft_region *region, int task, uintptr_t at,
			   size_t size)
{
	struct weft_allocation *record;

	record = &region->allocations[region->allocations_n];
	memset(record, 0, sizeof(*record));
	record->addr = (char *)at;
	record->size = size;
	record->task = (int16_t)task;
	weft_region_log_word(region, &region->allocations_n);
	return (uint32_t)region->allocations_n++;
}

void *weft_region_alloc(struct weft_region *region, int task, size_t size,
			size_t align)
{
	struct weft_arena *arena = &region->arenas[task];
	uintptr_t from = (uintptr_t)arena->next, at, end;
	struct alloc_head *head;
	bool fresh;

	assert(align && !(align & (align - 1)));
	if (align < 16)
		align = 16;
	if (size >= (size_t)(arena->end - arena->next) ||
	    region->allocations_n == ALLOCATIONS_MAX)
		return NULL;
	at = round_up(from + sizeof(*head), align);
	end = round_up(at + size, 8) + redzone_behind(size);
	if (end > (uintptr_t)arena->end)
		return NULL;
	if (at - from > GAP_MAX)
		from = at - GAP_MAX;
	fresh = log_fresh(region, from, end);
	head = (struct alloc_head *)at - 1;
	if (!fresh)
		weft_region_save(region, head, sizeof(*head));
	head->magic = HEAD_MAGIC;
	head->number = add_record(region, task, at, size);
	set_redzones(region, from, at, size, end, fresh);
	weft_region_log_word(region, &arena->next);
	arena->next = (char *)end;
	return (void *)at;
}

struct weft_allocation *weft_region_latest(const struct weft_region *region)
{
	return &region->allocations[region->allocations_n - 1];
}

static const struct weft_arena *arena_of(const struct weft_region *region,
					 uintptr_t addr)
{
	int i;

	for (i = 0; i < WEFT_THREADS_MAX; i++)
		if (addr >= (uintptr_t)region->arenas[i].begin &&
		    addr < (uintptr_t)region->arenas[i].next)
			return &region->arenas[i];
	return NULL;
}

struct weft_allocation *weft_region_find(const struct weft_region *region,
					 const void *ptr)
{
	const struct weft_arena *arena = arena_of(region, (uintptr_t)ptr);
	const struct alloc_head *head;
	struct weft_allocation *record;

	if (((uintptr_t)ptr & 15) || !arena ||
	    (uintptr_t)ptr < (uintptr_t)arena->begin + sizeof(*head))
		return NULL;
	head = (const struct alloc_head *)ptr - 1;
	if (head->magic != HEAD_MAGIC || head->number >= region->allocations_n)
		return NULL;
	record = &region->allocations[head->number];
	return record->addr == ptr ? record : NULL;
}

enum weft_free_result weft_region_free_by(struct weft_region *region,
					  const void *ptr, int task,
					  bool quiet)
{
	struct weft_allocation *record = weft_region_find(region, ptr);
	uintptr_t at = (uintptr_t)ptr, tail;

	if (!record)
		return WEFT_FREE_INVALID;
	if (record->freed_by)
		return WEFT_FREE_TWICE;
	/* From @task on: one word. */
	weft_region_log_word(region, &record->task);
	record->freed_by = (uint8_t)(task + 1);
	record->quiet = quiet;
	if (quiet)
		return WEFT_FREE_OK;
	tail = at + (record->size & ~(size_t)7);
	set_state(region, at, tail, WEFT_MEMORY_FREED, false);
	if (record->size & 7)
		set_state(region, tail, tail + 8, WEFT_MEMORY_FREED, false);
	return WEFT_FREE_OK;
}

_Static_assert(!(offsetof(struct weft_allocation, task) & 7) &&
	       offsetof(struct weft_allocation, stacks) -
	       offsetof(struct weft_allocation, task) < 8 &&
	       offsetof(struct weft_allocation, kept) -
	       offsetof(struct weft_allocation, task) < 8,
	       "what a free and a declaration change is one word");

enum weft_free_result weft_region_free(struct weft_region *region,
				       const void *ptr)
{
	return weft_region_free_by(region, ptr, 0, false);
}

size_t weft_region_alloc_size(const struct weft_region *region,
			      const void *ptr)
{
	const struct weft_allocation *record = weft_region_find(region, ptr);

	return record && !record->freed_by ? record->size : 0;
}

const char *weft_region_alloc_what(const struct weft_region *region,
				   const void *ptr)
{
	const struct weft_allocation *record = weft_region_find(region, ptr);

	return record && !record->freed_by ? record->what : NULL;
}

/* How far @addr is outside of an allocation; 0 inside of it. */
static size_t distance(const struct weft_allocation *record, uintptr_t addr)
{
	uintptr_t at = (uintptr_t)record->addr;

	if (addr < at)
		return at - addr;
	return addr < at + record->size ? 0 : addr - (at + record->size) + 1;
}

const struct weft_allocation *
weft_region_around(const struct weft_region *region, uintptr_t addr)
{
	const struct weft_arena *arena = arena_of(region, addr);
	const struct weft_allocation *best = NULL;
	size_t i;

	for (i = 0; arena && i < region->allocations_n; i++) {
		const struct weft_allocation *record = &region->allocations[i];

		if (&region->arenas[record->task] == arena &&
		    (!best || distance(record, addr) < distance(best, addr)))
			best = record;
	}
	return best;
}

bool weft_region_keep(struct weft_region *region, const void *ptr)
{
	const struct weft_allocation *record = weft_region_find(region, ptr);
	struct weft_allocation *kept;

	if (!record)
		record = weft_region_around(region, (uintptr_t)ptr);
	if (!record || (record->addr != ptr &&
			distance(record, (uintptr_t)ptr)))
		return false;
	kept = &region->allocations[record - region->allocations];
	weft_region_log_word(region, &kept->task);
	kept->kept = 1;
	return true;
}

/* Of the granule at @at, whose bytes up to @end are accessed: the first wrong. */
static uintptr_t invalid_in(const struct weft_region *region, uintptr_t at,
			    uintptr_t from, uintptr_t end)
{
	const struct weft_granule *g = weft_hot_granule(&region->hot, at);
	uintptr_t valid;

	if (!g || !g->state)
		return 0;
	if (g->state < 0)
		return from;
	valid = at + (uintptr_t)g->state;
	if (end <= valid)
		return 0;
	return from > valid ? from : valid;
}

uintptr_t weft_region_invalid(const struct weft_region *region, uintptr_t addr,
			      size_t len)
{
	uintptr_t at, wrong = 0;

	for (at = addr & ~(uintptr_t)7; at < addr + len && !wrong; at += 8)
		wrong = invalid_in(region, at, addr > at ? addr : at,
				   addr + len < at + 8 ? addr + len : at + 8);
	return wrong;
}

uint64_t region__heap_hash(const struct weft_region *region, uint64_t hash)
{
	size_t i;
	int task;

	for (task = 0; task < WEFT_THREADS_MAX; task++) {
		const struct weft_arena *arena = &region->arenas[task];
		uintptr_t at = (uintptr_t)arena->begin;

		for (; at < (uintptr_t)arena->next; at += 8)
			hash = (hash ^ (unsigned char)
				weft_hot_granule(&region->hot, at)->state) *
			       0x100000001b3ull;
	}
	for (i = 0; i < region->allocations_n; i++)
		hash = (hash ^ region->allocations[i].freed_by ^
			(uint64_t)region->allocations[i].kept << 8) *
		       0x100000001b3ull;
	return (hash ^ region->allocations_n) * 0x100000001b3ull;
}

enum weft_place weft_region_locate(const struct weft_region *region,
				   uintptr_t addr, int *ret_task,
				   size_t *ret_offset, size_t *ret_size)
{
	const struct weft_allocation *record;
	uintptr_t stacks = (uintptr_t)region->stacks;
	int task;

	*ret_task = 0;
	*ret_size = 0;
	*ret_offset = addr - (uintptr_t)region->data;
	if (addr - (uintptr_t)region->data < region->data_size)
		return WEFT_PLACE_DATA;
	*ret_offset = 0;
	if (addr >= stacks) {
		*ret_task = (int)((addr - stacks) / WEFT_STACK_SLOT);
		return WEFT_PLACE_STACK;
	}
	for (task = 0; task < WEFT_THREADS_MAX; task++)
		if (addr >= (uintptr_t)region->arenas[task].begin &&
		    addr < (uintptr_t)region->arenas[task].end)
			*ret_task = task;
	record = weft_region_around(region, addr);
	if (record && !distance(record, addr)) {
		*ret_offset = addr - (uintptr_t)record->addr;
		*ret_size = record->size;
	}
	return WEFT_PLACE_HEAP;
}
