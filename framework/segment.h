/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What running a part of a search changes besides the search itself: the lock
 * graph, lock dependencies, probes, counters of the tested code, sharing, races,
 * reads-from pairs. A worker takes the
 * change as bytes and goes back to where it was; the coordinator adds it.
 *
 *  I1  Adding the changes of parts in the order of the parts gives what running
 *      them in that order would have given, to the byte: numbers of nodes, first
 *      sights and their stacks, counts.
 *  I2  Nodes and edges that were in the graph at weft_base_take() keep their
 *      numbers: graphs only grow.
 */
#ifndef WEFT_SEGMENT_H
#define WEFT_SEGMENT_H

#include "buffer.h"
#include "explorer.h"
#include "probe.h"
#include "sharing.h"

/**
 * struct weft_base - what was there before a part was run
 * @counters: what weft_exec_counts() gives
 */
struct weft_base {
	struct weft_exec	*x;
	struct weft_lockgraph	*graph;
	struct weft_sharing	*sharing;
	uint64_t		*counters;
	size_t			counters_n;

	size_t			nodes_n, edges_n, deps_n;
	uint64_t		*uses, *counts;
	uint64_t		*counted;
	struct weft_probe	probes[WEFT_PROBES_MAX];
	size_t			probes_n;
	struct weft_plain_known	plain;
	size_t			reads_n;
	unsigned long		reads_lost;
};

void weft_base_clear(struct weft_base *base);
/* Remembers the present state. */
void weft_base_take(struct weft_base *base);
/* Writes what has changed since, and goes back. */
void weft_base_leave(struct weft_base *base, struct weft_buffer *to);

/**
 * weft_base_add() - add a change that weft_base_leave() wrote
 * @executions: what the part's first execution has as number, minus one
 *
 * Return: false when the bytes make no sense; then some of it was added.
 */
bool weft_base_add(struct weft_base *base, struct weft_reader *from,
		   unsigned long executions);

/* Would a point have been found earlier? See weft_sharing_join(). */
bool weft_base_is_hidden(struct weft_base *base, struct weft_reader from);

/* All there is, for weft_base_load() in a process that has just begun. */
void weft_base_save(struct weft_base *base, struct weft_buffer *to);
bool weft_base_load(struct weft_base *base, struct weft_reader *from);

/* A finding without its evidence. */
void weft_finding_put(const struct weft_finding *finding,
		      struct weft_buffer *to);
bool weft_finding_get(struct weft_finding *ret, struct weft_reader *from);

#endif
