/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A timer of processor time that ends an execution which makes no step.
 *
 * It is the last resort, for loops that touch no memory, and the only thing
 * besides the user that ends a campaign by the clock: what it ends is never
 * more than incomplete. Loops with accesses are found by counting
 * (framework/exec_spin.c).
 */
#ifndef WEFT_WATCHDOG_H
#define WEFT_WATCHDOG_H

/* From now on, for the execution that runs at the time. */
void watchdog_start(double seconds);
void watchdog_stop(void);
/* In a child: timers are not inherited. */
void watchdog_go_on(void);

#endif
