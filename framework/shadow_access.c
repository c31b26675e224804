/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Accesses to memory in the shadow; contract in shadow.h.
 *
 * The rules are FastTrack's, per cell. Where they forget something (reads
 * before a write, a write before a write) it is ordered before what is kept, or
 * the cell is CELL_UNORDERED and nothing more has to be known of it.
 */
#include "shadow_internal.h"

#define task_clock(shadow, task) (&(shadow)->clocks[task])

/* Two cells never change one clock. */
static uint32_t copy_clock(struct weft_shadow *shadow, uint32_t clock)
{
	return clock ? shadow__new_clock(shadow, clock - 1) + 1 : 0;
}

/* @cell keeps the bytes of @mask; the others get a cell with the same history. */
static void split(struct weft_shadow *shadow, uint32_t cell, unsigned char mask)
{
	uint32_t rest = shadow__new_cell(shadow);
	struct shadow_cell copy = shadow->cells[cell];

	copy.mask &= (uint8_t)~mask;
	copy.written = copy_clock(shadow, copy.written);
	copy.read = copy_clock(shadow, copy.read);
	if (copy.flags & CELL_READ_CLOCK)
		copy.reads = shadow__new_clock(shadow, copy.reads);
	copy.stamp = shadow->stamp;
	shadow->cells[rest] = copy;
	shadow_save_cell(shadow, cell)->mask &= mask;
	shadow->cells[cell].next = rest + 1;
}

static void add_cell(struct weft_shadow *shadow, size_t granule,
		     unsigned char mask)
{
	uint32_t cell = shadow__add_cell(shadow, granule);

	shadow->cells[cell].mask = mask;
}

/* Afterwards the bytes of @mask are exactly those of some cells. */
static void carve(struct weft_shadow *shadow, size_t granule,
		  unsigned char mask)
{
	unsigned char missing = mask;
	uint32_t at = shadow->cells_of[granule];

	if (at && shadow->cells[at - 1].mask == mask)
		return;
	for (; at; at = shadow->cells[at - 1].next) {
		unsigned char of_cell = shadow->cells[at - 1].mask;

		if ((of_cell & mask) && (of_cell & ~mask))
			split(shadow, at - 1, of_cell & mask);
		missing &= (unsigned char)~of_cell;
	}
	if (missing)
		add_cell(shadow, granule, missing);
}

/* What an operation that is visible learns from earlier ones on these bytes. */
static void learn(struct weft_shadow *shadow, const struct shadow_cell *cell,
		  const struct weft_shadow_access *access)
{
	uint32_t written = cell->written, read = cell->read;

	if (written)
		shadow__join(shadow, (uint32_t)access->task, written - 1);
	if (read && access->write)
		shadow__join(shadow, (uint32_t)access->task, read - 1);
}

/* And what later ones learn from it. */
static void teach(struct weft_shadow *shadow, uint32_t cell,
		  const struct weft_shadow_access *access)
{
	uint32_t known = access->write ? shadow->cells[cell].written :
					 shadow->cells[cell].read;

	if (!known) {
		known = shadow__new_clock(shadow, SHADOW_NO_CLOCK) + 1;
		shadow_save_cell(shadow, cell);
		if (access->write)
			shadow->cells[cell].written = known;
		else
			shadow->cells[cell].read = known;
	}
	shadow__join(shadow, known - 1, (uint32_t)access->task);
}

static inline bool is_repeated(const struct weft_shadow *shadow,
			const struct shadow_cell *cell,
			const struct weft_shadow_access *access,
			uint32_t epoch)
{
	if (access->kind == WEFT_SHADOW_PLAIN && !(cell->flags & CELL_TESTED))
		return false;
	if (access->write)
		return cell->write == epoch && !cell->reads;
	if (!(cell->flags & CELL_READ_CLOCK))
		return cell->reads == epoch;
	return shadow_epoch(access->task, shadow->clocks[cell->reads].
			    time[access->task]) == epoch;
}

/* The earlier write, if it is not ordered before the access. */
static bool check_write(const struct weft_shadow *shadow,
			const struct shadow_cell *cell, int task,
			struct weft_shadow_race *ret)
{
	if (shadow_epoch_known(cell->write, task_clock(shadow, task)))
		return false;
	ret->task = shadow_epoch_task(cell->write);
	ret->write = true;
	ret->pc = cell->write_pc;
	return true;
}

