/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Uses after free and data races foretold from the first executions, and executions directed at
 * them.
 *
 *  P1  The execution is the default one, run again until all that it shares is known;
 *      where something is foretold, the accesses become scheduling points.
 *  P2  Directed: the order of that execution, but the task that accesses is held in
 *      front of its access until the free is done (strategies/order.h); at each of the
 *      accesses in turn, the latest first.
 *  P3  What such an execution shows is a finding like any other, with a schedule. What
 *      none shows is infeasible within the bounds when the search has exhausted them,
 *      else unknown; the reason says what came between.
 *  P4  Data races are foretold from the same executions (foretold.h F6). What such an
 *      execution shows by itself is found by the search and not foretold.
 *  P5  An execution is directed at each two places (meet.h). Where both sides meet it is
 *      a finding, else P3 holds. What is by flow is tried once, in silence.
 */
#ifndef WEFT_FORETELL_H
#define WEFT_FORETELL_H

#include "explorer_internal.h"
#include "foretold.h"

/* As weft_predict() of witness.h. */
enum explorer_end weft_foretell(struct weft_exec *x,
				const struct weft_campaign *campaign,
				struct weft_result *result);

/* The same from the execution that was run last, which is run once more. */
enum explorer_end weft_foretell_again(struct weft_exec *x,
				      const struct weft_campaign *campaign,
				      struct weft_result *result);

/* foretell_race.c: P4, P5. Frees @list. False: a finding did not come again. */
bool weft_foretell_races(struct weft_exec *x,
			 const struct weft_campaign *campaign,
			 struct weft_result *result,
			 const struct weft_schedule *base,
			 struct weft_foretold *list, size_t n);

/* The last verdicts: the search is over. */
void weft_judge_foretold(struct weft_result *result);

#endif
