/* SPDX-License-Identifier: GPL-2.0-only */
/* Letters as bytes; contract in dpor_wire.h. */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "dpor_wire.h"

/* So that few bytes cannot ask for much memory. */
#define SAME_MAX	128

/* A table by node, with room for @node; what is new is zero. */
static void *table_for(void *table, uint32_t *ret_n, uint32_t node, size_t size)
{
	uint32_t n = 2 * node + 32;

	if (node < *ret_n)
		return table;
	table = realloc(table, n * size);
	assert(table && "out of memory for mail");
	memset((char *)table + *ret_n * size, 0, (n - *ret_n) * size);
	*ret_n = n;
	return table;
}

/* --- writing --- */

static bool same_steps(const struct dpor_letter *a, const struct dpor_letter *b,
		       uint32_t i)
{
	const struct dpor_letter_step *x = &a->steps[i], *y = &b->steps[i];
	uint32_t j;

	if (x->task != y->task || x->kind != y->kind ||
	    x->choice != y->choice || x->fault != y->fault ||
	    x->effects_n != y->effects_n ||
	    !dpor_clocks_are_same(&x->clock, &y->clock))
		return false;
	for (j = 0; j < x->effects_n; j++)
		if (!dpor_effects_are_same(&a->effects[x->effects + j],
					   &b->effects[y->effects + j]))
			return false;
	return true;
}

/* How many steps both begin with. */
static uint32_t count_same(const struct dpor_letter *a,
			   const struct dpor_letter *b)
{
	uint32_t n = a->n < b->n ? a->n : b->n, same = 0;

	if (n > SAME_MAX)
		n = SAME_MAX;
	while (same < n && same_steps(a, b, same))
		same++;
	return same;
}

/* The clock of the last step of each task, before step number @n. */
static void find_clocks(const struct dpor_letter *letter, uint32_t n,
			const union dpor_clock **ret)
{
	static const union dpor_clock zero;
	uint32_t i;

	for (i = 0; i < WEFT_THREADS_MAX; i++)
		ret[i] = &zero;
	for (i = 0; i < n; i++)
		ret[letter->steps[i].task] = &letter->steps[i].clock;
}

/* What has changed since the step of the task before: little, most often. */
static void put_clock(struct dpor_writer *w, const union dpor_clock *clock,
		      const union dpor_clock *last)
{
	uint32_t tasks = dpor_clock_above(clock, last);

	assert(!dpor_clock_above(last, clock));
	weft_buffer_put(w->to, tasks);
	for (; tasks; tasks &= tasks - 1) {
		int task = __builtin_ctz(tasks);

		weft_buffer_put(w->to,
				(uint64_t)(clock->at[task] - last->at[task]));
	}
}

/* One effect, of its operation: nearly always. */
static bool is_move(const struct dpor_letter *letter,
		    const struct dpor_letter_step *step)
{
	return step->effects_n == 1 &&
	       letter->effects[step->effects].kind == step->kind;
}

static void put_step(struct dpor_writer *w, const struct dpor_letter *letter,
		     const struct dpor_letter_step *step,
		     const union dpor_clock **last)
{
	bool moves = is_move(letter, step);

	weft_buffer_put(w->to, moves);
	if (moves) {
		struct dpor_move move = {
			.task = step->task, .choice = step->choice,
			.effect = letter->effects[step->effects],
		};

		dpor_put_move(w, &move);
	} else {
		weft_buffer_put(w->to, step->task);
		weft_buffer_put(w->to, step->kind);
		weft_buffer_put(w->to, step->choice);
		weft_buffer_put(w->to, step->fault);
		dpor_put_effects(w, letter->effects + step->effects,
				 step->effects_n);
	}
	put_clock(w, &step->clock, last[step->task]);
	last[step->task] = &step->clock;
}

void dpor_put_letter(struct dpor_writer *w, const struct dpor_letter *letter)
{
	const union dpor_clock *last[WEFT_THREADS_MAX];
	uint32_t same, i;

	w->last = table_for(w->last, &w->last_n, letter->node,
			    sizeof(*w->last));
	same = w->last[letter->node] ?
	       count_same(letter, w->last[letter->node]) : 0;
	w->last[letter->node] = letter;
	weft_buffer_put(w->to, letter->node);
	weft_buffer_put(w->to, letter->single);
	weft_buffer_put(w->to, letter->first);
	weft_buffer_put(w->to, letter->all);
	dpor_put_choices(w, letter->first | letter->all, letter->choices);
	weft_buffer_put(w->to, same);
	weft_buffer_put(w->to, letter->n - same);
	weft_buffer_put(w->to, letter->late);
	find_clocks(letter, same, last);
	for (i = same; i < letter->n; i++)
		put_step(w, letter, &letter->steps[i], last);
}

