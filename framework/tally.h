/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Counters of the tested code, such as those of its coverage, added up over
 * executions.
 *
 * The code counts into plain memory. An execution begins where it leaves the one
 * before, so what the two share is counted once but executed twice: added up as
 * it comes, a function is entered once and returns twice, which no reader
 * of the counters understands.
 *
 *  I1  The totals are those of whole executions: as if each had been executed
 *      from the snapshot. They depend neither on what executions share nor
 *      on the order in which they ran.
 *  I2  The counters are part of the state: they go back to a mark with it. What was
 *      counted between a mark and the next is added to the totals when it is
 *      undone, once for each execution that went through there.
 *  I3  Only executions that ended of themselves are added: in one that was cut
 *      short functions were entered that never end.
 *
 * Cost: one log entry per counter and mark, made at its first change.
 */
#ifndef WEFT_TALLY_H
#define WEFT_TALLY_H

#include <stddef.h>
#include <stdint.h>

#include "port.h"

/**
 * struct weft_tally - see file comment
 * @shared:   with the code that counts; NULL without counters
 * @counters: @n of them
 * @totals:   up to the last weft_tally_undo(); setup included
 */
struct weft_tally {
	struct weft_counting	*shared;
	unsigned long		*counters;
	size_t			n;
	uint64_t		*totals;
};

/* Return: 0, or -ENOMEM. Lifetime: until weft_tally_destroy(). */
int weft_tally_create(struct weft_tally *tally, struct weft_counting *shared,
		      unsigned long *counters, size_t n);
void weft_tally_destroy(struct weft_tally *tally);

/* From now on every change is logged; what was counted so far counts once. */
void weft_tally_begin(struct weft_tally *tally);

/* weft_tally_mark() - a place for weft_tally_undo() to return to */
static inline size_t weft_tally_mark(struct weft_tally *tally)
{
	if (!tally->shared)
		return 0;
	tally->shared->epoch++;
	return tally->shared->n;
}

/**
 * weft_tally_undo() - back to a mark, the last one that was not undone
 * @times: executions that went on from it
 */
void weft_tally_undo(struct weft_tally *tally, size_t mark, uint64_t times);

/* Bytes the log takes. */
size_t weft_tally_log_size(const struct weft_tally *tally);

/* Makes room for one more entry in the log. Context: any. */
void weft_tally_reserve(struct weft_tally *tally);

#endif
