/* SPDX-License-Identifier: GPL-2.0-only */
/* Follows a set of context switches; contract in switches.h. */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "switches.h"

void weft_switches_add(struct weft_switches *switches,
		       const struct weft_switch *one)
{
	if (switches->n == switches->max) {
		switches->max = switches->max ? 2 * switches->max : 32;
		switches->at = realloc(switches->at, switches->max *
				       sizeof(*switches->at));
		assert(switches->at && "out of memory for switches");
	}
	switches->at[switches->n++] = *one;
}

void weft_switches_clear(struct weft_switches *switches)
{
	free(switches->at);
	memset(switches, 0, sizeof(*switches));
}

void weft_switches_copy(struct weft_switches *to,
			const struct weft_switches *from)
{
	size_t i;

	to->n = 0;
	for (i = 0; i < from->n; i++)
		weft_switches_add(to, &from->at[i]);
}

static int compare_switches(const void *a, const void *b)
{
	const struct weft_switch *x = a, *y = b;

	if (x->task != y->task)
		return x->task < y->task ? -1 : 1;
	if (x->nth != y->nth)
		return x->nth < y->nth ? -1 : 1;
	return (x->data > y->data) - (x->data < y->data);
}

void weft_switches_sort(struct weft_switches *switches)
{
	if (switches->n)
		qsort(switches->at, switches->n, sizeof(*switches->at),
		      compare_switches);
}

void weft_switching_begin(struct weft_switching *state,
			  const struct weft_switches *wanted)
{
	state->wanted = wanted;
	state->choices = NULL;
	state->choices_n = 0;
	state->choice = 0;
	state->did.n = 0;
	state->places_n = 0;
	state->step = 0;
	memset(state->applied, 0, sizeof(state->applied));
}

void weft_switching_clear(struct weft_switching *state)
{
	weft_switches_clear(&state->did);
	free(state->places);
	memset(state, 0, sizeof(*state));
}

static void add_place(struct weft_switching *state,
		      const struct weft_switch *here,
		      const struct weft_view *view)
{
	struct weft_switch_place *place;

	if (state->places_n == state->places_max) {
		state->places_max = state->places_max ? 2 * state->places_max :
				    256;
		state->places = realloc(state->places, state->places_max *
					sizeof(*state->places));
		assert(state->places && "out of memory for places");
	}
	place = &state->places[state->places_n++];
	place->task = here->task;
	place->nth = here->nth;
	place->enabled = view->enabled;
	place->choices = view->choices;
	place->step = view->step;
}

static bool is_possible(const struct weft_view *view, unsigned int chosen)
{
	if (view->choices)
		return chosen < view->choices;
	return chosen < WEFT_THREADS_MAX && (view->enabled >> chosen & 1);
}

/* The default choice unless something else is wanted. */
static unsigned int wanted_here(struct weft_switching *state,
				const struct weft_view *view,
				const struct weft_switch *here)
{
	const struct weft_switch *wanted = NULL;

	if (view->choices && state->choice < state->choices_n)
		return state->choices[state->choice++];
	if (state->wanted->n)
		wanted = bsearch(here, state->wanted->at, state->wanted->n,
				 sizeof(*here), compare_switches);
	return wanted ? wanted->to : here->to;
}

static unsigned int switches_pick(void *arg, const struct weft_view *view)
{
	struct weft_switching *state = arg;
	unsigned int usual = weft_default_choice(view->enabled, view->running,
						 view->choices);
	struct weft_switch here = {
		.task = (unsigned int)view->running,
		.data = view->choices, .to = usual, .step = view->step,
	};
	unsigned int chosen;

	/* Whoever ran last has applied everything since. */
	state->applied[here.task] += view->step - state->step;
	state->step = view->step;
	here.nth = state->applied[here.task];
	if (view->choices || (view->enabled & (view->enabled - 1)))
		add_place(state, &here, view);
	chosen = wanted_here(state, view, &here);
	if (chosen == usual || !is_possible(view, chosen))
		return usual;
	here.to = chosen;
	weft_switches_add(&state->did, &here);
	return chosen;
}

/* Asked even when one task is left: every change of task must be seen. */
const struct weft_strategy weft_strategy_switches = {
	.name = "switches",
	.summary = "follows a set of context switches",
	.forced = true,
	.pick = switches_pick,
};
