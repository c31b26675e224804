/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Fixed programs, each of which shows what one sort of mistake in a reduction
 * does. The fuzzer found and shrank them against the deliberate defects of
 * mutants.sh; brute force counted their traces where every schedule can be run.
 */
#include "tests/fuzz/program.h"

#define AT_ONCE { FUZZ_AT_ONCE, FUZZ_AT_ONCE, FUZZ_AT_ONCE, FUZZ_AT_ONCE, \
		  FUZZ_AT_ONCE }
#define LENGTHS { FUZZ_OPS_MAX, FUZZ_OPS_MAX, FUZZ_OPS_MAX, FUZZ_OPS_MAX, \
		  FUZZ_OPS_MAX }
#define OP(k, o)	{ .kind = FUZZ_##k, .object = (o), .guard = -1 }
#define SET(k, o, v)	{ .kind = FUZZ_##k, .object = (o), .value = (v), .guard = -1 }
#define CAS(o, e, v)	{ .kind = FUZZ_CAS, .object = (o), .expected = (e), \
			  .value = (v), .guard = -1 }
#define IF(r, k, o)	{ .kind = FUZZ_##k, .object = (o), .value = 1, .guard = (r) }
#define LOOK_AT(o)	{ .kind = FUZZ_LOOK, .object = (o), .expected = 2, .guard = -1 }
#define PROGRAM(n, ...)	{ .threads = (n), .creator = AT_ONCE, \
			  .ops_n = LENGTHS, .ops = { __VA_ARGS__ } }
/* Three threads; who creates the second one and the third one. */
#define CREATED(a, b, ...) { .threads = 3, .creator = { FUZZ_AT_ONCE, a, b }, \
			  .ops_n = LENGTHS, .ops = { __VA_ARGS__ } }
#define THREAD(...)	{ __VA_ARGS__ }

