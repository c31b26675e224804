/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Units of the reductions as bytes: reading what dpor_save.c wrote. They may be damaged:
 * what no search can have written is refused. The invariants are those of dpor_unit.c.
 */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "dpor_leaf.h"

/* From 0 to 1; anything else is bad. */
static double get_part(struct weft_reader *from)
{
	uint64_t bits = weft_reader_get(from);
	double number;

	memcpy(&number, &bits, sizeof(number));
	from->bad |= !(number >= 0 && number <= 1);
	return number;
}

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

struct dpor_effect *dpor__get_effects(struct dpor_parser *p, size_t *ret_n)
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
	struct dpor_effect *effects = dpor__get_effects(p, &n);

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
		effects = dpor__get_effects(p, &effects_n);
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

		if (node->tree == WAKEUP_NONE)
			return false;
		move = &dpor__branch(dpor, node->tree)->move;
		if (!(node->enabled >> node->chosen & 1) &&
		    !(move->effect.unsure && i + 1 == dpor->kept))
			return false;
		if (move->task != node->chosen || move->choice != node->choice)
			return false;
	}
	return true;
}

/* What is known of the branch that the last node follows. */
static void know_last(struct dpor *dpor)
{
	const struct node *last;
	const struct dpor_move *move;

	if (!dpor->kept || dpor->nodes[dpor->kept - 1].tree == WAKEUP_NONE)
		return;
	last = &dpor->nodes[dpor->kept - 1];
	move = &dpor__branch(dpor, last->tree)->move;
	dpor->is_wanted = move->effect.wanted;
	dpor->looks = dpor->kept >= dpor->own && !dpor->unsettled &&
		      move->effect.unsure &&
		      !(last->enabled >> last->chosen & 1);
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

void dpor__get_letters(struct dpor_parser *p, struct dpor *dpor)
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
		lent->leaf = dpor__leaf(dpor, dpor__tree_at(dpor, lent->node),
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
		dpor__get_letters(&p, dpor);
	get_lent(from, dpor);
	dpor->loaded = true;
	know_last(dpor);
	if (from->bad || !is_sound(dpor))
		return false;
	dpor->reported = dpor__part_of_whole(dpor) + dpor->settled;
	return true;
}
