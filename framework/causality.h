/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Why a finding happens: the orders of two operations each of which, turned
 * round while all else keeps its order as far as it can, makes it vanish.
 *
 * In the manner of causality chains: Jeong et al., "Diagnosing kernel
 * concurrency failures with AITIA", EuroSys 2023. What is different here is how
 * candidates are found.
 *
 * For each two tasks A and B, the order of their operations a and b is turned
 * round in two ways: A is held in front of a until B has applied b, while all
 * others go on; and B comes forward, as far as b, to just before a, while all
 * others wait. Each drags other orders round, the one a behind what others did
 * before b, the other one b before what others did after a, so that one alone
 * may help where the order of a and b has no part in it. F(a, b) holds when
 * the finding is gone in each of the ways that can be executed, and there is
 * one. Holding earlier, or waiting for something later, turns more orders
 * round. Looked for are the corners: F holds, and with a later a or an earlier
 * b it does not. That is where the order of a and b is what counts.
 *
 *  I1  Every order in the chain was turned round, by its @hold and @until, in
 *      both ways or in the only one that could be executed, and no execution
 *      had a finding of that signature.
 *  I2  Candidates are operations in conflict: same object, one of them writes
 *      or acquires, neither ordered by the start or the end of a task, and
 *      not a release before the acquisition it makes possible.
 *  I3  Where two tasks touch the same things and yet none of I2 is a corner, all
 *      their operations are candidates (@nearby): plain accesses between two
 *      operations, which have no place of their own, are what counts there.
 *      Not for service threads.
 *  I4  An order which can only be turned round together with others in the
 *      chain is none: a before c before b is told as a before c and c before b.
 *      Each link is turned round once more, in each way that can be executed, and
 *      the others are watched; what comes along is kept in its order then, as it
 *      may have come along by chance, until nothing does or all is stuck. Of links
 *      that turn each other round all stay.
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
 * @forward:    the later one comes forward; else the earlier one is held
 * @ret_turned: the order could be turned round so
 *
 * Return: true when it could be and the finding is gone.
 */
bool weft_causality_turn(struct weft_exec *x,
			 const struct weft_finding *finding,
			 const struct weft_cause *cause, bool forward,
			 bool *ret_turned);

#endif
