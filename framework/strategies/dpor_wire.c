/* SPDX-License-Identifier: GPL-2.0-only */
/* Moves and effects as bytes; contract in dpor_wire.h. */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "dpor_wire.h"

enum { HAS_OBJECT = 1, WRITES = 2, COMMUTES = 4, GRANTED = 8, LOOSE = 16,
       UNSURE = 32, FAULT = 64, WANTED = 128 };

#define FLAGS_MAX 255

void dpor_writer_begin(struct dpor_writer *w, const struct dpor_trace *trace,
		       struct weft_buffer *to)
{
	uint32_t i;

	w->trace = trace;
	w->to = to;
	w->moves_n = 0;
	w->last = NULL;
	w->last_n = 0;
	memset(w->slots, 0, sizeof(w->slots));
	w->names = calloc(trace->objects_n + 1, sizeof(*w->names));
	assert(w->names && "out of memory for a unit");
	for (i = 0; i < trace->slots_n; i++)
		if (trace->slots[i].index)
			w->names[trace->slots[i].index - 1] = trace->slots[i].name;
}

void dpor_writer_end(struct dpor_writer *w)
{
	free(w->names);
	free(w->last);
	w->names = NULL;
	w->last = NULL;
	w->last_n = 0;
}

void dpor_put_tasks(struct dpor_writer *w)
{
	uint32_t tasks = w->trace->known;

	weft_buffer_put(w->to, tasks);
	for (; tasks; tasks &= tasks - 1) {
		const struct dpor_birth *birth =
			&w->trace->births[__builtin_ctz(tasks)];

		weft_buffer_put(w->to, (uint64_t)(birth->parent + 1));
		weft_buffer_put(w->to, birth->ordinal);
	}
}

void dpor_put_effect(struct dpor_writer *w, const struct dpor_effect *effect)
{
	bool has = effect->object != DPOR_NONE;

	weft_buffer_put(w->to, effect->kind);
	weft_buffer_put(w->to, (has ? HAS_OBJECT : 0u) |
			(effect->write ? WRITES : 0u) |
			(effect->commutes ? COMMUTES : 0u) |
			(effect->granted ? GRANTED : 0u) |
			(effect->loose ? LOOSE : 0u) |
			(effect->unsure ? UNSURE : 0u) |
			(effect->fault ? FAULT : 0u) |
			(effect->wanted ? WANTED : 0u));
	if (has)
		weft_buffer_put(w->to, w->names[effect->object]);
}

void dpor_put_effects(struct dpor_writer *w, const struct dpor_effect *effects,
		      uint32_t n)
{
	weft_buffer_put(w->to, n);
	while (n--)
		dpor_put_effect(w, effects++);
}

static bool same_moves(const struct dpor_move *a, const struct dpor_move *b)
{
	return a->task == b->task && a->choice == b->choice &&
	       dpor_effects_are_same(&a->effect, &b->effect);
}

static uint32_t slot_of(const struct dpor_move *move)
{
	return (move->effect.object * 37 + move->effect.kind * 5 +
		move->effect.write * 3 + move->task * 131u + move->choice) %
	       DPOR_MOVES_MAX;
}

void dpor_put_move(struct dpor_writer *w, const struct dpor_move *move)
{
	uint16_t *slot = &w->slots[slot_of(move)];

	if (*slot && same_moves(&w->moves[*slot - 1], move)) {
		weft_buffer_put(w->to, *slot);
		return;
	}
	weft_buffer_put(w->to, 0);
	if (w->moves_n < DPOR_MOVES_MAX) {
		w->moves[w->moves_n++] = *move;
		*slot = (uint16_t)w->moves_n;
	}
	weft_buffer_put(w->to, (uint64_t)move->task);
	weft_buffer_put(w->to, move->choice);
	dpor_put_effect(w, &move->effect);
}

void dpor_put_choices(struct dpor_writer *w, uint32_t tasks,
		      const uint16_t *choices)
{
	for (; tasks; tasks &= tasks - 1)
		weft_buffer_put(w->to, choices[__builtin_ctz(tasks)]);
}

void dpor_put_known(struct dpor_writer *w, const struct dpor_known *known)
{
	weft_buffer_put(w->to, known->node);
	weft_buffer_put(w->to, known->all);
	dpor_put_choices(w, known->all, known->choices);
}

/* --- reading --- */

static int add_task(struct dpor_trace *trace, int number, int parent,
		    uint32_t ordinal)
{
	if (trace->known >> number & 1) {
		if (trace->known == UINT32_MAX) {
			trace->overflow = true;
			return number;
		}
		number = __builtin_ctz(~trace->known);
	}
	trace->known |= 1u << number;
	trace->births[number].parent = parent;
	trace->births[number].ordinal = ordinal;
	return number;
}

/* A task that was there at the snapshot keeps its number everywhere. */
static int find_first(struct dpor_trace *trace, int number)
{
	if (trace->known >> number & 1 && trace->births[number].parent >= 0)
		trace->overflow = true;
	trace->known |= 1u << number;
	return number;
}

