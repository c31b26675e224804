/* SPDX-License-Identifier: GPL-2.0-only */
/* Names of objects and their indices; contract in dpor_trace.h. */
#include <assert.h>
#include <stdlib.h>

#include "dpor_trace.h"

static void rehash(struct dpor_trace *trace)
{
	uint64_t *objects = trace->objects;
	uint32_t *indices = trace->indices;
	uint32_t i, n = trace->slots_n;

	trace->slots_n = 2 * n;
	trace->objects = malloc(2 * n * sizeof(*objects));
	trace->indices = calloc(2 * n, sizeof(*indices));
	assert(trace->objects && trace->indices && "out of memory for objects");
	for (i = 0; i < n; i++) {
		uint32_t slot;

		if (!indices[i])
			continue;
		slot = dpor_slot_of(trace, objects[i]);
		trace->objects[slot] = objects[i];
		trace->indices[slot] = indices[i];
	}
	free(objects);
	free(indices);
}

uint32_t dpor_object_add(struct dpor_trace *trace, uint64_t name)
{
	uint32_t slot;

	if (2 * (trace->objects_n + 1) > trace->slots_n)
		rehash(trace);
	if (trace->objects_n == trace->heads_max)
		trace->heads = dpor_grown(trace->heads, &trace->heads_max, 256,
					  sizeof(*trace->heads));
	trace->heads[trace->objects_n] = 0;
	slot = dpor_slot_of(trace, name);
	trace->objects[slot] = name;
	trace->indices[slot] = ++trace->objects_n;
	return trace->objects_n - 1;
}
