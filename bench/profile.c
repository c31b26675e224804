/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Where time goes, by sampling the program counter; contract in bench.h.
 *
 * The source file of a sample, from the debug information, says which part it
 * belongs to: code inlined from a header counts where it was inlined to. Samples
 * in libc are copies of stacks, nearly all of them.
 */
#include <elfutils/libdwfl.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <ucontext.h>
#include <unistd.h>

#include "bench.h"

#define SAMPLES_MAX	(1u << 20)
#define INTERVAL_NS	99991

const char *const bench_part_names[BENCH_PARTS] = {
	[BENCH_KERNEL] = "kernel code, coverage",
	[BENCH_MODEL] = "model of the kernel",
	[BENCH_HOOKS] = "access hooks",
	[BENCH_SHADOW] = "shadow (what is ordered)",
	[BENCH_SWITCH] = "switches, operations",
	[BENCH_SNAPSHOT] = "snapshot, marks, copies",
	[BENCH_DETECTOR] = "detectors: races, leaks ...",
	[BENCH_STRATEGY] = "strategy, search",
	[BENCH_OTHER] = "other",
};

/* The first that the name of a source file contains counts. */
static const struct { const char *name; enum bench_part part; } files[] = {
	{ "kernel-shim/model/access.c", BENCH_HOOKS },
	{ "kernel-shim/model/", BENCH_MODEL },
	{ "kernel-shim/host.c", BENCH_SWITCH },
	{ "framework/shadow_race", BENCH_DETECTOR },
	{ "framework/exec_race", BENCH_DETECTOR },
	{ "framework/exec_leak", BENCH_DETECTOR },
	{ "framework/exec_memory", BENCH_DETECTOR },
	{ "framework/shadow", BENCH_SHADOW },
	{ "framework/exec_plain", BENCH_SHADOW },
	{ "framework/exec_racy", BENCH_SHADOW },
	{ "framework/region", BENCH_SNAPSHOT },
	{ "framework/marks", BENCH_SNAPSHOT },
	{ "framework/tally", BENCH_SNAPSHOT },
	{ "framework/detectors/", BENCH_DETECTOR },
	{ "framework/lockgraph", BENCH_DETECTOR },
	{ "framework/exec_record", BENCH_DETECTOR },
	{ "framework/finding", BENCH_DETECTOR },
	{ "framework/exec", BENCH_SWITCH },
	{ "framework/object", BENCH_SWITCH },
	{ "framework/co_", BENCH_SWITCH },
	{ "framework/explorer.c", BENCH_STRATEGY },
	{ "framework/", BENCH_STRATEGY },
	{ "scenarios/", BENCH_OTHER },
	{ "bench/", BENCH_OTHER },
	{ ".c", BENCH_KERNEL },		/* what is left of the image */
};

static uintptr_t *samples;
static volatile size_t samples_n;
static timer_t timer;

static uintptr_t counter_of(const ucontext_t *context)
{
#if defined(__x86_64__)
	return (uintptr_t)context->uc_mcontext.gregs[REG_RIP];
#elif defined(__aarch64__)
	return (uintptr_t)context->uc_mcontext.pc;
#else
	(void)context;
	return 0;
#endif
}

static void take_sample(int number, siginfo_t *info, void *context)
{
	(void)number;
	(void)info;
	if (samples_n < SAMPLES_MAX)
		samples[samples_n++] = counter_of(context);
}

void bench_profile_begin(void)
{
	struct sigaction action = {
		.sa_sigaction = take_sample,
		.sa_flags = SA_SIGINFO | SA_ONSTACK | SA_RESTART,
	};
	struct sigevent event = {
		.sigev_notify = SIGEV_SIGNAL, .sigev_signo = SIGPROF,
	};
	struct itimerspec every = {
		.it_interval.tv_nsec = INTERVAL_NS,
		.it_value.tv_nsec = INTERVAL_NS,
	};

	samples = calloc(SAMPLES_MAX, sizeof(*samples));
	samples_n = 0;
	if (!samples || sigaction(SIGPROF, &action, NULL) ||
	    timer_create(CLOCK_MONOTONIC, &event, &timer) ||
	    timer_settime(timer, 0, &every, NULL)) {
		perror("execution_cost: no profile");
		exit(5);
	}
}

/* The source file; the library's where it is libc, or there is none. */
static const char *file_of(Dwfl *dwfl, uintptr_t pc)
{
	Dwfl_Module *module = dwfl_addrmodule(dwfl, pc);
	Dwarf_Addr bias;
	Dwarf_Die *unit = module ? dwfl_module_addrdie(module, pc, &bias) :
				   NULL;
	const char *name = unit ? dwarf_diename(unit) : NULL;
	const char *library = module ? dwfl_module_info(module, NULL, NULL,
				NULL, NULL, NULL, NULL, NULL) : "";

	return name && !strstr(library, "/libc") ? name : library;
}

static void count_part(void *arg, const char *file)
{
	unsigned long *parts = arg;
	size_t i;

	if (strstr(file, "/libc")) {
		parts[BENCH_SNAPSHOT]++;
		return;
	}
	for (i = 0; i < sizeof(files) / sizeof(files[0]); i++)
		if (strstr(file, files[i].name)) {
			parts[files[i].part]++;
			return;
		}
	parts[BENCH_OTHER]++;
}

static Dwfl *stop(void)
{
	static const Dwfl_Callbacks callbacks = {
		.find_elf = dwfl_linux_proc_find_elf,
		.find_debuginfo = dwfl_standard_find_debuginfo,
	};
	Dwfl *dwfl = dwfl_begin(&callbacks);

	timer_delete(timer);
	if (!dwfl || dwfl_linux_proc_report(dwfl, getpid()) ||
	    dwfl_report_end(dwfl, NULL, NULL)) {
		fprintf(stderr, "execution_cost: no debug information\n");
		exit(5);
	}
	return dwfl;
}

void bench_profile_each(void (*each)(void *arg, const char *file), void *arg)
{
	Dwfl *dwfl = stop();
	size_t i;

	for (i = 0; i < samples_n; i++)
		each(arg, file_of(dwfl, samples[i]));
	dwfl_end(dwfl);
	free(samples);
}

void bench_profile_end(unsigned long ret[BENCH_PARTS])
{
	bench_profile_each(count_part, ret);
}
