/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Leaks: what an execution allocated, left alive, and lost.
 *
 * A conservative mark from the roots, as kmemleak and Boehm's collector do it:
 * whatever looks like an address inside of an allocation keeps it.
 *
 *  I1  Only what was allocated after the snapshot can be a leak. A pointer to it
 *      can only be in memory that was written after the snapshot: image data and
 *      older allocations, as far as the undo log names them, and newer
 *      allocations. So the cost is that of what the execution wrote.
 *  I2  Roots are image data and older allocations that live; newer ones that
 *      belong to the model or are kept; cookies and arguments of tasks. Stacks are
 *      no roots: a task that has ended knows nothing, and what is at rest has
 *      written down what it still wants.
 *  I3  Of several leaks that point to each other those are told to which no
 *      other one points; of a ring the oldest.
 *  I4  What somebody declares to be kept is a root until it is freed: a mark in its
 *      record, which the undo log takes back. To declare is no operation: at the
 *      end it is the same whatever came in between, a free before it included.
 */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "exec_internal.h"

enum { LEAK_REACHED = 1, LEAK_POINTED_TO = 2, LEAK_COVERED = 4 };

struct candidate {
	uintptr_t	addr;
	size_t		size;
	uint32_t	record;
	uint8_t		flags;
};

/* The candidates by address, and those whose words are still to be looked at. */
struct exec_leak {
	struct candidate	*at;
	uint32_t		*todo;
	size_t			n, max, todo_n;
	uintptr_t		low, span;
};

void exec__leak_destroy(struct weft_exec *x)
{
	if (!x->leak)
		return;
	free(x->leak->at);
	free(x->leak->todo);
	free(x->leak);
}

static void reserve(struct exec_leak *leak, size_t n)
{
	if (n <= leak->max)
		return;
	leak->max = 2 * n;
	leak->at = realloc(leak->at, leak->max * sizeof(*leak->at));
	leak->todo = realloc(leak->todo, leak->max * sizeof(*leak->todo));
	assert(leak->at && leak->todo && "out of memory for leaks");
}

static int by_address(const void *a, const void *b)
{
	const struct candidate *x = a, *y = b;

	return x->addr < y->addr ? -1 : x->addr > y->addr;
}

/* Return: is any of them one that could be a leak? */
static bool gather(const struct weft_region *region, struct exec_leak *leak)
{
	const struct candidate *last;
	bool any = false;
	size_t i;

	leak->n = 0;
	leak->todo_n = 0;
	for (i = region->allocations_kept; i < region->allocations_n; i++) {
		const struct weft_allocation *record = &region->allocations[i];

		if (record->freed_by)
			continue;
		reserve(leak, leak->n + 1);
		leak->at[leak->n].addr = (uintptr_t)record->addr;
		leak->at[leak->n].size = record->size;
		leak->at[leak->n].record = (uint32_t)i;
		leak->at[leak->n++].flags = 0;
		any |= record->what && !record->kept;
	}
	if (!any)
		return false;
	qsort(leak->at, leak->n, sizeof(*leak->at), by_address);
	last = &leak->at[leak->n - 1];
	leak->low = leak->at[0].addr;
	leak->span = last->addr + last->size - leak->low;
	return true;
}

/* The candidate @value points into, or NULL. */
static struct candidate *pointed_to(struct exec_leak *leak, uintptr_t value)
{
	size_t low = 0, high = leak->n;

	if (value - leak->low >= leak->span)
		return NULL;
	while (high - low > 1) {
		size_t middle = (low + high) / 2;

		if (leak->at[middle].addr <= value)
			low = middle;
		else
			high = middle;
	}
	return value - leak->at[low].addr < leak->at[low].size ?
	       &leak->at[low] : NULL;
}

static void reach(struct exec_leak *leak, struct candidate *c, uint8_t flag)
{
	if (!c || (c->flags & flag))
		return;
	c->flags |= flag;
	leak->todo[leak->todo_n++] = (uint32_t)(c - leak->at);
}

/* And all that those point to. */
static void reach_all(struct exec_leak *leak, uint8_t flag)
{
	while (leak->todo_n) {
		const struct candidate *c = &leak->at[leak->todo[--leak->todo_n]];
		const uintptr_t *word = (const uintptr_t *)c->addr;
		size_t i;

		for (i = 0; i < c->size / sizeof(*word); i++)
			reach(leak, pointed_to(leak, word[i]), flag);
	}
}

