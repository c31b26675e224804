/* SPDX-License-Identifier: GPL-2.0-only */
/* Units of the reductions (dpor_unit.c) as bytes: writing them; dpor_load.c reads them. */
#include <string.h>

#include "dpor_leaf.h"

static void put_double(double number, struct weft_buffer *to)
{
	uint64_t bits;

	memcpy(&bits, &number, sizeof(bits));
	weft_buffer_put(to, bits);
}

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
			if (dpor__find_leaf(dpor, dpor__tree_at(dpor, node),
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
