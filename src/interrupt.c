/* SPDX-License-Identifier: GPL-2.0-only */
/* Signals of the user; contract in interrupt.h. */
#include <signal.h>
#include <string.h>
#include <unistd.h>

#include "../framework/verdict.h"
#include "interrupt.h"

static volatile sig_atomic_t came;

/* Runs on whatever stack is current, also that of a task under test. */
static void on_interrupt(int signo)
{
	if (came)
		_exit(128 + signo);
	came = 1;
}

static void on_abort(int signo)
{
	static const char text[] =
		"weft: internal error (see above); this is a defect of weft, not of the code under test\n";

	(void)signo;
	if (write(STDERR_FILENO, text, sizeof(text) - 1) < 0)
		_exit(WEFT_VERDICT_INTERNAL);
	_exit(WEFT_VERDICT_INTERNAL);
}

/**
 * interrupt_install() - catch SIGINT, SIGTERM and SIGABRT
 */
void interrupt_install(void)
{
	struct sigaction action;

	memset(&action, 0, sizeof(action));
	sigemptyset(&action.sa_mask);
	action.sa_handler = on_interrupt;
	action.sa_flags = SA_RESTART;
	sigaction(SIGINT, &action, NULL);
	sigaction(SIGTERM, &action, NULL);
	action.sa_handler = on_abort;
	action.sa_flags = 0;
	sigaction(SIGABRT, &action, NULL);
}

/**
 * interrupt_came() - has the user asked to stop?
 */
bool interrupt_came(void)
{
	return came;
}
