/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Optimal searches by several processes: leaves of wakeup trees are lent to others
 * long before their turn.
 *
 *  I1  At a leaf nobody sleeps (I4 of wakeup.h), and nothing is inserted below it
 *      from above. So what is explored from there depends on the leaf only, and
 *      not on who explores it, nor when. Of a leaf of several moves not all nodes
 *      above are there: dpor_leaf.c.
 *  I2  A leaf that is lent stays in its tree and covers what it would cover. The
 *      search goes on below and behind as ever until it comes to the leaf. Then it
 *      waits for what was found there for nodes above: the mail of the borrower, in
 *      the order it was found in, is inserted as reverse() of dpor_insert.c would have.
 *      So the search is the one of one process, execution by execution.
 *  I3  Not sent is what a node's tree or sleepers, as they were when the leaf was
 *      lent, cover: they will still cover it. Branches are only added behind
 *      others, and what is explored before the leaf is asleep then.
 *  I4  Not sent twice is the same sequence, whatever order it is listed in. That
 *      one covers another is not enough: what will cover it may not cover the
 *      other.
 *  I5  A leaf is lent only if it comes before all that are lent. So the last one
 *      lent is the first one to have its turn.
 *  I6  Reading a sequence and inserting it takes nearly as long as an execution of a
 *      small program, and finding and writing it as long again. So a borrower that has
 *      more than one for four executions gives the leaf back, and all is as if it
 *      had not been lent.
 */
#include "dpor_leaf.h"

/* Of the steps of an execution, those whose leaves are worth it. */
#define LEND_PART	3

/* Leaves far from the end of an execution are large, most often: those before this
 * node. */
static uint32_t lend_end(const struct dpor *dpor, enum weft_lend least)
{
	uint32_t end = dpor->own + (dpor->trace.n - dpor->own) / LEND_PART + 1;

	return least == WEFT_LEND_ANY || end > dpor->kept ? dpor->kept : end;
}

/*
 * I5: the one nearest to the first node. The branch that is followed is not in its
 * tree any more. Of several moves are those that need them to wake who sleeps, and
 * that is where little is left to be done.
 */
static bool find_leaf(const struct dpor *dpor, enum weft_lend least,
		      struct lent *ret)
{
	uint32_t end = lend_end(dpor, least), i = dpor->own;
	uint32_t behind = WAKEUP_NONE;

	ret->leaf = WAKEUP_NONE;
	if (dpor->lent_n) {
		i = dpor->lent[dpor->lent_n - 1].node;
		behind = dpor->lent[dpor->lent_n - 1].leaf;
	}
	for (; i < end; i++) {
		uint32_t followed = dpor->nodes[i].tree;
		uint32_t depth = least == WEFT_LEND_LARGE ? 0 : end - i - 1;
		uint32_t leaf;

		if (dpor__branch(dpor, followed)->move.effect.unsure)
			continue;
		leaf = dpor__best_leaf(dpor, dpor__branch(dpor, followed)->next,
				       &behind, &depth);
		if (leaf == WAKEUP_NONE)
			continue;
		ret->node = i;
		ret->leaf = leaf;
		/* Nearer ones only. */
		end = i + depth;
	}
	return ret->leaf != WAKEUP_NONE;
}

/* What is followed has been executed, but for the last: it is sure (I3 of dpor_leaf.c). */
static void know_followed(struct dpor *dpor)
{
	uint32_t i;

	for (i = dpor->own; i + 1 < dpor->kept && !dpor->loaded; i++)
		dpor__know_first(dpor, &dpor->nodes[i], &dpor->trace.steps[i]);
}

/* And how many branches are on the way to the leaf, below the first of them; its part
 * of what is below that. */
static double part_of_way(const struct dpor *dpor, uint32_t branch,
			  uint32_t leaf, uint32_t *ret_way)
{
	double part = 1;
	uint32_t below;

	for (*ret_way = 0; branch != leaf; ++*ret_way) {
		below = dpor__branch(dpor, branch)->child;
		part /= dpor__branches(dpor, below);
		branch = dpor__branch_to(dpor, below, leaf);
	}
	return part;
}