/* Image data, or an arena as far as it is older than the snapshot? */
static inline bool is_old(const struct weft_region *region, uintptr_t addr)
{
	uintptr_t first = (uintptr_t)region->arenas[1].begin;
	uintptr_t number;

	/* The stacks come last; most of what is asked for lies there. */
	if (addr >= (uintptr_t)region->stacks)
		return false;
	if (addr - (uintptr_t)region->data < region->data_size)
		return true;
	if (addr < first)
		return addr >= (uintptr_t)region->arenas[0].begin &&
		       addr < (uintptr_t)region->arenas[0].kept;
	number = (addr - first) / WEFT_TASK_ARENA + 1;
	return number < WEFT_THREADS_MAX &&
	       addr < (uintptr_t)region->arenas[number].kept;
}

/* Not what was freed, nor between allocations. */
static bool is_alive(const struct weft_region *region, uintptr_t addr)
{
	const struct weft_granule *g = weft_hot_granule(&region->hot, addr);

	return g && g->state >= 0;
}

static void reach_roots(const struct weft_exec *x, struct exec_leak *leak)
{
	const struct weft_region *region = &x->region;
	const struct weft_undo_entry *undo = region->hot.undo;
	size_t i;

	for (i = 0; i < region->hot.undo_n; i++) {
		uintptr_t addr = undo[i].addr, value;

		/* By far the most are stacks and new objects. */
		if ((addr & WEFT_UNDO_ROW) || !is_old(region, addr))
			continue;
		value = *(const uintptr_t *)addr;
		if (value - leak->low < leak->span && is_alive(region, addr))
			reach(leak, pointed_to(leak, value), LEAK_REACHED);
	}
	for (i = 0; i < (size_t)x->threads_n; i++) {
		reach(leak, pointed_to(leak, (uintptr_t)x->threads[i].cookie),
		      LEAK_REACHED);
		reach(leak, pointed_to(leak, (uintptr_t)x->threads[i].arg),
		      LEAK_REACHED);
	}
	for (i = 0; i < leak->n; i++) {
		const struct weft_allocation *record =
			&region->allocations[leak->at[i].record];

		if (!record->what || record->kept)
			reach(leak, &leak->at[i], LEAK_REACHED);
	}
	reach_all(leak, LEAK_REACHED);
}

/* Which leaks other ones point to. */
static void note_pointers(struct exec_leak *leak)
{
	size_t i, j;

	for (i = 0; i < leak->n; i++) {
		const struct candidate *c = &leak->at[i];
		const uintptr_t *word = (const uintptr_t *)c->addr;

		if (c->flags & LEAK_REACHED)
			continue;
		for (j = 0; j < c->size / sizeof(*word); j++) {
			struct candidate *to = pointed_to(leak, word[j]);

			if (to && to != c)
				to->flags |= LEAK_POINTED_TO;
		}
	}
}

static int by_age(const void *a, const void *b)
{
	const struct candidate *x = a, *y = b;

	return x->record < y->record ? -1 : x->record > y->record;
}

/* The next one to tell of: first those nobody points to. */
static struct candidate *next_leak(struct exec_leak *leak, bool rings)
{
	struct candidate *best = NULL;
	size_t i;

	for (i = 0; i < leak->n; i++) {
		struct candidate *c = &leak->at[i];

		if ((c->flags & (LEAK_REACHED | LEAK_COVERED)) ||
		    (!rings && (c->flags & LEAK_POINTED_TO)))
			continue;
		if (!best || by_age(c, best) < 0)
			best = c;
	}
	return best;
}

size_t weft_exec_leaks(struct weft_exec *x, const struct weft_allocation **ret,
		       size_t max)
{
	struct candidate *c;
	struct exec_leak *leak;
	bool rings = false;
	size_t n = 0;

	if (!x->leak)
		x->leak = calloc(1, sizeof(*x->leak));
	assert(x->leak && "out of memory for leaks");
	leak = x->leak;
	if (!gather(&x->region, leak))
		return 0;
	reach_roots(x, leak);
	note_pointers(leak);
	while (n < max) {
		c = next_leak(leak, rings);
		if (!c && rings)
			break;
		if (!c) {
			rings = true;
			continue;
		}
		ret[n++] = &x->region.allocations[c->record];
		reach(leak, c, LEAK_COVERED);
		reach_all(leak, LEAK_COVERED);
	}
	return n;
}
