/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Units of the reductions; what they are for is in strategy.h.
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
#include <stdlib.h>
#include <string.h>

#include "dpor_leaf.h"

/* The least part of what is left that is taken for the rest. */
#define REST_MIN	0.125

static void put_double(double number, struct weft_buffer *to)
{
	uint64_t bits;

	memcpy(&bits, &number, sizeof(bits));
	weft_buffer_put(to, bits);
}

/* From 0 to 1; anything else is bad. */
static double get_part(struct weft_reader *from)
{
	uint64_t bits = weft_reader_get(from);
	double number;

	memcpy(&number, &bits, sizeof(number));
	from->bad |= !(number >= 0 && number <= 1);
	return number;
}

/* --- writing --- */

void dpor__put_tree(struct dpor_writer *w, const struct dpor *dpor,
		    uint32_t tree)
{
	for (; tree != WAKEUP_NONE; tree = dpor__branch(dpor, tree)->next) {
		weft_buffer_put(w->to, 1);
		dpor_put_move(w, &dpor__branch(dpor, tree)->move);
		dpor__put_tree(w, dpor, dpor__branch(dpor, tree)->child);
	}
	weft_buffer_put(w->to, 0);
}

static void put_sleepers(struct dpor_writer *w, const struct dpor *dpor,
			 const struct node *node)
{
	const struct dpor_sleeper *s = dpor_sleepers(&dpor->sleep,
						     &node->asleep);
	uint32_t i;

	weft_buffer_put(w->to, node->asleep.n);
	for (i = 0; i < node->asleep.n; i++) {
		dpor_put_move(w, &s[i].move);
		dpor_put_effects(w, dpor->sleep.effects + s[i].effects,
				 s[i].effects_n);
	}
}

const struct dpor_step *dpor__step_of(const struct dpor *dpor, uint32_t i)
{
	const struct dpor_step *step = &dpor->trace.steps[i];

	return i < dpor->trace.n && step->task == dpor->nodes[i].chosen ?
	       step : NULL;
}

/* The last node before a leaf that is lent: what is before it will be asleep. */
static void put_leaf_node(struct dpor_writer *w, const struct dpor *dpor,
			  const struct node *node, uint32_t branch)
{
	const struct dpor_move *move = &dpor__branch(dpor, branch)->move;

	weft_buffer_put(w->to, node->enabled);
	weft_buffer_put(w->to, move->task);
	weft_buffer_put(w->to, move->choice);
	weft_buffer_put(w->to, false);
	put_sleepers(w, dpor, node);
	/* What is below it is inherited. */
	dpor__put_tree_from(w, dpor, branch, branch);
}

/* Of somebody else's node only the branch that leads on matters. */
static void put_node(struct dpor_writer *w, const struct dpor *dpor,
		     uint32_t i, const struct dpor_outline *outline)
{
	const struct node *node = &dpor->nodes[i];
	/* Of a leaf that was lent the borrower may have told. */
	const struct dpor_step *step = i + 1 < outline->n ||
				       (outline->unsettled &&
					dpor__may_lend(dpor)) ?
				       dpor__step_of(dpor, i) : NULL;

	if (outline->leaf != WAKEUP_NONE && i + 1 == outline->n) {
		put_leaf_node(w, dpor, node, outline->branch);
		return;
	}

	weft_buffer_put(w->to, node->enabled);
	weft_buffer_put(w->to, node->chosen);
	weft_buffer_put(w->to, node->choice);
	weft_buffer_put(w->to, node->chosen_anew);
	put_sleepers(w, dpor, node);
	if (i < outline->own && dpor__may_lend(dpor)) {
		dpor__put_tree(w, dpor, node->tree);
		return;
	}
	if (i < outline->own) {
		dpor_put_move(w, &dpor__branch(dpor, node->tree)->move);
		return;
	}
	weft_buffer_put(w->to, node->done);
	dpor__put_tree(w, dpor, node->tree);
	dpor_put_effects(w, step ? dpor->trace.effects + step->effects : NULL,
			 step ? step->effects_n : 0);
}

/* Behind the last node comes what is left of the branch that is followed. */
static uint32_t tree_at(const struct dpor *dpor, uint32_t node)
{
	return node < dpor->n ? dpor->nodes[node].tree : dpor->inherited;
}

