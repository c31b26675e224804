/* SPDX-License-Identifier: GPL-2.0-only */
/* The steps of an execution and their effects; contract in dpor_trace.h. */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "dpor_trace.h"

void *dpor_grown(void *memory, uint32_t *max, uint32_t first, size_t size)
{
	*max = *max ? 2 * *max : first;
	memory = realloc(memory, *max * size);
	assert(memory && "out of memory for a trace");
	return memory;
}

static void *aligned(void *old, size_t old_size, size_t size)
{
	void *memory = aligned_alloc(64, (size + 63) & ~(size_t)63);

	assert(memory && "out of memory for a trace");
	if (old)
		memcpy(memory, old, old_size);
	free(old);
	return memory;
}

bool dpor_trace_init(struct dpor_trace *trace)
{
	int i;

	memset(trace, 0, sizeof(*trace));
	trace->slots_n = 1024;
	trace->objects = malloc(trace->slots_n * sizeof(*trace->objects));
	trace->indices = calloc(trace->slots_n, sizeof(*trace->indices));
	for (i = 0; i < WEFT_THREADS_MAX; i++) {
		trace->stable_of[i] = i;
		trace->id_of[i] = i;
		trace->births[i].parent = -1;
	}
	return trace->objects && trace->indices;
}

void dpor_trace_clear(struct dpor_trace *trace)
{
	int i;

	for (i = 0; i < WEFT_THREADS_MAX; i++)
		free(trace->tasks[i].steps);
	free(trace->steps);
	free(trace->clocks);
	free(trace->counts);
	free(trace->effects);
	free(trace->objects);
	free(trace->indices);
	free(trace->heads);
	free(trace->races);
	memset(trace, 0, sizeof(*trace));
}

/* --- steps --- */

static void reserve_steps(struct dpor_trace *trace)
{
	size_t old = trace->max * sizeof(*trace->clocks);

	trace->steps = dpor_grown(trace->steps, &trace->max, 256,
				  sizeof(*trace->steps));
	trace->clocks = aligned(trace->clocks, old,
				trace->max * sizeof(*trace->clocks));
	trace->counts = aligned(trace->counts, old,
				trace->max * sizeof(*trace->counts));
}

/* @t has made one step more, the @i-th of all. */
static void count_step(struct dpor_trace *trace, struct dpor_task *t,
		       uint32_t i)
{
	if (i) {
		trace->counts[i] = trace->counts[i - 1];
		dpor_clock_advance(&trace->counts[i],
				   trace->steps[i - 1].task);
	} else {
		memset(&trace->counts[0], 0, sizeof(trace->counts[0]));
	}
	if (t->n == t->max)
		t->steps = dpor_grown(t->steps, &t->max, 64,
				      sizeof(*t->steps));
	t->steps[t->n++] = i;
	if (t->n >= DPOR_NUMBER_MAX)
		trace->overflow = true;
}

void dpor_trace_step(struct dpor_trace *trace, int task)
{
	struct dpor_task *t = &trace->tasks[task];
	struct dpor_step *step;
	uint32_t i = trace->n;

	/* Tasks that were there at the snapshot keep their ids. */
	trace->known |= 1u << task;
	if (i == trace->max)
		reserve_steps(trace);
	count_step(trace, t, i);
	step = &trace->steps[i];
	step->op.kind = WEFT_OP_START;
	step->op.object = UINT64_MAX;
	step->op.peer = -1;
	step->task = task;
	step->number = (int)t->n;
	step->effects = trace->effects_n;
	step->effects_n = 0;
	step->complete = false;
	trace->n++;
}

/* Return: is it one of many of its step? */
static bool add_effect(struct dpor_trace *trace, const struct dpor_effect *what)
{
	struct dpor_effect *effect;

	if (trace->effects_n == trace->effects_max)
		trace->effects = dpor_grown(trace->effects, &trace->effects_max,
					    256, sizeof(*trace->effects));
	effect = &trace->effects[trace->effects_n++];
	*effect = *what;
	effect->step = trace->n - 1;
	effect->before = trace->heads[effect->object];
	trace->heads[effect->object] = trace->effects_n;
	return trace->steps[effect->step].effects_n++;
}

