/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A smaller schedule for a finding: fewest preemptions, then fewest steps.
 *
 * First the switches of the schedule at hand are thinned out: groups of them
 * are left to the default choice (Zeller and Hildebrandt, "Simplifying and
 * isolating failure-inducing input", IEEE TSE 28(2), 2002), then pairs. Whole runs
 * of tasks change places with their neighbours where one of them is preempted,
 * alone or with those that follow from it, and the switches left are moved to
 * other places. Then all schedules with 0, 1, 2, ... preemptions are run, up to
 * the best known (Musuvathi and Qadeer, PLDI 2007), cut off where they are longer
 * than it. What the second part exhausts is proven.
 *
 *  I1  The result has the same signature, and never more preemptions; with as
 *      many, never more steps. Where it is a race and its sides met (meet.h), they
 *      meet in the result.
 *  I2  The same finding and budget give the same result.
 *  I3  WEFT_MINIMAL_PROVEN: no schedule that switches at scheduling points only
 *      shows this signature with fewer preemptions, or with as many and fewer
 *      steps. Switching between two of them may save a step that nobody sees.
 *      Of a race whose sides met: no schedule in which they meet, wherever it
 *      switches.
 *  I4  Where a finding does not end its execution, what counts is the step at which it
 *      is told; of a race that is its second access.
 */
#ifndef WEFT_MINIMISE_H
#define WEFT_MINIMISE_H

#include "confirm.h"

/* Executions spent on one finding unless somebody says otherwise. */
#define WEFT_MINIMISE_EXECUTIONS 5000

/* Of a data race, a part of it: a campaign of a large scenario may find a dozen. */
#define WEFT_MINIMISE_RACE_PART 10

/**
 * weft_minimise() - make the schedule of a finding smaller
 * @finding:  confirmed; gets the smaller schedule, and keeps the one it had in
 *            @finding->first; has to be confirmed again
 * @spending: what is left of it is spent
 */
void weft_minimise(struct weft_exec *x, struct weft_finding *finding,
		   struct weft_spending *spending);

/* The first part of it alone: nothing is proven. */
void weft_thin_out(struct weft_exec *x, struct weft_finding *finding,
		   struct weft_spending *spending);

#endif
