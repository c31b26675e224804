/* SPDX-License-Identifier: GPL-2.0-only */
/* The inside of the depth-first search, for dfs*.c only. */
#ifndef WEFT_DFS_H
#define WEFT_DFS_H

#include "forecast.h"

#define NO_NODE UINT32_MAX

struct node {
	uint32_t	parent;
	uint32_t	refs;		/* children not yet freed, plus itself */
	uint32_t	decision;
	uint32_t	depth;		/* deviations up to here */
	uint32_t	cost;
	uint16_t	chosen;
	double		share;		/* of this and all below it: I5 */
};

struct bucket {
	uint32_t	*nodes;
	size_t		n, max;
};

struct dfs {
	struct deviation_bound bound;
	uint64_t	nodes_limit;
	size_t		memory_limit;
	double		probed;
	struct weft_explored explored;
	struct forecast	forecast;
	struct node	*nodes;
	uint32_t	nodes_n, nodes_max, free_list;
	uint64_t	live;
	struct bucket	*buckets;	/* by cost; without a bound, one */
	size_t		buckets_n;
	uint32_t	at;		/* bucket being worked on */
	uint32_t	current;	/* node being run */
	struct deviations deviations;	/* of the current node */
	uint32_t	shared;		/* decisions as in the last execution */
	bool		ran;		/* there is a last execution */
	bool		cut;		/* something lay beyond the bound */
	bool		exhausted;
	bool		table_full, memory_full;
	bool		is_piece;	/* what lies beyond @at is mail */
};

/* dfs.c */
bool dfs__by_cost(const struct dfs *dfs);
uint32_t dfs__take_node(struct dfs *dfs);
void dfs__put_node(struct dfs *dfs, uint32_t index);
bool dfs__push(struct dfs *dfs, size_t at, uint32_t node);

/* dfs_unit.c */
void dfs__save(const void *state, struct weft_buffer *to);
bool dfs__load(void *state, struct weft_reader *from);
unsigned int dfs__split(void *state, unsigned int wanted,
			struct weft_buffer *pieces);
bool dfs__mail(void *state, struct weft_buffer *to);
bool dfs__deliver(void *state, struct weft_reader *from);

#endif
