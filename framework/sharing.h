/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What a part of a search has learnt about sharing: granules whose owner or
 * flags differ from a base.
 *
 * Owners and flags only grow (nobody, a task, many), so what several processes
 * have learnt can be joined, in any order, to what one would have learnt.
 *
 *  I1  weft_sharing_take() leaves granules and hot.promotions as the base has
 *      them, so that the next part does not depend on this one.
 *  I2  Granules are looked for where something was allocated in an execution
 *      told to weft_sharing_note(), in the image's data and on stacks. What
 *      is touched elsewhere is not memory of the tested code.
 */
#ifndef WEFT_SHARING_H
#define WEFT_SHARING_H

#include "buffer.h"
#include "exec.h"

/**
 * struct weft_sharing - see file comment
 * @base: by granule: owner and flags; mapped, all zero at first
 * @used: by task: end of the part of its arena that was ever used
 * @tasks: most tasks in an execution
 */
struct weft_sharing {
	struct weft_exec	*x;
	uint16_t		*base;
	size_t			base_size;
	char			*used[WEFT_THREADS_MAX];
	int			tasks;
	unsigned long		promotions;
};

/* Return: 0 or -ENOMEM. The base is what the granules are now. */
int weft_sharing_create(struct weft_sharing *sharing, struct weft_exec *x);
void weft_sharing_destroy(struct weft_sharing *sharing);

/* After each execution, before the next begins. */
void weft_sharing_note(struct weft_sharing *sharing);
/* The same for the one that was created last; does nothing when there is none.
 * For executions beside the search: samples, replays, smaller schedules. */
void weft_sharing_note_aside(void);
/* Makes the present state the base. */
void weft_sharing_adopt(struct weft_sharing *sharing);
/* Writes what differs from the base, and goes back to it. */
void weft_sharing_take(struct weft_sharing *sharing, struct weft_buffer *to);

/**
 * weft_sharing_join() - add what weft_sharing_take() wrote to the base
 * @apply: false: only find out what would happen
 * @ret_hidden: with what others learnt, a granule would have become a
 *         scheduling point earlier than this part noticed; may be NULL
 *
 * Return: false when the bytes make no sense.
 */
bool weft_sharing_join(struct weft_sharing *sharing, struct weft_reader *from,
		       bool apply, bool *ret_hidden);

/* All that is known; and the same in a process that has learnt nothing yet. */
void weft_sharing_save(struct weft_sharing *sharing, struct weft_buffer *to);
bool weft_sharing_load(struct weft_sharing *sharing, struct weft_reader *from);

#endif
