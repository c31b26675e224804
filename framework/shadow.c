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
	       shadow->clocks_first * sizeof(*shadow->clocks));
	for (task = 0; task < WEFT_THREADS_MAX; task++)
		shadow->clocks[task].time[task] = 1;
	shadow->clocks_n = shadow->clocks_first;
}

int shadow__create(struct weft_shadow *shadow, size_t granules,
		   uint32_t clocks)
{
	memset(shadow, 0, sizeof(*shadow));
	shadow->granules = granules;
	shadow->stamp = 1;
	shadow->cells_of = map_heads(granules);
	shadow->locks_of = map_heads(granules);
	shadow->clocks_first = clocks;
	shadow->clocks_max = 2 * clocks;
	shadow->clocks = malloc(shadow->clocks_max * sizeof(*shadow->clocks));
	if (!shadow->cells_of || !shadow->locks_of || !shadow->clocks) {
		weft_shadow_destroy(shadow);
		return -ENOMEM;
	}
	begin_clocks(shadow);
	return 0;
}

int weft_shadow_create(struct weft_shadow *shadow, size_t granules)
{
	return shadow__create(shadow, granules, WEFT_THREADS_MAX);
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
	free(shadow->met);
	memset(shadow, 0, sizeof(*shadow));
}

/* Follows the old bytes in the log. */
struct trailer {
	uint32_t	index;
	uint32_t	kind;
};

static void grow_log(struct weft_shadow *shadow)
{
	shadow->log_max = shadow->log_max ? 2 * shadow->log_max : 65536;
	shadow->log = realloc(shadow->log, shadow->log_max);
	assert(shadow->log && "out of memory for the shadow's log");
}

/* Of a size the compiler knows: most are a few words, and there are many. */
static inline void __attribute__((always_inline))
put(struct weft_shadow *shadow, enum shadow_log_kind kind, size_t index,
    const void *thing, size_t size)
{
	struct trailer trailer = { .index = (uint32_t)index, .kind = kind };
	unsigned char *to;

	if (shadow->log_max - shadow->log_n < size + sizeof(trailer))
		grow_log(shadow);
	to = shadow->log + shadow->log_n;
	if (size)
		memcpy(to, thing, size);
	memcpy(to + size, &trailer, sizeof(trailer));
	shadow->log_n += size + sizeof(trailer);
}

void shadow__save_cell(struct weft_shadow *shadow, uint32_t index)
{
	struct shadow_cell *cell = &shadow->cells[index];

	put(shadow, SHADOW_LOG_CELL, index, cell, sizeof(*cell));
	cell->stamp = shadow->stamp;
}

void shadow__save_clock(struct weft_shadow *shadow, uint32_t index)
{
	struct shadow_clock *clock = &shadow->clocks[index];

	put(shadow, SHADOW_LOG_CLOCK, index, clock, sizeof(*clock));
	clock->stamp = shadow->stamp;
}

void shadow__save_record(struct weft_shadow *shadow, uint32_t index)
{
	struct shadow_record *record = &shadow->records[index];

	put(shadow, SHADOW_LOG_RECORD, index, record, sizeof(*record));
	record->stamp = shadow->stamp;
}

/* See weft_shadow.met; what went back and comes again is there twice. */
static inline void meet(struct weft_shadow *shadow, size_t granule)
{
	if (shadow->met_n == shadow->met_max) {
		shadow->met_max = shadow->met_max ? 2 * shadow->met_max : 4096;
		shadow->met = realloc(shadow->met, shadow->met_max *
				      sizeof(*shadow->met));
		assert(shadow->met && "out of memory for the shadow");
	}
	shadow->met[shadow->met_n++] = (uint32_t)granule;
}

void shadow__set_first(struct weft_shadow *shadow, size_t granule,
		       uint32_t first)
{
	put(shadow, SHADOW_LOG_CELLS_OF, granule, &shadow->cells_of[granule],
	    sizeof(first));
	shadow->cells_of[granule] = first;
}

void shadow__set_locks(struct weft_shadow *shadow, size_t granule,
		       uint32_t locks)
{
	put(shadow, SHADOW_LOG_LOCKS_OF, granule, &shadow->locks_of[granule],
	    sizeof(locks));
	meet(shadow, granule);
	shadow->locks_of[granule] = locks;
}

/* Takes @size bytes, what is saved, from the end of the log. */
static inline void __attribute__((always_inline))
take(struct weft_shadow *shadow, void *thing, size_t size)
{
	shadow->log_n -= size;
	memcpy(thing, shadow->log + shadow->log_n, size);
}

/* Behind add_first(). */
static inline void take_first(struct weft_shadow *shadow, size_t granule)
{
	take(shadow, &shadow->cells_of[granule], sizeof(*shadow->cells_of));
	shadow->met_n -= !shadow->cells_of[granule];
}

