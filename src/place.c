/* SPDX-License-Identifier: GPL-2.0-only */
/* Where a finding is, in words that stay the same from run to run. */
#include <stdlib.h>

#include "output.h"
#include "report.h"

bool weft_place_name(struct weft_symbols *symbols,
		     const struct weft_stack *stack, char *ret, size_t size)
{
	struct weft_frame site;

	if (!weft_symbols_site(symbols, stack, &site))
		return false;
	if (site.file)
		snprintf(ret, size, "%s() %s:%d", site.function, site.file,
			 site.line);
	else
		snprintf(ret, size, "%s()", site.function);
	return true;
}

char *weft_memory_name(const struct weft_run *run, enum weft_place place,
		       int task, size_t offset, size_t bytes)
{
	const char *name;
	size_t inside;

	if (place == WEFT_PLACE_STACK)
		return output_format("the stack of task %d", task);
	if (place == WEFT_PLACE_HEAP && bytes)
		return output_format("offset %zu of %zu bytes allocated by task %d",
				     offset, bytes, task);
	if (place == WEFT_PLACE_HEAP)
		return output_format("memory allocated by task %d", task);
	name = weft_symbols_data(run->symbols, run->data + offset, &inside);
	return name ? output_format("%s+%zu", name, inside) :
		      output_format("data+%zu", offset);
}
