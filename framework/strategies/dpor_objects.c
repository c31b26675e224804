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
	if (trace->objects_n == trace->heads_max) {
		uint32_t max = trace->heads_max;

		trace->early = dpor_grown(trace->early, &max, 256,
					  sizeof(*trace->early));
		trace->heads = dpor_grown(trace->heads, &trace->heads_max, 256,
					  sizeof(*trace->heads));
	}
	trace->heads[trace->objects_n] = 0;
	trace->early[trace->objects_n] = 0;
	slot = dpor_slot_of(trace, name);
	trace->slots[slot].name = name;
	trace->slots[slot].index = ++trace->objects_n;
	return trace->objects_n - 1;
}
