/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * State that waits look at: who reads it, who changes it.
 *
 * The condition of a wait is code of the program. A partial-order reduction wants to
 * know which steps could change its value, so a wait names what it looks at, and
 * whoever changes that says so. Names are addresses in the watched region; what
 * lies there does not matter.
 *
 *  I1  A wait names all that its condition may look at, whatever the state: when
 *      nothing of that is written, the condition keeps its value. What it looks at
 *      only after something else was written may be left out until then, if it
 *      cannot have been true before.
 *  I2  A wait of a kernel image that names nothing is opaque: any step may change it.
 *      So is one that lets everything else go first: any step may delay it.
 *  I3  What a task shows without an operation of its own (that it is inside of a
 *      section) is a number, looked at when a decision is taken, or the task has been
 *      started: only then can others see it.
 *  I4  Every wait that is not opaque is asked at every decision of a reduction. A
 *      condition that has changed although nothing it named was written is reported
 *      as a defect of the model. exec_rest.c relies on names as well.
 */
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "exec_internal.h"

/**
 * struct exec_look - what a wait was found to be at the last decision
 * @since: the step of its publication; @valid only while it is the same one
 * @reads: what it looks at, its object included
 */
struct exec_look {
	bool		valid, ready;
	unsigned long	since;
	uint64_t	reads[WEFT_READS_MAX + 1];
	unsigned int	reads_n;
};

/* @written: names of what was written since the last decision */
struct exec_looks {
	struct exec_look	of[WEFT_THREADS_MAX];
	uint64_t		*written;
	size_t			written_n, written_max;
	char			lie[300];
};

bool exec__is_opaque(const struct weft_exec *x, const struct weft_pending *op)
{
	if (!x->config.data || op->kind != WEFT_OP_AWAIT || op->joins)
		return false;
	return !op->reads || op->wait == WEFT_WAIT_TIME ||
	       op->wait == WEFT_WAIT_SPIN || op->wait == WEFT_WAIT_KINDS;
}

/* The program's own code, as in exec__op_enabled(). */
unsigned int exec__reads(const struct weft_exec *x,
			 const struct weft_pending *op, uint64_t *ret)
{
	struct weft_hot *hot = &((struct weft_exec *)x)->region.hot;
	const void *names[WEFT_READS_MAX];
	unsigned int plain = hot->plain, n, i;

	if (op->kind != WEFT_OP_AWAIT || !op->reads)
		return 0;
	hot->plain = 0;
	((struct weft_exec *)x)->looking = true;
	n = op->reads(op->arg, names);
	((struct weft_exec *)x)->looking = false;
	hot->plain = plain;
	assert(n <= WEFT_READS_MAX);
	for (i = 0; i < n; i++) {
		ret[i] = weft_region_offset(&x->region, names[i]);
		assert(ret[i] != UINT64_MAX && "a name of state outside");
	}
	return n;
}

static void tell(struct weft_exec *x, enum weft_state_use use, uint64_t name,
		 bool loose)
{
	const char *base = (const char *)x->region.hot.base;

	exec__tell(x, WEFT_OP_STATE, base + name, -1);
	x->told.write = use != WEFT_STATE_READ;
	x->told.commutes = use == WEFT_STATE_ADD;
	x->told.loose = loose;
}

void exec__tell_reads(struct weft_exec *x, const struct weft_pending *op)
{
	uint64_t reads[WEFT_READS_MAX];
	unsigned int n, i;

	if (!x->tells || x->in_setup)
		return;
	n = exec__reads(x, op, reads);
	for (i = 0; i < n; i++)
		tell(x, WEFT_STATE_READ, reads[i], true);
}

void weft_exec_state(struct weft_exec *x, enum weft_state_use use,
		     const void *obj)
{
	uint64_t name = weft_region_offset(&x->region, obj);

	assert(name != UINT64_MAX && "a name of state outside");
	if (x->rest.tasks && use != WEFT_STATE_READ)
		exec__rest_told(x, obj);
	if (x->tells && !x->in_setup)
		tell(x, use, name, false);
}

void exec__tell_what_is_seen(struct weft_exec *x)
{
	struct weft_thread *self = exec__self(x);
	const void *own, *all;
	unsigned long seen;

	seen = x->config.seen(&own, &all);
	if (seen == self->seen)
		return;
	self->seen = seen;
	weft_exec_state(x, WEFT_STATE_WRITE, own);
	weft_exec_state(x, WEFT_STATE_ADD, all);
}

/* --- I4 --- */

static struct exec_looks *looks_of(struct weft_exec *x)
{
	if (!x->looks)
		x->looks = calloc(1, sizeof(*x->looks));
	assert(x->looks && "out of memory for what waits look at");
	return x->looks;
}

void exec__looks_told(struct weft_exec *x, const struct weft_operation *op)
{
	struct exec_looks *looks = looks_of(x);

	if (!op->write || op->object == UINT64_MAX)
		return;
	if (looks->written_n == looks->written_max) {
		looks->written_max = looks->written_max ?
				     2 * looks->written_max : 64;
		looks->written = realloc(looks->written, looks->written_max *
					 sizeof(*looks->written));
		assert(looks->written && "out of memory for what waits look at");
	}
	looks->written[looks->written_n++] = op->object;
}

static bool was_written(const struct exec_looks *looks,
			const struct exec_look *look)
{
	unsigned int i;
	size_t j;

	for (i = 0; i < look->reads_n; i++)
		for (j = 0; j < looks->written_n; j++)
			if (look->reads[i] == looks->written[j])
				return true;
	return false;
}

void exec__looks_lie(struct weft_exec *x, int task)
{
	const struct weft_thread *t = &x->threads[task];
	struct exec_looks *looks = looks_of(x);

	if (!looks->lie[0])
		snprintf(looks->lie, sizeof(looks->lie),
			 "the model does not tell all that a wait looks at: \"%s\" of task %s changed before step %lu, and nothing it names was written",
			 t->op->what ? t->op->what : "a wait", t->name,
			 x->region.hot.step);
}

static void look_at(struct weft_exec *x, struct exec_looks *looks, int task)
{
	const struct weft_thread *t = &x->threads[task];
	struct exec_look *look = &looks->of[task];
	bool ready = exec__op_enabled(x, task);

	if (look->valid && look->since == t->since && look->ready != ready &&
	    !was_written(looks, look))
		exec__looks_lie(x, task);
	look->valid = true;
	look->ready = ready;
	look->since = t->since;
	look->reads_n = exec__reads(x, t->op, look->reads);
	look->reads[look->reads_n++] = weft_region_offset(&x->region,
							  t->op->addr);
}

void exec__looks_check(struct weft_exec *x)
{
	struct exec_looks *looks = looks_of(x);
	int task;

	for (task = 0; task < x->threads_n; task++) {
		const struct weft_pending *op = x->threads[task].op;

		if ((x->tasks.waiting >> task & 1) && !exec__is_opaque(x, op))
			look_at(x, looks, task);
		else
			looks->of[task].valid = false;
	}
	looks->written_n = 0;
}

void exec__looks_forget(struct weft_exec *x)
{
	int task;

	if (!x->looks)
		return;
	for (task = 0; task < WEFT_THREADS_MAX; task++)
		x->looks->of[task].valid = false;
	x->looks->written_n = 0;
}

void exec__looks_destroy(struct weft_exec *x)
{
	if (x->looks)
		free(x->looks->written);
	free(x->looks);
}

const char *weft_exec_lie(const struct weft_exec *x)
{
	return x->looks && x->looks->lie[0] ? x->looks->lie : NULL;
}
