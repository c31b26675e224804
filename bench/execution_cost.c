/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What an execution of kernel code costs, and what for.
 *
 *	execution_cost SCENARIO IMAGE BARE-IMAGE
 *	execution_cost --once WAY EXECUTIONS SCENARIO IMAGE
 *
 * The second runs one of the ways below once, for whole_profile.sh.
 *
 * All in one run, so that the ratios mean something on a busy machine: the bare
 * code run straight (straight.c), executions as they are explored (each begins
 * where it leaves the one before), and whole executions (each begins at the
 * snapshot); with data races looked for, as weft does unless it is told not to, and
 * without. Processor time from the end of one execution to the end of the next:
 * setup is left out, and so is what was run again to confirm a finding. Rounds of
 * all alternate; medians. What the time is spent on comes from further rounds, as
 * sampling costs time itself.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "../framework/probe.h"
#include "bench.h"

#define ROUNDS		9
#define PROFILED	3	/* further rounds */
#define TIMES_MAX	6.0	/* what an execution may cost, in straight runs */

/**
 * struct way - a way to explore
 * @unmarked: without states to return to, as executions of a sample are run
 * @executions: of each round, at most; @done: those timed in the last one
 * @us:         per execution, by round
 * @samples:    by part, over all rounds
 */
struct way {
	const char	*name;
	bool		whole;
	enum weft_races	races;
	unsigned long	executions, done;
	bool		unmarked;
	double		us[ROUNDS], steps;
	unsigned long	samples[BENCH_PARTS];
};

static struct way ways[] = {
	{ "explored", false, WEFT_RACES_REPORT, 1500 },
	{ "explored, no races", false, WEFT_RACES_OFF, 1500 },
	{ "whole", true, WEFT_RACES_REPORT, 150 },
	{ "whole, no races", true, WEFT_RACES_OFF, 150 },
	{ "whole, no marks", true, WEFT_RACES_REPORT, 150, .unmarked = true },
};

#define WAYS (sizeof(ways) / sizeof(ways[0]))

/**
 * struct timed - executions of the round in progress
 * @ends:   how many there were; @n of them are timed
 * @us, @steps: sums over these
 * @last:   the time at the end of the last, @applied and @aside likewise
 */
static struct timed {
	unsigned long	ends, n, steps, applied, aside;
	double		us, last;
} timed;
static bool is_profiled;
static struct weft_exec *exploring;

double bench_cpu_us(void)
{
	struct timespec t;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec * 1e6 + (double)t.tv_nsec / 1e3;
}

static int compare(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return x < y ? -1 : x > y;
}

double bench_median(double *values, size_t n)
{
	qsort(values, n, sizeof(*values), compare);
	return n ? values[n / 2] : 0;
}

struct weft_exec *bench_prepare(const char *path, struct weft_kernel *kernel,
				struct weft_scenario_run *run,
				enum weft_races races)
{
	struct weft_exec_config config = {
		.main = weft_scenario_main, .main_arg = run,
		.depth_max = 200000, .races = races,
	};
	const char *error;
	struct weft_exec *x;

	if (weft_kernel_load(path, kernel, &error)) {
		fprintf(stderr, "execution_cost: %s\n", error);
		exit(5);
	}
	weft_kernel_configure(kernel, &config);
	x = weft_exec_create(&config);
	if (!x) {
		perror("execution_cost: weft_exec_create");
		exit(5);
	}
	weft_kernel_connect(kernel, x, NULL);
	run->exec = x;
	run->kernel = weft_kernel_calls();
	return x;
}

static bool note_end(void *arg, const struct weft_result *so_far,
		     const char **ret_reason)
{
	unsigned long applied = weft_exec_steps_applied(exploring);
	double now = bench_cpu_us();

	(void)arg;
	(void)ret_reason;
	if (!timed.ends++ && is_profiled)
		bench_profile_begin();
	if (timed.ends > 1 && so_far->executions_aside == timed.aside) {
		timed.n++;
		timed.us += now - timed.last;
		timed.steps += applied - timed.applied;
	}
	timed.applied = applied;
	timed.aside = so_far->executions_aside;
	timed.last = now;
	return true;
}

static unsigned int share_nothing(const void *state)
{
	(void)state;
	return WEFT_FROM_SNAPSHOT;
}

