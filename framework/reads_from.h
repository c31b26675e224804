/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Reads-from pairs: which read saw what which write of another task had left.
 *
 *  F1  A pair is two places in the code. How often it was seen is not counted:
 *      executions share what they begin with (marks.c).
 *  F2  Pairs are in the order in which they were seen first, and only grow, but for
 *      weft_reads_from_cut(). At the limit, further ones are counted as lost.
 *
 * Source of the idea: Hong, Ahn, Park, Kim and Harrold, "Testing Concurrent Programs
 * to Achieve High Synchronization Coverage", ISSTA 2012 (what counts as coverage of a
 * concurrent program); reads-from as in Abdulla et al., PLDI 2019.
 */
#ifndef WEFT_READS_FROM_H
#define WEFT_READS_FROM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define WEFT_READS_FROM_MAX 65536u
#define WEFT_READS_FROM_RECENT 512u

struct weft_read_pair {
	uintptr_t	write, read;	/* program counters */
};

/**
 * struct weft_reads_from - all pairs of a campaign
 * @index:  place of a pair by its hash, plus one; @index_n a power of two
 * @recent: those asked for lately, by their hash
 * @lost:   pairs there was no room for, each time one was seen
 */
struct weft_reads_from {
	struct weft_read_pair	*pairs;
	size_t			n, max;
	uint32_t		*index;
	size_t			index_n;
	unsigned long		lost;
	struct weft_read_pair	recent[WEFT_READS_FROM_RECENT];
};

/* Looks the pair up, and adds it if it is new. */
void weft_reads_from_look(struct weft_reads_from *all, uintptr_t write,
			  uintptr_t read);

/**
 * weft_reads_from_note() - a read at @read saw what @write had left
 *
 * Mostly it is a pair that was there a moment ago.
 */
static inline void weft_reads_from_note(struct weft_reads_from *all,
					uintptr_t write, uintptr_t read)
{
	const struct weft_read_pair *recent =
		&all->recent[(write ^ read >> 3 ^ read << 4) &
			     (WEFT_READS_FROM_RECENT - 1)];

	if (recent->write != write || recent->read != read)
		weft_reads_from_look(all, write, read);
}

/* Forgets all but the first @n. */
void weft_reads_from_cut(struct weft_reads_from *all, size_t n);
void weft_reads_from_clear(struct weft_reads_from *all);

#endif
