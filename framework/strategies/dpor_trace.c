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

/* What is new is zero: I2 of dpor_clock.h. */
static void *aligned(void *old, size_t old_size, size_t size)
{
	void *memory = aligned_alloc(64, (size + 63) & ~(size_t)63);

	assert(memory && "out of memory for a trace");
	if (old)
		memcpy(memory, old, old_size);
	memset((char *)memory + old_size, 0, size - old_size);
	free(old);
	return memory;
}

bool dpor_trace_init(struct dpor_trace *trace)
{
	int i;

	memset(trace, 0, sizeof(*trace));
	trace->slots_n = 1024;
	trace->slots_shift = 64 - 10;
	trace->lanes = 1;
	trace->last_name = UINT64_MAX;
	trace->slots = calloc(trace->slots_n, sizeof(*trace->slots));
	for (i = 0; i < WEFT_THREADS_MAX; i++) {
		trace->stable_of[i] = i;
		trace->id_of[i] = i;
		trace->births[i].parent = -1;
	}
	return trace->slots;
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
	free(trace->links);
	free(trace->slots);
	free(trace->objects);
	free(trace->races);
	free(trace->looked);
	memset(trace, 0, sizeof(*trace));
}

/* --- steps --- */

void dpor_trace_reserve(struct dpor_trace *trace)
{
	size_t old = trace->max * sizeof(*trace->clocks);

	trace->steps = dpor_grown(trace->steps, &trace->max, 256,
				  sizeof(*trace->steps));
	trace->clocks = aligned(trace->clocks, old,
				trace->max * sizeof(*trace->clocks));
	trace->counts = aligned(trace->counts, old,
				trace->max * sizeof(*trace->counts));
}

void dpor_task_reserve(struct dpor_trace *trace, struct dpor_task *task)
{
	uint32_t old = task->max;

	task->steps = dpor_grown(task->steps, &task->max, 64,
				 sizeof(*task->steps));
	trace->tasks_max += task->max - old;
}

static void __attribute__((noinline)) grow_effects(struct dpor_trace *trace)
{
	uint32_t max = trace->effects_max;

	trace->links = dpor_grown(trace->links, &max, 256,
				  sizeof(*trace->links));
	trace->effects = dpor_grown(trace->effects, &trace->effects_max, 256,
				    sizeof(*trace->effects));
}

/* There is room for an effect: the last of its object and of the current step. */
static inline struct dpor_effect *link_effect(struct dpor_trace *trace,
					      const struct dpor_step *step,
					      uint32_t index)
{
	struct dpor_object *object = &trace->objects[index];
	struct dpor_link *link = &trace->links[trace->effects_n];
	struct dpor_effect *effect = &trace->effects[trace->effects_n++];

	link->step = trace->n - 1;
	link->before = object->head;
	link->place = object->n++;
	link->number = (int16_t)step->number;
	link->task = (uint8_t)step->task;
	object->head = trace->effects_n;
	return effect;
}

void dpor_trace_effect(struct dpor_trace *trace,
		       const struct dpor_effect *what)
{
	struct dpor_step *step = &trace->steps[trace->n - 1];

	if (trace->effects_n == trace->effects_max)
		grow_effects(trace);
	*link_effect(trace, step, what->object) = *what;
	step->effects_n++;
}

void dpor_trace_note(struct dpor_trace *trace, const struct weft_operation *op)
{
	struct dpor_step *step = &trace->steps[trace->n - 1];
	uint32_t object = dpor_object_index(trace, op->object);

	if (trace->effects_n == trace->effects_max)
		grow_effects(trace);
	dpor_effect_set(link_effect(trace, step, object), object, op);
	if (step->effects_n++)
		trace->wide = true;
}

/* Notes the first operation of a step. */
static inline void set_operation(struct dpor_trace *trace,
				 struct dpor_step *step,
				 const struct weft_operation *op)
{
	step->op = *op;
	step->op.task = step->task;
	if (op->peer >= 0)
		step->op.peer = trace->stable_of[op->peer];
}

static void __attribute__((noinline))
add_any(struct dpor_trace *trace, const struct weft_operation *op)
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
	trace->faulty |= op->fault;
	step->opaque |= op->opaque;
	if (op->object != UINT64_MAX)
		dpor_trace_note(trace, op);
}

