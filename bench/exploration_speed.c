/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What exploring costs: against a bare coroutine switch, against re-executing
 * every execution from its start, and against other model checkers.
 *
 *	exploration_speed [--targets]
 *	exploration_speed --once PROGRAM N [M]
 *	exploration_speed --floor
 *
 * The second form explores one program once and prints only how many operations
 * that executed; bench/profile.sh runs it under callgrind. The third one says what
 * an operation costs by part of the engine (floor.c), of the programs whose
 * cost per operation has a limit; in processor time, so that a busy machine
 * disturbs little.
 *
 * Every number of the table is from one run of one process. The rounds go
 * through all programs, with a sample of the switch before each, so that a busy
 * machine slows down what is compared alike. A round is timed from
 * weft_exec_create() to the end of weft_explore(), in wall-clock time.
 *
 *  I1  Every exploration ends exhausted and all rounds count the same, else the
 *      exit status is 1: the speed of a search that stopped means nothing.
 */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "../framework/co.h"
#include "../framework/explorer.h"
#include "../framework/probe.h"
#include "../scenarios/run.h"
#include "bench.h"

#define ROUNDS		3
#define SWITCH_PAIRS	100000
#define SAMPLES_MAX	128
#define NODES_MAX	(1u << 24)	/* as src/campaign.c */

/* What a row is held against. */
#define SWITCHES_MAX	12.0		/* per executed operation */
#define PEER_TIMES_MIN	5.0

/**
 * struct row - one program, and what exploring it took
 * @limited: --floor looks at it
 * @peer:    complete executions per second of the faster of GenMC 0.11 (SC) and
 *           Nidhugg 2026-04 (--sc, --optimal or --source); 0 not measured.
 *           Source: design/exploration.md section 6, "Peers measured on a
 *           machine like ours": one thread, whole process, medians of three
 * @target:  seconds it may take; 0 none
 * @result:  of the last round; only its numbers are used
 * @applied: operations executed, weft_exec_steps_applied()
 */
struct row {
	const char		*program;
	long			params[2];
	bool			limited;
	double			peer, target;
	struct weft_result	result;
	unsigned long		applied;
	double			seconds[ROUNDS];
};

static struct row rows[] = {
	{ "mpat", { 6 }, .limited = true },
	{ "disp", { 5, 4 }, .limited = true },
	{ "mpc", { 3, 5 }, .limited = true },
	{ "lastzero", { 12 }, .limited = true },
	{ "lastzero", { 13 }, .peer = 14124 },
	{ "casrot", { 10 }, .limited = true, .peer = 91633 },
	{ "fib_bench", { 5 }, .limited = true, .peer = 34752 },
	{ "pi", { 7 }, .limited = true },
	{ "circular_buffer", { 8 }, .peer = 3535 },
	{ "sigma", { 7 }, .peer = 35100 },
	{ "filesystem", { 24 }, .peer = 546 },
	{ "indexer", { 15 }, .peer = 419 },
};

static struct row long_rows[] = {
	{ "mpat", { 7 }, .target = 2 },
	{ "disp", { 5, 5 }, .target = 0.6 },
	{ "mpc", { 4, 5 }, .target = 1 },
	{ "lastzero", { 15 }, .target = 0.5 },
	{ "pi", { 8 }, .target = 0.1 },
};

#define ROWS		(sizeof(rows) / sizeof(rows[0]))
#define LONG_ROWS	(sizeof(long_rows) / sizeof(long_rows[0]))

static double switch_ns[SAMPLES_MAX];
static size_t switch_ns_n;
static struct weft_co caller, callee;
static char callee_stack[64 * 1024] __attribute__((aligned(64)));

static clockid_t clock_id = CLOCK_MONOTONIC;

static double now_ns(void)
{
	struct timespec t;

	clock_gettime(clock_id, &t);
	return (double)t.tv_sec * 1e9 + (double)t.tv_nsec;
}

static int compare(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return x < y ? -1 : x > y;
}

static double median(double *values, size_t n)
{
	qsort(values, n, sizeof(*values), compare);
	return values[n / 2];
}

static void switch_back(void *arg)
{
	for (;;)
		weft_co_switch(&callee, &caller);
}

