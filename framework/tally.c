/* SPDX-License-Identifier: GPL-2.0-only */
/* Counters over executions; contract in tally.h. */
#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "tally.h"

int weft_tally_create(struct weft_tally *tally, struct weft_counting *shared,
		      unsigned long *counters, size_t n)
{
	memset(tally, 0, sizeof(*tally));
	if (!shared || !n)
		return 0;
	tally->totals = calloc(n, sizeof(*tally->totals));
	if (!tally->totals)
		return -ENOMEM;
	tally->shared = shared;
	tally->counters = counters;
	tally->n = n;
	return 0;
}

void weft_tally_destroy(struct weft_tally *tally)
{
	if (tally->shared) {
		free(tally->shared->log);
		tally->shared->log = NULL;
		tally->shared->n = tally->shared->max = 0;
	}
	free(tally->totals);
	memset(tally, 0, sizeof(*tally));
}

void weft_tally_begin(struct weft_tally *tally)
{
	size_t i;

	for (i = 0; i < tally->n; i++)
		tally->totals[i] = tally->counters[i];
	if (tally->shared)
		tally->shared->epoch++;
}

void weft_tally_undo(struct weft_tally *tally, size_t mark, uint64_t times)
{
	struct weft_counting *shared = tally->shared;

	if (!shared)
		return;
	while (shared->n > mark) {
		struct weft_undo_entry *entry = &shared->log[--shared->n];
		unsigned long *counter = (unsigned long *)entry->addr;

		tally->totals[counter - tally->counters] +=
			times * (*counter - entry->old);
		*counter = entry->old;
	}
	shared->epoch++;
}

size_t weft_tally_log_size(const struct weft_tally *tally)
{
	return tally->shared ?
	       tally->shared->max * sizeof(*tally->shared->log) : 0;
}

void weft_tally_reserve(struct weft_tally *tally)
{
	struct weft_counting *shared = tally->shared;

	if (shared->n < shared->max)
		return;
	shared->max = shared->max ? 2 * shared->max : 4096;
	shared->log = realloc(shared->log, shared->max * sizeof(*shared->log));
	/* Without the log there is no way back. */
	assert(shared->log && "out of memory for counters");
}