static void put_known(struct dpor_writer *w, const struct dpor *dpor)
{
	uint32_t i;

	weft_buffer_put(w->to, dpor->mail.known_n);
	for (i = 0; i < dpor->mail.known_n; i++)
		dpor_put_known(w, &dpor->mail.known[i]);
}

/* A leaf is known by its number in the tree that it is in now. */
static void put_lent(const struct dpor *dpor, struct weft_buffer *to)
{
	/* What a turn is forced on may be gone. */
	uint32_t n = dpor->turned ? 0 : dpor->lent_n, i, node, number;

	weft_buffer_put(to, n);
	for (i = 0; i < n; i++) {
		const struct lent *lent = &dpor->lent[i];

		for (node = lent->node; node <= dpor->n; node++)
			if (dpor__find_leaf(dpor, tree_at(dpor, node),
					    lent->leaf, &number))
				break;
		assert(node <= dpor->n);
		weft_buffer_put(to, node);
		weft_buffer_put(to, number);
		put_double(lent->weight, to);
	}
}

void dpor__put_unit(const struct dpor *dpor, const struct dpor_outline *outline,
		     struct weft_buffer *to)
{
	struct dpor_writer w;
	uint32_t i;

	dpor_writer_begin(&w, &dpor->trace, to);
	dpor_put_tasks(&w);
	weft_buffer_put(to, dpor->careful);
	weft_buffer_put(to, outline->begun);
	weft_buffer_put(to, outline->unsettled);
	put_double(outline->weight, to);
	put_double(outline->behind, to);
	put_double(outline->settled, to);
	weft_buffer_put(to, outline->n);
	weft_buffer_put(to, outline->own);
	weft_buffer_put(to, outline->way);
	put_known(&w, dpor);
	for (i = 0; i < outline->n; i++)
		put_node(&w, dpor, i, outline);
	if (outline->leaf != WAKEUP_NONE && outline->way)
		dpor__put_tree_from(&w, dpor, outline->inherited, outline->leaf);
	else
		dpor__put_tree(&w, dpor, outline->inherited);
	weft_buffer_put(to, outline->unsettled ? dpor->inbox_n : 0);
	for (i = 0; outline->unsettled && i < dpor->inbox_n; i++)
		dpor_put_letter(&w, &dpor->inbox[i]);
	dpor_writer_end(&w);
	if (outline->leaf == WAKEUP_NONE)
		put_lent(dpor, to);
	else
		weft_buffer_put(to, 0);
}

void dpor__save(const void *state, struct weft_buffer *to)
{
	const struct dpor *dpor = state;
	const struct dpor_outline outline = {
		.own = dpor->own, .way = dpor->way, .n = dpor->kept,
		.inherited = dpor->inherited, .begun = dpor->begun,
		.unsettled = dpor->unsettled, .weight = dpor->weight,
		.behind = dpor->behind, .settled = dpor->settled,
		.leaf = WAKEUP_NONE,
	};

	/* What is told of the state does not change. */
	dpor__plant_all((struct dpor *)state);
	dpor__put_unit(dpor, &outline, to);
}

/* --- parts --- */

double dpor__part_of_whole(const struct dpor *dpor)
{
	double part = dpor__part(dpor);

	if (dpor->begun && dpor->n == dpor->own)
		return dpor->weight;
	if (part <= dpor->behind)
		return 0;
	return dpor->weight * (part - dpor->behind) / (1 - dpor->behind);
}

void dpor__explored(const struct dpor *dpor, struct weft_explored *ret)
{
	weft_explored_between(ret, dpor->reported, dpor__part_of_whole(dpor));
	ret->leaves = dpor->leaves;
}

double dpor__part_below(const struct dpor *dpor, uint32_t a)
{
	double part = 1;
	uint32_t i;

	for (i = dpor->own; i <= a; i++)
		part /= dpor->nodes[i].done +
			dpor__branches(dpor, dpor->nodes[i].tree);
	return part;
}

/* --- reading --- */

void dpor__forget_inbox(struct dpor *dpor)
{
	while (dpor->inbox_n)
		dpor_letter_clear(&dpor->inbox[--dpor->inbox_n]);
	free(dpor->inbox);
	dpor->inbox = NULL;
}

