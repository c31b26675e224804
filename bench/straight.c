/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The bare code of a scenario, run straight; contract in bench.h.
 *
 * Nothing logs what bare code writes, but for allocations. So the first run is compared with a copy of
 * the memory it began with; what differs is what every run has to put
 * back, as all runs are the same. At the end that is checked.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "bench.h"

#define RUNS		2001
#define WORDS_MAX	(1u << 20)

/* A stretch of memory as it was. */
struct stretch {
	unsigned long	*begin, *end;
	unsigned long	*copy;
};

static struct weft_exec *exec;
static int result_pipe;
static struct stretch stretches[WEFT_THREADS_MAX + 1];
static char *next_of[WEFT_THREADS_MAX];
static struct { unsigned long *at, old; } words[WORDS_MAX];
static size_t words_n;
static size_t position;		/* of the region's log */

static void __attribute__((noreturn)) give_up(const char *why)
{
	fprintf(stderr, "execution_cost: the straight run: %s\n", why);
	_exit(1);
}

static void keep(struct stretch *stretch, char *begin, char *end)
{
	size_t size = (size_t)(end - begin);

	stretch->begin = (unsigned long *)(void *)begin;
	stretch->end = (unsigned long *)(void *)end;
	stretch->copy = malloc(size + 1);
	if (!stretch->copy)
		give_up("out of memory");
	memcpy(stretch->copy, begin, size);
}

static void keep_all(void)
{
	struct weft_region *region = weft_exec_region(exec);
	int i;

	for (i = 0; i < WEFT_THREADS_MAX; i++) {
		next_of[i] = region->arenas[i].next;
		keep(&stretches[i], region->arenas[i].begin, next_of[i]);
	}
	keep(&stretches[i], region->data,
	     region->data + (region->data_size & ~7ul));
	position = weft_region_checkpoint(region);
}

static void note(unsigned long *at, unsigned long old)
{
	if (*at == old)
		return;
	if (words_n == WORDS_MAX)
		give_up("it writes too much");
	words[words_n].at = at;
	words[words_n++].old = old;
}

/* What differs; arenas are zero behind what was allocated. */
static void find_words(void)
{
	struct weft_region *region = weft_exec_region(exec);
	int i;

	for (i = 0; i <= WEFT_THREADS_MAX; i++) {
		const struct stretch *stretch = &stretches[i];
		unsigned long *at;

		for (at = stretch->begin; at < stretch->end; at++)
			note(at, stretch->copy[at - stretch->begin]);
		if (i < WEFT_THREADS_MAX)
			for (; (char *)at < region->arenas[i].next; at++)
				note(at, 0);
	}
}

static void put_back(void)
{
	struct weft_region *region = weft_exec_region(exec);
	size_t i;

	weft_region_return(region, position);
	for (i = 0; i < words_n; i++)
		*words[i].at = words[i].old;
	for (i = 0; i < WEFT_THREADS_MAX; i++)
		region->arenas[i].next = next_of[i];
}

/* Context: task 0 of the child, after setup. Ends the process. */
static void run_straight(void (*body)(void *arg), void *arg)
{
	static double took[RUNS];
	double result;
	int i;

	weft_kernel_bypass();
	keep_all();
	body(arg);
	find_words();
	for (i = 0; i < RUNS; i++) {
		double start;

		put_back();
		start = bench_cpu_us();
		body(arg);
		took[i] = bench_cpu_us() - start;
	}
	put_back();
	words_n = 0;
	find_words();
	if (words_n)
		give_up("it is not the same each time");
	result = bench_median(took, RUNS);
	if (write(result_pipe, &result, sizeof(result)) != sizeof(result))
		_exit(1);
	_exit(0);
}

/* Context: the child. */
static void __attribute__((noreturn))
run_child(const struct weft_scenario *scenario, const char *path)
{
	struct weft_scenario_run run = {
		.scenario = scenario, .alone = run_straight,
	};
	struct weft_finding *findings;
	struct weft_kernel kernel;
	size_t n;

	exec = bench_prepare(path, &kernel, &run, WEFT_RACES_OFF);
	weft_exec_setup(exec);		/* does not come back if all is well */
	findings = weft_exec_findings(exec, &n);
	give_up(*run.error ? run.error : n ? findings[0].summary : "no setup");
}

double bench_straight_us(const struct weft_scenario *scenario,
			 const char *path)
{
	double took = -1;
	int ends[2], status;
	pid_t child;

	if (pipe(ends) || (child = fork()) < 0) {
		perror("execution_cost");
		exit(5);
	}
	if (!child) {
		result_pipe = ends[1];
		run_child(scenario, path);
	}
	close(ends[1]);
	if (read(ends[0], &took, sizeof(took)) != sizeof(took))
		took = -1;
	close(ends[0]);
	waitpid(child, &status, 0);
	if (took < 0) {
		fprintf(stderr, "execution_cost: no straight run of %s\n",
			scenario->name);
		exit(5);
	}
	return took;
}
