/* SPDX-License-Identifier: GPL-2.0-only */
/* What an execution that foretells remembers; for exec_foretell*.c only. */
#ifndef WEFT_EXEC_FORETELL_H
#define WEFT_EXEC_FORETELL_H

#include "exec_internal.h"

/* Accesses that are remembered: those of the beginning, should there be more. */
#define FORETOLD_USES_MAX	(1u << 17)

/**
 * struct foretold_use - an access, or an operation on a lock
 * @access: without @offset
 * @kind:   MODEL: it counts for order only; @quiet: and is no side of a race
 * @time:   of the task, by the clocks of races; @waits_time: by those of waits
 * @before: an earlier one that may be of the same granule, plus one; 0 none
 */
struct foretold_use {
	struct weft_foretold_access access;
	enum weft_shadow_kind kind;
	bool		quiet;
	int		task;
	uint32_t	time, waits_time;
	uintptr_t	pc;
	uint32_t	before;
};

/**
 * struct foretold_section - @task has the lock in @granule
 * @first, @end: uses in between, by anybody; @end 0: it still has it
 * @step:  operations applied with the one that took it
 * @begun: time of its task, by the clocks of waits; so is @seen
 * @seen:  by task: its time when it first read, in a later section, what was written
 *         in this one; 0: it did not
 */
struct foretold_section {
	size_t		granule;
	int		task;
	bool		shared;
	size_t		first, end;
	unsigned long	step;
	uint32_t	begun;
	uint32_t	seen[WEFT_THREADS_MAX];
};

static inline bool foretold_overlap(const struct weft_foretold_access *a,
				    const struct weft_foretold_access *b)
{
	return a->address < b->address + b->size &&
	       b->address < a->address + a->size;
}

/* Had its task the lock of @s at the use @use? */
static inline bool foretold_had(const struct exec_foretell *f,
				const struct foretold_section *s, size_t use)
{
	return s->task == f->uses[use].task && (!s->end || s->end > use);
}

/* Does what the running task does wait for this moment of @task? */
bool exec__foretell_is_after(const struct weft_exec *x, int task,
			     uint32_t time);
/* foretold.h, F3: of data under locks. */
bool exec__foretell_is_by_flow(const struct weft_exec *x, size_t use);

/* exec_foretell_race.c: before an execution, after it, and at each access. */
void exec__foretell_races_begin(struct exec_foretell *f);
void exec__foretell_races_destroy(struct exec_foretell *f);
void exec__foretell_race(struct weft_exec *x, size_t use);

#endif