static uint32_t get_tree(struct dpor_parser *p, struct dpor *dpor,
			 unsigned int depth)
{
	uint32_t tree = WAKEUP_NONE;

	while (weft_reader_get_most(p->from, 1)) {
		struct dpor_move move = dpor_get_move(p);
		uint32_t branch = wakeup_add(&dpor->forest, &tree, &move);
		uint32_t child;

		/* No deeper than an execution is long. */
		if (depth == DPOR_NUMBER_MAX) {
			p->from->bad = true;
			break;
		}
		child = get_tree(p, dpor, depth + 1);
		dpor__branch(dpor, branch)->child = child;
	}
	return tree;
}

static struct dpor_effect *get_effects(struct dpor_parser *p, size_t *ret_n)
{
	struct dpor_effect *effects;
	size_t i;

	*ret_n = weft_reader_get_count(p->from, 2);
	effects = calloc(*ret_n + 1, sizeof(*effects));
	assert(effects && "out of memory for a unit");
	for (i = 0; i < *ret_n; i++) {
		effects[i] = dpor_get_effect(p);
		p->from->bad |= effects[i].object == DPOR_NONE;
	}
	return effects;
}

/* As a step of the trace, which nobody will take for a real one (I5). */
static void get_step(struct dpor_parser *p, struct dpor *dpor,
		     const struct node *node)
{
	size_t n, i;
	struct dpor_effect *effects = get_effects(p, &n);

	dpor_trace_step(&dpor->trace, node->chosen);
	for (i = 0; i < n && !p->from->bad; i++)
		dpor_trace_effect(&dpor->trace, &effects[i]);
	free(effects);
}

static void get_sleepers(struct dpor_parser *p, struct dpor *dpor,
			 struct node *node)
{
	size_t n = weft_reader_get_count(p->from, 2);

	dpor_sleep_none(&dpor->sleep, &node->asleep);
	while (n-- && !p->from->bad) {
		struct dpor_move move = dpor_get_move(p);
		struct dpor_effect *effects;
		size_t effects_n;

		dpor_sleep_add(&dpor->sleep, &node->asleep, &dpor->trace,
			       UINT32_MAX, &move);
		effects = get_effects(p, &effects_n);
		dpor_sleep_effects(&dpor->sleep,
				   &dpor->sleep.sleepers[dpor->sleep.n - 1],
				   effects, (uint32_t)effects_n);
		free(effects);
	}
}

static void get_node(struct dpor_parser *p, struct dpor *dpor)
{
	struct node *node;

	dpor__reserve_nodes(dpor);
	node = &dpor->nodes[dpor->n];
	memset(node, 0, sizeof(*node));
	node->tree = WAKEUP_NONE;
	node->step = dpor->n;
	node->index = dpor->n++;
	node->enabled = (uint32_t)weft_reader_get_most(p->from,
						       UINT32_MAX);
	node->chosen = (uint8_t)dpor_get_task(p);
	node->choice = (uint16_t)weft_reader_get_most(p->from, UINT16_MAX);
	node->chosen_anew = weft_reader_get_most(p->from, 1);
	get_sleepers(p, dpor, node);
	if (node->step < dpor->own && dpor__may_lend(dpor)) {
		node->tree = get_tree(p, dpor, 0);
		dpor_trace_step(&dpor->trace, node->chosen);
		return;
	}
	if (node->step < dpor->own) {
		struct dpor_move move = dpor_get_move(p);

		wakeup_add(&dpor->forest, &node->tree, &move);
		dpor_trace_step(&dpor->trace, node->chosen);
		return;
	}
	node->done = (uint32_t)weft_reader_get_most(p->from, UINT32_MAX);
	node->tree = get_tree(p, dpor, 0);
	get_step(p, dpor, node);
}

/* Of a leaf that was not begun: do its nodes and the way lead to what is its own? */
static bool is_way_sound(const struct dpor *dpor)
{
	uint32_t depth;

	dpor__first_leaf(dpor, WAKEUP_NONE, dpor->inherited, &depth);
	return dpor__may_lend(dpor) && !dpor->begun && !dpor->unsettled &&
	       dpor->kept && depth == dpor->way &&
	       dpor->own == dpor->kept + depth;
}

