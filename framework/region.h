/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The watched memory of an execution: image data, one arena and one stack per
 * task, the granule table and the undo log.
 *
 *  I1  An address depends on (task, number of its earlier allocations, their
 *      sizes), never on the interleaving.
 *  I2  weft_region_return() restores every byte that was announced through
 *      weft_hot_touch() or weft_region_save() since the checkpoint, and costs
 *      time proportional to what was written. Checkpoints nest: going back to
 *      one ends all later ones.
 *  I3  Nothing is allocated twice within an execution (quarantine).
 *  I4  Around each allocation are redzones: WEFT_REDZONE bytes at least in front
 *      of it, and at least as many behind it. The granules of redzones and of
 *      what was freed say so (struct weft_granule @state).
 *  I5  There is a record of every allocation of the execution, in their order;
 *      it goes back with the memory.
 */
#ifndef WEFT_REGION_H
#define WEFT_REGION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "port.h"

#define WEFT_THREADS_MAX 32
#define WEFT_STACK_BYTES (128u << 10)
#define WEFT_STACK_SLOT (WEFT_STACK_BYTES + 4096u)	/* with a guard page */

#define WEFT_REDZONE 16u
#define WEFT_TASK_ARENA ((size_t)16 << 20)	/* all but the boot task's */

/**
 * struct weft_arena - memory of one task
 * @kept: where @next was at weft_region_mark()
 */
struct weft_arena {
	char	*begin;
	char	*next;
	char	*end;
	char	*kept;
};

#define WEFT_SITE_MAX 4

/**
 * struct weft_allocation - one allocation, live or freed
 * @what:     what the program asked, e.g. "kmalloc"; NULL: of no interest
 * @task:     whose arena it is from
 * @freed_by: task plus one; 0: it is live
 * @quiet:    freed, but may still be read (SLAB_TYPESAFE_BY_RCU)
 * @kept:     no leak, and what it points to is none
 * @stacks:   1: the stack of the allocation is known, 2: of the free
 * @met:      another task than its maker has touched it (exec_usage.c)
 * @site:     return addresses in the program of whoever asked, innermost first,
 *            then 0
 */
struct weft_allocation {
	char		*addr;
	size_t		size;
	const char	*what;
	int16_t		task;
	uint8_t		freed_by;
	uint8_t		quiet;
	uint8_t		stacks;
	uint8_t		kept;
	uint8_t		met;
	uintptr_t	site[WEFT_SITE_MAX];
};

/**
 * struct weft_region - see file comment
 * @hot:    shared with the access hooks
 * @data:   image data inside the region (may be empty)
 * @arenas: by task id; 0 is the boot task's, larger than the others
 * @allocations: the records, @allocations_n; the first @allocations_kept are older
 *          than weft_region_mark()
 */
struct weft_region {
	struct weft_hot		hot;
	char			*map;
	size_t			map_size;
	size_t			granules_size;
	char			*data;
	size_t			data_size;
	char			*stacks;
	struct weft_arena	arenas[WEFT_THREADS_MAX];
	struct weft_allocation	*allocations;
	size_t			allocations_n, allocations_kept;
};

enum weft_free_result {
	WEFT_FREE_OK,
	WEFT_FREE_TWICE,
	WEFT_FREE_INVALID,
};

/**
 * weft_region_create() - map the region behind @data (or anywhere)
 * @data:      image data to be watched, or NULL; must be 8-byte aligned
 * @data_size: its size in bytes
 *
 * Return: 0, or -ENOMEM.
 */
int weft_region_create(struct weft_region *region, char *data,
		       size_t data_size);
void weft_region_destroy(struct weft_region *region);

/* weft_region_stack() - lowest byte of the stack of @task */
char *weft_region_stack(const struct weft_region *region, int task);

/* weft_region_offset() - the stable name of an address; all ones outside */
static inline uint64_t weft_region_offset(const struct weft_region *region,
					  const void *addr)
{
	uint64_t offset = (uintptr_t)addr - region->hot.base;

	return offset < region->hot.size ? offset : UINT64_MAX;
}

/**
 * weft_region_save() - log @len bytes at @addr before they change
 * Context: any; grows the log when it is full.
 */
void weft_region_save(struct weft_region *region, const void *addr,
		      size_t len);

