/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A search by units: what weft_explore() does, taken apart so that several
 * processes can take part in it, or one today and one tomorrow.
 *
 * The coordinator hands out requests (weft_search_next()), a worker turns each
 * into an answer (weft_search_run()), in any order and as far ahead as it
 * likes; weft_search_answer() takes answers in any order.
 *
 *  I1  Answers are added to the result in the order of the search, never in the
 *      order of arrival. So the result depends neither on time nor on the
 *      number of workers; with a strategy whose pieces keep its order (U1 of
 *      strategy.h) it is that of weft_explore() to the byte.
 *  I2  An answer that is not what the search would have done there is thrown
 *      away and the unit is run again by the coordinator, which then knows all
 *      that came before: when together with earlier answers it finds a
 *      scheduling point, or when it goes beyond the limit on executions.
 *  I3  A unit stops at its first finding that its request did not know, and
 *      where sharing grew; the coordinator confirms the finding, or begins a
 *      new pass, before anything after it counts.
 *  I4  When a search is stopped, answers that wait for an earlier one are
 *      added all the same, so that no finding is lost. weft_search_save()
 *      keeps them apart: who resumes ends with the totals of a search that was
 *      never stopped.
 *
 * Source: handing out unstarted branches of the tree: Simsa, Bryant, Gibson,
 * Hickey, "Scalable dynamic partial order reduction", RV 2012.
 */
#ifndef WEFT_SEARCH_H
#define WEFT_SEARCH_H

#include "buffer.h"
#include "explorer.h"

/**
 * struct weft_search_plan - how a search is taken apart
 * @first:   executions before the first split
 * @budget:  executions of each further unit before it is split
 * @wanted:  pieces of one split, at most WEFT_PIECES_MAX
 * @ahead:   answers that may wait for an earlier one
 * @lent:    pieces that a unit lends at a time, if its strategy does
 */
struct weft_search_plan {
	unsigned long	first;
	unsigned long	budget;
	unsigned int	wanted;
	unsigned int	ahead;
	unsigned int	lent;
};

#define WEFT_PIECES_MAX 16
extern const struct weft_search_plan weft_search_plan_default;

struct weft_search;

/* Can this strategy's search be taken apart? */
bool weft_search_is_possible(const struct weft_strategy *strategy);

/**
 * weft_search_begin() - set up @x, ready for the first unit
 * @plan:   copied
 * @result: as for weft_explore(); lives longer than the search
 *
 * Return: NULL when the setup failed; @result says why.
 */
struct weft_search *weft_search_begin(struct weft_exec *x,
				      const struct weft_campaign *campaign,
				      const struct weft_search_plan *plan,
				      struct weft_result *result);
/**
 * weft_search_sample() - the sample of the campaign, unless it is there
 *
 * Context: before the first unit is handed out, and after weft_search_load().
 * A search saved inside its sample begins it again.
 */
void weft_search_sample(struct weft_search *search);
/* The verdict, and the end of the search. */
void weft_search_finish(struct weft_search *search);

/* Nothing is left to be done: exhausted or stopped. */
bool weft_search_is_over(const struct weft_search *search);
/* Has every unit been explored? */
bool weft_search_is_exhausted(const struct weft_search *search);
/* Grows with each pass: workers of an earlier one know too little. */
unsigned int weft_search_pass(const struct weft_search *search);
/* Has the search been taken apart, so that more workers are of use? */
bool weft_search_is_split(const struct weft_search *search);
/* Do units lend pieces, so that WEFT_SEARCH_LEND is of use? */
bool weft_search_lends(const struct weft_search *search);
/* Executions of answers that wait. */
unsigned long weft_search_waiting(const struct weft_search *search);

/**
 * weft_search_next() - the first unit nobody works on
 * @ret_request: overwritten, to be cleared by the caller
 * Return: a number for weft_search_answer(); 0: none now.
 */
uint64_t weft_search_next(struct weft_search *search,
			  struct weft_buffer *ret_request);

/* What is wanted of a worker that is running a unit. */
enum weft_search_wish {
	WEFT_SEARCH_GO_ON,
	WEFT_SEARCH_LEND,	/* lend, if there is something */
	WEFT_SEARCH_STOP,
};

/**
 * struct weft_search_calls - what a worker asks and says while it runs a unit
 * @wish: asked after each execution
 * @lend: pieces for weft_search_lent(), which are to get there before the answer; NULL: a
 *        unit that lends ends there, and its answer has them
 */
struct weft_search_calls {
	enum weft_search_wish	(*wish)(void);
	void			(*lend)(const struct weft_buffer *pieces);
};

/**
 * weft_search_run() - what a worker does with a request
 * @search: the coordinator's own, or that of a process forked from it during
 *          this pass
 * @calls:  NULL: nothing is wanted
 */
void weft_search_run(struct weft_search *search, struct weft_reader request,
		     struct weft_buffer *answer,
		     const struct weft_search_calls *calls);

/**
 * weft_search_lent() - take what a worker lends while it goes on with a unit
 * Return: false when it makes no sense.
 */
bool weft_search_lent(struct weft_search *search, uint64_t number,
		      struct weft_reader pieces);

/**
 * weft_search_answer() - take the answer to a request
 * Return: false when it makes no sense.
 */
bool weft_search_answer(struct weft_search *search, uint64_t number,
			struct weft_reader answer);
/* False: nobody waits for the answer to a request any more. */
bool weft_search_wants(struct weft_search *search, uint64_t number);
/* There will be no answer: the unit may be handed out again. Return: how often
 * this has happened to it. */
unsigned int weft_search_lost(struct weft_search *search, uint64_t number);

/* Stops it; @reason as for keep_running(). */
void weft_search_stop(struct weft_search *search, const char *reason);
/* The same, because of a defect of ours: verdict internal. */
void weft_search_fail(struct weft_search *search, const char *reason);

/**
 * weft_search_save() - everything that weft_search_load() needs to go on
 * weft_search_load() - replaces the state of a search that has just begun
 *
 * Context: weft_search_save() before weft_search_stop() and after answers.
 * Return: false when the bytes make no sense; the search is of no use then.
 */
void weft_search_save(struct weft_search *search, struct weft_buffer *to);
bool weft_search_load(struct weft_search *search, struct weft_reader from);

#endif
