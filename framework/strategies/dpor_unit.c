/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Units of the reductions: taking them apart. What they are for is in strategy.h;
 * their bytes: dpor_save.c, dpor_load.c; what they send each other: dpor_mail.c.
 *
 * A unit has a stack of nodes. Those before @own belong to others: each has its
 * sleep set and the one branch that leads on. A unit is split at A, the first of
 * its own nodes with a branch to be explored behind the one that is being
 * explored:
 *
 *	first piece	what is left below the branch being explored
 *	second piece	the next branch; the first one is asleep
 *	rest		nodes up to A; both are asleep
 *
 * Source: Abdulla, Aronis, Jonsson, Sagonas, "Source sets: a foundation for
 * optimal dynamic partial order reduction", JACM 64(4), 2017, where it is shown
 * that a subtree is explored completely if it knows the sleep set and what is
 * to be followed at its root, whatever happens above it; Simsa, Bryant, Gibson,
 * Hickey, "Scalable dynamic partial order reduction", RV 2012 (handing out
 * branches).
 *
 *  I1  Races of a piece whose reversal begins at a node before @own are its
 *      mail. The rest inserts them where the node is its own, by the same test
 *      as ever, or sends them on. All branches handed out are asleep there, so
 *      what they explore anyway is not explored again.
 *  I2  A move falls asleep with all effects of its step (dpor_sleep.h, I1). They
 *      are known of the first piece, which was begun. The second piece sends
 *      those of its first step; nobody else may have it asleep before. That is
 *      why there are two pieces, and no more.
 *  I3  Only a search that takes nothing but initials for covered is split: a
 *      careful one (I4 of dpor.c), source sets, sleep sets. Otherwise a branch
 *      counts on what those before it insert below it. Let b1 sleep below b2, and
 *      be independent of a sequence v there: v is left out although it may go on
 *      with something that wakes b1. That is right, as b1 was explored and
 *      has sent the sequence with what wakes it; but not if b1 is still being
 *      explored elsewhere. (The fuzzer finds this at once.) Such a search lends
 *      instead: dpor_lend.c.
 *  I4  What the wakeup tree below the second branch would have got from the
 *      first is not inserted: the second piece finds it for itself. So which
 *      execution stands for a trace depends on where the search was split, and so
 *      does how many are cut short; the traces, and that each is executed once,
 *      do not.
 *  I5  The nodes that were to be repeated come with what their steps did, as
 *      they may end before they have been.
 */
#include <assert.h>

#include "dpor_unit.h"

/* The least part of what is left that is taken for the rest. */
#define REST_MIN	0.125

/* The first of our nodes where something can be handed out; or NONE. */
static uint32_t split_at(const struct dpor *dpor)
{
	uint32_t i;

	if (dpor->unsettled || !dpor->begun ||
	    (dpor->mode == OPTIMAL && !dpor->careful))
		return UINT32_MAX;	/* I3 */
	/* Of the last one nothing was explored: I2. */
	for (i = dpor->own; i + 1 < dpor->kept; i++)
		if (dpor__branch(dpor, dpor->nodes[i].tree)->next !=
		    WAKEUP_NONE)
			return i;
	return UINT32_MAX;
}

static void drop_nodes_behind(struct dpor *dpor, uint32_t a)
{
	wakeup_free_tree(&dpor->forest, dpor->inherited);
	dpor->inherited = WAKEUP_NONE;
	while (dpor->n > a + 1) {
		struct node *node = &dpor->nodes[--dpor->n];

		wakeup_free_tree(&dpor->forest, node->tree);
		dpor_sleep_pop(&dpor->sleep, &node->asleep);
	}
	dpor->kept = dpor->n;
}

/* Handed out: takes the first branch of a node away and puts it to sleep. */
static void hand_over(struct dpor *dpor, struct node *node, uint32_t step)
{
	uint32_t first = node->tree;

	dpor_sleep_add(&dpor->sleep, &node->asleep, &dpor->trace, step,
		       &dpor__branch(dpor, first)->move);
	node->done++;
	node->tree = dpor__branch(dpor, first)->next;
	wakeup_free_tree(&dpor->forest, dpor__branch(dpor, first)->child);
	wakeup_free_branch(&dpor->forest, first);
}

static void put_first_piece(const struct dpor *dpor, uint32_t a,
			    double weight, double behind,
			    struct weft_buffer *to)
{
	const struct dpor_outline outline = {
		.own = a + 1, .n = dpor->kept, .inherited = dpor->inherited,
		.begun = true, .weight = weight, .behind = behind,
		.leaf = WAKEUP_NONE,
	};

	dpor__put_unit(dpor, &outline, to);
}

static void put_second_piece(struct dpor *dpor, uint32_t a, double weight,
			     struct weft_buffer *to)
{
	struct node *node = &dpor->nodes[a];
	const struct wakeup_branch *branch = dpor__branch(dpor, node->tree);
	const struct dpor_outline outline = {
		.own = a + 1, .n = a + 1, .inherited = branch->child,
		.weight = weight, .leaf = WAKEUP_NONE,
	};

	if (branch->move.task != node->chosen)
		node->chosen_anew = false;
	node->chosen = (uint8_t)branch->move.task;
	node->choice = branch->move.choice;
	dpor__put_unit(dpor, &outline, to);
}

static void set_rest(struct dpor *dpor, double weight)
{
	dpor->unsettled = true;
	dpor->weight = weight;
	dpor->behind = dpor__part(dpor);
}

unsigned int dpor__split(void *state, unsigned int wanted,
			 struct weft_buffer *pieces)
{
	struct dpor *dpor = state;
	double left, branch, inside, first, second, rest, all;
	uint32_t a, own = dpor->own;

	dpor__plant_all(dpor);
	a = wanted < 2 ? UINT32_MAX : split_at(dpor);
	if (a == UINT32_MAX)
		return 0;
	assert(dpor->n == dpor->kept);
	/* Rounded, it may be a little more than all. */
	left = dpor->weight - dpor__part_of_whole(dpor);
	left = left > 0 ? left : 0;
	branch = dpor__part_below(dpor, a);
	dpor->own = a + 1;
	inside = dpor__part(dpor);
	dpor->own = own;
	first = branch * (1 - inside);
	second = branch;
	rest = 1 - dpor__part(dpor) - first - second;
	all = first + second + (rest > 0 ? rest : 0);
	if (rest < REST_MIN * all)
		rest = REST_MIN * all;
	all = first + second + rest;
	first *= left / all;
	second *= left / all;
	rest *= left / all;
	put_first_piece(dpor, a, first, inside, &pieces[0]);
	drop_nodes_behind(dpor, a);
	hand_over(dpor, &dpor->nodes[a], a);
	put_second_piece(dpor, a, second, &pieces[1]);
	hand_over(dpor, &dpor->nodes[a], UINT32_MAX);
	set_rest(dpor, rest);
	return 2;
}
