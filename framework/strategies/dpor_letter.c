/* SPDX-License-Identifier: GPL-2.0-only */
/* Race reversals for somebody else; contract in dpor_letter.h. */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "dpor_letter.h"

static void *room_for(void *memory, uint32_t *max, uint32_t n, size_t size)
{
	if (n < *max)
		return memory;
	/* Most letters never grow. */
	*max = *max ? 2 * n + 8 : n + 1;
	memory = realloc(memory, *max * size);
	assert(memory && "out of memory for mail");
	return memory;
}

void dpor_letter_clear(struct dpor_letter *letter)
{
	free(letter->steps);
	free(letter->effects);
	memset(letter, 0, sizeof(*letter));
}

void dpor_letter_reserve(struct dpor_letter *letter, uint32_t steps,
			 uint32_t effects)
{
	letter->steps = room_for(letter->steps, &letter->steps_max, steps,
				 sizeof(*letter->steps));
	letter->effects = room_for(letter->effects, &letter->effects_max,
				   effects, sizeof(*letter->effects));
}

void dpor_letter_copy(struct dpor_letter *ret, const struct dpor_letter *from)
{
	*ret = *from;
	ret->steps = NULL;
	ret->effects = NULL;
	ret->steps_max = 0;
	ret->effects_max = 0;
	dpor_letter_reserve(ret, from->n, from->effects_n);
	memcpy(ret->steps, from->steps, from->n * sizeof(*from->steps));
	memcpy(ret->effects, from->effects,
	       from->effects_n * sizeof(*from->effects));
}

void dpor_mail_sent(struct dpor_mail *mail)
{
	while (mail->n)
		dpor_letter_clear(&mail->letters[--mail->n]);
	dpor_mail_forget_slots(mail);
}

void dpor_mail_clear(struct dpor_mail *mail)
{
	dpor_mail_sent(mail);
	free(mail->letters);
	free(mail->known);
	free(mail->heads);
	free(mail->slots);
	free(mail->listed);
	memset(mail, 0, sizeof(*mail));
}

static bool same_choices(uint32_t tasks, const uint16_t *a, const uint16_t *b)
{
	for (; tasks; tasks &= tasks - 1)
		if (a[__builtin_ctz(tasks)] != b[__builtin_ctz(tasks)])
			return false;
	return true;
}

/* I1 */
static bool is_known(const struct dpor_mail *mail, uint32_t node,
		     uint32_t all, const uint16_t *choices)
{
	uint32_t at = node < mail->heads_n ? mail->heads[node] : 0;

	for (; at; at = mail->known[at - 1].next) {
		const struct dpor_known *known = &mail->known[at - 1];

		if (!(known->all & ~all) &&
		    same_choices(known->all, known->choices, choices))
			return true;
	}
	return false;
}

void dpor_mail_know(struct dpor_mail *mail, const struct dpor_known *known)
{
	uint32_t old = mail->heads_n, *head;

	mail->heads = room_for(mail->heads, &mail->heads_n, known->node,
			       sizeof(*mail->heads));
	memset(mail->heads + old, 0,
	       (mail->heads_n - old) * sizeof(*mail->heads));
	mail->known = room_for(mail->known, &mail->known_max, mail->known_n,
			       sizeof(*mail->known));
	head = &mail->heads[known->node];
	mail->known[mail->known_n] = *known;
	mail->known[mail->known_n].next = *head;
	*head = ++mail->known_n;
}

void dpor_mail_add(struct dpor_mail *mail, struct dpor_letter *letter)
{
	struct dpor_known known = {
		.node = letter->node, .all = letter->all,
	};

	if (is_known(mail, letter->node, letter->all, letter->choices)) {
		dpor_letter_clear(letter);
		return;
	}
	memcpy(known.choices, letter->choices, sizeof(known.choices));
	dpor_mail_know(mail, &known);
	mail->letters = room_for(mail->letters, &mail->max, mail->n,
				 sizeof(*mail->letters));
	mail->letters[mail->n++] = *letter;
	memset(letter, 0, sizeof(*letter));
}

/* --- writing a letter --- */

/* The step a task makes next at the node of @early; NULL: none in this trace. */
static const struct dpor_step *step_at(const struct dpor_trace *trace,
				       uint32_t early, int task)
{
	const struct dpor_task *t = &trace->tasks[task];
	uint32_t n = (uint32_t)trace->counts[early].at[task];

	return n < t->n ? &trace->steps[t->steps[n]] : NULL;
}

