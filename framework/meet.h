/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Both sides of a data race brought together, by executions directed at it.
 *
 *  D1  Followed is the execution that showed the race, or foretells it, with both
 *      tasks held at their places (meeting.h): first in its own order, then with the
 *      task of the later access going on wherever it can, then with the other one.
 *  D2  What is kept is what a replay shows: its schedule, both stacks, and the values at
 *      that moment. A race whose sides did not meet stays a race, with the reason.
 *  D3  Where they met, each could have come first. The one that came last is tried as the
 *      first, up to the end of an execution, as a race matters for what follows from it.
 */
#ifndef WEFT_MEET_H
#define WEFT_MEET_H

#include "confirm.h"
#include "meeting.h"

/**
 * weft_meet() - executions directed at one race
 * @base:      the whole schedule of the execution to be followed
 * @places:    where the two are to meet; only who, where and which
 * @signature: of the race
 * @ret_apart: why they did not meet, a string that lives for ever
 *
 * Return: the finding of the last execution in which both sides met, without
 * evidence beside the race; NULL when there is none.
 */
struct weft_finding *weft_meet(struct weft_exec *x,
			       const struct weft_schedule *base,
			       const struct weft_meet_place places[2],
			       const char *signature,
			       struct weft_spending *spending,
			       const char **ret_apart);

/**
 * weft_meet_finding() - the same for a data race that was found and replayed
 * @finding: gets the schedule with which both sides meet, if there is one; then it
 *           has to be confirmed again, and how it was found is in @first
 *
 * Return: did it get one?
 */
bool weft_meet_finding(struct weft_exec *x, struct weft_finding *finding,
		       struct weft_spending *spending);

/**
 * weft_meet_turned() - one execution as that of @race, its two accesses the other way
 * @race: both of its sides met
 *
 * What follows from that order is with the execution: weft_exec_findings(). See D3.
 */
void weft_meet_turned(struct weft_exec *x, const struct weft_finding *race);

#endif