/* One sample: there and back, many times, with nothing in between. */
static void sample_switch(void)
{
	double start;
	long i;

	weft_co_create(&callee, switch_back, NULL, callee_stack,
		       sizeof(callee_stack));
	weft_co_switch(&caller, &callee);
	start = now_ns();
	for (i = 0; i < SWITCH_PAIRS; i++)
		weft_co_switch(&caller, &callee);
	if (switch_ns_n < SAMPLES_MAX)
		switch_ns[switch_ns_n++] = (now_ns() - start) /
					   (2.0 * SWITCH_PAIRS);
}

static const char *row_name(const struct row *row)
{
	static char name[64];

	if (row->params[1])
		snprintf(name, sizeof(name), "%s(%ld,%ld)", row->program,
			 row->params[0], row->params[1]);
	else
		snprintf(name, sizeof(name), "%s(%ld)", row->program,
			 row->params[0]);
	return name;
}

static const struct weft_scenario *row_scenario(const struct row *row)
{
	const struct weft_scenario *scenario;
	char name[64];

	snprintf(name, sizeof(name), "model/%s", row->program);
	scenario = weft_scenario_find(name);
	if (!scenario) {
		fprintf(stderr, "exploration_speed: no %s\n", name);
		exit(5);
	}
	return scenario;
}

/* As src/campaign.c explores a model program without bound; see I1. */
static void explore_row(struct row *row, int round)
{
	struct weft_campaign campaign = {
		.strategy = &weft_strategy_dpor,
		.options = {
			.preemptions = WEFT_PREEMPTIONS_NONE,
			.nodes_max = NODES_MAX,
		},
	};
	struct weft_scenario_run run = { .scenario = row_scenario(row) };
	struct weft_exec_config config = {
		.main = weft_scenario_main, .main_arg = &run,
		.depth_max = 200000,
		.main_concurrent = true, .every_access_shared = true,
	};
	struct weft_result *result = &row->result, before = *result;
	unsigned long applied_before = row->applied;
	double start;

	memcpy(run.params, row->params, sizeof(row->params));
	weft_probes_reset();
	start = now_ns();
	run.exec = weft_exec_create(&config);
	if (!run.exec) {
		perror("exploration_speed: weft_exec_create");
		exit(5);
	}
	weft_explore(run.exec, &campaign, result);
	row->seconds[round] = (now_ns() - start) / 1e9;
	row->applied = weft_exec_steps_applied(run.exec);
	if (result->verdict != WEFT_VERDICT_EXHAUSTED ||
	    (round && (result->executions != before.executions ||
		       result->blocked != before.blocked ||
		       result->steps != before.steps ||
		       row->applied != applied_before))) {
		fprintf(stderr,
			"exploration_speed: %s: not exhausted, or rounds differ: round %d: %lu executions, %lu blocked, %s %s\n",
			row_name(row), round + 1, result->executions,
			result->blocked, weft_verdict_name(result->verdict),
			result->reason);
		exit(1);
	}
	before = *result;
	weft_result_clear(result);
	*result = (struct weft_result){
		.executions = before.executions, .blocked = before.blocked,
		.executions_total = before.executions_total,
		.steps = before.steps,
	};
	weft_exec_destroy(run.exec);
}

static void measure(struct row *first, size_t n)
{
	size_t i;
	int round;

	for (round = 0; round < ROUNDS; round++) {
		for (i = 0; i < n; i++) {
			sample_switch();
			explore_row(&first[i], round);
		}
	}
}

static void print_heading(const char *last_1, const char *last_2)
{
	printf("\n%-18s %6s %3s %7s %7s %7s %6s %8s %5s %6s %8s %8s\n",
	       "", "execu-", "cut", "seconds", "seconds", "execs",
	       "ops an", "ops of", "saved", "ns per", "switches", last_1);
	printf("%-18s %6s %3s %7s %7s %7s %6s %8s %5s %6s %8s %8s\n",
	       "program", "tions", "off", "median", "best", "per s",
	       "exec", "all", "times", "op", "per op ", last_2);
}

