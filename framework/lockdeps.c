/* SPDX-License-Identifier: GPL-2.0-only */
/* Lock dependencies; contract in lockdeps.h. */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "lockdeps.h"

void weft_lockdeps_clear(struct weft_lockdeps *deps)
{
	free(deps->deps);
	free(deps->slots);
	memset(deps, 0, sizeof(*deps));
}

static bool same_use(const struct weft_lock_use *a,
		     const struct weft_lock_use *b)
{
	return a->lock == b->lock && a->class == b->class &&
	       a->shared == b->shared;
}

static bool same_dep(const struct weft_lock_dep *a,
		     const struct weft_lock_dep *b)
{
	unsigned int i;

	if (a->task != b->task || a->held_n != b->held_n ||
	    !same_use(&a->wanted, &b->wanted))
		return false;
	for (i = 0; i < a->held_n; i++)
		if (!same_use(&a->held[i], &b->held[i]))
			return false;
	return true;
}

static uint64_t mix(uint64_t hash, const struct weft_lock_use *use)
{
	hash ^= use->lock + ((uint64_t)use->class << 40) + use->shared;
	return (hash ^ hash >> 29) * 0x9e3779b97f4a7c15ull;
}

/* Where it is, or would be. */
static uint32_t *slot_of(const struct weft_lockdeps *deps,
			 const struct weft_lock_dep *dep)
{
	uint64_t hash = mix((uint64_t)dep->task, &dep->wanted);
	size_t mask = deps->slots_n - 1, at;
	unsigned int i;

	for (i = 0; i < dep->held_n; i++)
		hash = mix(hash, &dep->held[i]);
	for (at = (hash >> 32) & mask; deps->slots[at]; at = (at + 1) & mask)
		if (same_dep(&deps->deps[deps->slots[at] - 1], dep))
			break;
	return &deps->slots[at];
}

/* At most half full. */
static void fill_slots(struct weft_lockdeps *deps)
{
	size_t i;

	memset(deps->slots, 0, deps->slots_n * sizeof(*deps->slots));
	for (i = 0; i < deps->n; i++)
		*slot_of(deps, &deps->deps[i]) = (uint32_t)i + 1;
}

static void grow(struct weft_lockdeps *deps)
{
	deps->max = deps->max ? 2 * deps->max : 64;
	deps->slots_n = 2 * deps->max;
	deps->deps = realloc(deps->deps, deps->max * sizeof(*deps->deps));
	deps->slots = realloc(deps->slots, deps->slots_n *
			      sizeof(*deps->slots));
	assert(deps->deps && deps->slots &&
	       "out of memory for lock dependencies");
	fill_slots(deps);
}

void weft_lockdeps_cut(struct weft_lockdeps *deps, size_t n)
{
	assert(n <= deps->n);
	if (n == deps->n)
		return;
	deps->n = n;
	deps->full = false;
	fill_slots(deps);
}

void weft_lockdeps_add(struct weft_lockdeps *deps,
		       const struct weft_lock_dep *dep)
{
	uint32_t *slot;

	if (!deps->max)
		grow(deps);
	slot = slot_of(deps, dep);
	if (*slot)
		return;
	if (deps->n == WEFT_DEPS_MAX) {
		deps->full = true;
		return;
	}
	if (deps->n == deps->max) {
		grow(deps);
		slot = slot_of(deps, dep);
	}
	deps->deps[deps->n++] = *dep;
	*slot = (uint32_t)deps->n;
}