/* Does each node follow its first branch, to a task that can go on? */
static bool is_sound(const struct dpor *dpor)
{
	uint32_t i;

	/* One that begins again, or went astray: nothing is left of it. */
	if (!dpor->kept && dpor->begun)
		return !dpor->unsettled && !dpor->lent_n;
	if (dpor->own > dpor->kept ? !is_way_sound(dpor) :
	    dpor->unsettled && dpor->own == dpor->kept)
		return false;
	/* The rest of an optimal search follows the leaf that was lent. */
	for (i = 0; i < dpor->kept -
	     (dpor->unsettled && !dpor__may_lend(dpor)); i++) {
		const struct node *node = &dpor->nodes[i];
		const struct dpor_move *move;

		if (node->tree == WAKEUP_NONE ||
		    !(node->enabled >> node->chosen & 1))
			return false;
		move = &dpor__branch(dpor, node->tree)->move;
		if (move->task != node->chosen || move->choice != node->choice)
			return false;
	}
	return true;
}

static void get_known(struct dpor_parser *p, struct dpor *dpor)
{
	size_t n = weft_reader_get_count(p->from, 2);

	if (n && !dpor->own)
		p->from->bad = true;
	while (n-- && !p->from->bad) {
		struct dpor_known known;

		dpor_get_known(p, dpor->own, &known);
		if (!p->from->bad)
			dpor_mail_know(&dpor->mail, &known);
	}
}

/* Letters for nodes of ours wait until all are there (I2); others go on. */
static void keep_letter(struct dpor *dpor, const struct dpor_letter *read)
{
	struct dpor_letter letter;

	dpor_letter_copy(&letter, read);
	if (letter.node < dpor->own) {
		dpor_mail_add(&dpor->mail, &letter);
		return;
	}
	dpor->inbox = realloc(dpor->inbox, (dpor->inbox_n + 1) *
			      sizeof(*dpor->inbox));
	assert(dpor->inbox && "out of memory for mail");
	dpor->inbox[dpor->inbox_n++] = letter;
}

static void get_letters(struct dpor_parser *p, struct dpor *dpor)
{
	size_t n = weft_reader_get_count(p->from, 7);
	const struct dpor_letter *letter;

	if (n && !dpor->unsettled)
		p->from->bad = true;
	while (n-- && !p->from->bad) {
		letter = dpor_get_letter(p, dpor->n);
		if (letter && dpor__may_lend(dpor))
			dpor__take_lent(dpor, letter);
		else if (letter)
			keep_letter(dpor, letter);
	}
	dpor_parser_end(p);
}

/* Is the first leaf of the node the branch that is followed, and not the next one? */
static bool is_passed(const struct dpor *dpor, uint32_t node, uint32_t number)
{
	return !number && node < dpor->n &&
	       !(node + 1 == dpor->n && dpor->inherited == WAKEUP_NONE);
}

/* They are in the order of their turns, the last one first (I5 of dpor_lend.c). */
static void get_lent(struct weft_reader *from, struct dpor *dpor)
{
	uint32_t n = (uint32_t)weft_reader_get_most(from, DPOR_LENT_MAX);
	uint32_t number, last = 0, depth;

	if (n && !(dpor__may_lend(dpor) && dpor->begun))
		from->bad = true;
	while (n-- && !from->bad) {
		struct lent *lent = &dpor->lent[dpor->lent_n++];

		lent->node = (uint32_t)weft_reader_get_most(from, dpor->n);
		number = (uint32_t)weft_reader_get_most(from, UINT32_MAX);
		lent->weight = get_part(from);
		lent->leaf = dpor__leaf(dpor, tree_at(dpor, lent->node),
					number, &depth);
		lent->own = lent->node + depth + 1;
		from->bad |= lent->node < dpor->own ||
			     lent->leaf == WAKEUP_NONE ||
			     is_passed(dpor, lent->node, number) ||
			     (dpor->lent_n > 1 && (lent->node < lent[-1].node ||
			      (lent->node == lent[-1].node && number >= last)));
		last = number;
	}
}