void dpor_trace_effect(struct dpor_trace *trace,
		       const struct dpor_effect *what)
{
	add_effect(trace, what);
}

void dpor_trace_note(struct dpor_trace *trace, const struct weft_operation *op)
{
	struct dpor_effect effect = dpor_effect_of(trace, op);

	trace->wide |= add_effect(trace, &effect);
	trace->loose |= op->loose;
}

static void set_operation(struct dpor_trace *trace, struct dpor_step *step,
			  const struct weft_operation *op)
{
	step->op = *op;
	step->op.task = step->task;
	if (op->peer >= 0)
		step->op.peer = trace->stable_of[op->peer];
	/* What other choices lead to may be cut short, like a loose operation. */
	trace->loose |= op->kind == WEFT_OP_CHOOSE;
}

void dpor_trace_add(struct dpor_trace *trace, const struct weft_operation *op)
{
	struct dpor_step *step;

	if (op->kind == WEFT_OP_SPAWN) {
		dpor_trace_spawn(trace, op);
		return;
	}
	if (op->kind == WEFT_OP_EXIT || !trace->n)
		return;
	step = &trace->steps[trace->n - 1];
	if (step->op.kind == WEFT_OP_START)
		set_operation(trace, step, op);
	else
		trace->loose |= op->kind == WEFT_OP_CHOOSE;
	if (op->object != UINT64_MAX)
		dpor_trace_note(trace, op);
}

void dpor_trace_wait(struct dpor_trace *trace, const struct weft_operation *op)
{
	int task = trace->stable_of[op->task];
	struct weft_operation *waiting = &trace->tasks[task].waiting;

	*waiting = *op;
	waiting->task = task;
	if (trace->image && op->kind == WEFT_OP_AWAIT && op->peer == -1) {
		waiting->object = DPOR_ANYTHING;	/* I5 */
		waiting->write = true;
	}
	trace->waiting |= 1u << task;
	if (waiting->loose && waiting->object != UINT64_MAX)
		trace->loose = true;
}

void dpor_trace_cut(struct dpor_trace *trace, uint32_t n)
{
	uint32_t effects = n < trace->n ? trace->steps[n].effects :
					  trace->effects_n;

	while (trace->effects_n > effects) {
		const struct dpor_effect *effect =
			&trace->effects[--trace->effects_n];

		trace->heads[effect->object] = effect->before;
	}
	while (trace->n > n)
		trace->tasks[trace->steps[--trace->n].task].n--;
	while (trace->races_n && trace->races[trace->races_n - 1].late >= n)
		trace->races_n--;
	dpor_trace_cut_spawns(trace, n + 1);
	trace->waiting = 0;
}

void dpor_trace_begin(struct dpor_trace *trace)
{
	dpor_trace_cut(trace, 0);
	dpor_trace_cut_spawns(trace, 0);
}

size_t dpor_trace_memory(const struct dpor_trace *trace)
{
	size_t bytes = trace->max * (sizeof(*trace->steps) +
				     sizeof(*trace->clocks) +
				     sizeof(*trace->counts)) +
		       trace->effects_max * sizeof(*trace->effects) +
		       trace->slots_n * (sizeof(*trace->objects) +
					 sizeof(*trace->indices)) +
		       trace->heads_max * sizeof(*trace->heads) +
		       trace->races_max * sizeof(*trace->races);
	uint32_t tasks = trace->known;

	for (; tasks; tasks &= tasks - 1) {
		const struct dpor_task *t = &trace->tasks[__builtin_ctz(tasks)];

		bytes += t->max * sizeof(*t->steps);
	}
	return bytes;
}
