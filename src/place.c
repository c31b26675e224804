/* SPDX-License-Identifier: GPL-2.0-only */
/* Where a finding is, in words that stay the same from run to run. */
#include <stdlib.h>
#include <string.h>

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

/* As weft_memory_name(), with the task's name instead of its number. */
static char *name_with_task(const struct weft_run *run,
			    const struct weft_evidence *evidence,
			    const struct weft_memory *memory)
{
	const struct weft_task_state *task = weft_evidence_task(evidence, memory->task);

	if (memory->place != WEFT_PLACE_HEAP || !task || !task->name)
		return weft_memory_name(run, (enum weft_place)memory->place, memory->task,
					memory->offset, memory->size);
	if (!memory->size)
		return output_format("memory allocated by %s", task->name);
	return output_format("offset %zu of %zu bytes allocated by %s",
			     memory->offset, memory->size, task->name);
}

char *weft_memory_text(const struct weft_run *run,
		       const struct weft_evidence *evidence,
		       const struct weft_memory *memory)
{
	struct weft_stack stack = { .n = 1, .pc = { memory->site[0] } };
	char place[300], *name, *text;

	name = name_with_task(run, evidence, memory);
	if (memory->place != WEFT_PLACE_HEAP || !memory->site[0] ||
	    !weft_place_name(run->symbols, &stack, place, sizeof(place)))
		return name;
	text = output_format("%s in %s", name, place);
	free(name);
	return text;
}

char *weft_object_text(const struct weft_run *run,
		       const struct weft_evidence *evidence,
		       const struct weft_memory *memory)
{
	char *name = name_with_task(run, evidence, memory), *text;

	/* Of a variable that is no structure both say the same. */
	if (!memory->member || (memory->place == WEFT_PLACE_DATA &&
				!strchr(memory->member, '.')))
		return name;
	text = output_format("%s, %s", memory->member, name);
	free(name);
	return text;
}

void weft_finding_head(const struct weft_finding *finding, char *ret,
		       size_t size)
{
	if (strstr(finding->summary, finding->kind))
		snprintf(ret, size, "%s", finding->summary);
	else
		snprintf(ret, size, "%s: %s", finding->kind, finding->summary);
}
