/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Faults: what may go wrong although nobody did anything wrong. Each is a data
 * choice, so that it is explored, and a schedule repeats it.
 *
 *  I1  At most config.faults_max choices of an execution are faults. Behind the
 *      last one nobody asks any more, so that there is nothing left to choose.
 *  I2  Faults come to tasks of the scenario only, after the snapshot: not to the
 *      setup, the checks, or service threads.
 */
#include "exec_internal.h"

bool weft_exec_may_inject(const struct weft_exec *x)
{
	return !x->in_setup && x->running > 0 &&
	       x->faults < x->config.faults_max &&
	       !(x->threads[x->running].flags & WEFT_SPAWN_SERVICE);
}

bool weft_exec_inject(struct weft_exec *x, const char *what)
{
	if (!weft_exec_may_inject(x) || !weft_exec_choose(x, 2, what))
		return false;
	weft_region_log_word(&x->region, &x->faults);
	x->faults++;
	weft_exec_note(x, WEFT_OP_CALL, what);
	return true;
}
