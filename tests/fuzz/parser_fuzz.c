/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Feeds nonsense to the parsers of schedules, checkpoints, suppressions and patches.
 *
 * Compiled with ASan and UBSan. Inputs are mutations of valid ones; one that
 * reaches code no other has reached (-fsanitize-coverage=trace-pc calls below)
 * is kept and mutated further. What is wrong ends the program, with the input
 * in parser_fuzz-TARGET.input; "parser_fuzz --target TARGET --input FILE" feeds
 * it again.
 *
 *  I1  With --runs the same seed feeds the same inputs.
 */
#include <assert.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <sanitizer/common_interface_defs.h>

#include "parser_fuzz.h"

#define HANG_SECONDS	20
#define EDGES		65536
#define DEFAULT_RUNS	40000

static const struct target *const targets[] = {
	&target_schedule, &target_checkpoint, &target_checkpoint_source,
	&target_checkpoint_dpor, &target_suppression, &target_patch, NULL
};

static unsigned char seen[EDGES], hit[EDGES];
static uint32_t hits[EDGES], hits_n;
static uintptr_t previous;
static bool watching;

static const struct target *current;
static unsigned char input[INPUT_MAX + 1];
static size_t input_n;

void __sanitizer_cov_trace_pc(void);
const char *__asan_default_options(void);
const char *__ubsan_default_options(void);

/* Called at every edge of everything compiled with this program. */
__attribute__((no_sanitize_coverage, no_sanitize_address,
	       no_sanitize_undefined))
void __sanitizer_cov_trace_pc(void)
{
	extern char __executable_start;
	uintptr_t pc = (uintptr_t)__builtin_return_address(0) -
		       (uintptr_t)&__executable_start;
	uint32_t edge;

	if (!watching)
		return;
	edge = (uint32_t)((pc ^ previous) % EDGES);
	previous = pc >> 1;
	if (!hit[edge]) {
		hit[edge] = 1;
		hits[hits_n++] = edge;
	}
}

__attribute__((no_sanitize_coverage))
const char *__asan_default_options(void)
{
	return "handle_abort=1:max_allocation_size_mb=512:allocator_may_return_null=0:detect_stack_use_after_return=0";
}

__attribute__((no_sanitize_coverage))
const char *__ubsan_default_options(void)
{
	/* abort_on_error: ASan hears of it that way, and keeps the input. */
	return "print_stacktrace=1:halt_on_error=1:abort_on_error=1";
}

static void keep_input(void)
{
	char path[80];
	FILE *out;

	if (!current)
		return;
	snprintf(path, sizeof(path), "parser_fuzz-%s.input", current->name);
	out = fopen(path, "we");
	if (!out)
		return;
	fwrite(input, 1, input_n, out);
	fclose(out);
	printf("not ok - %s: the input is in %s\n", current->name, path);
	fflush(stdout);
}

void broken(const char *promise, const char *file, int line)
{
	fprintf(stderr, "%s:%d: does not hold: %s\n", file, line, promise);
	abort();
}

static void on_alarm(int signo)
{
	(void)signo;
	fprintf(stderr, "an input takes more than %d seconds\n", HANG_SECONDS);
	abort();
}

/* Did the last input reach anything new? */
static bool is_new(void)
{
	bool new = false;

	while (hits_n) {
		uint32_t edge = hits[--hits_n];

		hit[edge] = 0;
		new |= !seen[edge];
		seen[edge] = 1;
	}
	return new;
}

static bool feed(void)
{
	bool taken;

	alarm(HANG_SECONDS);
	previous = 0;
	watching = true;
	taken = current->try(input, input_n);
	watching = false;
	alarm(0);
	return taken;
}

static double seconds_now(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static void begin(const struct target *target, uint64_t seed)
{
	size_t i;

	current = target;
	corpus_clear();
	memset(seen, 0, sizeof(seen));
	mutate_seed(seed);
	for (i = 0; target->seeds && target->seeds[i]; i++)
		corpus_add(target->seeds[i], strlen(target->seeds[i]));
	if (target->add_seeds)
		target->add_seeds();
	assert(corpus_size() && "a target without seeds");
}

static void fuzz(const struct target *target, unsigned long runs,
		 double seconds, uint64_t seed, int number)
{
	unsigned long n = 0, taken = 0, edges = 0;
	double began = seconds_now(), told = began;
	size_t i;

	begin(target, seed);
	runs = runs / target->cost + 1;
	while (seconds > 0 ? seconds_now() - began < seconds : n < runs) {
		input_n = mutate(target->words, input);
		taken += feed();
		n++;
		if (is_new())
			corpus_add(input, input_n);
		if (seconds > 0 && seconds_now() - told > 60) {
			told = seconds_now();
			printf("# %s: %lu inputs, %zu kept, %.0f s\n",
			       target->name, n, corpus_size(), told - began);
			fflush(stdout);
		}
	}
	for (i = 0; i < EDGES; i++)
		edges += seen[i];
	promised(n < 1000 || taken);	/* nonsense only proves nothing */
	printf("ok %d - %s: %lu inputs, %lu of them taken, %lu edges, %zu kept, seed %" PRIu64,
	       number, target->name, n, taken, edges, corpus_size(), seed);
	if (seconds > 0)
		printf(", %.0f s", seconds_now() - began);
	putchar('\n');
	fflush(stdout);
}

static void feed_file(const struct target *target, const char *path)
{
	FILE *in = fopen(path, "re");

	if (!in) {
		perror(path);
		exit(64);
	}
	begin(target, 1);
	input_n = fread(input, 1, INPUT_MAX, in);
	input[input_n] = '\0';
	fclose(in);
	printf("%s: %s\n", target->name, feed() ? "taken" : "refused");
}

static void usage(void)
{
	fprintf(stderr, "parser_fuzz [--target NAME] [--runs N | --seconds N] [--seed N] [--input FILE]\n");
	exit(64);
}

int main(int argc, char **argv)
{
	const char *name = NULL, *file = NULL;
	unsigned long runs = DEFAULT_RUNS;
	double seconds = 0;
	uint64_t seed = 1;
	int i, number = 0;

	for (i = 1; i < argc; i += 2) {
		if (i + 1 == argc)
			usage();
		if (!strcmp(argv[i], "--target"))
			name = argv[i + 1];
		else if (!strcmp(argv[i], "--runs"))
			runs = strtoul(argv[i + 1], NULL, 10);
		else if (!strcmp(argv[i], "--seconds"))
			seconds = strtod(argv[i + 1], NULL);
		else if (!strcmp(argv[i], "--seed"))
			seed = strtoull(argv[i + 1], NULL, 10);
		else if (!strcmp(argv[i], "--input"))
			file = argv[i + 1];
		else
			usage();
	}
	__sanitizer_set_death_callback(keep_input);
	signal(SIGALRM, on_alarm);
	for (i = 0; targets[i]; i++) {
		if (name && strcmp(name, targets[i]->name))
			continue;
		number++;
		if (file)
			feed_file(targets[i], file);
		else
			fuzz(targets[i], runs, seconds, seed, number);
	}
	if (!number)
		usage();
	if (!file)
		printf("1..%d\n", number);
	corpus_clear();
	return 0;
}
