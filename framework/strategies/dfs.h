/* SPDX-License-Identifier: GPL-2.0-only */
/* The inside of the depth-first search, for dfs*.c only. */
#ifndef WEFT_DFS_H
#define WEFT_DFS_H

#include "strategy.h"

#define NO_NODE UINT32_MAX

struct node {
	uint32_t	parent;
	uint32_t	refs;		/* children not yet freed, plus itself */
	uint32_t	decision;
	uint32_t	depth;		/* deviations up to here */
	uint32_t	preemptions;
	uint16_t	chosen;
};

struct bucket {
	uint32_t	*nodes;
	size_t		n, max;
};

struct deviation {
	uint32_t	decision;
	uint32_t	chosen;
};

struct dfs {
	struct weft_strategy_options options;
	struct node	*nodes;
	uint32_t	nodes_n, nodes_max, free_list;
	uint64_t	live;
	struct bucket	*buckets;	/* by number of preemptions */
	size_t		buckets_n;
	uint32_t	bound;		/* bucket being worked on */
	uint32_t	current;	/* node being run */
	struct deviation *deviations;
	unsigned int	deviations_n, deviations_max, next;
	bool		cut;		/* something lay beyond the bound */
	bool		exhausted;
	bool		table_full;
	bool		astray;		/* a schedule could not be repeated */
	bool		is_piece;	/* what lies beyond @bound is mail */
};

/* dfs.c */
bool dfs__bounded(const struct dfs *dfs);
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
