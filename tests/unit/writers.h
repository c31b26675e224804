/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A program of which every schedule is known: threads 1..n that write so many
 * times each, and nobody who joins them. With it, an oracle for strategies that
 * bound what a schedule costs: it enumerates interleavings by itself.
 */
#ifndef WEFT_TESTS_WRITERS_H
#define WEFT_TESTS_WRITERS_H

#include "tests/unit/program.h"

#define WRITERS_MAX 8

/* What the program is like, what it writes to, and what was executed of it. */
extern long writers_threads, writers_ops;
extern struct model_cell *writers_cell;
extern struct texts writers_seen;

/* Main function of the program. */
void writers_main(void);
/* For struct program: adds the schedule just executed to what was seen. */
void writers_collect(struct weft_exec *exec);
/* Explores; @program says how, but for its main function and what to collect. */
struct weft_result writers_explore(struct program program);

/**
 * writers_cost() - of one step of a schedule
 * @left: by thread: operations it has left before the step; [0] is main
 * @last: who made the step before; 0: nobody
 */
typedef unsigned int writers_cost(const long *left, long last, long next);

/* What a whole schedule costs, given as digits. */
unsigned int writers_cost_of(const char *digits, writers_cost *cost);
/* All schedules that cost at most @bound. */
struct texts writers_brute_force(unsigned int bound, writers_cost *cost);
/* Exactly these schedules were executed, each once; clears both. */
void assert_writers_seen(struct weft_result *result, struct texts *all);

#endif
