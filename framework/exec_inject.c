/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Faults: what may go wrong although nobody did anything wrong. Each is a data
 * choice, so that it is explored, and a schedule repeats it.
 *
 *  I1  At most config.faults_max choices of an execution are faults. Behind the
 *      last one nobody asks any more, so that there is nothing left to choose.
 *      What the scenario asked for itself (@armed) does not count.
 *  I2  Faults come to tasks of the scenario only, after the snapshot: not to the
 *      setup, the checks, or service threads.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "exec_internal.h"

bool weft_exec_may_inject(const struct weft_exec *x)
{
	return !x->in_setup && x->running > 0 &&
	       x->faults < x->config.faults_max &&
	       !(x->threads[x->running].flags & WEFT_SPAWN_SERVICE);
}

bool weft_exec_injects(const struct weft_exec *x)
{
	return x->config.faults_max;
}

/* Evidence: "kmalloc(64)", or "kmalloc(64) = NULL <- injected failure". */
static void describe(struct weft_exec *x, const struct weft_fault *fault,
		     bool chosen)
{
	struct weft_evidence *e = &x->evidence;
	char text[160], size[40] = "";
	struct weft_step *step;

	if (!x->record || x->in_setup || !e->steps_n)
		return;
	step = &e->steps[e->steps_n - 1];
	if (fault->size)
		snprintf(size, sizeof(size), "(%zu)", fault->size);
	snprintf(text, sizeof(text), "%s%s%s%s", fault->what, size,
		 chosen && fault->result ? fault->result : "",
		 chosen ? " ← injected failure" : "");
	free(step->text);
	step->text = strdup(text);
	step->fault = chosen ? WEFT_FAULT_CHOSEN : WEFT_FAULT_POSSIBLE;
}

bool weft_exec_inject(struct weft_exec *x, const struct weft_fault *fault)
{
	bool chosen;

	if (x->in_setup || (!fault->armed && !weft_exec_may_inject(x)))
		return false;
	chosen = exec__choose(x, 2, fault->what, fault);
	describe(x, fault, chosen);
	if (chosen && !fault->armed) {
		weft_region_log_word(&x->region, &x->faults);
		x->faults++;
	}
	return chosen;
}
