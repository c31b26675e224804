/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What an execution costs, against the same system calls on a bare image.
 *
 *	execution-cost SCENARIO IMAGE PLAIN-IMAGE
 *
 * The bare side loads an image built without access hooks and coverage, sets
 * the scenario up, and runs its tasks and its check once, one after another,
 * with locks that do nothing; a new process for each sample. The other side
 * explores the scenario on the instrumented image. Both in one run, so that
 * the ratio means something on a noisy machine; medians.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "../framework/explorer.h"
#include "../kernel-shim/kernel.h"
#include "../scenarios/run.h"

#define BARE_SAMPLES	201
#define ROUNDS		21
#define ROUND_EXECUTIONS 500

static int result_pipe;

static double now_us(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec * 1e6 + (double)t.tv_nsec / 1e3;
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

/* Context: task 0 of the child, after setup. Ends the process. */
static void time_alone(void (*body)(void *arg), void *arg)
{
	double start, took;

	weft_kernel_bypass();
	start = now_us();
	body(arg);
	took = now_us() - start;
	if (write(result_pipe, &took, sizeof(took)) != sizeof(took))
		_exit(1);
	_exit(0);
}

static struct weft_exec *prepare(struct weft_kernel *kernel, const char *path,
				 struct weft_scenario_run *run)
{
	struct weft_exec_config config = {
		.main = weft_scenario_main, .main_arg = run,
		.depth_max = 200000,
	};
	const char *error;
	struct weft_exec *x;

	if (weft_kernel_load(path, kernel, &error)) {
		fprintf(stderr, "execution-cost: %s\n", error);
		exit(5);
	}
	weft_kernel_configure(kernel, &config);
	x = weft_exec_create(&config);
	if (!x)
		exit(5);
	weft_kernel_connect(kernel, x, NULL);
	run->exec = x;
	run->kernel = weft_kernel_calls();
	return x;
}

/* Only comes back when setting up went wrong. */
static void report_setup(struct weft_exec *x,
			 const struct weft_scenario_run *run)
{
	struct weft_finding *findings;
	enum weft_outcome outcome = weft_exec_setup(x);
	size_t n;

	findings = weft_exec_findings(x, &n);
	fprintf(stderr, "execution-cost: setup failed (%d): %s%s %s\n",
		(int)outcome, run->error, n ? findings[0].summary : "",
		outcome == WEFT_OUTCOME_UNMODELLED ? weft_exec_unmodelled(x) :
						     "");
}

static double bare_sample(const char *scenario, const char *path)
{
	double took = -1;
	int ends[2], status;
	pid_t child;

	if (pipe(ends))
		exit(5);
	child = fork();
	if (child < 0)
		exit(5);
	if (!child) {
		struct weft_scenario_run run = {
			.scenario = weft_scenario_find(scenario),
			.alone = time_alone,
		};
		struct weft_kernel kernel;

		result_pipe = ends[1];
		report_setup(prepare(&kernel, path, &run), &run);
		_exit(1);
	}
	close(ends[1]);
	if (read(ends[0], &took, sizeof(took)) != sizeof(took))
		took = -1;
	close(ends[0]);
	waitpid(child, &status, 0);
	if (took < 0) {
		fprintf(stderr, "execution-cost: the bare run of %s failed\n",
			scenario);
		exit(5);
	}
	return took;
}

static double explored_us(struct weft_exec *x, unsigned long *ret_n)
{
	struct weft_campaign campaign = {
		.strategy = &weft_strategy_dfs,
		.options = { .preemptions = 2, .nodes_max = 1u << 24 },
		.executions_max = ROUND_EXECUTIONS,
		.keep_going = true,
	};
	struct weft_result result;
	double start;

	start = now_us();
	weft_explore(x, &campaign, &result);
	start = (now_us() - start) / (double)result.executions_total;
	*ret_n += result.executions_total;
	weft_result_clear(&result);
	return start;
}

int main(int argc, char **argv)
{
	double bare[BARE_SAMPLES], explored[ROUNDS], b, e;
	struct weft_scenario_run run = { 0 };
	struct weft_kernel kernel;
	struct weft_exec *x;
	unsigned long n = 0;
	int i;

	if (argc != 4 || !weft_scenario_find(argv[1])) {
		fprintf(stderr, "usage: execution-cost SCENARIO IMAGE PLAIN-IMAGE\n");
		return 64;
	}
	for (i = 0; i < BARE_SAMPLES; i++)
		bare[i] = bare_sample(argv[1], argv[3]);
	run.scenario = weft_scenario_find(argv[1]);
	for (i = 0; i < ROUNDS; i++) {
		x = prepare(&kernel, argv[2], &run);
		explored[i] = explored_us(x, &n);
		weft_exec_destroy(x);
		weft_kernel_unload(&kernel);
	}
	b = median(bare, BARE_SAMPLES);
	e = median(explored, ROUNDS);
	printf("%s: bare %.1f us, execution %.1f us (set-up included, %d per round), ratio %.1f, %.0f executions/s\n",
	       argv[1], b, e, ROUND_EXECUTIONS, e / b, 1e6 / e);
	return 0;
}