/* Returns the number of targets the row misses, each marked with '!'. */
static int print_row(struct row *row, double one_switch)
{
	const struct weft_result *result = &row->result;
	double seconds = median(row->seconds, ROUNDS);	/* sorts */
	double rate = (double)result->executions / seconds;
	double op_ns = seconds * 1e9 / (double)row->applied;
	bool is_slow = op_ns > SWITCHES_MAX * one_switch;
	bool misses = row->peer ? rate < PEER_TIMES_MIN * row->peer :
		      row->target && seconds > row->target;

	printf("%-18s %6lu %3lu %7.4f %7.4f %7.0f %6.1f %8lu %5.2f %6.1f %7.1f%c",
	       row_name(row), result->executions, result->blocked, seconds,
	       row->seconds[0], rate,
	       (double)row->applied / (double)result->executions_total,
	       result->steps, (double)result->steps / (double)row->applied,
	       op_ns, op_ns / one_switch, is_slow ? '!' : ' ');
	if (row->peer)
		printf(" %7.2f", rate / row->peer);
	else if (row->target)
		printf(" %7.1f", row->target);
	else
		printf(" %7s", "-");
	printf("%s\n", misses ? "!" : "");
	return is_slow + misses;
}

static int print_rows(struct row *first, size_t n, double one_switch)
{
	int missed = 0;
	size_t i;

	for (i = 0; i < n; i++)
		missed += print_row(&first[i], one_switch);
	return missed;
}

static int once(int argc, char **argv)
{
	struct row row = {
		.program = argv[2],
		.params = { strtol(argv[3], NULL, 10),
			    argc > 4 ? strtol(argv[4], NULL, 10) : 0 },
	};

	explore_row(&row, 0);
	printf("%s: %lu executions, %lu operations\n", row_name(&row),
	       row.result.executions, row.applied);
	return 0;
}

#define FLOOR_NS	1e9	/* to be explored for, at least */

static void measure_floor(struct row *row, struct bench_floor *ret)
{
	double all = 0, best = 0;
	int round;

	snprintf(ret->name, sizeof(ret->name), "%.*s",
		 (int)sizeof(ret->name) - 1, row_name(row));
	bench_profile_begin();
	for (round = 0; !round || all < FLOOR_NS; round++) {
		double ns;

		explore_row(row, 0);
		ns = row->seconds[0] * 1e9;
		all += ns;
		if (!best || ns < best)
			best = ns;
	}
	ret->op_ns = best / (double)row->applied;
	bench_floor_end(ret);
}

static int print_floor(void)
{
	struct bench_floor floors[ROWS];
	size_t i, n = 0;

	memset(floors, 0, sizeof(floors));
	clock_id = CLOCK_PROCESS_CPUTIME_ID;
	for (i = 0; i < ROWS; i++) {
		sample_switch();
		if (rows[i].limited)
			measure_floor(&rows[i], &floors[n++]);
	}
	bench_floor_print(floors, n, median(switch_ns, switch_ns_n));
	return 0;
}

int main(int argc, char **argv)
{
	bool has_long = argc == 2 && !strcmp(argv[1], "--targets");
	double one_switch;
	int missed;

	if (argc > 3 && !strcmp(argv[1], "--once"))
		return once(argc, argv);
	if (argc == 2 && !strcmp(argv[1], "--floor"))
		return print_floor();
	if (argc > 1 && !has_long) {
		fprintf(stderr,
			"usage: exploration_speed [--targets | --floor | --once PROGRAM N [M]]\n");
		return 64;
	}
	measure(rows, ROWS);
	if (has_long)
		measure(long_rows, LONG_ROWS);
	one_switch = median(switch_ns, switch_ns_n);
	printf("One bare coroutine switch (%s): %.2f ns, median of %zu samples of %d.\n",
	       weft_co_backend, one_switch, switch_ns_n, 2 * SWITCH_PAIRS);
	printf("Model programs, strategy dpor, %d rounds. cut off: executions that turned out redundant.\n"
	       "ops: operations executed. ops of all: with every execution from its start, so many times more.\n",
	       ROUNDS);
	print_heading("times ", "peer ");
	missed = print_rows(rows, ROWS, one_switch);
	if (has_long) {
		print_heading("target ", "seconds ");
		missed += print_rows(long_rows, LONG_ROWS, one_switch);
	}
	printf("\n! misses (%d): at most %g switches per operation, at least %g times the faster peer%s.\n",
	       missed, SWITCHES_MAX, PEER_TIMES_MIN,
	       has_long ? ",\n  at most the target in seconds" : "");
	return 0;
}
