/* SPDX-License-Identifier: GPL-2.0-only */
/* Between segment.c, lockgraph_wire.c and finding_wire.c only. */
#ifndef WEFT_SEGMENT_INTERNAL_H
#define WEFT_SEGMENT_INTERNAL_H

#include "segment.h"

void segment__put_stack(const struct weft_stack *stack, struct weft_buffer *to);
void segment__get_stack(struct weft_stack *ret, struct weft_reader *from);

/* lockgraph_wire.c: the part of weft_base_…() that is about the lock graph */
void segment__graph_take(struct weft_base *base);
void segment__graph_put(const struct weft_base *base, struct weft_buffer *to);
void segment__graph_restore(struct weft_base *base);
bool segment__graph_add(struct weft_base *base, struct weft_reader *from,
			unsigned long executions);

#endif
