/* SPDX-License-Identifier: GPL-2.0-only */
/* The inside of the reductions: what their files have of each other. */
#ifndef WEFT_DPOR_INTERNAL_H
#define WEFT_DPOR_INTERNAL_H

#include "dpor_letter.h"
#include "dpor_sleep.h"
#include "dpor_trace.h"
#include "estimate.h"
#include "wakeup.h"

enum dpor_mode { OPTIMAL, SOURCE, SLEEP };

/*
 * The state before one pick. @lone: its only branch, the one being explored, is not
 * in the forest: it is @chosen and @choice, with the effect of @kind on @object. Most
 * nodes never get a second one, and then it costs nothing to make and to drop. Only
 * where dpor__may_lend(); whoever looks at the tree plants it first.
 */
struct node {
	uint32_t		tree;		/* first branch; the one being explored is first */
	uint32_t		enabled;	/* stable numbers, a bit each */
	uint32_t		step;		/* of the trace, where it begins */
	uint32_t		index;		/* of the decision */
	struct dpor_sleepers	asleep;
	uint16_t		choices;	/* of the move chosen; 0 no choice */
	uint16_t		choice;
	uint8_t			chosen;		/* stable */
	bool			chosen_anew;	/* alternatives are branches already */
	bool			lone;
	uint8_t			kind;
	uint32_t		object;
	uint32_t		done;		/* branches explored */
};

#define DPOR_LENT_MAX 64

/* A leaf. @node: it is in the tree of this one, or now of one behind it; @own: the
 * first node below it. @weight: as of a unit */
struct lent {
	uint32_t		node, leaf, own;
	double			weight;
};

/**
 * struct dpor - the state of a search, or of a unit of one (dpor_unit.c)
 * @kept:      nodes to be repeated
 * @inherited: rest of the branch being followed
 * @choice:    for the data choice that comes next
 * @careful:   I4
 * @again:     a careful search has to begin
 * @astray:    a unit could not be followed
 * @apart:     may be taken apart
 * @own:       the first node of the unit; those before it belong to others
 * @planted:   nodes in front that have no lone branch
 * @way:       of them, the last ones that their owner did not have when the leaf
 *             behind them was lent
 * @loaded:    nothing has been run since the unit was loaded
 * @unsettled: the last node follows no branch yet
 * @mail:      for the owners of the nodes before @own
 * @inbox:     for @unsettled: to be inserted; not where leaves are lent
 * @room:      for letters that are inserted (dpor_letter_open())
 * @weight:    part of the whole search that the unit is taken for
 * @behind:    part of its nodes' branches that it was not given
 * @reported:  part of the whole that was explored when it was loaded
 * @settled:   part of the whole that who borrowed the leaf of @unsettled reported
 * @lent:      leaves that others explore (dpor_lend.c); the last one comes first
 */
struct dpor {
	enum dpor_mode		mode;
	struct dpor_trace	trace;
	struct dpor_sequence	sequence;
	struct dpor_pool	sleep;
	struct node		*nodes;
	uint32_t		n, max;
	uint32_t		kept;
	struct wakeup_forest	forest;
	uint64_t		branches_max;	/* limit on live ones */
	uint32_t		inherited;
	uint16_t		choice;
	size_t			memory_max;
	bool			begun, exhausted, table_full, memory_full;
	unsigned long		faults_max;
	bool			turned;		/* weft_view.forced_turn was met */
	bool			careful, again, astray;
	bool			impossible;	/* the branch leads nowhere: I5 */
	bool			is_wanted;	/* is one on the way: I6 of wakeup.h */
	bool			looks;		/* is what the last node follows futile? */
	unsigned long		leaves;
	struct weft_estimate	estimate;
	struct weft_branching	*path;		/* room for the nodes */
	uint32_t		path_max;

	bool			apart, loaded, unsettled;
	uint32_t		own, way, planted;
	struct dpor_mail	mail;
	struct dpor_letter	*inbox;
	uint32_t		inbox_n;
	struct dpor_trace	room;
	double			weight, behind;
	double			reported;
	double			settled;
	struct lent		lent[DPOR_LENT_MAX];
	uint32_t		lent_n;
};

static inline struct wakeup_branch *dpor__branch(const struct dpor *dpor,
						 uint32_t index)
{
	return &dpor->forest.branches[index];
}

/* dpor_unsure.c: dpor__drop_futile() where that is possible. */
void dpor__drop_futile_from(struct dpor *dpor, struct node *node);

/* Drops branches that lead nowhere from the front of a node's tree. */
static inline void dpor__drop_futile(struct dpor *dpor, struct node *node)
{
	if (dpor->careful || dpor->mode != OPTIMAL || dpor->turned ||
	    (node->tree != WAKEUP_NONE &&
	     dpor__branch(dpor, node->tree)->move.effect.unsure))
		dpor__drop_futile_from(dpor, node);
}

/* It is known what the branch @first does: @effect. */
void dpor__be_sure(struct dpor *dpor, uint32_t first,
		   const struct dpor_effect *effect);

