/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The inside of a search by units, for search*.c only.
 *
 * Units form a tree. When a unit was told to stop, what is left of it is a list
 * below it: the pieces it was split into, in order, and last the rest.
 *
 *  T1  The order of the search is: a unit, then its list, and so on.
 *  T2  A unit that is committed has pieces left in its list; else its rest has
 *      taken its place, or it is exhausted and gone.
 *  T3  The rest can be run when all pieces before it are exhausted.
 *  T4  Behind a rest there may be pieces that are lent (strategy.h): they can be run
 *      at once. A rest that ends where the first of them begins leaves a rest that
 *      takes its place behind that piece.
 *      While a unit is running it may have such pieces, and no rest.
 *  T5  A piece that is given back has nothing below it, and nobody runs it. When its
 *      turn comes it goes, and the rest that explores it knows that.
 *  T6  The rest of a unit that ended where a piece begins may be run before that end is
 *      committed, when the piece is exhausted or given back. Pieces have their turns in
 *      order: it is the first one behind the rest, or, where such ends wait above it,
 *      the first one that they do not wait for.
 */
#ifndef WEFT_SEARCH_INTERNAL_H
#define WEFT_SEARCH_INTERNAL_H

#include "search.h"
#include "segment.h"

enum unit_state { UNIT_WAITING, UNIT_RUNNING, UNIT_ANSWERED, UNIT_COMMITTED };

/* Why a worker stopped. */
enum unit_end {
	UNIT_DONE,	/* exhausted */
	UNIT_BUDGET,	/* and split, if it could be */
	UNIT_EVENT,	/* something the coordinator must decide upon */
	UNIT_STOPPED,	/* by the user, or out of time */
	UNIT_LENT,	/* it is the turn of the piece behind it: T4 */
	UNIT_BURDEN,	/* of a piece that is lent, and not worth it: T5 */
	UNIT_ENDS
};

struct letters {
	struct weft_buffer	*at;
	size_t			n;
};

/**
 * struct unit - see file comment
 * @bytes:  as its strategy wrote it; @whole: a fresh state instead
 * @inbox:  mail of pieces that are gone
 * @outbox: mail of its own and of the units whose place it took
 * @change: of the answer, until committed
 * @budget: executions before it is split. What is left of a unit that stopped for
 *          another reason has what is left of it, so that the splits do not depend
 *          on when that was.
 * @given_back: T5; @takes_back: the rest then
 */
struct unit {
	uint64_t		number;
	struct unit		*up, *next, *list;
	bool			whole, is_rest, given_back, takes_back;
	enum unit_state		state;
	enum unit_end		end;
	unsigned long		executions, budget;
	unsigned int		lost;
	size_t			letters;	/* of @outbox, when it began */
	struct weft_buffer	bytes, change;
	struct letters		inbox, outbox;
};

struct weft_search {
	struct weft_exec	*x;
	struct weft_campaign	own;		/* a copy, with what probes said */
	const struct weft_campaign *campaign;	/* this copy */
	struct weft_search_plan	plan;
	struct weft_result	*result;
	struct weft_base	base;
	struct weft_sharing	sharing;
	struct unit		*root;		/* NULL: exhausted */
	uint64_t		numbers;	/* given to units so far */
	unsigned int		ahead;		/* answers not yet committed */
	unsigned long		answered;	/* executions of answers */
	uint64_t		lent_bytes;	/* of pieces that were lent */
	unsigned long		lends_from;	/* ... when pieces are lent again */
	unsigned int		burdens;	/* given back one after another */
	unsigned long		promotions;	/* when the pass began */
	bool			depth_hit, over, stopped;
	bool			sampled;	/* what was to be sampled */
};

/* What an answer says of the executions, besides the change. */
struct segment_head {
	unsigned long		executions, blocked, assume_blocked, steps;
	unsigned long		impossible;
	unsigned long		depth_max, decisions_max;
	int			tasks_max;
	bool			depth_hit, promoted;
	enum weft_outcome	outcome;	/* of the last one */
	char			*symbol;
	struct weft_progress	progress;	/* texts are kept for ever */
	struct weft_finding	*findings;
	size_t			findings_n;
};

/* A piece that is lent is written with all that the branches above it cover, and when
 * its turn comes all of the lender is written and read: so many bytes an execution
 * leave that at a few per cent of the time. */
#define SEARCH_LENT_BYTES	8

/* search.c: stops at the limit on executions. True: it is over. */
bool search__check_limit(struct weft_search *search);

/* search_run.c */
uint64_t search__bits(double number);
double search__double(uint64_t bits);
bool search__get_head(struct segment_head *ret, struct weft_reader *from);
void search__clear_head(struct segment_head *head);
void search__put_progress(const struct weft_progress *progress,
			  struct weft_buffer *to);
void search__get_progress(struct weft_progress *ret, struct weft_reader *from);

/* search_tree.c */
struct unit *search__new_unit(struct weft_search *search, struct unit *up);
void search__free_unit(struct weft_search *search, struct unit *unit);
void search__drop_list(struct weft_search *search, struct unit *unit);
struct unit *search__find(struct unit *unit, uint64_t number);
/* The first unit that could be run now, or NULL. */
struct unit *search__ready(struct unit *unit);
/* The first unit that is not committed. */
struct unit *search__first(struct unit *root);
/* After a unit was committed: T2, T4. False: there is no piece behind it. */
bool search__settle(struct weft_search *search, struct unit *unit);
/* The piece that a unit is part of, if it is lent and can be given back; or NULL. */
struct unit *search__lent(struct unit *unit);
/* T5 */
void search__give_back(struct weft_search *search, struct unit *piece);
/* T5: does the rest explore the piece that it follows? */
bool search__takes_back(const struct unit *unit);
/* All mail that waits for a unit, in order. */
void search__put_inbox(const struct unit *unit, struct weft_buffer *to);
void search__send(struct letters *letters, struct weft_reader letter);
void search__save_tree(const struct weft_search *search,
		       struct weft_buffer *to);
bool search__load_tree(struct weft_search *search, struct weft_reader *from);

#endif
