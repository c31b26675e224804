/* SPDX-License-Identifier: GPL-2.0-only */
/* Memory and undo log of the shadow; contract in shadow.h. */
#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "shadow_internal.h"

_Static_assert(1 << EPOCH_TASK_BITS >= WEFT_THREADS_MAX,
	       "an epoch has room for every task");

static void *map_heads(size_t granules)
{
	void *at = mmap(NULL, granules * sizeof(uint32_t),
			PROT_READ | PROT_WRITE,
			MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

	return at == MAP_FAILED ? NULL : at;
}

/* Each task knows the first moment of itself. */
static void begin_clocks(struct weft_shadow *shadow)
{
	int task;

	memset(shadow->clocks, 0,
	       WEFT_THREADS_MAX * sizeof(*shadow->clocks));
	for (task = 0; task < WEFT_THREADS_MAX; task++)
		shadow->clocks[task].time[task] = 1;
	shadow->clocks_n = WEFT_THREADS_MAX;
}

int weft_shadow_create(struct weft_shadow *shadow, size_t granules)
{
	memset(shadow, 0, sizeof(*shadow));
	shadow->granules = granules;
	shadow->stamp = 1;
	shadow->cells_of = map_heads(granules);
	shadow->locks_of = map_heads(granules);
	shadow->clocks_max = 2 * WEFT_THREADS_MAX;
	shadow->clocks = malloc(shadow->clocks_max * sizeof(*shadow->clocks));
	if (!shadow->cells_of || !shadow->locks_of || !shadow->clocks) {
		weft_shadow_destroy(shadow);
		return -ENOMEM;
	}
	begin_clocks(shadow);
	return 0;
}

void weft_shadow_destroy(struct weft_shadow *shadow)
{
	if (shadow->cells_of)
		munmap(shadow->cells_of,
		       shadow->granules * sizeof(*shadow->cells_of));
	if (shadow->locks_of)
		munmap(shadow->locks_of,
		       shadow->granules * sizeof(*shadow->locks_of));
	free(shadow->cells);
	free(shadow->clocks);
	free(shadow->records);
	free(shadow->log);
	memset(shadow, 0, sizeof(*shadow));
}

/* Follows the old bytes in the log. */
struct trailer {
	uint32_t	index;
	uint32_t	kind;
};

static size_t thing_size(enum shadow_log_kind kind)
{
	switch (kind) {
	case SHADOW_LOG_CELL:
		return sizeof(struct shadow_cell);
	case SHADOW_LOG_CLOCK:
		return sizeof(struct shadow_clock);
	case SHADOW_LOG_RECORD:
		return sizeof(struct shadow_record);
	case SHADOW_LOG_CELLS_OF:
	case SHADOW_LOG_LOCKS_OF:
		return sizeof(uint32_t);
	default:
		return 0;
	}
}

static void *thing_at(struct weft_shadow *shadow, enum shadow_log_kind kind,
		      size_t index)
{
	switch (kind) {
	case SHADOW_LOG_CELL:
		return &shadow->cells[index];
	case SHADOW_LOG_CLOCK:
		return &shadow->clocks[index];
	case SHADOW_LOG_RECORD:
		return &shadow->records[index];
	case SHADOW_LOG_CELLS_OF:
		return &shadow->cells_of[index];
	case SHADOW_LOG_LOCKS_OF:
		return &shadow->locks_of[index];
	default:
		return NULL;
	}
}

static void set_saved(struct weft_shadow *shadow, enum shadow_log_kind kind,
		      size_t index)
{
	if (kind == SHADOW_LOG_CELL)
		shadow->cells[index].stamp = shadow->stamp;
	if (kind == SHADOW_LOG_CLOCK)
		shadow->clocks[index].stamp = shadow->stamp;
	if (kind == SHADOW_LOG_RECORD)
		shadow->records[index].stamp = shadow->stamp;
}

void shadow__save(struct weft_shadow *shadow, enum shadow_log_kind kind,
		  size_t index)
{
	struct trailer trailer = { .index = (uint32_t)index, .kind = kind };
	size_t size = thing_size(kind);

	if (shadow->log_max - shadow->log_n < size + sizeof(trailer)) {
		shadow->log_max = shadow->log_max ? 2 * shadow->log_max : 65536;
		shadow->log = realloc(shadow->log, shadow->log_max);
		assert(shadow->log && "out of memory for the shadow's log");
	}
	if (size)
		memcpy(shadow->log + shadow->log_n,
		       thing_at(shadow, kind, index), size);
	shadow->log_n += size;
	memcpy(shadow->log + shadow->log_n, &trailer, sizeof(trailer));
	shadow->log_n += sizeof(trailer);
	set_saved(shadow, kind, index);
}

static void undo_one(struct weft_shadow *shadow)
{
	struct trailer trailer;
	size_t size;

	shadow->log_n -= sizeof(trailer);
	memcpy(&trailer, shadow->log + shadow->log_n, sizeof(trailer));
	if (trailer.kind == SHADOW_LOG_NEW_CELL)
		shadow->cells_n--;
	if (trailer.kind == SHADOW_LOG_NEW_CLOCK)
		shadow->clocks_n--;
	if (trailer.kind == SHADOW_LOG_NEW_RECORD)
		shadow->records_n--;
	size = thing_size(trailer.kind);
	shadow->log_n -= size;
	if (size)
		memcpy(thing_at(shadow, trailer.kind, trailer.index),
		       shadow->log + shadow->log_n, size);
}

void weft_shadow_rollback(struct weft_shadow *shadow, size_t mark)
{
	assert(mark <= shadow->log_n);
	while (shadow->log_n > mark)
		undo_one(shadow);
	assert(shadow->log_n == mark && "not a mark");
	shadow->stamp++;
}

uint32_t shadow__new_cell(struct weft_shadow *shadow)
{
	if (shadow->cells_n == shadow->cells_max) {
		shadow->cells_max = shadow->cells_max ?
				    2 * shadow->cells_max : 1024;
		shadow->cells = realloc(shadow->cells, shadow->cells_max *
					sizeof(*shadow->cells));
		assert(shadow->cells && "out of memory for the shadow");
	}
	shadow__save(shadow, SHADOW_LOG_NEW_CELL, 0);
	memset(&shadow->cells[shadow->cells_n], 0, sizeof(*shadow->cells));
	shadow->cells[shadow->cells_n].stamp = shadow->stamp;
	return shadow->cells_n++;
}

uint32_t shadow__new_clock(struct weft_shadow *shadow, uint32_t from)
{
	struct shadow_clock *clock;

	if (shadow->clocks_n == shadow->clocks_max) {
		shadow->clocks_max *= 2;
		shadow->clocks = realloc(shadow->clocks, shadow->clocks_max *
					 sizeof(*shadow->clocks));
		assert(shadow->clocks && "out of memory for the shadow");
	}
	shadow__save(shadow, SHADOW_LOG_NEW_CLOCK, 0);
	clock = &shadow->clocks[shadow->clocks_n];
	if (from == SHADOW_NO_CLOCK)
		memset(clock, 0, sizeof(*clock));
	else
		*clock = shadow->clocks[from];
	clock->stamp = shadow->stamp;
	return shadow->clocks_n++;
}

uint32_t shadow__new_record(struct weft_shadow *shadow)
{
	if (shadow->records_n == shadow->records_max) {
		shadow->records_max = shadow->records_max ?
				      2 * shadow->records_max : 1024;
		shadow->records = realloc(shadow->records, shadow->records_max *
					  sizeof(*shadow->records));
		assert(shadow->records && "out of memory for the shadow");
	}
	shadow__save(shadow, SHADOW_LOG_NEW_RECORD, 0);
	memset(&shadow->records[shadow->records_n], 0,
	       sizeof(*shadow->records));
	shadow->records[shadow->records_n].stamp = shadow->stamp;
	return shadow->records_n++;
}