/* What was published may not tell of all that the step of the node's first branch did. */
static inline void dpor__know_first(struct dpor *dpor, struct node *node,
				    const struct dpor_step *step)
{
	struct dpor_effect *effect = &dpor__branch(dpor, node->tree)->move.effect;

	if (!step->effects_n)
		return;
	if (effect->unsure)
		dpor__be_sure(dpor, node->tree,
			      &dpor->trace.effects[step->effects]);
	else
		*effect = dpor->trace.effects[step->effects];
}

/* At the last node of a unit that was loaded, when dpor.looks. */
bool dpor__look_at_node(struct dpor *dpor, struct node *node);

/* dpor.c */
/* Follows the first branch of the node. */
void dpor__follow(struct dpor *dpor, struct node *node);
/* Puts the branch just explored to sleep and takes the next one, if any. */
bool dpor__next_branch(struct dpor *dpor, struct node *node);
/* To the last node of the unit with a branch left, which is taken. */
void dpor__backtrack(struct dpor *dpor);
/* The unit cannot be followed: it ends. */
void dpor__go_astray(struct dpor *dpor);
void dpor__grow_nodes(struct dpor *dpor);

/* Room for one more. */
static inline void dpor__reserve_nodes(struct dpor *dpor)
{
	if (dpor->n == dpor->max)
		dpor__grow_nodes(dpor);
}

/* dpor_insert.c */
/* Of a finished execution. */
void dpor__process_races(struct dpor *dpor);
/* Of a loose move that is disabled at a node. */
void dpor__reverse_wait(struct dpor *dpor, const struct node *node,
			const struct dpor_move *move);
/* At a node that may not be ours. */
void dpor__add_branch(struct dpor *dpor, uint32_t at,
		      const struct dpor_move *move);
bool dpor__has_branch(const struct dpor *dpor, const struct node *node,
		      int task, uint16_t choice);
/* Is there no room for one more branch? Then the search says so. */
bool dpor__is_full(struct dpor *dpor);
/* How many more faults than those of a sequence may there be at a node? False: not even
 * so many. */
bool dpor__allow_faults(const struct dpor *dpor, const struct node *node,
			struct dpor_sequence *seq);
/* Bytes, of the trace as of the rest, that are allocated. */
size_t dpor__memory(const struct dpor *dpor);

/* dpor_plant.c: what an operation that was published will do, as far as that tells. */
struct dpor_effect dpor__effect_of_kind(uint32_t object, uint8_t kind);
/* Before units of the search are made or changed: I2. */
void dpor__plant_all(struct dpor *dpor);
/* Branches there would be if none were lone. */
uint64_t dpor__live_branches(const struct dpor *dpor);
/* Its lone branch becomes one of the forest. */
void dpor__plant_lone(struct dpor *dpor, struct node *node);

static inline void dpor__plant(struct dpor *dpor, struct node *node)
{
	if (node->lone)
		dpor__plant_lone(dpor, node);
}

/* dpor_part.c */
/* Counts an execution; now and then, as it takes a walk over all nodes, estimates. */
void dpor__estimate(struct dpor *dpor);
/* How many branches a tree begins with. */
uint32_t dpor__branches(const struct dpor *dpor, uint32_t tree);
/* Part of the branches of the unit's nodes that is explored. */
double dpor__part(const struct dpor *dpor);
/* Of the unit's branches, those below node @a and one of its branches. */
double dpor__part_below(const struct dpor *dpor, uint32_t a);
/* Part of the whole search that is explored where the unit is now. */
double dpor__part_of_whole(const struct dpor *dpor);
/* Part of the whole search that the unit has explored since it was loaded. */
void dpor__explored(const struct dpor *dpor, struct weft_explored *ret);

/* Units; see strategy.h. dpor_save.c, dpor_load.c, dpor_unit.c, dpor_mail.c */
void dpor__save(const void *state, struct weft_buffer *to);
bool dpor__load(void *state, struct weft_reader *from);
unsigned int dpor__split(void *state, unsigned int wanted,
			 struct weft_buffer *pieces);
bool dpor__mail(void *state, struct weft_buffer *to);
bool dpor__deliver(void *state, struct weft_reader *from);
/* Before the first execution of a unit: follows the branch that comes next. */
void dpor__settle(struct dpor *dpor);
void dpor__forget_inbox(struct dpor *dpor);

/* dpor_lend.c */
static inline bool dpor__may_lend(const struct dpor *dpor)
{
	return dpor->mode == OPTIMAL && !dpor->careful;
}

bool dpor__lend(void *state, enum weft_lend least,
		struct weft_buffer *piece);
/* Is it the turn of the last leaf lent? Then the unit is the rest from now on. */
bool dpor__is_lent(struct dpor *dpor);
/* A letter of who borrowed the leaf: inserts it, or hands it on. */
void dpor__take_lent(struct dpor *dpor, const struct dpor_letter *letter);
void dpor__settle_lent(struct dpor *dpor);
bool dpor__burdens(const void *state);
bool dpor__take_back(void *state);

#endif
