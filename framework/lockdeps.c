/* SPDX-License-Identifier: GPL-2.0-only */
/* Lock dependencies; contract in lockdeps.h. */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "lockdeps.h"

void weft_lockdeps_clear(struct weft_lockdeps *deps)
{
	free(deps->deps);
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

void weft_lockdeps_add(struct weft_lockdeps *deps,
		       const struct weft_lock_dep *dep)
{
	size_t i;

	for (i = 0; i < deps->n; i++)
		if (same_dep(&deps->deps[i], dep))
			return;
	if (deps->n == deps->max) {
		deps->max = deps->max ? 2 * deps->max : 64;
		deps->deps = realloc(deps->deps,
				     deps->max * sizeof(*deps->deps));
		assert(deps->deps && "out of memory for lock dependencies");
	}
	deps->deps[deps->n++] = *dep;
}
