// SPDX-License-Identifier: GPL-2.0-only
/*
 * --focus: may a task be preempted at this stack?
 *
 * What matters is the file of the innermost frame that is real kernel code.
 * Each address range of the image is classified once, so that a decision costs
 * one binary search per frame.
 */
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../kernel-shim/kernel.h"
#include "report.h"
#include "units.h"

enum place { PLACE_SHIM, PLACE_INSIDE, PLACE_OUTSIDE };

struct focus_range {
	uintptr_t	low, high;
	enum place	place;
};

/* @ranges: run-time addresses, sorted; neighbours of one place are joined */
struct weft_focus {
	struct focus_range	*ranges;
	size_t			n;
};

static char error_text[300];

static bool has_prefix(const char *name, const char *prefix, size_t n)
{
	return n && !strncmp(name, prefix, n);
}

static bool matches_any(const char *name, const char *prefixes)
{
	while (*prefixes) {
		size_t n = strcspn(prefixes, ":");

		if (has_prefix(name, prefixes, n))
			return true;
		prefixes += n + (prefixes[n] == ':');
	}
	return false;
}

static enum place classify(const char *name, const char *prefixes)
{
	if (weft_source_is_shim(name))
		return PLACE_SHIM;
	return matches_any(name, prefixes) ? PLACE_INSIDE : PLACE_OUTSIDE;
}

static bool prefix_is_used(const struct weft_units *units, const char *prefix,
			   size_t n)
{
	size_t i;

	for (i = 0; i < units->n; i++)
		if (has_prefix(units->ranges[i].name, prefix, n))
			return true;
	return false;
}

/* A prefix that names no file is a mistake of the user, not an empty focus. */
static bool prefixes_are_used(const struct weft_units *units,
			      const char *prefixes, const char *tag)
{
	while (*prefixes) {
		size_t n = strcspn(prefixes, ":");

		if (n && !prefix_is_used(units, prefixes, n)) {
			snprintf(error_text, sizeof(error_text),
				 "--focus: no source file of kernel %s begins with '%.*s'",
				 tag, (int)n, prefixes);
			return false;
		}
		prefixes += n + (prefixes[n] == ':');
	}
	return true;
}

static void fill(struct weft_focus *focus, const struct weft_units *units,
		 uintptr_t bias, const char *prefixes)
{
	size_t i;

	for (i = 0; i < units->n; i++) {
		const struct weft_unit_range *unit = &units->ranges[i];
		struct focus_range *last = focus->n ?
					   &focus->ranges[focus->n - 1] : NULL;
		enum place place = classify(unit->name, prefixes);

		if (last && last->place == place &&
		    last->high == unit->low + bias) {
			last->high = unit->high + bias;
			continue;
		}
		focus->ranges[focus->n++] = (struct focus_range){
			unit->low + bias, unit->high + bias, place,
		};
	}
}

/**
 * weft_focus_create() - prepare the predicate for one image
 * @prefixes:  colon-separated
 * @ret_error: what is wrong when NULL is returned; static storage
 */
struct weft_focus *weft_focus_create(const struct weft_kernel *kernel,
				     const char *prefixes,
				     const char **ret_error)
{
	struct weft_focus *focus = NULL;
	struct weft_units units;

	*ret_error = error_text;
	if (weft_units_open(&units, kernel->path)) {
		snprintf(error_text, sizeof(error_text),
			 "--focus: %s has no debug information; build it again with make",
			 kernel->path);
		return NULL;
	}
	if (prefixes_are_used(&units, prefixes, kernel->tag)) {
		focus = calloc(1, sizeof(*focus));
		assert(focus && "out of memory for the focus");
		focus->ranges = calloc(units.n, sizeof(*focus->ranges));
		assert(focus->ranges && "out of memory for the focus");
		fill(focus, &units, kernel->load_bias, prefixes);
	}
	weft_units_close(&units);
	return focus;
}

/**
 * weft_focus_destroy() - NULL is accepted
 */
void weft_focus_destroy(struct weft_focus *focus)
{
	if (!focus)
		return;
	free(focus->ranges);
	free(focus);
}

static enum place place_of(const struct weft_focus *focus, uintptr_t addr)
{
	size_t low = 0, high = focus->n;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (addr < focus->ranges[middle].low)
			high = middle;
		else if (addr >= focus->ranges[middle].high)
			low = middle + 1;
		else
			return focus->ranges[middle].place;
	}
	return PLACE_SHIM;
}

/**
 * weft_focus_contains() - is the innermost real frame inside the focus?
 * @arg: a struct weft_focus
 *
 * A stack without any kernel code (between two system calls) is outside.
 * Context: on a coroutine; allocates nothing.
 */
bool weft_focus_contains(void *arg, const struct weft_stack *stack)
{
	const struct weft_focus *focus = arg;
	unsigned int i;

	for (i = 0; i < stack->n; i++) {
		enum place place = place_of(focus, stack->pc[i] - 1);

		if (place != PLACE_SHIM)
			return place == PLACE_INSIDE;
	}
	return false;
}