/* Logs a word outside the region, so that it comes back with it. */
void weft_region_log_word(struct weft_region *region, void *word);

/* weft_region_touch() - weft_hot_touch() for each granule of a range */
void weft_region_touch(struct weft_region *region, const void *addr,
		       size_t len, bool write);

/* region.c: the numbers of epochs are used up; begins with 1 again */
void region__first_epoch(struct weft_region *region);

/**
 * weft_region_mark() - from now on every change is logged
 * weft_region_rollback() - back to the mark
 */
void weft_region_mark(struct weft_region *region);
void weft_region_rollback(struct weft_region *region);

/**
 * weft_region_checkpoint() - a place to return to, after weft_region_mark()
 * Return: its position, for weft_region_return().
 */
static inline size_t weft_region_checkpoint(struct weft_region *region)
{
	if (!++region->hot.epoch)
		region__first_epoch(region);
	return region->hot.undo_n;
}
void weft_region_return(struct weft_region *region, size_t position);

/* Bytes the undo log takes. */
size_t weft_region_log_size(const struct weft_region *region);

/* weft_region_hash() - FNV-1a over data, used arenas, states; for paranoid checks */
uint64_t weft_region_hash(const struct weft_region *region);

/**
 * weft_region_alloc() - zeroed memory from the arena of @task
 * @align: a power of two, at least 1
 *
 * Return: NULL when the arena is full.
 */
void *weft_region_alloc(struct weft_region *region, int task, size_t size,
			size_t align);
enum weft_free_result weft_region_free(struct weft_region *region,
				       const void *ptr);

/* The allocation that starts at @ptr, live or freed, or NULL. */
struct weft_allocation *weft_region_find(const struct weft_region *region,
					 const void *ptr);
/* The latest one, after weft_region_alloc(). */
struct weft_allocation *weft_region_latest(const struct weft_region *region);
/**
 * weft_region_free_by() - weft_region_free() by @task
 * @quiet: reading it stays valid
 */
enum weft_free_result weft_region_free_by(struct weft_region *region,
					  const void *ptr, int task,
					  bool quiet);
/**
 * weft_region_keep() - the allocation @ptr points into is kept, as long as it lives
 *
 * Return: false: it points into none, live or freed.
 * Cost: the number of allocations, unless @ptr is the start of one.
 */
bool weft_region_keep(struct weft_region *region, const void *ptr);
/**
 * weft_region_around() - the allocation an address is in, or the nearest one
 *
 * Return: NULL when there is none in the arena.
 * Cost: the number of allocations.
 */
const struct weft_allocation *
weft_region_around(const struct weft_region *region, uintptr_t addr);
/* The first byte of a range that may not be accessed; 0: there is none. */
uintptr_t weft_region_invalid(const struct weft_region *region, uintptr_t addr,
			      size_t len);
/* region.c: an entry of the undo log, when there is one. */
void region__log(struct weft_region *region, unsigned long addr,
		 unsigned long old);
/* region_heap.c: weft_region_return() for rows of granules. */
void region__restore_row(const struct weft_region *region,
			 const struct weft_undo_entry *entry);
/* Where and how many granules; called once, when all else is mapped. */
int region__heap_create(struct weft_region *region);
void region__heap_destroy(struct weft_region *region);
uint64_t region__heap_hash(const struct weft_region *region, uint64_t hash);

/* Where an address is. */
enum weft_place { WEFT_PLACE_DATA, WEFT_PLACE_STACK, WEFT_PLACE_HEAP };

/**
 * weft_region_locate() - what an address inside the region belongs to
 * @ret_task:   whose stack or arena
 * @ret_offset: from the start of the allocation; of data, from its beginning
 * @ret_size:   of the allocation, live or freed; 0 when it was not found
 */
enum weft_place weft_region_locate(const struct weft_region *region,
				   uintptr_t addr, int *ret_task,
				   size_t *ret_offset, size_t *ret_size);
/* Size of the live allocation starting at @ptr; 0 if there is none. */
size_t weft_region_alloc_size(const struct weft_region *region,
			      const void *ptr);
/* What it was asked for as; NULL if there is none. */
const char *weft_region_alloc_what(const struct weft_region *region,
				   const void *ptr);

#endif