const struct fuzz_trap fuzz_traps[] = {
	{ "a race looked at once only loses a trace", 68, PROGRAM(4,
		THREAD(SET(WRITE, 0, 1), OP(READ, 0), OP(READ, 1)),
		THREAD(OP(READ, 0), OP(READ, 3)),
		THREAD(SET(WRITE, 1, 0), SET(WRITE, 3, 1), OP(READ, 0)),
		THREAD(SET(WRITE, 0, 1))) },
	{ "a sequence that ends at the late step loses a trace", 72, PROGRAM(4,
		THREAD(SET(WRITE, 1, 0), OP(READ, 2)),
		THREAD(SET(WRITE, 1, 0), SET(WRITE, 0, 1), OP(READ, 1)),
		THREAD(OP(READ, 1), SET(WRITE, 2, 1)),
		THREAD(OP(READ, 0), SET(WRITE, 0, 0), SET(WRITE, 0, 1))) },
	{ "a sequence that was inserted may not cover its race for good", 48,
	  PROGRAM(5,
		THREAD(OP(READ, 1), SET(WRITE, 2, 1)),
		THREAD(SET(WRITE, 2, 0), OP(READ, 3), SET(WRITE, 0, 1)),
		THREAD(SET(WRITE, 3, 1), SET(WRITE, 1, 0)),
		THREAD(OP(READ, 0)),
		THREAD(OP(READ, 0), OP(READ, 3))) },
	{ "a branch that begins with an initial does not cover a race", 4,
	  PROGRAM(3,
		THREAD(OP(READ, 0)),
		THREAD(OP(READ, 1), SET(WRITE, 0, 1)),
		THREAD(OP(READ, 0))) },
	{ "what a cmpxchg does depends on where it is moved to", 10, PROGRAM(4,
		THREAD(OP(NOP, 0)),
		THREAD(SET(WRITE, 2, 0), OP(READ, 1)),
		THREAD(SET(WRITE, 2, 1), CAS(1, 0, 1), SET(WRITE, 2, 0)),
		THREAD(CAS(1, 0, 1))) },
	{ "and on what was added to what is there by then", 46, PROGRAM(3,
		THREAD(SET(FETCH_ADD, 0, 1), SET(ADD, 0, 0)),
		THREAD(CAS(0, 0, 0)),
		THREAD(SET(WRITE, 0, 1), SET(ADD, 0, 0), CAS(0, 2, 1))) },
	{ "additions commute with each other, not with a read", 4, PROGRAM(3,
		THREAD(SET(ADD, 0, 1)),
		THREAD(SET(ADD, 0, 1)),
		THREAD(OP(READ, 0))) },
	{ "a task that waits for a lock at the end might have had it", 2,
	  PROGRAM(2,
		THREAD(OP(LOCK, 0)),
		THREAD(OP(LOCK, 0))) },
	{ "locks race with locks, not with releases", 3, PROGRAM(2,
		THREAD(OP(LOCK, 0), OP(LOCK, 1), OP(UNLOCK, 1), OP(UNLOCK, 0)),
		THREAD(OP(LOCK, 1), OP(LOCK, 0), OP(UNLOCK, 0),
		       OP(UNLOCK, 1))) },
	{ "a trylock races with locks and with releases", 3, PROGRAM(2,
		THREAD(OP(LOCK, 0), OP(UNLOCK, 0)),
		THREAD(OP(TRYLOCK, 0))) },
	{ "whoever waits in line for a lock might have come first", 9, PROGRAM(3,
		THREAD(OP(DOWN_READ, 0), OP(UP, 0)),
		THREAD(OP(DOWN_WRITE, 0), OP(UP, 0)),
		THREAD(OP(DOWN_READ, 0), OP(UP, 0))) },
	{ "a wait might have ended earlier, or never", 8, PROGRAM(3,
		THREAD(SET(AWAIT, 0, 1)),
		THREAD(SET(WRITE, 0, 1), SET(WRITE, 0, 0)),
		THREAD(SET(WRITE, 0, 1))) },
	{ "what a wait would have to come before may be more than one step", 3,
	  PROGRAM(4,
		THREAD(OP(NOP, 0)),
		THREAD(SET(AWAIT, 1, 1)),
		THREAD(SET(ADD, 1, 1), SET(ADD, 1, 1)),
		THREAD(SET(ADD, 1, 1))) },
	{ "a reader that turns out to get the lock drops what it covers at once", 8,
	  PROGRAM(4,
		THREAD(OP(DOWN_WRITE, 0)),
		THREAD(OP(DOWN_READ, 1), OP(DOWN_READ, 0)),
		THREAD(OP(DOWN_READ, 0)),
		THREAD(OP(DOWN_READ, 0))) },
	{ "what ends in front of a wait that cannot be is explored all the same",
	  59, PROGRAM(4,
		THREAD(SET(WRITE, 1, 1), SET(AWAIT, 0, 0)),
		THREAD(SET(WRITE, 0, 0), SET(AWAIT, 1, 0)),
		THREAD(SET(FETCH_ADD, 0, 0), OP(READ, 1), OP(READ, 0)),
		THREAD(SET(WRITE, 1, 1), SET(AWAIT_NOT, 1, 1))) },
	{ "who waits for a completion would not only have looked at it", 14,
	  PROGRAM(4,
		THREAD(OP(COMPLETE, 0), OP(COMPLETE, 0)),
		THREAD(OP(READ, 0), OP(WAIT, 0), OP(WAIT, 0)),
		THREAD(OP(WAIT, 0)),
		THREAD(OP(WAIT, 0))) },
	{ "a unit that drops the branch it was to follow does not want it", 15,
	  PROGRAM(4,
		THREAD(OP(COMPLETE, 1)),
		THREAD(OP(COMPLETE, 1), OP(COMPLETE, 0)),
		THREAD(OP(WAIT, 1)),
		THREAD(OP(COMPLETE, 0), OP(WAIT, 1))) },
	{ "a look at a lock that found it held finds it free elsewhere", 159, PROGRAM(5,
		THREAD(OP(DOWN_WRITE, 0), OP(UP, 0), LOOK_AT(0)),
		THREAD(LOOK_AT(0)),
		THREAD(OP(DOWN_READ, 0)),
		THREAD(LOOK_AT(0)),
		THREAD(OP(DOWN_READ, 0))) },
	{ "each data choice is a move of its own", 3, PROGRAM(2,
		THREAD(OP(CHOOSE, 0), IF(1, WRITE, 0)),
		THREAD(OP(READ, 0))) },
	{ "a task comes after its creation, and before who joins it", 2,
	  CREATED(0, FUZZ_AT_ONCE,
		THREAD(OP(READ, 0), OP(SPAWN, 0), OP(JOIN_ALL, 0), OP(READ, 0)),
		THREAD(SET(WRITE, 0, 1)),
		THREAD(OP(READ, 0))) },
	{ "a task is the same whoever was created before it", 4, CREATED(
		FUZZ_AT_ONCE, 1,
		THREAD(OP(READ, 0), OP(READ, 1)),
		THREAD(SET(WRITE, 0, 1), OP(SPAWN, 0)),
		THREAD(SET(WRITE, 1, 1))) },
};
const size_t fuzz_traps_n = sizeof(fuzz_traps) / sizeof(fuzz_traps[0]);
