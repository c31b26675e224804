/* SPDX-License-Identifier: GPL-2.0-only */
/* What the parts of execution_cost share. */
#ifndef WEFT_BENCH_H
#define WEFT_BENCH_H

#include <stddef.h>

#include "../framework/explorer.h"
#include "../kernel-shim/kernel.h"
#include "../scenarios/run.h"

/* Processor time of this process: the machine may be busy with others. */
double bench_cpu_us(void);
/* Sorts; 0 of nothing. */
double bench_median(double *values, size_t n);

/* An execution of a scenario on the image at @path, not yet set up; or exit. */
struct weft_exec *bench_prepare(const char *path, struct weft_kernel *kernel,
				struct weft_scenario_run *run,
				enum weft_races races);

/**
 * bench_straight_us() - straight.c: one run of the bare code
 * @path: an image without access hooks and coverage
 *
 * The tasks and the check of a scenario run one after another, with locks that do
 * nothing and nobody told of any access (weft_kernel_bypass()), again and again from
 * the same state, in a process of their own. It is the same kernel code and the
 * same model, without hooks, coverage, scheduler and detectors, and with an undo log
 * for allocations only. Kernel threads have their turn only where it waits for them;
 * what more they do in an execution counts as its cost. Return: median, in
 * microseconds.
 */
double bench_straight_us(const struct weft_scenario *scenario,
			 const char *path);

/* Where time goes, in the order of the table. */
enum bench_part {
	BENCH_KERNEL, BENCH_MODEL, BENCH_HOOKS, BENCH_SHADOW, BENCH_SWITCH,
	BENCH_SNAPSHOT, BENCH_DETECTOR, BENCH_STRATEGY, BENCH_OTHER,
	BENCH_PARTS
};

extern const char *const bench_part_names[BENCH_PARTS];

/* profile.c: samples the program counter from begin to end. */
void bench_profile_begin(void);
/* Adds to @ret how many samples were in each part. Before the image goes. */
void bench_profile_end(unsigned long ret[BENCH_PARTS]);
/*
 * The same, without parts: calls @each with the source file of each sample, or
 * the library's where there is none.
 */
void bench_profile_each(void (*each)(void *arg, const char *file), void *arg);

#define BENCH_FLOOR_PARTS 12

/**
 * struct bench_floor - floor.c: what an operation of one program costs
 * @name:  of the program, for the heading
 * @op_ns: processor time of each operation
 * @ns:    by part; the parts are known to floor.c
 */
struct bench_floor {
	char	name[32];
	double	op_ns;
	double	ns[BENCH_FLOOR_PARTS];
};

/* After bench_profile_begin(), and with @op_ns: fills in the parts. */
void bench_floor_end(struct bench_floor *floor);
void bench_floor_print(const struct bench_floor *floors, size_t n,
		       double switch_ns);

#endif