/* Who is not in the table was there at the snapshot, and made no step yet. */
int dpor_our_task(struct dpor_parser *p, int theirs)
{
	if (p->tasks[theirs] < 0)
		p->tasks[theirs] = find_first(p->trace, theirs);
	return p->tasks[theirs];
}

static int find_task(struct dpor_trace *trace, int number, int parent,
		     uint32_t ordinal)
{
	uint32_t known = trace->known;

	for (; known; known &= known - 1) {
		int i = __builtin_ctz(known);

		if (trace->births[i].parent == parent &&
		    trace->births[i].ordinal == ordinal)
			return i;
	}
	return add_task(trace, number, parent, ordinal);
}

/* Parents first: each round knows more. */
static bool translate(struct dpor_parser *p, uint32_t tasks,
		      const struct dpor_birth *births)
{
	uint32_t left = tasks, before;

	do {
		before = left;
		for (tasks = left; tasks; tasks &= tasks - 1) {
			int i = __builtin_ctz(tasks), parent = births[i].parent;

			if (parent >= 0 && left >> parent & 1)
				continue;
			p->tasks[i] = parent < 0 ? find_first(p->trace, i) :
				find_task(p->trace, i, dpor_our_task(p, parent),
					  births[i].ordinal);
			left &= ~(1u << i);
		}
	} while (left && left != before);
	return !left;
}

void dpor_parser_end(struct dpor_parser *p)
{
	while (p->last_n)
		dpor_letter_clear(&p->last[--p->last_n]);
	free(p->last);
	p->last = NULL;
}

void dpor_get_tasks(struct dpor_parser *p)
{
	struct dpor_birth births[WEFT_THREADS_MAX];
	uint32_t known = (uint32_t)weft_reader_get_most(p->from, UINT32_MAX);
	uint32_t tasks;
	int i;

	for (i = 0; i < WEFT_THREADS_MAX; i++)
		p->tasks[i] = -1;
	for (tasks = known; tasks; tasks &= tasks - 1) {
		i = __builtin_ctz(tasks);
		births[i].parent = (int)weft_reader_get_most(p->from,
						WEFT_THREADS_MAX) - 1;
		births[i].ordinal = (uint32_t)weft_reader_get_most(p->from,
								UINT32_MAX);
	}
	if (!p->from->bad && !translate(p, known, births))
		p->from->bad = true;
}

int dpor_get_task(struct dpor_parser *p)
{
	return dpor_our_task(p, (int)weft_reader_get_most(p->from,
						     WEFT_THREADS_MAX - 1));
}

struct dpor_effect dpor_get_effect(struct dpor_parser *p)
{
	struct weft_operation op = { .object = UINT64_MAX };
	struct dpor_effect effect;
	unsigned int flags;

	op.kind = (enum weft_op_kind)weft_reader_get_most(p->from,
							  WEFT_OP_KINDS - 1);
	flags = (unsigned int)weft_reader_get_most(p->from, FLAGS_MAX);
	if (flags & HAS_OBJECT)
		op.object = weft_reader_get(p->from);
	op.write = flags & WRITES;
	op.commutes = flags & COMMUTES;
	op.granted = flags & GRANTED;
	op.loose = flags & LOOSE;
	op.fault = flags & FAULT;
	effect = dpor_effect_of(p->trace, &op);
	effect.unsure = !!(flags & UNSURE);
	effect.wanted = !!(flags & WANTED);
	return effect;
}

struct dpor_move dpor_get_move(struct dpor_parser *p)
{
	uint64_t number = weft_reader_get_most(p->from, p->moves_n);
	struct dpor_move move;

	if (number)
		return p->moves[number - 1];
	move.task = dpor_get_task(p);
	move.choice = (uint16_t)weft_reader_get_most(p->from, UINT16_MAX);
	move.effect = dpor_get_effect(p);
	if (p->moves_n < DPOR_MOVES_MAX)
		p->moves[p->moves_n++] = move;
	return move;
}

void dpor_get_choices(struct dpor_parser *p, uint32_t theirs, uint16_t *ret)
{
	for (; theirs; theirs &= theirs - 1)
		ret[dpor_our_task(p, __builtin_ctz(theirs))] =
			(uint16_t)weft_reader_get_most(p->from, UINT16_MAX);
}

uint32_t dpor_our_tasks(struct dpor_parser *p, uint32_t theirs)
{
	uint32_t ret = 0;

	for (; theirs; theirs &= theirs - 1)
		ret |= 1u << dpor_our_task(p, __builtin_ctz(theirs));
	return ret;
}

uint32_t dpor_get_mask(struct dpor_parser *p)
{
	return (uint32_t)weft_reader_get_most(p->from, UINT32_MAX);
}

void dpor_get_known(struct dpor_parser *p, uint32_t nodes,
		    struct dpor_known *ret)
{
	uint32_t all;

	memset(ret, 0, sizeof(*ret));
	ret->node = (uint32_t)weft_reader_get_most(p->from, nodes - 1);
	all = dpor_get_mask(p);
	dpor_get_choices(p, all, ret->choices);
	ret->all = dpor_our_tasks(p, all);
}
