/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Faults: what may go wrong although nobody did anything wrong. Each is a data
 * choice, so that it is explored, and a schedule repeats it.
 *
 *  I1  At most config.faults_max choices of an execution are faults. What the
 *      scenario asked for itself (@armed) does not count.
 *  I2  Faults come to tasks of the scenario only, after the snapshot: not to the
 *      setup, the checks, or service threads.
 *  I3  Whether a task asks depends on nothing but what it did and read: it asks
 *      when no fault is left, too, and then one answer is left, so that nobody
 *      chooses. So the bound leaves out whole traces, namely those with more faults,
 *      and is no business of the tasks: questions of different tasks are
 *      independent, and a reduction may exchange them. What it executes instead of
 *      an execution has no more faults than that one, and so is within the bound;
 *      and where it comes to a question with none left, every trace that goes on
 *      with a fault from there has too many.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "exec_internal.h"

bool weft_exec_may_inject(const struct weft_exec *x)
{
	return !x->in_setup && x->config.faults_max &&
	       (x->running > 0 || x->config.main_concurrent) &&
	       !(x->threads[x->running].flags & WEFT_SPAWN_SERVICE);
}

unsigned long weft_exec_faults_max(const struct weft_exec *x)
{
	return x->config.faults_max;
}

unsigned int exec__answers(const struct weft_exec *x,
			   const struct weft_pending *op)
{
	const struct weft_fault *fault = op->arg;

	if (!fault || fault->armed || x->faults < x->config.faults_max)
		return op->choices;
	return 1;
}

static void count_answers(struct weft_exec *x, int task)
{
	const struct weft_pending *op = x->threads[task].op;
	const struct weft_fault *fault = op->arg;

	x->published[task].choices = (uint16_t)exec__answers(x, op);
	x->published[task].fault = fault && !fault->armed;
}

void exec__count_answers(struct weft_exec *x, uint32_t tasks)
{
	for (; tasks; tasks &= tasks - 1) {
		int task = __builtin_ctz(tasks);

		if (x->published[task].kind == WEFT_OP_CHOOSE)
			count_answers(x, task);
	}
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
	unsigned int answers;
	bool chosen;

	if (x->in_setup || (!fault->armed && !weft_exec_may_inject(x)))
		return false;
	chosen = exec__choose(x, 2, fault->what, fault, &answers);
	if (answers > 1)
		describe(x, fault, chosen);
	if (chosen && !fault->armed) {
		weft_region_log_word(&x->region, &x->faults);
		x->faults++;
	}
	exec__answered(x);
	return chosen;
}