bool dpor__lend(void *state, enum weft_lend least,
		struct weft_buffer *piece)
{
	struct dpor *dpor = state;
	struct dpor_outline outline = { .own = 0 };
	struct lent *lent = &dpor->lent[dpor->lent_n];

	dpor__plant_all(dpor);
	if (!dpor__may_lend(dpor) || dpor->unsettled || !dpor->begun ||
	    dpor->turned || dpor->again || dpor->kept <= dpor->own ||
	    dpor->lent_n == DPOR_LENT_MAX)
		return false;
	know_followed(dpor);
	if (!find_leaf(dpor, least, lent))
		return false;
	outline.leaf = lent->leaf;
	outline.branch = dpor__branch_to(dpor, dpor->nodes[lent->node].tree,
					 lent->leaf);
	outline.inherited = dpor__branch(dpor, outline.branch)->child;
	lent->weight = dpor->weight * dpor__part_below(dpor, lent->node) *
		       part_of_way(dpor, outline.branch, lent->leaf,
				   &outline.way);
	outline.n = lent->node + 1;
	outline.own = outline.n + outline.way;
	lent->own = outline.own;
	outline.weight = lent->weight;
	dpor__put_unit(dpor, &outline, piece);
	dpor->lent_n++;
	return true;
}

bool dpor__is_lent(struct dpor *dpor)
{
	const struct lent *lent = &dpor->lent[dpor->lent_n - 1];
	uint32_t depth;

	/* Branches may be dropped then: they are explored here, those that are. */
	if (dpor->turned) {
		dpor->lent_n = 0;
		return false;
	}
	if (dpor->kept > lent->own ||
	    dpor__first_leaf(dpor, dpor->nodes[dpor->kept - 1].tree,
			     dpor->inherited, &depth) != lent->leaf)
		return false;
	dpor->lent_n--;
	dpor->settled = lent->weight;
	dpor->unsettled = true;
	return true;
}

static void insert(struct dpor *dpor, const struct dpor_letter *letter)
{
	struct node *node = &dpor->nodes[letter->node];
	const struct dpor_step *step = dpor__step_of(dpor, letter->node);
	struct dpor_sequence seq;

	dpor_letter_open(letter, &dpor->room, &seq);
	dpor__allow_faults(dpor, node, &seq);
	if (step)
		dpor__know_first(dpor, node, step);
	if (!dpor__starts_asleep(dpor, node, &seq) && !dpor__is_full(dpor))
		wakeup_insert_short(&dpor->forest, &node->tree, &seq,
				    dpor_sleepers(&dpor->sleep, &node->asleep),
				    node->asleep.n, step && step->effects_n ?
				    dpor->trace.effects + step->effects : NULL);
}

void dpor__take_lent(struct dpor *dpor, const struct dpor_letter *letter)
{
	struct dpor_letter copy;

	if (letter->node >= dpor->own) {
		insert(dpor, letter);
		return;
	}
	dpor_letter_copy(&copy, letter);
	dpor_mail_forward(&dpor->mail, &copy);
}

/* I6: one for so many executions, and some more. */
#define BURDEN_PART	4
#define BURDEN_FREE	64

bool dpor__burdens(const void *state)
{
	const struct dpor *dpor = state;

	/* Those that are handed on were somebody else's burden. */
	return dpor__may_lend(dpor) && dpor->own &&
	       dpor->mail.slots_n > dpor->leaves / BURDEN_PART + BURDEN_FREE;
}

bool dpor__take_back(void *state)
{
	struct dpor *dpor = state;

	dpor__plant_all(dpor);
	if (!dpor__may_lend(dpor) || !dpor->unsettled)
		return false;
	dpor->unsettled = false;
	dpor->settled = 0;
	dpor->reported = dpor__part_of_whole(dpor);
	return true;
}

void dpor__settle_lent(struct dpor *dpor)
{
	dpor->unsettled = false;
	dpor->settled = 0;
	if (dpor->inherited == WAKEUP_NONE)
		dpor__backtrack(dpor);
	else
		dpor__go_astray(dpor);	/* nobody explored it */
}