static void explore(struct way *way, const char *path,
		    const struct weft_scenario *scenario, int round)
{
	struct weft_strategy strategy = weft_strategy_dfs;
	struct weft_campaign campaign = {
		.strategy = &strategy,
		.options = { .preemptions = 2, .nodes_max = 1u << 24 },
		.executions_max = way->executions,
		.keep_going = true,
		.keep_running = note_end,
	};
	struct weft_scenario_run run = { .scenario = scenario };
	struct weft_kernel kernel;
	struct weft_result result;

	if (way->whole)
		strategy.shared = way->unmarked ? NULL : share_nothing;
	memset(&timed, 0, sizeof(timed));
	weft_probes_reset();
	exploring = bench_prepare(path, &kernel, &run, way->races);
	weft_explore(exploring, &campaign, &result);
	if (!timed.n) {
		fprintf(stderr, "execution_cost: %s: only %lu executions: %s %s\n",
			scenario->name, timed.ends,
			weft_verdict_name(result.verdict), result.reason);
		exit(5);
	}
	if (is_profiled)
		bench_profile_end(way->samples);
	else
		way->us[round] = timed.us / (double)timed.n;
	way->done = timed.n;
	way->steps = (double)timed.steps / (double)timed.n;
	weft_result_clear(&result);
	weft_exec_destroy(exploring);
	weft_kernel_unload(&kernel);
}

static void print_parts(const struct way *way, double us)
{
	unsigned long all = 0;
	size_t i;

	for (i = 0; i < BENCH_PARTS; i++)
		all += way->samples[i];
	for (i = 0; i < BENCH_PARTS; i++) {
		double part = (double)way->samples[i] / (double)all;

		printf("    %-26s %8.1f %6.1f %%\n", bench_part_names[i],
		       part * us, 100 * part);
	}
}

/* Returns whether an execution costs more than it may. */
static bool print_way(struct way *way, double straight)
{
	double us = bench_median(way->us, ROUNDS);	/* sorts */
	bool misses = us > TIMES_MAX * straight;

	printf("  %-28s %8.1f us %6.2f times%s\n"
	       "    (%lu executions, %.0f steps each; best round %.1f us)\n",
	       way->name, us, us / straight, misses ? " !" : "",
	       way->done, way->steps, way->us[0]);
	print_parts(way, us);
	return misses;
}

/* --once WAY EXECUTIONS SCENARIO IMAGE */
static int run_once(char **argv)
{
	const struct weft_scenario *scenario = weft_scenario_find(argv[2]);
	size_t i = 0;

	while (i < WAYS && strcmp(ways[i].name, argv[0]))
		i++;
	if (i == WAYS || !scenario) {
		fprintf(stderr, "execution_cost: no such way or scenario\n");
		return 64;
	}
	ways[i].executions = strtoul(argv[1], NULL, 10);
	explore(&ways[i], argv[3], scenario, 0);
	printf("%s, %s: %.0f operations each\n", argv[2], ways[i].name,
	       ways[i].steps);
	return 0;
}

int main(int argc, char **argv)
{
	const struct weft_scenario *scenario;
	double straight[ROUNDS], median;
	int round, missed = 0;
	size_t i;

	if (argc == 6 && !strcmp(argv[1], "--once"))
		return run_once(argv + 2);
	scenario = argc == 4 ? weft_scenario_find(argv[1]) : NULL;
	if (!scenario) {
		fprintf(stderr, "usage: execution_cost SCENARIO IMAGE BARE-IMAGE\n");
		return 64;
	}
	for (round = 0; round < ROUNDS + PROFILED; round++) {
		is_profiled = round >= ROUNDS;
		if (!is_profiled)
			straight[round] = bench_straight_us(scenario, argv[3]);
		for (i = 0; i < WAYS; i++)
			explore(&ways[i], argv[2], scenario, round);
	}
	median = bench_median(straight, ROUNDS);
	printf("\n%s, %s, %d rounds\n  %-28s %8.1f us\n", argv[1], argv[2],
	       ROUNDS, "straight, bare", median);
	for (i = 0; i < WAYS; i++)
		missed += print_way(&ways[i], median);
	printf("  ! misses (%d): at most %g times the straight run\n", missed,
	       TIMES_MAX);
	return 0;
}
