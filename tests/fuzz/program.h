/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Random programs for the fuzzer: what they are, how one is made, printed and
 * run.
 *
 *  I1  A program is a function of (group, seed), on every machine.
 *  I2  Threads are numbered by the program, not by the explorer: thread t is
 *      called "t-t" whoever creates it and whenever.
 */
#ifndef FUZZ_PROGRAM_H
#define FUZZ_PROGRAM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#define FUZZ_THREADS_MAX	5
#define FUZZ_THREADS_FEW	4	/* but in wide groups */
#define FUZZ_OPS_MAX		10	/* with what is planted */
#define FUZZ_OBJECTS		4	/* of each sort, at most */

enum fuzz_kind {
	FUZZ_NOP, FUZZ_READ, FUZZ_WRITE, FUZZ_WRITE_NEXT, FUZZ_FETCH_ADD,
	FUZZ_CAS, FUZZ_ADD, FUZZ_FREE, FUZZ_CHOOSE, FUZZ_FAULT,
	FUZZ_LOCK, FUZZ_UNLOCK, FUZZ_TRYLOCK, FUZZ_LOOK,
	FUZZ_DOWN_READ, FUZZ_DOWN_WRITE, FUZZ_UP, FUZZ_TRY_READ,
	FUZZ_TRY_WRITE, FUZZ_DOWNGRADE,
	FUZZ_AWAIT, FUZZ_AWAIT_NOT, FUZZ_SPIN, FUZZ_COMPLETE, FUZZ_WAIT,
	FUZZ_SPAWN, FUZZ_JOIN, FUZZ_JOIN_ALL, FUZZ_ASSUME,
	FUZZ_KINDS
};

/**
 * struct fuzz_op - one operation of a thread
 * @value: of a fault: 2 if it does not count
 * @expected: of a fault: 2 if its step also changes x[@object] when it comes
 * @guard: executed only if the thread's last value is it; -1 always
 */
struct fuzz_op {
	enum fuzz_kind	kind;
	int		object;
	int		value, expected;
	int		guard;
};

#define FUZZ_AT_ONCE	(-1)	/* created by main before anything else */
#define FUZZ_ABSENT	(-2)	/* left out by shrinking */

/**
 * struct fuzz_program - see file comment
 * @threads: main included, which is thread 0
 * @faults:  bound on them
 * @idle:    tasks created before the others, which do nothing: they keep the low
 *           numbers
 * @creator: by thread: FUZZ_AT_ONCE, FUZZ_ABSENT, or who creates it in mid-run
 */
struct fuzz_program {
	int		threads, idle, faults;
	int		creator[FUZZ_THREADS_MAX];
	int		ops_n[FUZZ_THREADS_MAX];
	struct fuzz_op	ops[FUZZ_THREADS_MAX][FUZZ_OPS_MAX];
};

/* Who creates threads in mid-run. */
enum fuzz_creators { FUZZ_NOBODY, FUZZ_ONE_TASK, FUZZ_SEVERAL_TASKS };

/**
 * struct fuzz_group - what programs of a group consist of
 * @creators: several create in no particular order
 * @nested:   a reader may read-lock again (a third of the attempts)
 * @wide:     more threads, more objects, and more operations where there are four
 *            threads. What a reduction must look at again needs events that have
 *            nothing to do with each other; with two cells they always have.
 * @faults:   the bound on them is one of 1 to this; 0: there are none
 * @narrow:   so few operations that every schedule can be executed
 * @tight:    four or five threads and one object of each sort, in one to three
 *            operations: all depends on all
 * @weights:  of kinds
 */
struct fuzz_group {
	const char	*name;
	const char	*summary;
	enum fuzz_creators creators;
	bool		nested, wide, narrow, tight;
	int		faults;
	unsigned char	weights[FUZZ_KINDS];
};

extern const struct fuzz_group fuzz_groups[];
extern const size_t fuzz_groups_n;
/* Return: NULL when there is no such group. */
const struct fuzz_group *fuzz_group_find(const char *name);

/**
 * struct fuzz_trap - a program on which some broken reduction loses a trace, or
 *                    executes too much
 * @traces: it has
 */
struct fuzz_trap {
	const char		*name;
	size_t			traces;
	struct fuzz_program	program;
};

extern const struct fuzz_trap fuzz_traps[];
extern const size_t fuzz_traps_n;

/* A bijection that scatters its argument. */
uint64_t fuzz_mix(uint64_t x);

void fuzz_program_make(struct fuzz_program *p, const struct fuzz_group *group,
		       uint64_t seed);
/* How many there are when nothing waits and every operation is executed. */
double fuzz_program_schedules(const struct fuzz_program *p);
/* Prints one line per thread, each begun with @prefix. */
void fuzz_program_print(const struct fuzz_program *p, const char *prefix,
			FILE *out);

/* Main function of struct weft_exec_config; @arg is the program. */
void fuzz_program_run(void *arg);
/* Name of a memory object of the program that runs, by its stable name. */
const char *fuzz_object_name(uint64_t object, char *to, size_t size);

#endif
