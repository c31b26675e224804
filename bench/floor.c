/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What one executed operation costs, by part of the engine: the profile that
 * explains the floor of exploration_speed. Contract in bench.h.
 *
 * The program counter is sampled while a program is explored again and again; a
 * sample belongs to the source file its code was compiled in. What is inline
 * counts where it was inlined to, so that "publish" includes looking up its object.
 */
#include <stdio.h>
#include <string.h>

#include "bench.h"

enum part {
	SWITCHES, TURN, OPERATIONS, MARKS, RELATE, REVERSE, INSERT, SEARCH,
	CAMPAIGN, PROGRAM, LIBC, OTHER, PARTS
};

static const char *const names[PARTS] = {
	[SWITCHES] = "coroutine switches",
	[TURN] = "publish, decide, resume",
	[OPERATIONS] = "apply: locks, accesses",
	[MARKS] = "marks, undo log, objects",
	[RELATE] = "effects, clocks, races found",
	[REVERSE] = "races reversed",
	[INSERT] = "wakeup trees",
	[SEARCH] = "picking, sleep sets, back",
	[CAMPAIGN] = "between executions",
	[PROGRAM] = "program under test",
	[LIBC] = "copies of stacks (libc)",
	[OTHER] = "other",
};

/* The first that the name of a source file contains counts. */
static const struct { const char *name; enum part part; } files[] = {
	{ "framework/co_", SWITCHES },
	{ "framework/exec_hub", TURN },
	{ "framework/exec_publish", TURN },
	{ "framework/marks", MARKS },
	{ "framework/region", MARKS },
	{ "framework/object", MARKS },
	{ "framework/tally", MARKS },
	{ "framework/exec.c", CAMPAIGN },
	{ "framework/exec_fault", CAMPAIGN },
	{ "framework/exec", OPERATIONS },
	{ "framework/lock", OPERATIONS },
	{ "framework/schedule", OPERATIONS },
	{ "strategies/dpor_reverse", REVERSE },
	{ "strategies/wakeup", INSERT },
	{ "strategies/dpor_trace", RELATE },
	{ "strategies/dpor_races", RELATE },
	{ "strategies/dpor_objects", RELATE },
	{ "strategies/dpor_tasks", RELATE },
	{ "strategies/", SEARCH },
	{ "framework/", CAMPAIGN },
	{ "scenarios/", PROGRAM },
	{ "/libc", LIBC },
};

static void count(void *arg, const char *file)
{
	unsigned long *samples = arg;
	size_t i;

	for (i = 0; i < sizeof(files) / sizeof(files[0]); i++)
		if (strstr(file, files[i].name)) {
			samples[files[i].part]++;
			return;
		}
	samples[OTHER]++;
}

void bench_floor_end(struct bench_floor *floor)
{
	unsigned long samples[PARTS] = { 0 }, all = 0;
	int i;

	bench_profile_each(count, samples);
	for (i = 0; i < PARTS; i++)
		all += samples[i];
	for (i = 0; i < PARTS; i++)
		floor->ns[i] = all ? floor->op_ns * (double)samples[i] /
				     (double)all : 0;
}

_Static_assert(PARTS <= BENCH_FLOOR_PARTS, "room for each");

void bench_floor_print(const struct bench_floor *floors, size_t n,
		       double switch_ns)
{
	size_t i;
	int part;

	printf("%-29s", "ns of processor time per op");
	for (i = 0; i < n; i++)
		printf(" %12s", floors[i].name);
	for (part = 0; part < PARTS; part++) {
		printf("\n%-29s", names[part]);
		for (i = 0; i < n; i++)
			printf(" %12.1f", floors[i].ns[part]);
	}
	printf("\n%-29s", "all");
	for (i = 0; i < n; i++)
		printf(" %12.1f", floors[i].op_ns);
	printf("\n%-29s", "in bare switches");
	for (i = 0; i < n; i++)
		printf(" %12.1f", floors[i].op_ns / switch_ns);
	printf("\n");
}