/* An earlier read, likewise; of several the one by the lowest task. */
static bool check_reads(const struct weft_shadow *shadow,
			const struct shadow_cell *cell, int task,
			struct weft_shadow_race *ret)
{
	const struct shadow_clock *mine = task_clock(shadow, task), *reads;
	int i;

	ret->write = false;
	ret->pc = cell->read_pc;
	if (!(cell->flags & CELL_READ_CLOCK)) {
		ret->task = shadow_epoch_task(cell->reads);
		return !shadow_epoch_known(cell->reads, mine);
	}
	reads = &shadow->clocks[cell->reads];
	for (i = 0; i < shadow->tasks; i++)
		if (reads->time[i] > mine->time[i]) {
			ret->task = i;
			return true;
		}
	return false;
}

static void note_read(struct weft_shadow *shadow, uint32_t cell,
		      const struct weft_shadow_access *access, uint32_t epoch)
{
	uint32_t reads = shadow->cells[cell].reads;
	uint32_t clock;

	shadow->cells[cell].read_pc = access->pc;
	if (shadow->cells[cell].flags & CELL_READ_CLOCK) {
		shadow_save_clock(shadow, reads)->time[access->task] =
			epoch >> EPOCH_TASK_BITS;
		return;
	}
	if (shadow_epoch_known(reads, task_clock(shadow, access->task))) {
		shadow->cells[cell].reads = epoch;
		return;
	}
	clock = shadow__new_clock(shadow, SHADOW_NO_CLOCK);
	shadow->clocks[clock].time[shadow_epoch_task(reads)] =
		reads >> EPOCH_TASK_BITS;
	shadow->clocks[clock].time[access->task] = epoch >> EPOCH_TASK_BITS;
	shadow->cells[cell].reads = clock;
	shadow->cells[cell].flags |= CELL_READ_CLOCK;
}

static void note_write(struct shadow_cell *cell,
		       const struct weft_shadow_access *access, uint32_t epoch)
{
	cell->write = epoch;
	cell->write_pc = access->pc;
	cell->reads = 0;
	cell->flags &= (uint8_t)~CELL_READ_CLOCK;
}

/* Checks and notes one access; true if its cell is to be reported now. */
static bool check_cell(struct weft_shadow *shadow, uint32_t index,
		       const struct weft_shadow_access *access,
		       struct weft_shadow_race *ret)
{
	struct shadow_cell *cell = &shadow->cells[index];
	uint32_t epoch = shadow_epoch(access->task,
				      task_clock(shadow, access->task)->
				      time[access->task]);
	bool races;

	if (is_repeated(shadow, cell, access, epoch))
		return false;
	races = check_write(shadow, cell, access->task, ret) ||
		(access->write &&
		 check_reads(shadow, cell, access->task, ret));
	cell = shadow_save_cell(shadow, index);
	if (access->kind == WEFT_SHADOW_PLAIN)
		cell->flags |= CELL_TESTED;
	if (races)
		cell->flags |= CELL_UNORDERED;
	if (access->write)
		note_write(cell, access, epoch);
	else
		note_read(shadow, index, access, epoch);
	cell = &shadow->cells[index];
	if ((cell->flags & (CELL_TESTED | CELL_UNORDERED | CELL_REPORTED)) !=
	    (CELL_TESTED | CELL_UNORDERED))
		return false;
	cell->flags |= CELL_REPORTED;
	if (!races) {		/* the race was between others, earlier on */
		ret->task = shadow_epoch_task(cell->write);
		ret->write = true;
		ret->pc = cell->write_pc;
	}
	return true;
}

static inline bool is_of_other(const struct shadow_cell *cell,
			       const struct weft_shadow_access *access)
{
	return cell->write && shadow_epoch_task(cell->write) != access->task;
}

/* Own writes that are read are no news. */
static inline void note_source(const struct weft_shadow *shadow,
			       const struct shadow_cell *cell,
			       const struct weft_shadow_access *access)
{
	if (shadow->reads_from && access->kind != WEFT_SHADOW_SYNC &&
	    is_of_other(cell, access))
		weft_reads_from_note(shadow->reads_from, cell->write_pc,
				     access->pc);
}

