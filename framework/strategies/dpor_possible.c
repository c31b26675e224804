/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Whether a lock with a line can be taken where the late step of a sequence is moved to
 * (I3 of dpor_reverse.h). What became of the lock until then is known: the steps on it
 * that are kept say who had it and who was in line.
 *
 *  I1  Of a lock that somebody had at the snapshot, the first steps tell: those that let
 *      go, or that were in vain. Then nothing is said.
 *  I2  Who gets in line needs that nobody has the lock alone; who reads, that besides
 *      nobody is in line; whose turn it is in the line, that nobody has it at all.
 */
#include "dpor_reverse.h"

/* A lock, walked along from the last step on it to the first. */
struct lock_state {
	bool		is_held, knows_writer;	/* alone */
	int		readers;
	bool		knows_readers;
	uint32_t	in_line, seen;		/* a bit each: see note_line() */
};

static bool takes_alone(uint8_t kind)
{
	return kind == WEFT_OP_LOCK || kind == WEFT_OP_TRYLOCK;
}

/* The last thing a task did to get the lock: did it get in line? */
static void note_line(struct lock_state *state, uint8_t kind, uint32_t task)
{
	if (!takes_alone(kind) && kind != WEFT_OP_LOCK_QUEUE)
		return;
	if (kind == WEFT_OP_LOCK_QUEUE)
		state->in_line |= task & ~state->seen;
	state->seen |= task;
}

static void note_kind(struct lock_state *state, uint8_t kind)
{
	bool is_alone = takes_alone(kind);

	if (!state->knows_writer && (is_alone || kind == WEFT_OP_UNLOCK ||
				     kind == WEFT_OP_DOWNGRADE)) {
		state->knows_writer = true;
		state->is_held = is_alone;
	}
	if (state->knows_readers)
		return;
	if (kind == WEFT_OP_LOCK_SHARED || kind == WEFT_OP_TRYLOCK_SHARED ||
	    kind == WEFT_OP_DOWNGRADE)
		state->readers++;
	else if (kind == WEFT_OP_UNLOCK_SHARED)
		state->readers--;
	state->knows_readers = is_alone || kind == WEFT_OP_UNLOCK ||
			       kind == WEFT_OP_DOWNGRADE;
}

static bool is_kept(const struct dpor_sequence *seq, uint32_t step)
{
	return step < seq->late_was &&
	       (step < seq->early || !dpor_sequence_drops(seq, step));
}

/* I1. @kind: of the first step on the lock */
static void note_snapshot(struct lock_state *state, uint8_t kind)
{
	bool was_free = takes_alone(kind);

	if (was_free || kind == WEFT_OP_LOCK_SHARED ||
	    kind == WEFT_OP_TRYLOCK_SHARED || kind == WEFT_OP_LOCK_QUEUE)
		state->knows_writer = true;
	state->knows_readers |= was_free;
}

static struct lock_state lock_before_late(const struct dpor_sequence *seq)
{
	const struct dpor_trace *trace = seq->trace;
	struct lock_state state = { .readers = 0 };
	uint8_t first = WEFT_OP_START;
	struct dpor_link link;
	uint32_t at;

	for (at = trace->objects[seq->late_effect.object].head; at;
	     at = link.before) {
		link = trace->links[at - 1];
		first = trace->effects[at - 1].kind;
		if (!is_kept(seq, link.step))
			continue;
		note_line(&state, first, 1u << link.task);
		note_kind(&state, first);
	}
	note_snapshot(&state, first);
	return state;
}

enum dpor_possible dpor_sequence_possible(const struct dpor_sequence *seq)
{
	uint8_t kind = seq->late_effect.kind;
	struct lock_state state;

	if (seq->late_effect.object == DPOR_NONE || kind == WEFT_OP_AWAIT)
		return DPOR_UNSURE;
	state = lock_before_late(seq);
	if (!state.knows_writer)
		return DPOR_UNSURE;
	if (state.is_held || (kind == WEFT_OP_LOCK_SHARED && state.in_line))
		return DPOR_IMPOSSIBLE;
	if (!seq->late_effect.granted)
		return DPOR_SURE;
	if (!state.knows_readers)
		return DPOR_UNSURE;
	return state.readers ? DPOR_IMPOSSIBLE : DPOR_SURE;
}