static void note_choices(const struct dpor_trace *trace, uint32_t early,
			 uint32_t tasks, uint16_t *ret)
{
	for (; tasks; tasks &= tasks - 1) {
		int task = __builtin_ctz(tasks);
		const struct dpor_step *step = step_at(trace, early, task);

		if (step && step->op.kind == WEFT_OP_CHOOSE)
			ret[task] = step->op.choice;
	}
}

bool dpor_mail_covers(const struct dpor_mail *mail,
		      const struct dpor_trace *trace,
		      const struct dpor_race *race)
{
	uint16_t choices[WEFT_THREADS_MAX] = { 0 };

	note_choices(trace, race->early, race->initials, choices);
	return is_known(mail, race->early, race->initials, choices);
}

static uint32_t initials(struct dpor_sequence *seq, const uint16_t *choices)
{
	uint32_t tasks, ret = 0;

	for (tasks = seq->trace->known; tasks; tasks &= tasks - 1) {
		int task = __builtin_ctz(tasks);
		struct dpor_move move = {
			.task = task, .choice = choices[task],
		};
		uint32_t next = dpor_sequence_next(seq, task);

		if (next != DPOR_NONE && dpor_sequence_starts(seq, &move, next))
			ret |= 1u << task;
	}
	return ret;
}

/* Clocks are in numbers of the sequence: I2. */
static struct dpor_letter_step *add_step(struct dpor_letter *letter, int task,
					 const struct weft_operation *op)
{
	struct dpor_letter_step *step = &letter->steps[letter->n++];

	step->task = (uint8_t)task;
	step->kind = (uint8_t)op->kind;
	step->choice = op->choice;
	step->fault = op->fault;
	step->effects = letter->effects_n;
	step->effects_n = 0;
	return step;
}

static void add_effect(struct dpor_letter *letter,
		       struct dpor_letter_step *step,
		       const struct dpor_effect *effect)
{
	letter->effects[letter->effects_n++] = *effect;
	step->effects_n++;
}

static void add_late(struct dpor_letter *letter, struct dpor_sequence *seq)
{
	struct dpor_letter_step *step;

	letter->late = letter->n;
	step = add_step(letter, seq->late.task, &seq->late);
	dpor_sequence_order_late(seq);
	dpor_clock_since(&seq->late_clock, &seq->placed, &step->clock);
	add_effect(letter, step, &seq->late_effect);
}

void dpor_letter_steps(struct dpor_letter *letter, struct dpor_sequence *seq)
{
	const struct dpor_trace *trace = seq->trace;
	bool has_late = false;
	uint32_t i, j, n = 1, effects = 1;

	for (i = dpor_sequence_step(seq, seq->early + 1); i < trace->n;
	     i = dpor_sequence_step(seq, i + 1)) {
		effects += trace->steps[i].effects_n;
		n++;
	}
	dpor_letter_reserve(letter, n, effects);
	for (i = dpor_sequence_step(seq, seq->early + 1); i < trace->n;
	     i = dpor_sequence_step(seq, i + 1)) {
		const struct dpor_step *from = &trace->steps[i];
		struct dpor_letter_step *step;

		if (!has_late && i > seq->late_at) {
			add_late(letter, seq);
			has_late = true;
		}
		step = add_step(letter, from->task, &from->op);
		dpor_clock_since(&trace->clocks[i], &seq->placed, &step->clock);
		for (j = 0; j < from->effects_n; j++)
			add_effect(letter, step,
				   &trace->effects[from->effects + j]);
	}
	if (!has_late)
		add_late(letter, seq);
}

static void add_move(struct dpor_letter *letter, const struct dpor_move *move)
{
	struct weft_operation op = {
		.kind = (enum weft_op_kind)move->effect.kind,
		.choice = move->choice, .fault = move->effect.fault,
	};

	struct dpor_letter_step *step;

	dpor_letter_reserve(letter, 1, 1);
	step = add_step(letter, move->task, &op);
	memset(&step->clock, 0, sizeof(step->clock));
	step->clock.at[move->task] = 1;
	add_effect(letter, step, &move->effect);
}

