/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Two accesses of two tasks that are to meet: each task is held in front of its own
 * until the other stands in front of the other; then they are made one after the other.
 *
 *  M1  A place is an access to one granule by one task from one address of the code, the
 *      n-th there. It counts what the clocks of races see (exec_race.c I1, I2), so that
 *      it means the same in every execution of that task that goes the same way.
 *  M2  Both accesses are points: marked ones are, and for plain ones the granule is RACY
 *      in such an execution. Where that alone makes a point it is no operation of the
 *      execution that is followed: @extras.
 *  M3  That two accesses have met is a property of the schedule: they are points, and two
 *      steps of two tasks in a row. The second task has stood there when the first access
 *      was made, because a task publishes what it will do as soon as it has done
 *      what comes before. So every replay shows it.
 *
 * Sources: Sen, "Race directed random testing of concurrent programs", PLDI 2008;
 * the watchpoints of KCSAN (Documentation/dev-tools/kcsan.rst).
 */
#ifndef WEFT_MEETING_H
#define WEFT_MEETING_H

#include <stdbool.h>
#include <stdint.h>

#include "op.h"
#include "region.h"

/**
 * struct weft_meet_place - see M1
 * @granule: stable name of its first byte
 * @nth:     from 1; @made: so far in this execution
 * @here:    the task stands in front of it
 */
struct weft_meet_place {
	int		task;
	uintptr_t	pc;
	uint64_t	granule;
	unsigned long	nth;
	unsigned long	made;
	bool		here;
};

/**
 * struct weft_meeting - what is wanted, and how far it has come
 * @places: the one to be made first comes first
 * @turned: no, it comes last
 * @added:  granule that is RACY for this only; UINT64_MAX: none. See M2
 * @extras: by task: points it has passed that only @added makes
 * @prefer: index of the place whose task goes on wherever it can, until it is there;
 *          -1: who does is as recorded
 * @met:    both were here
 * @turns:  how many of the two accesses are still to be made in a row
 */
struct weft_meeting {
	struct weft_meet_place	places[2];
	bool			turned;
	uint64_t		added;
	unsigned long		extras[WEFT_THREADS_MAX];
	int			prefer;
	bool			met;
	unsigned int		turns;
};

#endif