bool dpor__load(void *state, struct weft_reader *from)
{
	struct dpor *dpor = state;
	struct dpor_parser p = { .trace = &dpor->trace, .from = from };
	size_t n;

	assert(!dpor->n && !dpor->begun);
	dpor_get_tasks(&p);
	dpor->careful = weft_reader_get_most(from, 1);
	dpor->begun = weft_reader_get_most(from, 1);
	dpor->unsettled = weft_reader_get_most(from, 1);
	dpor->weight = get_part(from);
	dpor->behind = get_part(from);
	dpor->settled = get_part(from);
	n = weft_reader_get_count(from, 4);
	/* Nodes and branches of the way take bytes; more cannot be there. */
	dpor->own = (uint32_t)weft_reader_get_most(from, n + DPOR_NUMBER_MAX);
	dpor->way = (uint32_t)weft_reader_get_most(from, dpor->own);
	get_known(&p, dpor);
	while (n-- && !from->bad)
		get_node(&p, dpor);
	dpor->kept = dpor->n;
	dpor->inherited = get_tree(&p, dpor, 0);
	/* Where leaves are lent none ever waits. */
	if (dpor__may_lend(dpor))
		from->bad |= weft_reader_get(from) != 0;
	else
		get_letters(&p, dpor);
	get_lent(from, dpor);
	dpor->loaded = true;
	if (from->bad || !is_sound(dpor))
		return false;
	dpor->reported = dpor__part_of_whole(dpor) + dpor->settled;
	return true;
}

/* --- splitting --- */

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

/* --- mail --- */

/* I2: what our first step did. */
static void put_first_step(struct dpor_writer *w, const struct dpor *dpor)
{
	const struct dpor_step *step = dpor->loaded ? NULL :
				       dpor__step_of(dpor, dpor->own - 1);
	bool has = step && step->effects_n;

	weft_buffer_put(w->to, has);
	if (!has)
		return;
	weft_buffer_put(w->to, (uint64_t)step->task);
	weft_buffer_put(w->to, dpor->nodes[dpor->own - 1].choice);
	dpor_put_effects(w, dpor->trace.effects + step->effects,
			 step->effects_n);
}

bool dpor__mail(void *state, struct weft_buffer *to)
{
	struct dpor *dpor = state;
	bool is_lost = dpor->again || dpor->astray;
	uint32_t i, n = is_lost ? 0 : dpor->mail.n;
	struct dpor_writer w;

	if (!dpor->own)
		return false;
	dpor_writer_begin(&w, &dpor->trace, to);
	dpor_put_tasks(&w);
	weft_buffer_put(to, dpor->own);
	/* To whom it is sent it is still a search that lends. */
	if (is_lost)
		weft_buffer_put(to, 0);
	else if (dpor__may_lend(dpor))
		dpor__put_way(&w, dpor);
	else
		put_first_step(&w, dpor);
	weft_buffer_put(to, n);
	for (i = 0; i < n; i++)
		dpor_put_letter(&w, &dpor->mail.letters[i]);
	dpor_writer_end(&w);
	dpor_mail_sent(&dpor->mail);
	return true;
}

/* The set of the last node is the last one of the pool. */
static void learn_step(struct dpor *dpor, int task, uint16_t choice,
		       const struct dpor_effect *effects, uint32_t n)
{
	struct dpor_sleepers *set = &dpor->nodes[dpor->n - 1].asleep;
	struct dpor_sleeper *s = dpor->sleep.sleepers + set->first;
	uint32_t i;

	for (i = 0; i < set->n; i++) {
		if (s[i].move.task != task || s[i].move.choice != choice)
			continue;
		s[i].move.effect = effects[0];
		dpor_sleep_effects(&dpor->sleep, &s[i], effects + 1, n - 1);
	}
}

static bool get_first_step(struct dpor_parser *p, struct dpor *dpor)
{
	struct dpor_effect *effects;
	uint16_t choice;
	size_t n;
	int task;

	if (!weft_reader_get_most(p->from, 1))
		return !p->from->bad;
	task = dpor_get_task(p);
	choice = (uint16_t)weft_reader_get_most(p->from, UINT16_MAX);
	effects = get_effects(p, &n);
	if (n && !p->from->bad)
		learn_step(dpor, task, choice, effects, (uint32_t)n);
	free(effects);
	return n && !p->from->bad;
}

