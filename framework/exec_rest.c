/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Services at rest: waits that need not be asked whenever somebody stops.
 *
 *  I1  A service that found nothing to do is at rest: it is not asked again until an
 *      operation on what it named is applied, or weft_exec_state() tells of it. Whoever
 *      tells makes the change before the next point; nobody is asked in between.
 *  I2  It names no more than its object and one other thing. A wait that names more
 *      may look at the sections of tasks, which change without being told until
 *      those stop (exec_state.c, I3): it is asked whenever somebody stops.
 *  I3  Going back wakes all: what they named was of another state.
 *  I4  Whoever looks at more than it names is found out. Reductions ask every wait at
 *      each decision (exec_state.c, I4); others ask those at rest at each mark, and
 *      before time passes or an execution ends. In paranoid mode, while recording,
 *      and in model programs nobody rests.
 */
#include "exec_internal.h"

static uint32_t rest_bit(uint64_t name)
{
	return 1u << (name >> 3 & 31);
}

void exec__rest(struct weft_exec *x, int task)
{
	const struct weft_pending *op = x->threads[task].op;
	struct exec_rest *rest = &x->rest;
	uint64_t reads[WEFT_READS_MAX];
	uint32_t bit = 1u << task;

	if (!rest->allowed || (rest->never & bit) || x->in_setup ||
	    op->kind != WEFT_OP_AWAIT || op->wait != WEFT_WAIT_IDLE ||
	    !op->reads)
		return;
	reads[0] = UINT64_MAX;
	if (exec__reads(x, op, reads) > 1) {
		rest->never |= bit;
		return;
	}
	rest->names[task][0] = weft_region_offset(&x->region, op->addr);
	rest->names[task][1] = reads[0];
	rest->filter |= rest_bit(rest->names[task][0]) | rest_bit(reads[0]);
	rest->tasks |= bit;
}

/* Accesses are told by granule, so that one is as exact as names get here. */
void exec__rest_told(struct weft_exec *x, const void *addr)
{
	uint64_t name = weft_region_offset(&x->region, addr);
	struct exec_rest *rest = &x->rest;
	uint32_t tasks;

	if (!(rest->filter & rest_bit(name)))
		return;
	for (tasks = rest->tasks; tasks; tasks &= tasks - 1) {
		int task = __builtin_ctz(tasks);

		if (rest->names[task][0] >> 3 == name >> 3 ||
		    rest->names[task][1] >> 3 == name >> 3)
			rest->tasks &= ~(1u << task);
	}
	if (!rest->tasks)
		rest->filter = 0;
}

bool exec__rest_check(struct weft_exec *x)
{
	uint32_t tasks, woken = 0;

	for (tasks = x->rest.tasks; tasks; tasks &= tasks - 1) {
		int task = __builtin_ctz(tasks);

		if (!exec__op_enabled(x, task))
			continue;
		woken |= 1u << task;
		exec__looks_lie(x, task);
	}
	x->rest.tasks &= ~woken;
	return woken;
}

void exec__rest_forget(struct weft_exec *x)
{
	x->rest.tasks = 0;
	x->rest.never = 0;
	x->rest.filter = 0;
}
