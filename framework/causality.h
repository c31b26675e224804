/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Why a finding happens: the orders of two operations each of which, turned
 * round while all else keeps its order as far as it can, makes it vanish.
 *
 * In the manner of causality chains: Jeong et al., "Diagnosing kernel
 * concurrency failures with AITIA", EuroSys 2023. What is different here is how
 * candidates are found.
 *
 * For each two tasks A and B, F(a, b) is the execution in which A is held in
 * front of its operation a until B has applied b. Holding earlier, or waiting
 * for something later, turns more orders round. Looked for are the corners: F
 * does not show the finding, and with a later a or an earlier b it does. That
 * is where the order of a and b is what counts.
 *
 *  I1  Every order in the chain was turned round, by its @hold and @until, and
 *      the execution had no finding of that signature.
 *  I2  Candidates are operations in conflict: same object, one of them writes
 *      or acquires, neither ordered by the start or the end of a task, and
 *      not a release before the acquisition it makes possible.
 *  I3  Where two tasks touch the same things and yet none of I2 is a corner, all
 *      their operations are candidates (@nearby): plain accesses between two
 *      operations, which have no place of their own, are what counts there.
 *      Not for service threads.
 *
 * Corners are looked for one by one where there are few candidates, else by
 * bisection, which can overlook one when turning more round brings the failure
 * back. Two orders that have to be turned round together are no corner of I2;
 * then the nearest operations in conflict stand for them.
 */
#ifndef WEFT_CAUSALITY_H
#define WEFT_CAUSALITY_H

#include "confirm.h"

/* Executions spent on one finding unless somebody says otherwise. */
#define WEFT_CAUSALITY_EXECUTIONS 1000

/**
 * weft_causality() - fill in finding->causality
 * @finding: confirmed; its evidence is what the chain points into
 */
void weft_causality(struct weft_exec *x, struct weft_finding *finding,
		    struct weft_spending *spending);

/**
 * weft_causality_turn() - run a finding's order with one link turned round
 *
 * Return: true when the order could be turned round and the finding is gone.
 */
bool weft_causality_turn(struct weft_exec *x,
			 const struct weft_finding *finding,
			 const struct weft_cause *cause);

#endif