void dpor_mail_race(struct dpor_mail *mail, struct dpor_sequence *seq,
		    const struct dpor_race *race, bool first_only)
{
	struct dpor_letter letter = {
		.node = race->early, .first = race->initials,
	};
	struct dpor_move move;

	note_choices(seq->trace, race->early, seq->trace->known,
		     letter.choices);
	if (first_only) {
		letter.all = race->initials;
		move = dpor_sequence_first(seq);
		add_move(&letter, &move);
	} else {
		letter.all = initials(seq, letter.choices);
		if (!is_known(mail, letter.node, letter.all, letter.choices))
			dpor_letter_steps(&letter, seq);
	}
	dpor_mail_add(mail, &letter);
}

void dpor_mail_forward(struct dpor_mail *mail, struct dpor_letter *letter)
{
	mail->letters = room_for(mail->letters, &mail->max, mail->n,
				 sizeof(*mail->letters));
	mail->letters[mail->n++] = *letter;
	memset(letter, 0, sizeof(*letter));
}

void dpor_mail_move(struct dpor_mail *mail, uint32_t node,
		    const struct dpor_move *move)
{
	struct dpor_letter letter = {
		.node = node, .single = true, .first = 1u << move->task,
		.all = 1u << move->task,
	};

	letter.choices[move->task] = move->choice;
	add_move(&letter, move);
	dpor_mail_add(mail, &letter);
}

/* --- reading one --- */

static void place_step(const struct dpor_letter *letter, uint32_t i,
		       struct dpor_trace *room, uint32_t *numbers)
{
	const struct dpor_letter_step *from = &letter->steps[i];
	struct dpor_step *step = &room->steps[i];
	struct dpor_task *task = &room->tasks[from->task];

	step->task = from->task;
	step->number = (int)++numbers[from->task];
	step->op.kind = (enum weft_op_kind)from->kind;
	step->op.choice = from->choice;
	step->op.fault = from->fault;
	step->op.object = UINT64_MAX;
	step->effects = from->effects;
	step->effects_n = from->effects_n;
	room->clocks[i] = from->clock;
	task->steps[step->number - 1] = i;
	task->n = numbers[from->task];
}

static void open_late(const struct dpor_letter *letter,
		      struct dpor_sequence *seq)
{
	const struct dpor_letter_step *late = &letter->steps[letter->late];

	seq->late_at = letter->late;
	seq->late_was = letter->late;
	seq->late.kind = (enum weft_op_kind)late->kind;
	seq->late.task = late->task;
	seq->late.choice = late->choice;
	seq->late_effect = letter->effects[late->effects];
	seq->late_clock = late->clock;
}

/* All tasks may have made all of the steps. */
static void reserve_room(struct dpor_trace *room, uint32_t n)
{
	uint32_t old = room->max;
	int task;

	if (n < old)
		return;
	free(room->clocks);
	room->steps = room_for(room->steps, &room->max, n,
			       sizeof(*room->steps));
	memset(room->steps + old, 0, (room->max - old) * sizeof(*room->steps));
	room->clocks = aligned_alloc(64, room->max * sizeof(*room->clocks));
	assert(room->clocks && "out of memory for mail");
	for (task = 0; task < WEFT_THREADS_MAX; task++) {
		struct dpor_task *t = &room->tasks[task];

		t->steps = realloc(t->steps, room->max * sizeof(*t->steps));
		assert(t->steps && "out of memory for mail");
	}
}

void dpor_letter_open(const struct dpor_letter *letter,
		      struct dpor_trace *room, struct dpor_sequence *ret)
{
	uint32_t numbers[WEFT_THREADS_MAX] = { 0 }, i;
	int task;

	memset(ret, 0, sizeof(*ret));
	reserve_room(room, letter->n);
	for (task = 0; task < WEFT_THREADS_MAX; task++)
		room->tasks[task].n = 0;
	room->effects = letter->effects;
	room->n = letter->n;
	ret->trace = room;
	ret->early = DPOR_NONE;
	ret->early_number = DPOR_NUMBER_NONE;
	for (i = 0; i < letter->n; i++) {
		place_step(letter, i, room, numbers);
		ret->faults += letter->steps[i].fault;
	}
	open_late(letter, ret);
	ret->late_number = (int)numbers[ret->late.task];
}

void dpor_letter_close(struct dpor_trace *room)
{
	room->effects = NULL;	/* of the letter */
	dpor_trace_clear(room);
}
