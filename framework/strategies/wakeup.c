/* SPDX-License-Identifier: GPL-2.0-only */
/* Wakeup trees; contract in wakeup.h. */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "wakeup.h"

void wakeup_init(struct wakeup_forest *forest)
{
	memset(forest, 0, sizeof(*forest));
	forest->vacant = WAKEUP_NONE;
}

void wakeup_clear(struct wakeup_forest *forest)
{
	free(forest->branches);
	free(forest->used);
	wakeup_init(forest);
}

static void grow(struct wakeup_forest *forest)
{
	uint32_t old = forest->max;

	forest->max = old ? 2 * old : 1024;
	forest->branches = realloc(forest->branches, forest->max *
				   sizeof(*forest->branches));
	forest->used = realloc(forest->used, forest->max / WAKEUP_SEGMENT);
	assert(forest->branches && forest->used &&
	       "out of memory for the wakeup tree");
	memset(forest->used + old / WAKEUP_SEGMENT, 0,
	       (forest->max - old) / WAKEUP_SEGMENT);
}

void wakeup_refill(struct wakeup_forest *forest, unsigned int stream)
{
	uint32_t first = forest->vacant;

	if (first != WAKEUP_NONE) {
		forest->vacant = forest->branches[first].next;
		forest->vacant_n--;
	} else {
		if (forest->n == forest->max)
			grow(forest);
		first = forest->n;
		forest->n += WAKEUP_SEGMENT;
	}
	forest->streams[stream].at = first;
	forest->streams[stream].end = first + WAKEUP_SEGMENT;
}

void wakeup_vacate(struct wakeup_forest *forest, uint32_t segment)
{
	uint32_t first = segment * WAKEUP_SEGMENT, i;

	for (i = 0; i < WAKEUP_STREAMS; i++) {
		if (forest->streams[i].end != first + WAKEUP_SEGMENT)
			continue;
		forest->streams[i].at = first;
		return;
	}
	forest->branches[first].next = forest->vacant;
	forest->vacant = first;
	forest->vacant_n++;
}

void wakeup_free_tree(struct wakeup_forest *forest, uint32_t index)
{
	while (index != WAKEUP_NONE) {
		uint32_t next = forest->branches[index].next;

		wakeup_free_tree(forest, forest->branches[index].child);
		wakeup_free_branch(forest, index);
		index = next;
	}
}

void wakeup_hang(struct wakeup_forest *forest, uint32_t *tree,
		 uint32_t branch)
{
	uint32_t at = *tree;

	if (at == WAKEUP_NONE) {
		*tree = branch;
		return;
	}
	while (forest->branches[at].next != WAKEUP_NONE)
		at = forest->branches[at].next;
	forest->branches[at].next = branch;
}

/* Who sleeps, and branches that are followed: with more, nothing is left out. */
#define WATCH_MAX	64

/* Who is still asleep behind what is placed. */
struct watch {
	struct dpor_move	moves[WATCH_MAX];
	uint32_t		n;
	bool			all;	/* too many: as if somebody always slept */
};

static void watch_move(struct watch *watch, const struct dpor_move *move)
{
	if (watch->n < WATCH_MAX)
		watch->moves[watch->n++] = *move;
	else
		watch->all = true;
}

static void wake(struct watch *watch, const struct dpor_move *by)
{
	uint32_t i, n = 0;

	/* What it does is not known. */
	if (by->effect.unsure && !by->effect.loose)
		return;
	for (i = 0; i < watch->n; i++) {
		const struct dpor_move *move = &watch->moves[i];

		if (move->task == by->task ||
		    dpor_effects_conflict(&move->effect, &by->effect))
			continue;
		/* Most sleep on. */
		if (n != i)
			watch->moves[n] = *move;
		n++;
	}
	watch->n = n;
}

/* Those of @path wake; those before them are skipped, and sleep. */
static void watch_path(const struct wakeup_forest *forest, uint32_t tree,
		       const uint32_t *path, uint32_t n, struct watch *watch)
{
	uint32_t at = tree;

	while (at != WAKEUP_NONE) {
		const struct wakeup_branch *branch = &forest->branches[at];

		if (n && at == *path) {
			wake(watch, &branch->move);
			path++;
			n--;
			at = branch->child;
			continue;
		}
		watch_move(watch, &branch->move);
		at = branch->next;
	}
}

static uint32_t add_link(struct wakeup_forest *forest, uint32_t *first,
			 uint32_t last, const struct dpor_move *move)
{
	uint32_t branch = wakeup_new(forest, WAKEUP_CHAIN, move);

	if (last == WAKEUP_NONE)
		*first = branch;
	else
		forest->branches[last].child = branch;
	return branch;
}

/* What is left of a sequence as branches, each the only child of the one before.
 * Return: the first. */
static uint32_t new_chain(struct wakeup_forest *forest,
			  const struct dpor_sequence *seq)
{
	uint32_t first = WAKEUP_NONE, last = WAKEUP_NONE;
	struct dpor_rest rest;
	struct dpor_move move;

	dpor_sequence_begin(&rest, seq);
	while (dpor_sequence_move(&rest, &move))
		last = add_link(forest, &first, last, &move);
	return first;
}

/* The late step and what happens before it, and more until nobody sleeps: I4. */
static uint32_t new_short_chain(struct wakeup_forest *forest,
				struct dpor_sequence *seq, struct watch *watch)
{
	uint32_t first = WAKEUP_NONE, last = WAKEUP_NONE;
	struct dpor_rest rest;
	struct dpor_move move;

