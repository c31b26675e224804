/* SPDX-License-Identifier: GPL-2.0-only */
/* Mail of units of the reductions: I1, I2 of dpor_unit.c. */
#include <stdlib.h>

#include "dpor_leaf.h"

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
	effects = dpor__get_effects(p, &n);
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

/* What reverse() of dpor_insert.c does with a race. */
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
	dpor__get_letters(&p, dpor);
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
