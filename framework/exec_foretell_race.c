/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Data races that an execution foretells: its accesses are ordered by nothing but
 * locks that were handed on. Contract in foretold.h (F6, F7).
 */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "exec_foretell.h"

#define BUCKETS		(1u << 16)
/* Uses that are looked at for each access, and pairs that are kept. */
#define LOOKED_MAX	512u
#define RACES_MAX	64u

/* @earlier, @later: uses; @flow: F3 */
struct foretold_race {
	size_t	earlier, later;
	bool	flow;
};

void exec__foretell_races_begin(struct exec_foretell *f)
{
	if (!f->last) {
		f->last = malloc(BUCKETS * sizeof(*f->last));
		f->races = malloc(RACES_MAX * sizeof(*f->races));
		assert(f->last && f->races && "out of memory for predictions");
	}
	memset(f->last, 0, BUCKETS * sizeof(*f->last));
	f->races_n = 0;
}

void exec__foretell_races_destroy(struct exec_foretell *f)
{
	free(f->last);
	free(f->races);
}

static bool conflict(const struct foretold_use *a, const struct foretold_use *b)
{
	return a->task != b->task && !a->access.lock &&
	       (a->access.write || b->access.write) &&
	       !(a->access.marked && b->access.marked) &&
	       foretold_overlap(&a->access, &b->access);
}

static bool is_side(const struct foretold_use *use)
{
	return !use->quiet && use->kind != WEFT_SHADOW_MODEL;
}

/* F6: a lock that the task of @use had there, and the running task has now. */
static bool have_common_lock(const struct weft_exec *x, size_t use)
{
	const struct exec_foretell *f = &x->foretell;
	size_t i, j;

	for (i = 0; i < f->sections_n && f->sections[i].first <= use; i++) {
		const struct foretold_section *s = &f->sections[i];

		if (!foretold_had(f, s, use))
			continue;
		for (j = 0; j < f->sections_n; j++) {
			const struct foretold_section *t = &f->sections[j];

			if (t->granule == s->granule &&
			    t->task == x->running && !t->end &&
			    !(t->shared && s->shared))
				return true;
		}
	}
	return false;
}

static bool is_same_place(const struct exec_foretell *f,
			  const struct foretold_race *race, size_t earlier,
			  size_t later)
{
	const struct foretold_use *uses = f->uses;

	return uses[race->earlier].pc == uses[earlier].pc &&
	       uses[race->later].pc == uses[later].pc &&
	       uses[race->earlier].access.write == uses[earlier].access.write &&
	       uses[race->later].access.write == uses[later].access.write;
}

/* The entry of these places that there is, or a new one; NULL: no room. */
static struct foretold_race *entry_of(struct exec_foretell *f, size_t earlier,
				      size_t later, bool *ret_new)
{
	size_t i;

	*ret_new = false;
	for (i = 0; i < f->races_n; i++)
		if (is_same_place(f, &f->races[i], earlier, later))
			return &f->races[i];
	if (f->races_n == RACES_MAX)
		return NULL;
	*ret_new = true;
	return &f->races[f->races_n++];
}

static void add(struct weft_exec *x, size_t earlier, size_t later)
{
	bool flow = exec__foretell_is_by_flow(x, earlier), new;
	struct foretold_race *race = entry_of(&x->foretell, earlier, later,
					      &new);

	if (race && (new || (race->flow && !flow)))
		*race = (struct foretold_race){
			.earlier = earlier, .later = later, .flow = flow,
		};
}

static size_t bucket_of(uint64_t granule)
{
	return (granule * 0x9e3779b97f4a7c15ull) >> 48;
}

void exec__foretell_race(struct weft_exec *x, size_t later)
{
	struct exec_foretell *f = &x->foretell;
	struct foretold_use *use = &f->uses[later];
	uint32_t *last = &f->last[bucket_of(use->access.address >> 3)];
	unsigned int looked = 0;
	uint32_t at;

	use->before = *last;
	*last = (uint32_t)later + 1;
	if (!is_side(use))
		return;
	for (at = use->before; at && looked < LOOKED_MAX; looked++) {
		const struct foretold_use *earlier = &f->uses[at - 1];

		if (conflict(earlier, use) && is_side(earlier) &&
		    !exec__foretell_is_after(x, earlier->task,
					     earlier->waits_time) &&
		    !weft_race_knows(&x->race.shadow, x->running,
				     earlier->task, earlier->time) &&
		    !have_common_lock(x, at - 1))
			add(x, at - 1, later);
		at = earlier->before;
	}
}

/* meeting.h, M1 */
static unsigned long nth_of(const struct exec_foretell *f, size_t use)
{
	const struct foretold_use *to = &f->uses[use];
	unsigned long n = 0;
	size_t i;

	for (i = 0; i <= use; i++) {
		const struct foretold_use *at = &f->uses[i];

		n += is_side(at) && !at->access.lock && at->task == to->task &&
		     at->pc == to->pc &&
		     at->access.address >> 3 == to->access.address >> 3;
	}
	return n;
}

static void fill(struct weft_exec *x, struct weft_foretold *ret,
		 const struct foretold_race *race)
{
	const struct exec_foretell *f = &x->foretell;
	const size_t uses[2] = { race->earlier, race->later };
	bool writes[2], marked[2];
	const struct exec_race_pair *pair;
	uintptr_t pcs[2];
	int i;

	for (i = 0; i < 2; i++) {
		const struct foretold_use *use = &f->uses[uses[i]];

		ret->accesses[i] = use->access;
		ret->accesses[i].flow = race->flow;
		ret->accesses[i].site = use->pc;
		ret->accesses[i].task = use->task;
		ret->accesses[i].nth = nth_of(f, uses[i]);
		pcs[i] = use->pc;
		writes[i] = use->access.write;
		marked[i] = use->access.marked;
	}
	pair = exec__race_describe(x, pcs, writes, marked);
	ret->summary = strdup(pair->summary);
	ret->race = strdup(pair->signature);
	assert(ret->summary && ret->race && "out of memory for predictions");
	ret->accesses_n = 2;
	ret->task = ret->accesses[0].task;
	ret->free_task = ret->accesses[1].task;
	ret->verdict = WEFT_CYCLE_UNKNOWN;
}

struct weft_foretold *weft_exec_foretold_races(struct weft_exec *x,
					       size_t *ret_n)
{
	struct exec_foretell *f = &x->foretell;
	struct weft_foretold *list = calloc(f->races_n + 1, sizeof(*list));
	size_t i, n = 0;
	int flow;

	assert(list && "out of memory for predictions");
	/* What no data flow speaks against comes first. */
	for (flow = 0; flow < 2; flow++)
		for (i = 0; i < f->races_n; i++)
			if (f->races[i].flow == flow)
				fill(x, &list[n++], &f->races[i]);
	*ret_n = f->races_n;
	f->races_n = 0;
	return list;
}
