/* SPDX-License-Identifier: GPL-2.0-only */
/* Reads-from pairs that a part of a search adds, as bytes; contract in segment.h. */
#include "segment_internal.h"

void segment__reads_put(const struct weft_base *base, struct weft_buffer *to)
{
	const struct weft_reads_from *all = weft_exec_reads_from(base->x);
	size_t i;

	weft_buffer_put(to, all->lost - base->reads_lost);
	weft_buffer_put(to, all->n - base->reads_n);
	for (i = base->reads_n; i < all->n; i++) {
		weft_buffer_put_address(to, all->pairs[i].write);
		weft_buffer_put_address(to, all->pairs[i].read);
	}
}

void segment__reads_restore(const struct weft_base *base)
{
	struct weft_reads_from *all = weft_exec_reads_from(base->x);

	weft_reads_from_cut(all, base->reads_n);
	all->lost = base->reads_lost;
}

bool segment__reads_add(struct weft_base *base, struct weft_reader *from)
{
	struct weft_reads_from *all = weft_exec_reads_from(base->x);
	unsigned long lost = (unsigned long)weft_reader_get(from);
	size_t n = weft_reader_get_count(from, 2);

	all->lost += lost;
	while (n--) {
		uintptr_t write = weft_reader_get_address(from);
		uintptr_t read = weft_reader_get_address(from);

		if (from->bad)
			return false;
		weft_reads_from_note(all, write, read);
	}
	return !from->bad;
}
