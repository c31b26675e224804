/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Loops without an operation: nothing is published in them, so nobody else could
 * ever go on.
 *
 *  I1  A task that makes more accesses to memory than @accesses_max (struct
 *      weft_exec_config) in a row, without an operation in between, ends the
 *      execution. What counts is made by the program alone, so that a replay
 *      ends at the same access.
 *  I2  What is reported is the function that the loop is in, and the first of its
 *      places that is in the loop, whichever turn the limit was reached in. To
 *      know them SAMPLES more accesses are looked at: callers outside of the loop
 *      have the same return address at each.
 *
 * The access hooks count down, and come here when nothing is left. Marked accesses
 * that are no points count as steps without starting the count again; so the
 * limit may be reached later by as much again, but never earlier.
 * A loop that touches no memory does not come here: see weft_exec_stall().
 */
#include <limits.h>
#include <stdio.h>

#include "exec_turn.h"

#define SAMPLES		4096
/* Of exec_spin.step, while samples are taken. */
#define SAMPLING	ULONG_MAX

/* The frames of the program, innermost first; of a model program all. */
static void program_stack(const struct weft_exec *x, uintptr_t pc,
			  struct weft_stack *ret)
{
	const struct weft_text *text = &x->config.text;
	struct weft_stack all;
	unsigned int i;

	weft_exec_stack(x, &all);
	ret->n = 0;
	for (i = 0; i < all.n && all.pc[i] != pc; i++)
		;
	if (i == all.n) {	/* the hook of an instrumented access */
		ret->pc[ret->n++] = pc;
		i = 0;
	}
	for (; i < all.n && ret->n < WEFT_STACK_MAX; i++)
		if (text->begin == text->end ||
		    (all.pc[i] >= text->begin && all.pc[i] < text->end))
			ret->pc[ret->n++] = all.pc[i];
}

/* How many of their outermost frames are the same. */
static unsigned int common_frames(const struct weft_stack *a,
				  const struct weft_stack *b)
{
	unsigned int n = 0;

	while (n < a->n && n < b->n &&
	       a->pc[a->n - 1 - n] == b->pc[b->n - 1 - n])
		n++;
	return n;
}

/* @common is cut down to the loop and its callers: I2. */
static void merge(struct weft_stack *common, const struct weft_stack *now)
{
	unsigned int same = common_frames(common, now);
	unsigned int cut, i;

	if (same == common->n || same == now->n)
		return;		/* one lies inside of a call the other made */
	cut = common->n - 1 - same;
	for (i = 0; cut && i < common->n - cut; i++)
		common->pc[i] = common->pc[i + cut];
	common->n -= cut;
	if (now->pc[now->n - 1 - same] < common->pc[0])
		common->pc[0] = now->pc[now->n - 1 - same];
}

static void report(struct weft_exec *x)
{
	char summary[160];
	const struct weft_defect defect = {
		.kind = "stuck", .summary = summary, .sort = "stuck:spin",
		.placed = true, .tell_place = true, .tasks = &x->running,
		.tasks_n = 1, .stack = &x->spin.stack,
	};

	snprintf(summary, sizeof(summary),
		 "spins without an operation: task %d (%s) made %lu memory accesses in a row",
		 x->running, x->threads[x->running].name,
		 x->config.accesses_max);
	weft_report_defect(x, &defect);
	exec__record_step(x, WEFT_OP_CALL, NULL, 0, false, 0, summary);
	x->spin.spun = true;
	weft_exec_abort(x, WEFT_OUTCOME_FATAL);
}

void exec__spin(struct weft_exec *x, uintptr_t pc)
{
	struct weft_hot *hot = &x->region.hot;
	struct weft_stack stack;

	/* Is a wait over? That is asked on any stack, and may not end here. */
	if (x->running < 0 || x->on_hub || x->looking ||
	    (x->spin.step != SAMPLING && x->spin.step != hot->step)) {
		exec__spin_restart(x);
		return;
	}
	hot->accesses_left = 1;
	program_stack(x, pc, &stack);
	if (x->spin.step != SAMPLING) {
		x->spin.step = SAMPLING;
		x->spin.samples = SAMPLES;
		x->spin.stack = stack;
		return;
	}
	merge(&x->spin.stack, &stack);
	if (!--x->spin.samples)
		report(x);
}

unsigned long weft_exec_spun(const struct weft_exec *x)
{
	return x->spin.spun ? x->config.accesses_max : 0;
}
