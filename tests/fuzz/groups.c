/* SPDX-License-Identifier: GPL-2.0-only */
/* The groups of random programs. */
#include <string.h>

#include "tests/fuzz/program.h"

const struct fuzz_group fuzz_groups[] = {
	{ "cells", "reads, writes and compare-and-exchange",
	  .weights = { [FUZZ_READ] = 4, [FUZZ_WRITE] = 3,
		[FUZZ_WRITE_NEXT] = 2, [FUZZ_FETCH_ADD] = 2, [FUZZ_CAS] = 4 } },
	{ "mutexes", "mutexes, self-deadlocks included",
	  .weights = { [FUZZ_READ] = 2, [FUZZ_WRITE_NEXT] = 2,
		[FUZZ_LOCK] = 6, [FUZZ_UNLOCK] = 4 } },
	{ "trylocks", "mutexes and trylocks",
	  .weights = { [FUZZ_READ] = 1, [FUZZ_FETCH_ADD] = 1, [FUZZ_LOCK] = 3,
		[FUZZ_UNLOCK] = 4, [FUZZ_TRYLOCK] = 4 } },
	{ "spawn", "one task creates and joins others",
	  .creators = FUZZ_ONE_TASK,
	  .weights = { [FUZZ_READ] = 2, [FUZZ_FETCH_ADD] = 1, [FUZZ_CAS] = 2,
		[FUZZ_LOCK] = 2, [FUZZ_UNLOCK] = 2,
		[FUZZ_JOIN] = 2, [FUZZ_JOIN_ALL] = 1 } },
	{ "mixed", "all of these", .creators = FUZZ_ONE_TASK,
	  .weights = { [FUZZ_READ] = 3, [FUZZ_WRITE] = 2,
		[FUZZ_WRITE_NEXT] = 2, [FUZZ_FETCH_ADD] = 1, [FUZZ_CAS] = 3,
		[FUZZ_LOCK] = 4, [FUZZ_UNLOCK] = 4, [FUZZ_TRYLOCK] = 2, [FUZZ_JOIN] = 1, [FUZZ_JOIN_ALL] = 1 } },
	{ "adds", "commuting additions among reads, writes and exchanges",
	  .weights = { [FUZZ_READ] = 2, [FUZZ_WRITE] = 1,
		[FUZZ_WRITE_NEXT] = 1, [FUZZ_FETCH_ADD] = 1, [FUZZ_CAS] = 4,
		[FUZZ_ADD] = 7 } },
	{ "frees", "cells that die, some twice",
	  .weights = { [FUZZ_READ] = 3, [FUZZ_WRITE] = 2, [FUZZ_CAS] = 2,
		[FUZZ_ADD] = 2, [FUZZ_FREE] = 3, [FUZZ_LOCK] = 2,
		[FUZZ_UNLOCK] = 2 } },
	{ "choices", "data choices among all that never waits",
	  .weights = { [FUZZ_READ] = 3, [FUZZ_WRITE] = 2,
		[FUZZ_WRITE_NEXT] = 2, [FUZZ_CAS] = 3, [FUZZ_ADD] = 1,
		[FUZZ_CHOOSE] = 3, [FUZZ_LOCK] = 3, [FUZZ_UNLOCK] = 3,
		[FUZZ_TRYLOCK] = 1 } },
	{ "creators", "several tasks create others, in no order",
	  .creators = FUZZ_SEVERAL_TASKS,
	  .weights = { [FUZZ_READ] = 3, [FUZZ_WRITE] = 1, [FUZZ_CAS] = 2,
		[FUZZ_ADD] = 1, [FUZZ_LOCK] = 2, [FUZZ_UNLOCK] = 2, [FUZZ_JOIN] = 2, [FUZZ_JOIN_ALL] = 1 } },
	{ "waits", "waits for a condition",
	  .weights = { [FUZZ_READ] = 2, [FUZZ_WRITE] = 3,
		[FUZZ_FETCH_ADD] = 2, [FUZZ_CAS] = 2, [FUZZ_AWAIT] = 3,
		[FUZZ_AWAIT_NOT] = 3, [FUZZ_LOCK] = 1, [FUZZ_UNLOCK] = 1,
		[FUZZ_JOIN_ALL] = 1 } },
	{ "spins", "loops that read until",
	  .weights = { [FUZZ_READ] = 2, [FUZZ_WRITE] = 4, [FUZZ_ADD] = 3,
		[FUZZ_CAS] = 2, [FUZZ_SPIN] = 4, [FUZZ_LOCK] = 2,
		[FUZZ_UNLOCK] = 2 } },
	{ "completions", "completions, each of which lets one waiter go",
	  .weights = { [FUZZ_READ] = 2, [FUZZ_WRITE] = 2, [FUZZ_CAS] = 1,
		[FUZZ_COMPLETE] = 4, [FUZZ_WAIT] = 4, [FUZZ_LOCK] = 1,
		[FUZZ_UNLOCK] = 1 } },
	{ "rwsems", "fair reader-writer locks",
	  .weights = { [FUZZ_READ] = 1, [FUZZ_FETCH_ADD] = 1,
		[FUZZ_DOWN_READ] = 4, [FUZZ_DOWN_WRITE] = 4, [FUZZ_UP] = 6,
		[FUZZ_TRY_READ] = 1, [FUZZ_TRY_WRITE] = 1 } },
	{ "nested", "readers that read-lock again, downgrades", .nested = true,
	  .weights = { [FUZZ_READ] = 1, [FUZZ_FETCH_ADD] = 1,
		[FUZZ_DOWN_READ] = 6, [FUZZ_DOWN_WRITE] = 3, [FUZZ_UP] = 6,
		[FUZZ_TRY_READ] = 1, [FUZZ_DOWNGRADE] = 2 } },
	{ "reduced", "everything but choices and unordered creators",
	  .creators = FUZZ_ONE_TASK, .nested = true,
	  .weights = { [FUZZ_READ] = 2, [FUZZ_WRITE] = 2,
		[FUZZ_FETCH_ADD] = 1, [FUZZ_CAS] = 2, [FUZZ_ADD] = 2,
		[FUZZ_FREE] = 1, [FUZZ_LOCK] = 2, [FUZZ_UNLOCK] = 3,
		[FUZZ_TRYLOCK] = 1, [FUZZ_JOIN] = 1,
		[FUZZ_JOIN_ALL] = 1, [FUZZ_AWAIT] = 1, [FUZZ_AWAIT_NOT] = 1,
		[FUZZ_SPIN] = 1, [FUZZ_COMPLETE] = 1, [FUZZ_WAIT] = 1,
		[FUZZ_DOWN_READ] = 2, [FUZZ_DOWN_WRITE] = 2, [FUZZ_UP] = 3,
		[FUZZ_TRY_READ] = 1, [FUZZ_TRY_WRITE] = 1,
		[FUZZ_DOWNGRADE] = 1 } },
	{ "everything", "everything",
	  .creators = FUZZ_SEVERAL_TASKS, .nested = true,
	  .weights = { [FUZZ_READ] = 2, [FUZZ_WRITE] = 2,
		[FUZZ_FETCH_ADD] = 1, [FUZZ_CAS] = 2, [FUZZ_ADD] = 2,
		[FUZZ_FREE] = 1, [FUZZ_CHOOSE] = 2, [FUZZ_LOCK] = 2,
		[FUZZ_UNLOCK] = 3, [FUZZ_TRYLOCK] = 1,
		[FUZZ_JOIN] = 1, [FUZZ_JOIN_ALL] = 1, [FUZZ_AWAIT] = 1,
		[FUZZ_AWAIT_NOT] = 1, [FUZZ_SPIN] = 1, [FUZZ_COMPLETE] = 1,
		[FUZZ_WAIT] = 1, [FUZZ_DOWN_READ] = 2, [FUZZ_DOWN_WRITE] = 2,
		[FUZZ_UP] = 3, [FUZZ_TRY_READ] = 1, [FUZZ_TRY_WRITE] = 1,
		[FUZZ_DOWNGRADE] = 1 } },
};
const size_t fuzz_groups_n = sizeof(fuzz_groups) / sizeof(fuzz_groups[0]);

const struct fuzz_group *fuzz_group_find(const char *name)
{
	size_t i;

	for (i = 0; i < fuzz_groups_n; i++)
		if (!strcmp(fuzz_groups[i].name, name))
			return &fuzz_groups[i];
	return NULL;
}
