/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Race reversals for somebody else: sequences to be explored from a node that
 * belongs to the parent of a unit (dpor_unit.c).
 *
 * Who gets a letter sees to it that one of the tasks which can be first in its
 * sequence (initials: tasks with a step in it) is explored from the node; which
 * one it is, the sender cannot know.
 *
 *  I1  So a sequence v is covered by a letter w of the same node if every task
 *      that can be first in w can be first in v, too, and makes the same choice:
 *      whatever the owner explores for the sake of w is right for v.
 *  I2  A letter does not refer to the execution it comes from.
 */
#ifndef WEFT_DPOR_LETTER_H
#define WEFT_DPOR_LETTER_H

#include "dpor_reverse.h"
#include "wakeup.h"

/* @clock: steps of the sequence, by task, that happen before it, or are it. */
struct dpor_letter_step {
	union dpor_clock	clock;
	uint8_t			task;		/* stable */
	uint8_t			kind;
	uint16_t		choice;
	bool			fault;
	uint32_t		effects, effects_n;
};

/**
 * struct dpor_letter - see file comment
 * @node:     from the root
 * @first:    who can be first whatever comes behind the late step
 * @all:      who can be first in all of it
 * @choices:  by task: data choice it makes at the node
 * @single:   one move, which is not the reversal of a race
 * @late:     which step is the late one
 */
struct dpor_letter {
	uint32_t		node;
	uint32_t		first, all;
	uint16_t		choices[WEFT_THREADS_MAX];
	bool			single;
	uint32_t		late;
	struct dpor_letter_step	*steps;
	uint32_t		n, steps_max;
	struct dpor_effect	*effects;
	uint32_t		effects_n, effects_max;
};

void dpor_letter_clear(struct dpor_letter *letter);
void dpor_letter_copy(struct dpor_letter *ret, const struct dpor_letter *from);
/* Adds all steps of a sequence. */
void dpor_letter_steps(struct dpor_letter *letter, struct dpor_sequence *seq);
/* Room for so many steps and effects at least; those that are there stay. */
void dpor_letter_reserve(struct dpor_letter *letter, uint32_t steps,
			 uint32_t effects);

/* @letter: index plus one; 0 free */
struct dpor_slot {
	uint32_t		hash, letter;
};

/* Letters to be sent, and what has been sent. Zeroed at first. */
struct dpor_mail {
	struct dpor_letter	*letters;
	uint32_t		n, max;
	struct dpor_known	*known;
	uint32_t		known_n, known_max;
	uint32_t		*heads;		/* by node: its last, plus one */
	uint32_t		heads_n;
	struct dpor_slot	*slots;		/* of dpor_mail_sequence() */
	uint32_t		slots_n, slots_max;
	uint32_t		*listed;	/* room there */
	uint32_t		listed_max;
};

/* Of a letter that was sent: what covers others (I1). @next: plus one */
struct dpor_known {
	uint32_t		node, all, next;
	uint16_t		choices[WEFT_THREADS_MAX];
};

void dpor_mail_clear(struct dpor_mail *mail);
/* Forgets the letters, not what was in them. */
void dpor_mail_sent(struct dpor_mail *mail);
/* Takes over the letter, unless one that was sent covers it. */
void dpor_mail_add(struct dpor_mail *mail, struct dpor_letter *letter);
void dpor_mail_know(struct dpor_mail *mail, const struct dpor_known *known);

/**
 * dpor_mail_covers() - need a race not be looked at while its late step stays?
 * @race: with @initials
 */
bool dpor_mail_covers(const struct dpor_mail *mail,
		      const struct dpor_trace *trace,
		      const struct dpor_race *race);

/**
 * dpor_mail_race() - send the sequence that was built for a race
 * @first_only: only the first move counts (source sets)
 */
void dpor_mail_race(struct dpor_mail *mail, struct dpor_sequence *seq,
		    const struct dpor_race *race, bool first_only);
/* dpor_once.c: the same for who will insert it as it is, unless it is among the
 * letters, with its steps listed in whatever order. */
void dpor_mail_sequence(struct dpor_mail *mail, struct dpor_sequence *seq);
void dpor_mail_forget_slots(struct dpor_mail *mail);
/* Takes over a letter of somebody else. */
void dpor_mail_forward(struct dpor_mail *mail, struct dpor_letter *letter);
/* Send a move that is to be made at a node, whatever comes then. */
void dpor_mail_move(struct dpor_mail *mail, uint32_t node,
		    const struct dpor_move *move);

/* The sequence of a letter, which must stay, as if a race had been found here. @room:
 * zeroed at first, closed by the caller after the last letter. */
void dpor_letter_open(const struct dpor_letter *letter,
		      struct dpor_trace *room, struct dpor_sequence *ret);
void dpor_letter_close(struct dpor_trace *room);

#endif
