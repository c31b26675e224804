/* SPDX-License-Identifier: GPL-2.0-only */
/* The inside of the shadow, for the shadow*.c files only. */
#ifndef WEFT_SHADOW_INTERNAL_H
#define WEFT_SHADOW_INTERNAL_H

#include "shadow.h"

/* time[t]: how much of task t is known. */
struct shadow_clock {
	uint32_t	time[WEFT_THREADS_MAX];
	uint32_t	stamp;
};

#define CELL_TESTED	1u	/* code under test made a plain access */
#define CELL_UNORDERED	2u	/* two accesses of it are not ordered */
#define CELL_READ_CLOCK	4u	/* reads is a clock, not an epoch */
#define CELL_REPORTED	8u

/**
 * struct shadow_cell - bytes of a granule that have the same history
 * @next:  next cell of the granule, plus one
 * @write: epoch of the last write; 0 none
 * @reads: epoch of the last read, or a clock, see CELL_READ_CLOCK; 0 none
 * @written, @read: clocks, plus one, of visible operations; 0 none
 */
struct shadow_cell {
	uint32_t	next;
	uint8_t		mask;
	uint8_t		flags;
	uint16_t	spare;
	uint32_t	stamp;
	uint32_t	write, reads;
	uint32_t	written, read;
	uintptr_t	write_pc, read_pc;
};

#define RECORD_WRITE	1u
#define RECORD_MARKED	2u
#define RECORD_SYNC	4u	/* @time is a clock: what a reader learns */

/* What tells the records of a granule apart, in one word. */
union shadow_key {
	struct {
		uint8_t	mask, kind, task;
	};
	uint32_t	word;
};

/**
 * struct shadow_record - the last access of one kind, see shadow_race.h
 * @next: next record of the granule, plus one
 * @time: of its task
 */
struct shadow_record {
	uint32_t	next;
	union {
		struct {
			uint8_t	mask, kind, task;
		};
		union shadow_key key;
	};
	uint32_t	stamp;
	uint32_t	time;
	uintptr_t	pc;
};

/* Epochs: a task and its time, which is never 0. */
#define EPOCH_TASK_BITS 5
#define EPOCH_TIME_MAX (UINT32_MAX >> EPOCH_TASK_BITS)

static inline uint32_t shadow_epoch(int task, uint32_t time)
{
	return time << EPOCH_TASK_BITS | (uint32_t)task;
}

static inline int shadow_epoch_task(uint32_t epoch)
{
	return (int)(epoch & ((1u << EPOCH_TASK_BITS) - 1));
}

static inline bool shadow_epoch_known(uint32_t epoch,
				      const struct shadow_clock *clock)
{
	return epoch >> EPOCH_TASK_BITS <=
	       clock->time[shadow_epoch_task(epoch)];
}

/* What may be logged, and so undone. */
enum shadow_log_kind {
	SHADOW_LOG_CELL, SHADOW_LOG_CLOCK, SHADOW_LOG_CELLS_OF,
	SHADOW_LOG_LOCKS_OF, SHADOW_LOG_NEW_CELL, SHADOW_LOG_NEW_CLOCK,
	SHADOW_LOG_RECORD,
	SHADOW_LOG_ADDED_CELL,	/* new, and the first of its granule */
	SHADOW_LOG_ADDED_RECORD,
};

static inline void shadow_use_task(struct weft_shadow *shadow, int task)
{
	if (task >= shadow->tasks)
		shadow->tasks = (task + 8) & ~7;
}

/* shadow.c: the first @clocks are there from the beginning. 0 or -ENOMEM. */
int shadow__create(struct weft_shadow *shadow, size_t granules,
		   uint32_t clocks);
/* shadow.c: before the thing changes; pointers to it stay valid */
void shadow__save_cell(struct weft_shadow *shadow, uint32_t index);
void shadow__save_clock(struct weft_shadow *shadow, uint32_t index);
void shadow__save_record(struct weft_shadow *shadow, uint32_t index);
/* The heads of a granule's lists, logged. */
void shadow__set_first(struct weft_shadow *shadow, size_t granule,
		       uint32_t first);
void shadow__set_locks(struct weft_shadow *shadow, size_t granule,
		       uint32_t locks);
/* These may move the arrays. A new clock knows nothing, or what @from knows. */
uint32_t shadow__new_cell(struct weft_shadow *shadow);
uint32_t shadow__add_cell(struct weft_shadow *shadow, size_t granule);
uint32_t shadow__new_clock(struct weft_shadow *shadow, uint32_t from);
uint32_t shadow__add_record(struct weft_shadow *shadow, size_t granule);

/* What was saved or made since the last mark need not be saved again. */
static inline struct shadow_cell *shadow_save_cell(struct weft_shadow *shadow,
						   uint32_t cell)
{
	if (shadow->cells[cell].stamp != shadow->stamp)
		shadow__save_cell(shadow, cell);
	return &shadow->cells[cell];
}

static inline struct shadow_record *
shadow_save_record(struct weft_shadow *shadow, uint32_t record)
{
	if (shadow->records[record].stamp != shadow->stamp)
		shadow__save_record(shadow, record);
	return &shadow->records[record];
}

static inline struct shadow_clock *
shadow_save_clock(struct weft_shadow *shadow, uint32_t clock)
{
	if (shadow->clocks[clock].stamp != shadow->stamp)
		shadow__save_clock(shadow, clock);
	return &shadow->clocks[clock];
}

/* shadow_clock.c */
#define SHADOW_NO_CLOCK UINT32_MAX
void shadow__join(struct weft_shadow *shadow, uint32_t to, uint32_t from);
void shadow__tick(struct weft_shadow *shadow, int task);

#endif
