/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Wakeup trees: which sequences are still to be explored from a state.
 *
 * Source: Abdulla, Aronis, Jonsson, Sagonas, "Source sets: a foundation for
 * optimal dynamic partial order reduction", JACM 64(4), 2017, section 6.
 *
 *  I1  Siblings are explored in the order they were added.
 *  I2  A sequence is inserted unless a branch that leads to an equivalent one
 *      is there: one whose tasks are, step by step, weak initials of it.
 *  I3  The moves of a sequence that is inserted lie side by side, and so do those
 *      planted on the path being explored (dpor_plant.c): what is read one after
 *      another is in the same lines of the cache. So memory is given out in
 *      segments, which come back when nothing in them is in use.
 *  I4  wakeup_insert_short() inserts a part of the sequence: the late step, what
 *      happens before it, and more until nobody sleeps behind it, neither of the
 *      node's sleepers nor of the branches that are explored before. What comes
 *      then is found by whoever comes there: no execution is cut short, as nobody
 *      sleeps, and none is repeated, as what is before it woke. Whether a
 *      sequence is covered is still asked of all of it.
 *  I5  An unsure move (I3 of dpor_reverse.h) covers nothing that lacks a step of its
 *      task. When it is executed, what it would have covered had that been known is
 *      dropped, before it is explored. Until then sequences that lead through it or behind
 *      it, or end with it, are inserted whole: a leaf covers no longer ones, which may have
 *      to stay when it is dropped, or what it woke sleeps. So one that is covered is not
 *      covered for good, as it may be longer the next time.
 *  I6  A branch where a sequence ends is wanted, whatever becomes of those below it that
 *      were inserted later: they may be unsure, and lead nowhere.
 */
#ifndef WEFT_WAKEUP_H
#define WEFT_WAKEUP_H

#include "dpor_sleep.h"

#define WAKEUP_NONE UINT32_MAX

struct wakeup_branch {
	struct dpor_move	move;
	uint32_t		child, next;
};

#define WAKEUP_SEGMENT		32	/* branches */

/* Who asks for branches: new_chain(), all others. */
enum { WAKEUP_CHAIN, WAKEUP_SINGLE, WAKEUP_STREAMS };

/**
 * struct wakeup_forest - the branches of all trees of a search
 * @n:       in segments that were ever used, of @max
 * @used:    of each segment
 * @vacant:  segments without any, the first of a list by branch.next; @vacant_n
 * @streams: the next branch that is given out, and the end of its segment
 */
struct wakeup_forest {
	struct wakeup_branch	*branches;
	uint8_t			*used;
	uint32_t		n, max;
	uint32_t		vacant, vacant_n;
	struct {
		uint32_t	at, end;
	}			streams[WAKEUP_STREAMS];
	uint64_t		live;
};

void wakeup_init(struct wakeup_forest *forest);
void wakeup_clear(struct wakeup_forest *forest);

/* Another segment for a stream. */
void wakeup_refill(struct wakeup_forest *forest, unsigned int stream);
/* Nothing in a segment is in use any more. */
void wakeup_vacate(struct wakeup_forest *forest, uint32_t segment);

/* Might so many more branches take more memory? */
static inline bool wakeup_is_tight(const struct wakeup_forest *forest,
				   uint32_t more)
{
	return forest->max - forest->n + forest->vacant_n * WAKEUP_SEGMENT <
	       more + WAKEUP_STREAMS * WAKEUP_SEGMENT;
}

static inline size_t wakeup_memory(const struct wakeup_forest *forest)
{
	return forest->max * sizeof(*forest->branches) +
	       forest->max / WAKEUP_SEGMENT;
}

/* As the last sibling of a tree. */
void wakeup_hang(struct wakeup_forest *forest, uint32_t *tree,
		 uint32_t branch);

/* A branch of one move, in no tree. */
static inline uint32_t wakeup_new(struct wakeup_forest *forest,
				  unsigned int stream,
				  const struct dpor_move *move)
{
	struct wakeup_branch *branch;
	uint32_t index;

	if (forest->streams[stream].at == forest->streams[stream].end)
		wakeup_refill(forest, stream);
	index = forest->streams[stream].at++;
	forest->used[index / WAKEUP_SEGMENT]++;
	forest->live++;
	branch = &forest->branches[index];
	/* It was made field by field, just now: a wider load would have to wait. */
	branch->move.effect.object = move->effect.object;
	branch->move.effect.kind = move->effect.kind;
	branch->move.effect.write = move->effect.write;
	branch->move.effect.commutes = move->effect.commutes;
	branch->move.effect.granted = move->effect.granted;
	branch->move.effect.loose = move->effect.loose;
	branch->move.effect.unsure = move->effect.unsure;
	branch->move.effect.fault = move->effect.fault;
	branch->move.effect.wanted = move->effect.wanted;
	branch->move.effect.spare = 0;
	branch->move.choice = move->choice;
	branch->move.task = move->task;
	branch->child = WAKEUP_NONE;
	branch->next = WAKEUP_NONE;
	return index;
}

/* Adds a branch of one move as the last sibling of a tree. */
static inline uint32_t wakeup_add(struct wakeup_forest *forest, uint32_t *tree,
				  const struct dpor_move *move)
{
	uint32_t branch = wakeup_new(forest, WAKEUP_SINGLE, move);

	if (*tree == WAKEUP_NONE)
		*tree = branch;
	else
		wakeup_hang(forest, tree, branch);
	return branch;
}

static inline void wakeup_free_branch(struct wakeup_forest *forest,
				      uint32_t index)
{
	uint32_t segment = index / WAKEUP_SEGMENT;

	forest->live--;
	if (!--forest->used[segment])
		wakeup_vacate(forest, segment);
	else if (forest->streams[WAKEUP_SINGLE].at == index + 1 &&
		 forest->streams[WAKEUP_SINGLE].end != index + 1 + WAKEUP_SEGMENT)
		forest->streams[WAKEUP_SINGLE].at = index;
}

/* A branch, its siblings behind it, and all below them. */
void wakeup_free_tree(struct wakeup_forest *forest, uint32_t index);

/* A sequence may be inserted soon: behind the branch being explored. */
static inline void wakeup_prefetch(const struct wakeup_forest *forest,
				   uint32_t tree)
{
	if (tree != WAKEUP_NONE &&
	    forest->branches[tree].next != WAKEUP_NONE)
		__builtin_prefetch(&forest->branches[forest->branches[tree].next]);
}

/*
 * Inserts a sequence into a tree, unless it is covered (I2).
 * Return: true when it is covered whatever comes behind its late step.
 */
bool wakeup_insert(struct wakeup_forest *forest, uint32_t *tree,
		   struct dpor_sequence *seq);
/* The same by I4, in a search whose steps have one effect each. @asleep: @n that
 * sleep at the node; @first: what its first branch, being explored, does there. */
bool wakeup_insert_short(struct wakeup_forest *forest, uint32_t *tree,
			 struct dpor_sequence *seq,
			 const struct dpor_sleeper *asleep, uint32_t n,
			 const struct dpor_effect *first);


/* Drops the sequences of a tree that @move covers by itself. */
void wakeup_prune(struct wakeup_forest *forest, uint32_t *tree,
		  const struct dpor_move *move);

/* Would wakeup_insert() find it covered? @seq stays as it is. */
bool wakeup_covers(const struct wakeup_forest *forest, uint32_t tree,
		   struct dpor_sequence *seq);

#endif
