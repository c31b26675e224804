/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The shadow: which accesses to a byte are ordered, and which race.
 *
 * Source: Flanagan and Freund, "FastTrack: Efficient and Precise Dynamic Race
 * Detection", PLDI 2009 (epochs; a read clock only where reads are concurrent).
 *
 * A task has a vector clock, and so has everything that orders tasks: a lock
 * (one for its writers, one for its readers) and a byte that was accessed as a
 * visible operation. A byte also remembers the epoch of its last write, and that
 * or the clock of the reads since.
 *
 *  I1  Order is only what two dependent visible operations give: release before
 *      acquire, spawn before what the child does, what it did before join,
 *      notify before wait, what was done before the passing of time, marked or
 *      racing accesses to the same byte of which one writes. Less order would
 *      be sound (it finds more races), more would not.
 *  I2  Bytes are exact: two accesses race only where they overlap. Bytes of a
 *      granule that were always accessed together share one cell.
 *  I3  A race is reported once per cell and execution, and only if code under
 *      test made one of the accesses to the cell: code of the model runs without
 *      being interrupted between two points, so that only the other side can
 *      become a point.
 *  I4  Every change is logged. weft_shadow_rollback() gives back exactly the
 *      state at the mark, in time proportional to the changes since; marks are
 *      used last in, first out.
 *
 * Not handled: an access that overlaps two granules is two accesses. Of several
 * concurrent reads only the last one's place in the code is known.
 *
 * The clocks order operations as exploration needs it. Races as KCSAN means them
 * have a second set, in which relaxed marked accesses give no order: another
 * struct weft_shadow, with records in place of cells (shadow_race.h).
 */
#ifndef WEFT_SHADOW_H
#define WEFT_SHADOW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "reads_from.h"
#include "region.h"

struct shadow_cell;
struct shadow_clock;
struct shadow_record;

/**
 * struct weft_shadow - see file comment
 * @cells_of: by granule: first cell, or record, plus one; 0 none
 * @locks_of: by granule: clock of the writers plus one; the readers' is next
 * @clocks:   the first WEFT_THREADS_MAX are the tasks'
 * @log:      what to put back, oldest first
 * @stamp:    what carries it was saved, or made, after the last mark or rollback
 * @reads_from: to be told what is read of other tasks' writes, or NULL
 * @tasks:    tasks beyond this number have done nothing; a multiple of 8
 */
struct weft_shadow {
	size_t			granules;
	uint32_t		*cells_of;
	uint32_t		*locks_of;
	struct shadow_cell	*cells;
	uint32_t		cells_n, cells_max;
	struct shadow_clock	*clocks;
	uint32_t		clocks_n, clocks_max;
	struct shadow_record	*records;
	uint32_t		records_n, records_max;
	unsigned char		*log;
	size_t			log_n, log_max;
	uint32_t		stamp;
	int			tasks;
	struct weft_reads_from	*reads_from;
};

enum weft_shadow_kind {
	WEFT_SHADOW_PLAIN,	/* by code under test; not a point */
	WEFT_SHADOW_MODEL,	/* by code of the model; never a point */
	WEFT_SHADOW_VISIBLE,	/* a point: orders and is ordered */
	WEFT_SHADOW_SYNC,	/* notify, wait: orders, but accesses nothing */
};

/**
 * struct weft_shadow_access - an access to bytes of one granule
 * @granule: number of the granule in the region
 * @mask:    a bit per byte of it
 * @pc:      where; for reports only
 */
struct weft_shadow_access {
	size_t			granule;
	unsigned char		mask;
	bool			write;
	enum weft_shadow_kind	kind;
	int			task;
	uintptr_t		pc;
};

/* The earlier access of a race. @pc of a read: see file comment. */
struct weft_shadow_race {
	int		task;
	bool		write;
	uintptr_t	pc;
};

/**
 * weft_shadow_create() - @granules granules nobody has touched
 * Return: 0 or -ENOMEM.
 */
int weft_shadow_create(struct weft_shadow *shadow, size_t granules);
void weft_shadow_destroy(struct weft_shadow *shadow);

/* weft_shadow_mark() - a position to come back to; 0 is the beginning */
static inline size_t weft_shadow_mark(struct weft_shadow *shadow)
{
	shadow->stamp++;
	return shadow->log_n;
}
void weft_shadow_rollback(struct weft_shadow *shadow, size_t mark);

void weft_shadow_spawn(struct weft_shadow *shadow, int parent, int child);
/* weft_shadow_join() - @task knows all that @ended has done so far */
void weft_shadow_join(struct weft_shadow *shadow, int task, int ended);
/* A downgrade is a release by a writer. */
void weft_shadow_acquire(struct weft_shadow *shadow, int task, size_t granule,
			 bool shared);
void weft_shadow_release(struct weft_shadow *shadow, int task, size_t granule,
			 bool shared);

/**
 * weft_shadow_is_repeated() - would weft_shadow_access() change nothing, and tell
 * @reads_from nothing?
 * @access: not a point; of the kind PLAIN it stands for MODEL too
 */
bool weft_shadow_is_repeated(const struct weft_shadow *shadow,
			     const struct weft_shadow_access *access);

/**
 * weft_shadow_access() - account for an access, after the point if it is one
 * Return: true with *ret_race filled if a race became known.
 */
bool weft_shadow_access(struct weft_shadow *shadow,
			const struct weft_shadow_access *access,
			struct weft_shadow_race *ret_race);

/* weft_shadow_update() - tells @reads_from what an update, a write so far, reads */
void weft_shadow_update(const struct weft_shadow *shadow,
			const struct weft_shadow_access *access);

#endif
