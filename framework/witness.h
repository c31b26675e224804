/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Deadlocks foretold from executions that did not show them, and executions
 * directed at them, for a witness.
 *
 *  W1  What is foretold are chains of dependencies (lockcycle.h C1). Each that an
 *      execution directed at it shows (strategies/hold.h) is a finding like any
 *      other, with a schedule; what none shows is unconfirmed unless the search finds
 *      it later.
 *  W2  A cycle of the lock graph is feasible when a finding is a chain that makes it
 *      (C2), or a deadlock that goes round it (shown.h S1); infeasible within the
 *      bounds when the search has exhausted them and there is none; else unknown.
 *      The reason says what is known besides.
 *  W3  Nobody can be held at an annotation, so nothing may have been directed at a
 *      cycle that goes through one. Whoever is blocked there waits, or has it held.
 *      Where tasks of some deadlock do, and it does not show the cycle, it may be it
 *      all the same: a copy, or others behind the same signature. Then the cycle is
 *      unknown even if the search is exhausted.
 */
#ifndef WEFT_WITNESS_H
#define WEFT_WITNESS_H

#include "explorer_internal.h"

/* Executions directed at each cycle unless somebody says otherwise. */
#define WEFT_WITNESS_EXECUTIONS 32

/**
 * weft_predict() - what the executions so far foretell
 * Return: EXPLORER_STOPPED with a verdict in @result; else EXPLORER_ON.
 */
enum explorer_end weft_predict(struct weft_exec *x,
			       const struct weft_campaign *campaign,
			       struct weft_result *result);

/* Fills in result->cycles; its graph is finished. The verdict may become bug. */
void weft_judge_cycles(struct weft_exec *x,
		       const struct weft_campaign *campaign,
		       struct weft_result *result);

/* How many of the deadlocks that were foretold are among the findings. */
void weft_count_confirmed(struct weft_result *result);

#endif
