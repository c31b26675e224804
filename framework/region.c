/* SPDX-License-Identifier: GPL-2.0-only */
/* The watched memory of an execution; contract in region.h. */
#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "hot.h"
#include "region.h"

/* Where the region goes when no image says otherwise; any free place will do. */
#define BASE_HINT	((char *)0x310000000000ul)
#define BOOT_ARENA	((size_t)256 << 20)

#define PAGE		4096ul

static void *map_at(char *hint, size_t size)
{
	void *at = mmap(hint, size, PROT_READ | PROT_WRITE,
			MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE |
			MAP_FIXED_NOREPLACE, -1, 0);

	if (at != MAP_FAILED && at != hint) {
		munmap(at, size);
		at = MAP_FAILED;
	}
	return at;
}

static size_t map_size_needed(void)
{
	return BOOT_ARENA + (WEFT_THREADS_MAX - 1) * WEFT_TASK_ARENA +
	       WEFT_THREADS_MAX * (size_t)WEFT_STACK_SLOT;
}

/* The memory behind the image if that is free, so that one range covers both. */
static char *map_region(const char *data, size_t data_size, size_t size)
{
	char *hint = BASE_HINT;
	void *at = MAP_FAILED;
	int tries;

	if (data)
		hint = (char *)(((uintptr_t)data + data_size + (16ul << 20)) &
				~((16ul << 20) - 1));
	for (tries = 0; tries < 64 && at == MAP_FAILED; tries++)
		at = map_at(hint + (size_t)tries * (16ul << 20), size);
	return at == MAP_FAILED ? NULL : at;
}

static void carve_arenas(struct weft_region *region)
{
	char *at = region->map;
	int i;

	for (i = 0; i < WEFT_THREADS_MAX; i++) {
		region->arenas[i].begin = at;
		region->arenas[i].next = at;
		at += i ? WEFT_TASK_ARENA : BOOT_ARENA;
		region->arenas[i].end = at;
	}
	region->stacks = at;
	for (i = 0; i < WEFT_THREADS_MAX; i++)
		mprotect(at + (size_t)i * WEFT_STACK_SLOT, PAGE, PROT_NONE);
}

