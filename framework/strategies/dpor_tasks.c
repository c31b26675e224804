/* SPDX-License-Identifier: GPL-2.0-only */
/* Stable numbers of tasks, I4 of dpor_trace.h. */
#include "dpor_trace.h"

uint32_t dpor_stable_of_all(const struct dpor_trace *trace, uint32_t ids)
{
	uint32_t mask = 0;

	for (; ids; ids &= ids - 1)
		mask |= 1u << trace->stable_of[__builtin_ctz(ids)];
	return mask;
}

/* A number for a task nobody has met yet; the id it has now where possible. */
static int new_number(struct dpor_trace *trace, int parent, uint32_t ordinal,
		      int id)
{
	int number = id;

	if (trace->known >> id & 1) {
		if (trace->known == UINT32_MAX) {
			trace->overflow = true;
			return id;
		}
		number = __builtin_ctz(~trace->known);
	}
	trace->known |= 1u << number;
	trace->births[number].parent = parent;
	trace->births[number].ordinal = ordinal;
	return number;
}

static int number_of(struct dpor_trace *trace, int parent, uint32_t ordinal,
		     int id)
{
	uint32_t known = trace->known;

	for (; known; known &= known - 1) {
		int number = __builtin_ctz(known);

		if (trace->births[number].parent == parent &&
		    trace->births[number].ordinal == ordinal)
			return number;
	}
	return new_number(trace, parent, ordinal, id);
}

static void set_number(struct dpor_trace *trace, int id, int number)
{
	trace->stable_of[id] = number;
	trace->id_of[number] = id;
	if (id != number)
		trace->renumbered = true;
}

void dpor_trace_spawn(struct dpor_trace *trace,
		      const struct weft_operation *op)
{
	int parent = trace->stable_of[op->task];
	int number = number_of(trace, parent, trace->tasks[parent].spawned++,
			       op->peer);
	struct dpor_spawn *spawn = &trace->spawns[trace->spawns_n++];

	spawn->step = trace->n;
	spawn->parent = parent;
	spawn->task = number;
	spawn->id = op->peer;
	trace->tasks[number].born = trace->n;
	set_number(trace, op->peer, number);
}

/* Drops the tasks created in step number @step, counted from 1, or later. */
void dpor_trace_cut_spawns(struct dpor_trace *trace, uint32_t step)
{
	while (trace->spawns_n) {
		const struct dpor_spawn *spawn =
			&trace->spawns[trace->spawns_n - 1];

		if (spawn->step < step)
			return;
		trace->tasks[spawn->parent].spawned--;
		trace->tasks[spawn->task].born = 0;
		trace->spawns_n--;
	}
}
