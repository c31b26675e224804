/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Snapshot and restore of an execution.
 *
 * Memory comes back through the undo log (region.h), locks through their own
 * log (object.h), tasks by copying what little they need: their struct and the
 * used part of their stack.
 *
 *  I1  Restoring costs what was written since, not what exists.
 *  I2  No task holds a lock at the snapshot, so held lists need no copy.
 */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "exec_internal.h"

void exec__restore(struct weft_exec *x);

static void save_stack(struct weft_exec *x, int task)
{
	struct exec_saved_stack *saved = &x->saved_stacks[task];

	saved->at = weft_co_used(&x->threads[task].co, &saved->len);
	saved->bytes = malloc(saved->len);
	assert(saved->bytes && "out of memory for the snapshot");
	memcpy(saved->bytes, saved->at, saved->len);
}

/* Runs on the explorer's stack, while every task is suspended. */
static void take_snapshot(struct weft_exec *x)
{
	int i;

	x->saved_threads_n = x->threads_n;
	memcpy(x->saved_threads, x->threads, sizeof(x->threads));
	for (i = 0; i < x->threads_n; i++) {
		assert(!x->threads[i].held_n && "a lock is held at the snapshot");
		if (x->threads[i].state == WEFT_THREAD_LIVE)
			save_stack(x, i);
	}
	weft_objects_mark(&x->objects);
	weft_region_mark(&x->region);
	x->snapshot_taken = true;
}

void exec__restore(struct weft_exec *x)
{
	int i;

	if (!x->saved_threads_n)
		take_snapshot(x);
	weft_region_rollback(&x->region);
	weft_objects_rollback(&x->objects);
	x->threads_n = x->saved_threads_n;
	memcpy(x->threads, x->saved_threads,
	       (size_t)x->saved_threads_n * sizeof(x->threads[0]));
	for (i = 0; i < x->saved_threads_n; i++)
		if (x->saved_stacks[i].bytes)
			memcpy(x->saved_stacks[i].at, x->saved_stacks[i].bytes,
			       x->saved_stacks[i].len);
}

/*
 * The first pass through here suspends the program for weft_exec_setup(); each
 * execution then returns from here anew.
 */
void weft_exec_snapshot_here(struct weft_exec *x)
{
	struct weft_thread *self = exec__self(x);

	assert(x->in_setup && "a second snapshot");
	x->outcome = WEFT_OUTCOME_COMPLETE;
	x->snapshot_taken = true;
	exec__leave(x);
	weft_co_switch(&self->co, &x->explorer);
}

bool weft_exec_is_pristine(struct weft_exec *x)
{
	uint64_t hash;

	exec__restore(x);
	hash = weft_region_hash(&x->region);
	if (!x->saved_hash)
		x->saved_hash = hash;
	return hash == x->saved_hash;
}