/* Is a task that can be first in it explored from the node, or asleep? */
static bool is_begun(const struct dpor *dpor, const struct node *node,
		     const struct dpor_letter *letter)
{
	uint32_t tasks = letter->first;

	for (; tasks; tasks &= tasks - 1) {
		int task = __builtin_ctz(tasks);
		uint16_t choice = letter->choices[task];

		if (dpor_sleeps(&dpor->sleep, &node->asleep, task, choice) ||
		    dpor__has_branch(dpor, node, task, choice))
			return true;
	}
	return false;
}

static struct dpor_move first_move(const struct dpor_letter *letter)
{
	const struct dpor_letter_step *step = &letter->steps[0];
	struct dpor_move move = { .task = step->task, .choice = step->choice };

	if (step->effects_n) {
		move.effect = letter->effects[step->effects];
	} else {
		move.effect.object = DPOR_NONE;
		move.effect.kind = step->kind;
	}
	return move;
}

bool dpor__starts_asleep(const struct dpor *dpor, const struct node *node,
			 struct dpor_sequence *seq)
{
	const struct dpor_sleeper *s = dpor_sleepers(&dpor->sleep,
						     &node->asleep);
	uint32_t i;

	for (i = 0; i < node->asleep.n; i++)
		if (dpor_sequence_starts(seq, &s[i].move,
				dpor_sequence_next(seq, s[i].move.task)))
			return true;
	return false;
}

static void insert_sequence(struct dpor *dpor, struct node *node,
			    const struct dpor_letter *letter)
{
	struct dpor_trace room = { 0 };
	struct dpor_sequence seq;

	dpor_letter_open(letter, &room, &seq);
	seq.careful = true;
	if (!dpor__starts_asleep(dpor, node, &seq))
		wakeup_insert(&dpor->forest, &node->tree, &seq);
	dpor_letter_close(&room);
}

/* What reverse() of dpor.c does with a race. */
static void insert(struct dpor *dpor, const struct dpor_letter *letter)
{
	struct node *node = &dpor->nodes[letter->node];
	bool is_sequence = dpor->mode == OPTIMAL && !letter->single;
	struct dpor_move move = first_move(letter);

	if (is_begun(dpor, node, letter) || !(node->enabled >> move.task & 1))
		return;
	if (dpor->branches_max && dpor->forest.live >= dpor->branches_max)
		dpor->table_full = true;
	else if (is_sequence)
		insert_sequence(dpor, node, letter);
	else
		wakeup_add(&dpor->forest, &node->tree, &move);
}

bool dpor__deliver(void *state, struct weft_reader *from)
{
	struct dpor *dpor = state;
	struct dpor_parser p = { .trace = &dpor->trace, .from = from };
	uint32_t nodes;

	dpor__plant_all(dpor);
	dpor_get_tasks(&p);
	/* Pieces begin behind our last node, or that of the way. */
	nodes = (uint32_t)weft_reader_get_most(from, UINT32_MAX);
	if (from->bad || !dpor->n || !dpor->unsettled)
		return false;
	if (dpor__may_lend(dpor) ? !dpor__get_way(&p, dpor, nodes) :
	    nodes != dpor->n || !get_first_step(&p, dpor))
		return false;
	get_letters(&p, dpor);
	return !from->bad;
}

void dpor__settle(struct dpor *dpor)
{
	struct node *node = &dpor->nodes[dpor->n - 1];
	uint32_t i;

	if (dpor__may_lend(dpor)) {
		dpor__settle_lent(dpor);
		return;
	}
	for (i = 0; i < dpor->inbox_n; i++)
		insert(dpor, &dpor->inbox[i]);
	dpor__forget_inbox(dpor);
	dpor->unsettled = false;
	dpor__drop_futile(dpor, node);
	if (node->tree != WAKEUP_NONE) {
		node->chosen_anew = false;
		dpor__follow(dpor, node);
		return;
	}
	dpor_sleep_pop(&dpor->sleep, &node->asleep);
	dpor->n--;
	dpor__backtrack(dpor);
}
