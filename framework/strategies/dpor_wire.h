/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Moves, effects and letters as bytes. Objects travel by name. Tasks travel by
 * the sender's stable numbers, behind a table that says who they are; the
 * reader translates. Trees are full of the same moves: one that was written before
 * is its number.
 */
#ifndef WEFT_DPOR_WIRE_H
#define WEFT_DPOR_WIRE_H

#include "buffer.h"
#include "dpor_letter.h"

#define DPOR_MOVES_MAX 1024

/* @names: of objects, by index; @slots: where a move would be in @moves, plus one */
struct dpor_writer {
	const struct dpor_trace	*trace;
	uint64_t		*names;
	struct dpor_move	moves[DPOR_MOVES_MAX];
	uint16_t		slots[DPOR_MOVES_MAX];
	uint32_t		moves_n;
	struct weft_buffer	*to;
};

/* @tasks: by the sender's numbers: ours; -1 not known yet. @moves_n is 0 at first */
struct dpor_parser {
	struct dpor_trace	*trace;
	int			tasks[WEFT_THREADS_MAX];
	struct weft_reader	*from;
	struct dpor_move	moves[DPOR_MOVES_MAX];
	uint32_t		moves_n;
};

void dpor_writer_begin(struct dpor_writer *w, const struct dpor_trace *trace,
		       struct weft_buffer *to);
void dpor_writer_end(struct dpor_writer *w);
void dpor_put_tasks(struct dpor_writer *w);
void dpor_put_effect(struct dpor_writer *w, const struct dpor_effect *effect);
void dpor_put_effects(struct dpor_writer *w, const struct dpor_effect *effects,
		      uint32_t n);
void dpor_put_move(struct dpor_writer *w, const struct dpor_move *move);
void dpor_put_letter(struct dpor_writer *w, const struct dpor_letter *letter);
void dpor_put_known(struct dpor_writer *w, const struct dpor_known *known);

/*
 * Bad bytes set @bad of the reader. Tasks not met here yet get a number.
 */
void dpor_get_tasks(struct dpor_parser *p);
int dpor_get_task(struct dpor_parser *p);
struct dpor_effect dpor_get_effect(struct dpor_parser *p);
struct dpor_move dpor_get_move(struct dpor_parser *p);
/* @nodes: how many there are. False: bad, and nothing to be cleared. */
bool dpor_get_letter(struct dpor_parser *p, uint32_t nodes,
		     struct dpor_letter *ret);
void dpor_get_known(struct dpor_parser *p, uint32_t nodes,
		    struct dpor_known *ret);

#endif