/* Most operations are the only one of their step, and of an object seen before: no calls. */
void dpor_trace_add(struct dpor_trace *trace, const struct weft_operation *op)
{
	struct dpor_step *step;
	uint32_t index;

	if ((1ul << op->kind & (1ul << WEFT_OP_SPAWN | 1ul << WEFT_OP_EXIT |
				1ul << WEFT_OP_CHOOSE)) ||
	    op->opaque || op->loose || op->object == UINT64_MAX || !trace->n ||
	    trace->effects_n == trace->effects_max) {
		add_any(trace, op);
		return;
	}
	step = &trace->steps[trace->n - 1];
	index = op->object == trace->last_name ? trace->last_index + 1 :
		trace->slots[dpor_slot_of(trace, op->object)].index;
	if (step->op.kind != WEFT_OP_START || step->effects_n || !index) {
		add_any(trace, op);
		return;
	}
	set_operation(trace, step, op);
	dpor_effect_set(link_effect(trace, step, index - 1), index - 1, op);
	step->effects_n = 1;
}

static void look(struct dpor_trace *trace, int task, const struct weft_operation *op)
{
	if (trace->looked_n == trace->looked_max)
		trace->looked = dpor_grown(trace->looked, &trace->looked_max,
					   64, sizeof(*trace->looked));
	trace->looked[trace->looked_n++] = dpor_effect_of(trace, op);
	trace->looks[task].n++;
}

void dpor_trace_wait(struct dpor_trace *trace, const struct weft_operation *op)
{
	int task = trace->stable_of[op->task];
	struct weft_operation *waiting = &trace->waiting[task];

	if (op->kind == WEFT_OP_STATE) {
		look(trace, task, op);
		return;
	}
	trace->looks[task].first = trace->looked_n;
	trace->looks[task].n = 0;
	*waiting = *op;
	waiting->task = task;
	if (op->opaque) {
		waiting->object = DPOR_ANYTHING;	/* I5 */
		waiting->write = true;
	}
	trace->waits |= 1u << task;
}

bool dpor_wait_effect(struct dpor_trace *trace, int task, uint32_t i,
		      struct dpor_effect *ret, struct dpor_link *ret_place)
{
	const struct dpor_looks *looks = &trace->looks[task];

	if (i > looks->n)
		return false;
	*ret = i ? trace->looked[looks->first + i - 1] :
		   dpor_effect_of(trace, &trace->waiting[task]);
	ret_place->step = DPOR_NONE;
	ret_place->before = ret->object == DPOR_NONE ? 0 :
			     trace->objects[ret->object].head;
	return true;
}

void dpor_trace_cut(struct dpor_trace *trace, uint32_t n)
{
	uint32_t effects = n < trace->n ? trace->steps[n].effects :
					  trace->effects_n;

	while (trace->effects_n > effects) {
		uint32_t at = --trace->effects_n;

		struct dpor_object *object =
			&trace->objects[trace->effects[at].object];

		object->head = trace->links[at].before;
		object->n--;
	}
	/* Before a step the one in front of it was complete. */
	trace->is_open &= trace->n == n;
	while (trace->n > n)
		trace->tasks[trace->steps[--trace->n].task].n--;
	while (trace->races_n && trace->races[trace->races_n - 1].late >= n)
		trace->races_n--;
	if (trace->kept > n)
		trace->kept = n;
	dpor_trace_cut_spawns(trace, n + 1);
	trace->waits = 0;
	trace->looked_n = 0;
}

void dpor_trace_begin(struct dpor_trace *trace)
{
	dpor_trace_cut(trace, 0);
	dpor_trace_cut_spawns(trace, 0);
}

size_t dpor_trace_memory(const struct dpor_trace *trace)
{
	return trace->max * (sizeof(*trace->steps) + sizeof(*trace->clocks) +
			     sizeof(*trace->counts)) +
	       trace->effects_max * (sizeof(*trace->effects) +
				     sizeof(*trace->links)) +
	       trace->slots_n * sizeof(*trace->slots) +
	       trace->objects_max * sizeof(*trace->objects) +
	       trace->races_max * sizeof(*trace->races) +
	       trace->looked_max * sizeof(*trace->looked) +
	       trace->tasks_max * sizeof(*trace->tasks[0].steps);
}
