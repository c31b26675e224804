/* SPDX-License-Identifier: GPL-2.0-only */
/* Between segment.c and the …_wire.c files only. */
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
/* A class of locks, by what is the same in every process. */
void segment__put_class(const struct weft_base *base, size_t class,
			struct weft_buffer *to);
uint32_t segment__get_class(struct weft_base *base, const char *name,
			    const void *key, unsigned char subclass,
			    unsigned char kind);

/* reads_from_wire.c: the part about reads-from pairs */
void segment__reads_put(const struct weft_base *base, struct weft_buffer *to);
void segment__reads_restore(const struct weft_base *base);
bool segment__reads_add(struct weft_base *base, struct weft_reader *from);

/* lockdeps_wire.c: the part about lock dependencies */
void segment__deps_put(const struct weft_base *base, struct weft_buffer *to);
bool segment__deps_add(struct weft_base *base, struct weft_reader *from);

#endif