void weft_shadow_update(const struct weft_shadow *shadow,
			const struct weft_shadow_access *access)
{
	uint32_t at;

	for (at = shadow->cells_of[access->granule]; at;
	     at = shadow->cells[at - 1].next)
		if (shadow->cells[at - 1].mask & access->mask)
			note_source(shadow, &shadow->cells[at - 1], access);
}

/* The cell of exactly these bytes, plus one; 0: there is none. */
static uint32_t find_cell(const struct weft_shadow *shadow, size_t granule,
			  unsigned char mask)
{
	uint32_t at = shadow->cells_of[granule];

	while (at && shadow->cells[at - 1].mask != mask)
		at = shadow->cells[at - 1].next;
	return at;
}

/*
 * The usual case: the bytes have a history of their own, and all of it is known.
 * Does what check_cell() would do; false: it is not that simple.
 */
static inline bool note_ordered(struct weft_shadow *shadow,
				const struct weft_shadow_access *access)
{
	const struct shadow_clock *mine = task_clock(shadow, access->task);
	uint32_t epoch = shadow_epoch(access->task, mine->time[access->task]);
	uint32_t at;
	struct shadow_cell *cell;

	if (!shadow->cells_of[access->granule])
		add_cell(shadow, access->granule, access->mask);
	at = find_cell(shadow, access->granule, access->mask);
	if (!at)
		return false;
	cell = &shadow->cells[at - 1];
	if (is_repeated(shadow, cell, access, epoch)) {
		if (!access->write)
			note_source(shadow, cell, access);
		return true;
	}
	if ((cell->flags & (CELL_UNORDERED | CELL_READ_CLOCK)) ||
	    !shadow_epoch_known(cell->write, mine) ||
	    !shadow_epoch_known(cell->reads, mine))
		return false;
	shadow_save_cell(shadow, at - 1);
	if (access->kind == WEFT_SHADOW_PLAIN)
		cell->flags |= CELL_TESTED;
	if (access->write) {
		note_write(cell, access, epoch);
	} else {
		note_source(shadow, cell, access);
		cell->reads = epoch;
		cell->read_pc = access->pc;
	}
	return true;
}

bool weft_shadow_is_repeated(const struct weft_shadow *shadow,
			     const struct weft_shadow_access *access)
{
	uint32_t at = find_cell(shadow, access->granule, access->mask);
	const struct shadow_cell *cell;

	if (!at)
		return false;
	cell = &shadow->cells[at - 1];
	if (!access->write && shadow->reads_from && is_of_other(cell, access))
		return false;
	return is_repeated(shadow, cell, access,
			   shadow_epoch(access->task,
					task_clock(shadow, access->task)->
					time[access->task]));
}

static bool __attribute__((noinline))
access_cells(struct weft_shadow *shadow,
	     const struct weft_shadow_access *access, bool visible,
	     struct weft_shadow_race *ret_race)
{
	struct weft_shadow_race race;
	bool found = false;
	uint32_t at;

	carve(shadow, access->granule, access->mask);
	for (at = shadow->cells_of[access->granule]; at && visible;
	     at = shadow->cells[at - 1].next)
		if (shadow->cells[at - 1].mask & access->mask)
			learn(shadow, &shadow->cells[at - 1], access);
	for (at = shadow->cells_of[access->granule]; at;
	     at = shadow->cells[at - 1].next) {
		if (!(shadow->cells[at - 1].mask & access->mask))
			continue;
		if (!access->write)
			note_source(shadow, &shadow->cells[at - 1], access);
		if (access->kind != WEFT_SHADOW_SYNC &&
		    check_cell(shadow, at - 1, access, &race) && !found) {
			*ret_race = race;
			found = true;
		}
		if (visible)
			teach(shadow, at - 1, access);
	}
	if (visible)
		shadow__tick(shadow, access->task);
	return found;
}

bool weft_shadow_access(struct weft_shadow *shadow,
			const struct weft_shadow_access *access,
			struct weft_shadow_race *ret_race)
{
	bool visible = access->kind == WEFT_SHADOW_VISIBLE ||
		       access->kind == WEFT_SHADOW_SYNC;

	shadow_use_task(shadow, access->task);
	if (!visible && note_ordered(shadow, access))
		return false;
	return access_cells(shadow, access, visible, ret_race);
}
