/* SPDX-License-Identifier: GPL-2.0-only */
/* Ends what hangs; contract in watchdog.h. */
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/time.h>

#include "../framework/exec.h"
#include "watchdog.h"

/* So many looks without a step, one after the other. */
#define LOOKS 4

static double limit_seconds;
static char limit_text[60];
static uint64_t last_progress;
static unsigned int looks;

/* Runs on the alternate stack that the framework has set up for faults. */
static void on_tick(int signo, siginfo_t *info, void *context)
{
	uint64_t progress = weft_exec_progress(weft_exec_current);

	(void)signo;
	(void)info;
	if (!progress || progress != last_progress) {
		last_progress = progress;
		looks = 0;
		return;
	}
	if (++looks < LOOKS)
		return;
	/* It may come back without having ended it: then the next look does. */
	weft_exec_stall(weft_exec_current, context, limit_text);
}

static void set_timer(double seconds)
{
	struct itimerval timer = { 0 };

	timer.it_interval.tv_sec = (time_t)seconds;
	timer.it_interval.tv_usec =
		(suseconds_t)((seconds - (double)(time_t)seconds) * 1e6);
	if (seconds > 0 && !timer.it_interval.tv_sec &&
	    timer.it_interval.tv_usec < 1000)
		timer.it_interval.tv_usec = 1000;
	timer.it_value = timer.it_interval;
	setitimer(ITIMER_VIRTUAL, &timer, NULL);
}

void watchdog_start(double seconds)
{
	struct sigaction action;

	memset(&action, 0, sizeof(action));
	sigemptyset(&action.sa_mask);
	action.sa_sigaction = on_tick;
	action.sa_flags = SA_SIGINFO | SA_ONSTACK | SA_NODEFER | SA_RESTART;
	sigaction(SIGVTALRM, &action, NULL);
	limit_seconds = seconds;
	snprintf(limit_text, sizeof(limit_text), "%g s of processor time",
		 seconds);
	watchdog_go_on();
}

void watchdog_stop(void)
{
	set_timer(0);
}

void watchdog_go_on(void)
{
	looks = 0;
	last_progress = 0;
	set_timer(limit_seconds / LOOKS);
}
