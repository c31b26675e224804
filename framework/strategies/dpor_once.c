/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Mail of optimal searches: each sequence once (I4 of dpor_lend.c). All executions
 * from a leaf have much the same races with what is above it. Letters that were
 * handed on (dpor_mail_sent()) are forgotten: then one may be sent again, which
 * does no harm.
 */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "dpor_letter.h"

/* Unsigned lanes: they wrap. */
typedef uint16_t sum_lane __attribute__((vector_size(16)));

struct sum {
	sum_lane	lanes[DPOR_LANES];
};

static void add_to_sum(struct sum *sum, const union dpor_clock *clock,
		       int task)
{
	uint16_t factor = (uint16_t)((task * 0x5bd1 +
				      clock->at[task] * 0x6f4f) | 1);
	int i;

	_Pragma("GCC unroll 4")
	for (i = 0; i < DPOR_LANES; i++)
		sum->lanes[i] += (sum_lane)clock->lanes[i] * factor;
}

static uint32_t hash_of_sum(const struct sum *sum)
{
	uint64_t words[sizeof(*sum) / sizeof(uint64_t)], hash = 0;
	size_t i;

	memcpy(words, sum, sizeof(words));
	for (i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		hash = (hash ^ words[i]) * 0x9e3779b97f4a7c15u;
	return (uint32_t)(hash >> 32);
}

/* Lists all steps but the late one, task by task (I1 of dpor_reverse.h). */
static uint32_t list_steps(const struct dpor_sequence *seq, uint32_t *ret)
{
	const struct dpor_trace *trace = seq->trace;
	uint32_t tasks, n = 0;

	for (tasks = trace->known; tasks; tasks &= tasks - 1) {
		int task = __builtin_ctz(tasks);
		const struct dpor_task *t = &trace->tasks[task];
		uint32_t i = (uint32_t)seq->placed.at[task], end = t->n;

		if (task == seq->late.task)
			end = (uint32_t)seq->late_number - 1;
		while (i < end && !dpor_sequence_drops(seq, t->steps[i]))
			ret[n++] = t->steps[i++];
	}
	return n;
}

/* Of the steps and their order, whatever they are listed in. */
static uint32_t hash_of(const struct dpor_sequence *seq, const uint32_t *steps,
			uint32_t n)
{
	const struct dpor_trace *trace = seq->trace;
	struct sum sum = { .lanes = { { (uint16_t)seq->early } } };

	for (; n; n--, steps++)
		add_to_sum(&sum, &trace->clocks[*steps],
			   trace->steps[*steps].task);
	add_to_sum(&sum, &seq->late_clock, seq->late.task);
	return hash_of_sum(&sum);
}

static uint32_t next_step(const struct dpor_letter *letter, uint32_t i,
			  int task)
{
	while (i < letter->n && letter->steps[i].task != task)
		i++;
	return i;
}

static bool same_effects(const struct dpor_effect *a,
			 const struct dpor_effect *b, uint32_t n)
{
	for (; n; n--, a++, b++)
		if (!dpor_effects_are_same(a, b))
			return false;
	return true;
}

/* Of step @i of the letter, which is one of @task's, and another one. */
static bool is_step(const struct dpor_letter *letter, uint32_t i,
		    const struct weft_operation *op,
		    const union dpor_clock *clock,
		    const struct dpor_effect *effects, uint32_t effects_n)
{
	const struct dpor_letter_step *step = &letter->steps[i];

	return step->kind == op->kind && step->choice == op->choice &&
	       dpor_clocks_are_same(&step->clock, clock) &&
	       step->effects_n == effects_n &&
	       same_effects(letter->effects + step->effects, effects,
			    effects_n);
}

/* The same steps in the same order, whatever they are listed in: task by task. */
static bool is_letter_of(const struct dpor_letter *letter,
			 const struct dpor_sequence *seq,
			 const uint32_t *steps, uint32_t n)
{
	const struct dpor_trace *trace = seq->trace;
	uint32_t at[WEFT_THREADS_MAX] = { 0 }, next;
	union dpor_clock clock;

	if (letter->node != seq->early || letter->n != n + 1 ||
	    letter->steps[letter->late].task != seq->late.task)
		return false;
	for (; n; n--, steps++) {
		const struct dpor_step *step = &trace->steps[*steps];

		next = next_step(letter, at[step->task], step->task);
		dpor_clock_since(&trace->clocks[*steps], &seq->placed, &clock);
		if (next == letter->n || next == letter->late ||
		    !is_step(letter, next, &step->op, &clock,
			     trace->effects + step->effects, step->effects_n))
			return false;
		at[step->task] = next + 1;
	}
	dpor_clock_since(&seq->late_clock, &seq->placed, &clock);
	return is_step(letter, letter->late, &seq->late, &clock,
		       &seq->late_effect, 1);
}

static void grow_slots(struct dpor_mail *mail)
{
	uint32_t i, slot, old_n = mail->slots_max;
	struct dpor_slot *old = mail->slots;

	mail->slots_max = old_n ? 2 * old_n : 64;
	mail->slots = calloc(mail->slots_max, sizeof(*mail->slots));
	assert(mail->slots && "out of memory for mail");
	for (i = 0; i < old_n; i++) {
		if (!old[i].letter)
			continue;
		slot = old[i].hash & (mail->slots_max - 1);
		while (mail->slots[slot].letter)
			slot = (slot + 1) & (mail->slots_max - 1);
		mail->slots[slot] = old[i];
	}
	free(old);
}

/* Where a sequence is, or would be. The hash spares most comparisons. */
static struct dpor_slot *find_slot(struct dpor_mail *mail,
				   const struct dpor_sequence *seq, uint32_t n)
{
	uint32_t hash = hash_of(seq, mail->listed, n), at;
	struct dpor_slot *slot;

	if (2 * mail->slots_n >= mail->slots_max)
		grow_slots(mail);
	for (at = hash;; at++) {
		slot = &mail->slots[at & (mail->slots_max - 1)];
		if (!slot->letter)
			break;
		if (slot->hash == hash &&
		    is_letter_of(&mail->letters[slot->letter - 1], seq,
				 mail->listed, n))
			break;
	}
	slot->hash = hash;
	return slot;
}

void dpor_mail_sequence(struct dpor_mail *mail, struct dpor_sequence *seq)
{
	struct dpor_letter letter = { .node = seq->early };
	struct dpor_slot *slot;

	if (mail->listed_max < seq->trace->n) {
		mail->listed_max = 2 * seq->trace->n;
		mail->listed = realloc(mail->listed, mail->listed_max *
				       sizeof(*mail->listed));
		assert(mail->listed && "out of memory for mail");
	}
	dpor_sequence_order_late(seq);
	slot = find_slot(mail, seq, list_steps(seq, mail->listed));
	if (slot->letter)
		return;
	dpor_letter_steps(&letter, seq);
	dpor_mail_forward(mail, &letter);
	slot->letter = mail->n;
	mail->slots_n++;
}

void dpor_mail_forget_slots(struct dpor_mail *mail)
{
	if (mail->slots_n)
		memset(mail->slots, 0, mail->slots_max * sizeof(*mail->slots));
	mail->slots_n = 0;
}
