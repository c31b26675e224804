/* SPDX-License-Identifier: GPL-2.0-only */
/* Names of objects and their indices; contract in dpor_trace.h. */
#include <assert.h>
#include <stdlib.h>

#include "dpor_trace.h"

static void rehash(struct dpor_trace *trace)
{
	struct dpor_named *old = trace->slots;
	uint32_t i, n = trace->slots_n;

	trace->slots_n = 2 * n;
	trace->slots_shift--;
	trace->slots = calloc(2 * n, sizeof(*old));
	assert(trace->slots && "out of memory for objects");
	for (i = 0; i < n; i++)
		if (old[i].index)
			trace->slots[dpor_slot_of(trace, old[i].name)] = old[i];
	free(old);
}

uint32_t dpor_object_add(struct dpor_trace *trace, uint64_t name)
{
	uint32_t slot;

	if (2 * (trace->objects_n + 1) > trace->slots_n)
		rehash(trace);
	if (trace->objects_n == trace->objects_max)
		trace->objects = dpor_grown(trace->objects,
					    &trace->objects_max, 256,
					    sizeof(*trace->objects));
	trace->objects[trace->objects_n] = (struct dpor_object){ 0 };
	slot = dpor_slot_of(trace, name);
	trace->slots[slot].name = name;
	trace->slots[slot].index = ++trace->objects_n;
	return trace->objects_n - 1;
}

uint64_t dpor_object_name(const struct dpor_trace *trace, uint32_t index)
{
	uint32_t i;

	for (i = 0; i < trace->slots_n; i++)
		if (trace->slots[i].index == index + 1)
			return trace->slots[i].name;
	return UINT64_MAX;
}
