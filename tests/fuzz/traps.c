/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Fixed programs, each of which shows what one sort of mistake in a reduction
 * does. The fuzzer found and shrank them against the deliberate defects of
 * mutants.sh; brute force counted their traces where every schedule can be run.
 */
#include "tests/fuzz/program.h"

#define AT_ONCE { FUZZ_AT_ONCE, FUZZ_AT_ONCE, FUZZ_AT_ONCE, FUZZ_AT_ONCE }
#define LENGTHS { FUZZ_OPS_MAX, FUZZ_OPS_MAX, FUZZ_OPS_MAX, FUZZ_OPS_MAX }
#define OP(k, o)	{ .kind = FUZZ_##k, .object = (o), .guard = -1 }
#define SET(k, o, v)	{ .kind = FUZZ_##k, .object = (o), .value = (v), .guard = -1 }
#define CAS(o, e, v)	{ .kind = FUZZ_CAS, .object = (o), .expected = (e), \
			  .value = (v), .guard = -1 }
#define IF(r, k, o)	{ .kind = FUZZ_##k, .object = (o), .guard = (r) }
#define PROGRAM(n, ...)	{ .threads = (n), .creator = AT_ONCE, \
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
};
const size_t fuzz_traps_n = sizeof(fuzz_traps) / sizeof(fuzz_traps[0]);