int weft_region_create(struct weft_region *region, char *data,
		       size_t data_size)
{
	struct weft_hot *hot = &region->hot;
	size_t span;

	memset(region, 0, sizeof(*region));
	assert(!((uintptr_t)data & 7));
	region->map_size = map_size_needed();
	region->map = map_region(data, data_size, region->map_size);
	if (!region->map)
		return -ENOMEM;
	region->data = data;
	region->data_size = data_size;
	hot->base = (unsigned long)(data ? data : region->map);
	span = (size_t)(region->map + region->map_size) - hot->base;
	hot->size = span;
	region->granules_size = (span / 8 + 1) * sizeof(*hot->granules);
	hot->granules = mmap(NULL, region->granules_size,
			     PROT_READ | PROT_WRITE,
			     MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	hot->undo_max = 1ul << 16;
	hot->undo = malloc(hot->undo_max * sizeof(*hot->undo));
	if (hot->granules == MAP_FAILED || !hot->undo) {
		weft_region_destroy(region);
		return -ENOMEM;
	}
	carve_arenas(region);
	if (region__heap_create(region)) {
		weft_region_destroy(region);
		return -ENOMEM;
	}
	return 0;
}

void weft_region_destroy(struct weft_region *region)
{
	if (!region->map)
		return;
	munmap(region->map, region->map_size);
	if (region->hot.granules != MAP_FAILED)
		munmap(region->hot.granules, region->granules_size);
	free(region->hot.undo);
	region__heap_destroy(region);
	memset(region, 0, sizeof(*region));
}

char *weft_region_stack(const struct weft_region *region, int task)
{
	return region->stacks + (size_t)task * WEFT_STACK_SLOT + PAGE;
}

static void undo_reserve(struct weft_hot *hot, size_t entries)
{
	if (hot->undo_max - hot->undo_n >= entries)
		return;
	while (hot->undo_max - hot->undo_n < entries)
		hot->undo_max *= 2;
	hot->undo = realloc(hot->undo, hot->undo_max * sizeof(*hot->undo));
	/* Without the log the run cannot be undone: there is no way on. */
	assert(hot->undo && "out of memory for the undo log");
}

/* The same of nobody's write: only the log is concerned. */
static void save_row(struct weft_hot *hot, struct weft_granule *g,
		     unsigned long at, size_t n)
{
	struct weft_undo_entry *entry = &hot->undo[hot->undo_n];
	unsigned int epoch = hot->epoch;

	for (; n--; g++, at += 8) {
		if (g->epoch == epoch)
			continue;
		g->epoch = epoch;
		entry->addr = at;
		entry++->old = *(const unsigned long *)at;
	}
	hot->undo_n = (unsigned long)(entry - hot->undo);
}

/* A row of granules inside the region; there is room in the log for them. */
static void touch_row(struct weft_hot *hot, struct weft_granule *g,
		      unsigned long at, size_t n, bool write)
{
	struct weft_undo_entry *entry = &hot->undo[hot->undo_n];
	unsigned int epoch = hot->epoch, task = hot->task;

	for (; n--; g++, at += 8) {
		if (task && weft_hot_may_share(g, task, write))
			weft_hot_share(hot, g, write);
		if (!write || g->epoch == epoch)
			continue;
		g->epoch = epoch;
		entry->addr = at;
		entry++->old = *(const unsigned long *)at;
	}
	hot->undo_n = (unsigned long)(entry - hot->undo);
}

static void __attribute__((noinline))
touch_range(struct weft_region *region, const void *addr, size_t len, bool write)
{
	struct weft_hot *hot = &region->hot;
	unsigned long at = (unsigned long)addr & ~7ul;
	unsigned long end = ((unsigned long)addr + len + 7) & ~7ul;
	unsigned long last = hot->base + (hot->size & ~7ul);

	if (!len)
		return;
	/* Room for one more than needed, so that the hooks' fast path has it. */
	undo_reserve(hot, (end - at) / 8 + 2);
	if (at < hot->base)
		at = hot->base;
	if (end > last)
		end = last;
	if (at >= end)
		return;
	if (write && !hot->task)
		save_row(hot, &hot->granules[(at - hot->base) >> 3], at,
			 (end - at) >> 3);
	else
		touch_row(hot, &hot->granules[(at - hot->base) >> 3], at,
			  (end - at) >> 3, write);
}

/* A part of one granule, with room in the log: nearly all are that. */
static inline struct weft_granule *only_granule(const struct weft_hot *hot,
						const void *addr, size_t len)
{
	if (((uintptr_t)addr & 7) + len > 8 || !len ||
	    hot->undo_n + 4 > hot->undo_max)
		return NULL;
	return weft_hot_granule(hot, (uintptr_t)addr);
}

void weft_region_touch(struct weft_region *region, const void *addr,
		       size_t len, bool write)
{
	struct weft_granule *g = only_granule(&region->hot, addr, len);

	if (g)
		weft_hot_touch(&region->hot, g, (uintptr_t)addr, write);
	else
		touch_range(region, addr, len, write);
}

void region__log(struct weft_region *region, unsigned long addr,
		 unsigned long old)
{
	struct weft_hot *hot = &region->hot;

	if (!hot->epoch)
		return;
	undo_reserve(hot, 2);
	hot->undo[hot->undo_n].addr = addr;
	hot->undo[hot->undo_n++].old = old;
}

void weft_region_log_word(struct weft_region *region, void *word)
{
	region__log(region, (unsigned long)word, *(unsigned long *)word);
}

void weft_region_save(struct weft_region *region, const void *addr, size_t len)
{
	struct weft_granule *g = only_granule(&region->hot, addr, len);
	unsigned int task = region->hot.task;

	if (g && g->epoch == region->hot.epoch)
		return;
	region->hot.task = 0;
	weft_region_touch(region, addr, len, true);
	region->hot.task = task;
}

/* Once in four thousand million checkpoints. */
void region__first_epoch(struct weft_region *region)
{
	struct weft_granule *g = region->hot.granules;
	struct weft_granule *end = g + region->hot.size / 8;

	for (; g < end; g++)
		if (g->epoch)
			g->epoch = 0;
	region->hot.epoch = 1;
}

void weft_region_mark(struct weft_region *region)
{
	int i;

	for (i = 0; i < WEFT_THREADS_MAX; i++)
		region->arenas[i].kept = region->arenas[i].next;
	region->allocations_kept = region->allocations_n;
	region->hot.undo_n = 0;
	weft_region_checkpoint(region);
}

void weft_region_rollback(struct weft_region *region)
{
	weft_region_return(region, 0);
}

void weft_region_return(struct weft_region *region, size_t position)
{
	struct weft_hot *hot = &region->hot;
	const struct weft_undo_entry *undo = hot->undo;
	unsigned long n = hot->undo_n;

	while (n-- > position)
		if (undo[n].addr & WEFT_UNDO_ROW)
			region__restore_row(region, &undo[n]);
		else
			*(unsigned long *)undo[n].addr = undo[n].old;
	hot->undo_n = position;
	weft_region_checkpoint(region);
}

size_t weft_region_log_size(const struct weft_region *region)
{
	return region->hot.undo_max * sizeof(*region->hot.undo);
}

static uint64_t fnv1a(uint64_t hash, const char *at, const char *end)
{
	for (; at < end; at++)
		hash = (hash ^ (unsigned char)*at) * 0x100000001b3ull;
	return hash;
}

uint64_t weft_region_hash(const struct weft_region *region)
{
	uint64_t hash = 0xcbf29ce484222325ull;
	int i;

	hash = fnv1a(hash, region->data, region->data + region->data_size);
	for (i = 0; i < WEFT_THREADS_MAX; i++)
		hash = fnv1a(hash, region->arenas[i].begin,
			     region->arenas[i].next);
	return region__heap_hash(region, hash);
}
