/* SPDX-License-Identifier: GPL-2.0-only */
/* Reads-from pairs; contract in reads_from.h. */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "reads_from.h"

static size_t hash_of(uintptr_t write, uintptr_t read)
{
	uint64_t hash = (uint64_t)write * 0x9e3779b97f4a7c15ull ^ read;

	hash *= 0xbf58476d1ce4e5b9ull;
	return (size_t)(hash ^ hash >> 29);
}

static void enter(struct weft_reads_from *all, size_t i)
{
	size_t at = hash_of(all->pairs[i].write, all->pairs[i].read);

	while (all->index[at & (all->index_n - 1)])
		at++;
	all->index[at & (all->index_n - 1)] = (uint32_t)i + 1;
}

static void rebuild(struct weft_reads_from *all)
{
	size_t i;

	memset(all->index, 0, all->index_n * sizeof(*all->index));
	for (i = 0; i < all->n; i++)
		enter(all, i);
}

static void grow(struct weft_reads_from *all)
{
	all->max = all->max ? 2 * all->max : 256;
	all->pairs = realloc(all->pairs, all->max * sizeof(*all->pairs));
	free(all->index);
	all->index_n = 2 * all->max;
	all->index = malloc(all->index_n * sizeof(*all->index));
	assert(all->pairs && all->index && "out of memory for pairs");
	rebuild(all);
}

static bool is_there(const struct weft_reads_from *all, uintptr_t write,
		     uintptr_t read)
{
	size_t at = hash_of(write, read);
	uint32_t i;

	for (; all->n && (i = all->index[at & (all->index_n - 1)]); at++)
		if (all->pairs[i - 1].write == write &&
		    all->pairs[i - 1].read == read)
			return true;
	return false;
}

void weft_reads_from_look(struct weft_reads_from *all, uintptr_t write,
			  uintptr_t read)
{
	struct weft_read_pair pair = { write, read };

	if (!is_there(all, write, read)) {
		if (all->n == WEFT_READS_FROM_MAX) {
			all->lost++;
			return;
		}
		if (all->n == all->max)
			grow(all);
		all->pairs[all->n] = pair;
		enter(all, all->n++);
	}
	all->recent[(write ^ read >> 3 ^ read << 4) &
		    (WEFT_READS_FROM_RECENT - 1)] = pair;
}

void weft_reads_from_cut(struct weft_reads_from *all, size_t n)
{
	assert(n <= all->n);
	if (n == all->n)
		return;
	all->n = n;
	rebuild(all);
	memset(all->recent, 0, sizeof(all->recent));
}

void weft_reads_from_clear(struct weft_reads_from *all)
{
	free(all->pairs);
	free(all->index);
	memset(all, 0, sizeof(*all));
}