static void undo_one(struct weft_shadow *shadow)
{
	struct trailer trailer;

	take(shadow, &trailer, sizeof(trailer));
	switch (trailer.kind) {
	case SHADOW_LOG_CELL:
		take(shadow, &shadow->cells[trailer.index],
		     sizeof(*shadow->cells));
		break;
	case SHADOW_LOG_CLOCK:
		take(shadow, &shadow->clocks[trailer.index],
		     sizeof(*shadow->clocks));
		break;
	case SHADOW_LOG_RECORD:
		take(shadow, &shadow->records[trailer.index],
		     sizeof(*shadow->records));
		break;
	case SHADOW_LOG_CELLS_OF:
		take(shadow, &shadow->cells_of[trailer.index],
		     sizeof(*shadow->cells_of));
		break;
	case SHADOW_LOG_LOCKS_OF:
		take(shadow, &shadow->locks_of[trailer.index],
		     sizeof(*shadow->locks_of));
		shadow->met_n--;
		break;
	case SHADOW_LOG_NEW_CELL:
		shadow->cells_n--;
		break;
	case SHADOW_LOG_ADDED_CELL:
		shadow->cells_n--;
		take_first(shadow, trailer.index);
		break;
	case SHADOW_LOG_NEW_CLOCK:
		shadow->clocks_n--;
		break;
	case SHADOW_LOG_ADDED_RECORD:
		shadow->records_n--;
		take_first(shadow, trailer.index);
		break;
	default:
		assert(!"a kind of entry");
	}
}

/* What undoing it all would come to, without looking at each change. */
static void begin_again(struct weft_shadow *shadow)
{
	uint32_t i;

	for (i = 0; i < shadow->met_n; i++) {
		shadow->cells_of[shadow->met[i]] = 0;
		shadow->locks_of[shadow->met[i]] = 0;
	}
	shadow->met_n = 0;
	shadow->cells_n = 0;
	shadow->records_n = 0;
	shadow->log_n = 0;
	begin_clocks(shadow);
}

void weft_shadow_rollback(struct weft_shadow *shadow, size_t mark)
{
	assert(mark <= shadow->log_n);
	if (!mark && shadow->log_n)
		begin_again(shadow);
	while (shadow->log_n > mark)
		undo_one(shadow);
	assert(shadow->log_n == mark && "not a mark");
	shadow->stamp++;
}

static void grow_cells(struct weft_shadow *shadow)
{
	shadow->cells_max = shadow->cells_max ? 2 * shadow->cells_max : 1024;
	shadow->cells = realloc(shadow->cells, shadow->cells_max *
				sizeof(*shadow->cells));
	assert(shadow->cells && "out of memory for the shadow");
}

static inline uint32_t make_cell(struct weft_shadow *shadow)
{
	if (shadow->cells_n == shadow->cells_max)
		grow_cells(shadow);
	memset(&shadow->cells[shadow->cells_n], 0, sizeof(*shadow->cells));
	shadow->cells[shadow->cells_n].stamp = shadow->stamp;
	return shadow->cells_n++;
}

uint32_t shadow__new_cell(struct weft_shadow *shadow)
{
	put(shadow, SHADOW_LOG_NEW_CELL, 0, NULL, 0);
	return make_cell(shadow);
}

/* Return: what was the first one, plus one, until now. */
static inline uint32_t add_first(struct weft_shadow *shadow,
				 enum shadow_log_kind kind, size_t granule,
				 uint32_t first)
{
	uint32_t next = shadow->cells_of[granule];

	put(shadow, kind, granule, &next, sizeof(next));
	if (!next)
		meet(shadow, granule);
	shadow->cells_of[granule] = first + 1;
	return next;
}

uint32_t shadow__add_cell(struct weft_shadow *shadow, size_t granule)
{
	uint32_t cell = make_cell(shadow);

	shadow->cells[cell].next = add_first(shadow, SHADOW_LOG_ADDED_CELL,
					     granule, cell);
	return cell;
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
	put(shadow, SHADOW_LOG_NEW_CLOCK, 0, NULL, 0);
	clock = &shadow->clocks[shadow->clocks_n];
	if (from == SHADOW_NO_CLOCK)
		memset(clock, 0, sizeof(*clock));
	else
		*clock = shadow->clocks[from];
	clock->stamp = shadow->stamp;
	return shadow->clocks_n++;
}

uint32_t shadow__add_record(struct weft_shadow *shadow, size_t granule)
{
	struct shadow_record *record;

	if (shadow->records_n == shadow->records_max) {
		shadow->records_max = shadow->records_max ?
				      2 * shadow->records_max : 1024;
		shadow->records = realloc(shadow->records, shadow->records_max *
					  sizeof(*shadow->records));
		assert(shadow->records && "out of memory for the shadow");
	}
	record = &shadow->records[shadow->records_n];
	memset(record, 0, sizeof(*record));
	record->stamp = shadow->stamp;
	record->next = add_first(shadow, SHADOW_LOG_ADDED_RECORD, granule,
				 shadow->records_n);
	return shadow->records_n++;
}
