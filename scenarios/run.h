/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * How a scenario becomes a program for the explorer.
 *
 * src/ fills in a struct weft_scenario_run, passes weft_scenario_main and the
 * run to weft_exec_create(), and gets the errors of setup from here.
 */
#ifndef WEFT_SCENARIO_RUN_H
#define WEFT_SCENARIO_RUN_H

#include "scenario.h"

struct weft_exec;

/**
 * struct weft_kernel_calls - the kernel a scenario talks to
 * Supplied by kernel-shim/host.c; NULL for model programs.
 */
struct weft_kernel_calls {
	int	(*boot)(void);
	void	*(*task_create)(const char *name);
	void	(*task_exit)(void *cookie);
	void	(*task_enter)(void *cookie);
	long	(*syscall)(unsigned int nr, const unsigned long arg[6]);
	unsigned int version_code;
};

/**
 * struct weft_scenario_run - one scenario on one kernel
 * @exec:   set after weft_exec_create(), before weft_exec_setup()
 * @params: values in the order of scenario->params
 * @error:  why setup failed; empty when it did not
 * @skipped: it failed because the kernel lacks something; @error says what
 * @alone:  benchmarks: called after setup instead of starting tasks; body(arg)
 *          runs the tasks one after another on the calling stack, then check()
 */
struct weft_scenario_run {
	const struct weft_scenario	*scenario;
	const struct weft_kernel_calls	*kernel;
	struct weft_exec		*exec;
	long				params[4];
	char				error[256];
	bool				skipped;
	void				(*alone)(void (*body)(void *arg), void *arg);
};

/* The program: argument is the struct weft_scenario_run. */
void weft_scenario_main(void *run);

#endif
