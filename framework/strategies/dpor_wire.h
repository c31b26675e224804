/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Moves, effects and letters as bytes. Objects travel by name. Tasks travel by
 * the sender's stable numbers, behind a table that says who they are; the
 * reader translates. Trees and letters are full of the same moves: one that was
 * written before is its number.
 *
 *  I1  Letters for a node that come one after another are from executions that begin
 *      alike, so they begin alike, too: what a letter has in common with the last one
 *      for its node is not written.
 */
#ifndef WEFT_DPOR_WIRE_H
#define WEFT_DPOR_WIRE_H

#include "buffer.h"
#include "dpor_letter.h"

#define DPOR_MOVES_MAX 1024

/* @names: of objects, by index; @slots: where a move would be in @moves, plus one;
 * @last: by node, the letter that was written last, or NULL */
struct dpor_writer {
	const struct dpor_trace	*trace;
	uint64_t		*names;
	struct dpor_move	moves[DPOR_MOVES_MAX];
	uint16_t		slots[DPOR_MOVES_MAX];
	uint32_t		moves_n;
	const struct dpor_letter **last;
	uint32_t		last_n;
	struct weft_buffer	*to;
};

/* @tasks: by the sender's numbers: ours; -1 not known yet. @last: by node, as of the
 * writer. @moves_n and @last_n are 0 at first */
struct dpor_parser {
	struct dpor_trace	*trace;
	int			tasks[WEFT_THREADS_MAX];
	struct weft_reader	*from;
	struct dpor_move	moves[DPOR_MOVES_MAX];
	uint32_t		moves_n;
	struct dpor_letter	*last;
	uint32_t		last_n;
};

void dpor_writer_begin(struct dpor_writer *w, const struct dpor_trace *trace,
		       struct weft_buffer *to);
void dpor_writer_end(struct dpor_writer *w);
void dpor_put_tasks(struct dpor_writer *w);
void dpor_put_effect(struct dpor_writer *w, const struct dpor_effect *effect);
void dpor_put_effects(struct dpor_writer *w, const struct dpor_effect *effects,
		      uint32_t n);
void dpor_put_move(struct dpor_writer *w, const struct dpor_move *move);
void dpor_put_choices(struct dpor_writer *w, uint32_t tasks,
		      const uint16_t *choices);
void dpor_put_known(struct dpor_writer *w, const struct dpor_known *known);

/*
 * Bad bytes set @bad of the reader. Tasks not met here yet get a number.
 */
void dpor_get_tasks(struct dpor_parser *p);
int dpor_get_task(struct dpor_parser *p);
struct dpor_effect dpor_get_effect(struct dpor_parser *p);
struct dpor_move dpor_get_move(struct dpor_parser *p);
void dpor_get_choices(struct dpor_parser *p, uint32_t theirs, uint16_t *ret);
void dpor_get_known(struct dpor_parser *p, uint32_t nodes,
		    struct dpor_known *ret);
void dpor_parser_end(struct dpor_parser *p);
/* A task's, or a mask of tasks, that came as the sender's numbers. */
int dpor_our_task(struct dpor_parser *p, int theirs);
uint32_t dpor_our_tasks(struct dpor_parser *p, uint32_t theirs);
uint32_t dpor_get_mask(struct dpor_parser *p);

/* dpor_wire_letter.c: the letter stays where it is until the writer ends. */
void dpor_put_letter(struct dpor_writer *w, const struct dpor_letter *letter);
/* @nodes: how many there are. Return: good until the next one is read, or the parser
 * ends; NULL: bad. */
const struct dpor_letter *dpor_get_letter(struct dpor_parser *p,
					  uint32_t nodes);

#endif
