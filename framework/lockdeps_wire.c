/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The lock dependencies that a part of a search adds, as bytes; contract in
 * segment.h.
 *
 * A class is written out where it comes first, and is its number in these bytes
 * after that.
 */
#include <assert.h>
#include <stdlib.h>

#include "segment_internal.h"

/* Classes met so far; @at: their numbers here. */
struct classes {
	uint32_t	*at;
	size_t		n, max;
};

static void add_class(struct classes *classes, uint32_t class)
{
	if (classes->n == classes->max) {
		classes->max = classes->max ? 2 * classes->max : 32;
		classes->at = realloc(classes->at, classes->max *
				      sizeof(*classes->at));
		assert(classes->at && "out of memory for lock classes");
	}
	classes->at[classes->n++] = class;
}

static void put_use(const struct weft_base *base, struct classes *classes,
		    const struct weft_lock_use *use, struct weft_buffer *to)
{
	const struct weft_objects *objects = weft_exec_objects(base->x);
	size_t i = 0;

	weft_buffer_put(to, use->lock);
	weft_buffer_put(to, use->shared);
	weft_buffer_put(to, use->annotation);
	while (i < classes->n && classes->at[i] != use->class)
		i++;
	weft_buffer_put(to, i);
	if (i < classes->n)
		return;
	add_class(classes, use->class);
	segment__put_class(base, use->class, to);
	weft_buffer_put(to, objects->classes[use->class].kind);
}

void segment__deps_put(const struct weft_base *base, struct weft_buffer *to)
{
	const struct weft_lockdeps *deps = weft_exec_lockdeps(base->x);
	struct classes classes = { 0 };
	unsigned int held;
	size_t i;

	weft_buffer_put(to, deps->n - base->deps_n);
	for (i = base->deps_n; i < deps->n; i++) {
		const struct weft_lock_dep *dep = &deps->deps[i];

		weft_buffer_put(to, (uint64_t)dep->task);
		put_use(base, &classes, &dep->wanted, to);
		weft_buffer_put(to, dep->held_n);
		for (held = 0; held < dep->held_n; held++)
			put_use(base, &classes, &dep->held[held], to);
	}
	weft_buffer_put(to, deps->full);
	free(classes.at);
}

static bool get_class(struct weft_base *base, struct classes *classes,
		      struct weft_reader *from)
{
	const void *key = (const void *)weft_reader_get_address(from);
	unsigned char subclass =
		(unsigned char)weft_reader_get_most(from, UINT8_MAX);
	char *name = weft_reader_get_text(from);
	unsigned char kind = (unsigned char)
		weft_reader_get_most(from, WEFT_LOCK_KINDS);

	if (!from->bad && name)
		add_class(classes, segment__get_class(base, name, key,
						      subclass, kind));
	else
		from->bad = true;
	free(name);
	return !from->bad;
}

static bool get_use(struct weft_base *base, struct classes *classes,
		    struct weft_lock_use *ret, struct weft_reader *from)
{
	size_t i;

	ret->lock = weft_reader_get(from);
	ret->shared = weft_reader_get_most(from, 1);
	ret->annotation = weft_reader_get_most(from, 1);
	i = (size_t)weft_reader_get_most(from, classes->n);
	if (from->bad ||
	    (i == classes->n && !get_class(base, classes, from)))
		return false;
	ret->class = classes->at[i];
	return true;
}

static bool add_dep(struct weft_base *base, struct classes *classes,
		    struct weft_reader *from)
{
	struct weft_lock_dep dep;
	unsigned int i;

	dep.task = (int)weft_reader_get_most(from, WEFT_THREADS_MAX - 1);
	if (!get_use(base, classes, &dep.wanted, from))
		return false;
	dep.held_n = (unsigned int)weft_reader_get_most(from,
							WEFT_DEP_HELD_MAX);
	for (i = 0; i < dep.held_n; i++)
		if (!get_use(base, classes, &dep.held[i], from))
			return false;
	if (from->bad)
		return false;
	weft_lockdeps_add(weft_exec_lockdeps(base->x), &dep);
	return true;
}

bool segment__deps_add(struct weft_base *base, struct weft_reader *from)
{
	struct weft_lockdeps *deps = weft_exec_lockdeps(base->x);
	size_t n = weft_reader_get_count(from, 6);
	struct classes classes = { 0 };
	bool good = true;

	while (good && n--)
		good = add_dep(base, &classes, from);
	free(classes.at);
	deps->full |= weft_reader_get_most(from, 1);
	return good && !from->bad;
}