	if (seq->early != DPOR_NONE)
		dpor_sequence_order_late(seq);
	dpor_sequence_begin_past(&rest, seq);
	while ((watch->n || watch->all || rest.late_is_due ||
		first == WAKEUP_NONE) && dpor_sequence_move_past(&rest, &move)) {
		last = add_link(forest, &first, last, &move);
		wake(watch, &move);
	}
	return first;
}

#define AHEAD 128	/* bytes: two lines */

/* How far a sequence can follow the branches. */
struct descent {
	uint32_t	parent;			/* the last one it followed */
	uint32_t	path[WATCH_MAX], n;	/* the first ones */
	bool		is_covered;		/* the last one is a leaf */
	bool		is_sure;
	bool		is_behind_unsure;	/* I5 */
};

static bool is_placed(const struct dpor_sequence *seq)
{
	struct dpor_rest rest;
	struct dpor_move move;

	dpor_sequence_begin(&rest, seq);
	return !dpor_sequence_move(&rest, &move);
}

static inline void descend(const struct wakeup_forest *forest, uint32_t tree,
			   struct dpor_sequence *seq, struct descent *ret)
{
	uint32_t at = tree;

	ret->parent = WAKEUP_NONE;
	ret->n = 0;
	ret->is_covered = false;
	ret->is_behind_unsure = false;
	ret->is_sure = seq->late_at != DPOR_NONE;
	while (at != WAKEUP_NONE) {
		const struct wakeup_branch *branch = &forest->branches[at];
		uint32_t next = dpor_sequence_next(seq, branch->move.task);

		/* It takes as long to come as a few moves take to compare. */
		__builtin_prefetch((const char *)branch + AHEAD);
		if (branch->next != WAKEUP_NONE)
			__builtin_prefetch(&forest->branches[branch->next]);
		ret->is_behind_unsure |= branch->move.effect.unsure;
		if (!dpor_sequence_starts(seq, &branch->move, next)) {
			at = branch->next;
			continue;
		}
		if (next == DPOR_NONE)
			seq->faults_left -= branch->move.effect.fault;
		ret->is_sure &= dpor_sequence_place(seq, branch->move.task,
						    next);
		if (ret->n < WATCH_MAX)
			ret->path[ret->n++] = at;
		ret->parent = at;
		at = branch->child;
		ret->is_covered = at == WAKEUP_NONE;
	}
	if (!ret->is_covered || !ret->is_behind_unsure)
		return;
	ret->is_covered = is_placed(seq);
	/* A longer one may come of the same race. */
	ret->is_sure = false;
}

static void hang_chain(struct wakeup_forest *forest, uint32_t *tree,
		       uint32_t parent, uint32_t chain)
{
	struct wakeup_branch *branch = parent == WAKEUP_NONE ? NULL :
				       &forest->branches[parent];

	/* It ends there, or another one did. */
	if (branch && (chain == WAKEUP_NONE || branch->child == WAKEUP_NONE))
		branch->move.effect.wanted = true;
	if (chain != WAKEUP_NONE)
		wakeup_hang(forest, branch ? &branch->child : tree, chain);
}

bool wakeup_covers(const struct wakeup_forest *forest, uint32_t tree,
		   struct dpor_sequence *seq)
{
	union dpor_clock placed = seq->placed;
	uint32_t faults_left = seq->faults_left;
	struct descent descent;

	descend(forest, tree, seq, &descent);
	seq->placed = placed;
	seq->faults_left = faults_left;
	return descent.is_covered;
}

bool wakeup_insert(struct wakeup_forest *forest, uint32_t *tree,
		   struct dpor_sequence *seq)
{
	struct descent descent;

	descend(forest, *tree, seq, &descent);
	if (descent.is_covered)
		return descent.is_sure;
	hang_chain(forest, tree, descent.parent, new_chain(forest, seq));
	return false;
}

bool wakeup_insert_short(struct wakeup_forest *forest, uint32_t *tree,
			 struct dpor_sequence *seq,
			 const struct dpor_sleeper *asleep, uint32_t n,
			 const struct dpor_effect *first)
{
	struct descent descent;
	struct watch watch;

	descend(forest, *tree, seq, &descent);
	if (descent.is_covered)
		return descent.is_sure;
	watch.n = 0;
	/* Who sleeps further down is not known. */
	watch.all = descent.n == WATCH_MAX;
	/* I5: a part of it would not cover all of it when it comes again. */
	watch.all |= descent.is_behind_unsure || dpor_sequence_is_unsure(seq);
	for (; n; n--)
		watch_move(&watch, &asleep++->move);
	n = watch.n;
	watch_path(forest, *tree, descent.path, descent.n, &watch);
	if (first && !descent.n && n < watch.n)
		watch.moves[n].effect = *first;
	hang_chain(forest, tree, descent.parent,
		   new_short_chain(forest, seq, &watch));
	return false;
}

void wakeup_prune(struct wakeup_forest *forest, uint32_t *tree,
		  const struct dpor_move *move)
{
	while (*tree != WAKEUP_NONE) {
		struct wakeup_branch *branch = &forest->branches[*tree];
		uint32_t at = *tree;
		bool is_same = branch->move.task == move->task;

		if (is_same ? branch->move.choice != move->choice :
		    dpor_effects_conflict(&branch->move.effect, &move->effect)) {
			tree = &branch->next;
			continue;
		}
		if (!is_same && branch->child != WAKEUP_NONE)
			wakeup_prune(forest, &branch->child, move);
		if (!is_same && branch->child != WAKEUP_NONE) {
			tree = &branch->next;
			continue;
		}
		*tree = branch->next;
		wakeup_free_tree(forest, branch->child);
		wakeup_free_branch(forest, at);
	}
}