/* --- reading --- */

static struct dpor_letter *last_letter(struct dpor_parser *p, uint32_t node)
{
	p->last = table_for(p->last, &p->last_n, node, sizeof(*p->last));
	return &p->last[node];
}

static void get_clock(struct dpor_parser *p, const union dpor_clock *last,
		      union dpor_clock *ret)
{
	uint32_t theirs = dpor_get_mask(p);

	*ret = *last;
	for (; theirs; theirs &= theirs - 1) {
		int16_t *at = &ret->at[dpor_our_task(p, __builtin_ctz(theirs))];

		*at = (int16_t)(*at + (int)weft_reader_get_most(p->from,
				(uint64_t)(DPOR_NUMBER_MAX - *at)));
	}
}

static void get_effects(struct dpor_parser *p, struct dpor_letter *letter,
			struct dpor_letter_step *step)
{
	uint32_t n = (uint32_t)weft_reader_get_count(p->from, 2);

	dpor_letter_reserve(letter, 0, letter->effects_n + n);
	step->effects_n = n;
	while (n--)
		letter->effects[letter->effects_n++] = dpor_get_effect(p);
}

static void get_move(struct dpor_parser *p, struct dpor_letter *letter,
		     struct dpor_letter_step *step)
{
	struct dpor_move move = dpor_get_move(p);

	step->task = move.task;
	step->kind = move.effect.kind;
	step->choice = move.choice;
	step->fault = move.effect.fault;
	step->effects_n = 1;
	letter->effects[letter->effects_n++] = move.effect;
}

static void get_step(struct dpor_parser *p, struct dpor_letter *letter,
		     const union dpor_clock **last)
{
	struct dpor_letter_step *step = &letter->steps[letter->n];

	dpor_letter_reserve(letter, 0, letter->effects_n + 1);
	step->effects = letter->effects_n;
	if (weft_reader_get_most(p->from, 1)) {
		get_move(p, letter, step);
	} else {
		step->task = (uint8_t)dpor_get_task(p);
		step->kind = (uint8_t)weft_reader_get_most(p->from,
							   WEFT_OP_KINDS - 1);
		step->choice = (uint16_t)weft_reader_get_most(p->from,
							      UINT16_MAX);
		step->fault = weft_reader_get_most(p->from, 1);
		get_effects(p, letter, step);
	}
	get_clock(p, last[step->task], &step->clock);
	last[step->task] = &step->clock;
	letter->n++;
}

/* Has it a late step with an effect, the last of its task? */
static bool is_sound(const struct dpor_letter *letter)
{
	uint32_t i;

	if (!letter->n || letter->late >= letter->n ||
	    !letter->steps[letter->late].effects_n)
		return false;
	for (i = letter->late + 1; i < letter->n; i++)
		if (letter->steps[i].task == letter->steps[letter->late].task)
			return false;
	return true;
}

/* What it has in common with the one before. */
static void keep_steps(struct dpor_letter *letter, uint32_t n)
{
	letter->n = n;
	letter->effects_n = n ? letter->steps[n - 1].effects +
				letter->steps[n - 1].effects_n : 0;
}

static void get_head(struct dpor_parser *p, struct dpor_letter *letter)
{
	uint32_t first, all;

	letter->single = weft_reader_get_most(p->from, 1);
	first = dpor_get_mask(p);
	all = dpor_get_mask(p);
	memset(letter->choices, 0, sizeof(letter->choices));
	dpor_get_choices(p, first | all, letter->choices);
	letter->first = dpor_our_tasks(p, first);
	letter->all = dpor_our_tasks(p, all);
}

const struct dpor_letter *dpor_get_letter(struct dpor_parser *p,
					  uint32_t nodes)
{
	uint32_t node = (uint32_t)weft_reader_get_most(p->from, nodes - 1);
	struct dpor_letter *letter = last_letter(p, node);
	const union dpor_clock *last[WEFT_THREADS_MAX];
	size_t n;

	letter->node = node;
	get_head(p, letter);
	keep_steps(letter, (uint32_t)weft_reader_get_most(p->from,
			letter->n < SAME_MAX ? letter->n : SAME_MAX));
	n = weft_reader_get_count(p->from, 3);
	letter->late = (uint32_t)weft_reader_get_most(p->from, UINT32_MAX);
	dpor_letter_reserve(letter, letter->n + (uint32_t)n, 0);
	find_clocks(letter, letter->n, last);
	while (n-- && !p->from->bad)
		get_step(p, letter, last);
	if (!p->from->bad && is_sound(letter))
		return letter;
	p->from->bad = true;
	return NULL;
}
