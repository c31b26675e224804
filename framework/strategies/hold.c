/* SPDX-License-Identifier: GPL-2.0-only */
/* Directed at a deadlock; contract in hold.h. */
#include "../lockcycle.h"
#include "hold.h"

static int link_of(const struct weft_hold *state, int task)
{
	unsigned int i;

	for (i = 0; i < state->n; i++)
		if (state->links[i]->task == task)
			return (int)i;
	return -1;
}

static bool is_lock(enum weft_op_kind kind)
{
	return kind == WEFT_OP_LOCK || kind == WEFT_OP_LOCK_SHARED;
}

/* What annotations hold is not told: it is taken to be held. */
static bool holds_all(const struct weft_hold *state, unsigned int link)
{
	const struct weft_lock_dep *dep = state->links[link];
	unsigned int i;

	for (i = 0; i < dep->held_n; i++)
		if (!dep->held[i].annotation && !state->holds[link][i])
			return false;
	return true;
}

static bool has_come(const struct weft_hold *state,
		     const struct weft_view *view, unsigned int link)
{
	const struct weft_lock_dep *dep = state->links[link];
	const struct weft_published *next = &view->published[dep->task];

	return is_lock(next->kind) && next->object == dep->wanted.lock &&
	       holds_all(state, link);
}

/* H4: -1 where there is none, or all are in line. */
static int next_in_line(const struct weft_hold *state,
			const struct weft_view *view)
{
	unsigned int i;

	for (i = 0; i < state->n; i++) {
		const struct weft_lock_dep *writer = state->links[i];

		if (weft_dep_is_behind(state->links[(i + state->n - 1) %
						    state->n], writer) &&
		    (view->enabled >> writer->task & 1) &&
		    has_come(state, view, i))
			return writer->task;
	}
	return -1;
}

static unsigned int hold_pick(void *arg, const struct weft_view *view)
{
	struct weft_hold *state = arg;
	uint32_t able = view->enabled;
	unsigned int i, come = 0;
	int task;

	if (view->choices)
		return 0;
	for (i = 0; i < state->n && !state->met; i++)
		come += has_come(state, view, i);
	state->met |= come == state->n;
	for (i = 0; i < state->n && !state->met; i++)
		if (has_come(state, view, i))
			able &= ~(1u << state->links[i]->task);
	if (!able) {
		state->gave_up = true;
		return WEFT_PICK_NOBODY;
	}
	for (i = 0; i < state->n && !state->met; i++) {
		task = state->links[(i + state->first) % state->n]->task;
		if (able >> task & 1)
			return (unsigned int)task;
	}
	task = state->met ? next_in_line(state, view) : -1;
	if (task >= 0)
		return (unsigned int)task;
	return weft_default_choice(able, view->running, 0);
}

static unsigned long hold_stop(const void *state, unsigned long step)
{
	(void)state;
	return step;
}

static void note_lock(struct weft_hold *state, unsigned int link,
		      uint64_t lock, int by)
{
	const struct weft_lock_dep *dep = state->links[link];
	unsigned int i;

	for (i = 0; i < dep->held_n; i++)
		if (dep->held[i].lock == lock &&
		    (by > 0 || state->holds[link][i]))
			state->holds[link][i] =
				(uint16_t)(state->holds[link][i] + by);
}

static void hold_applied(void *arg, const struct weft_operation *op)
{
	struct weft_hold *state = arg;
	int link = link_of(state, op->task);

	if (link < 0)
		return;
	switch (op->kind) {
	case WEFT_OP_LOCK:
	case WEFT_OP_LOCK_SHARED:
	case WEFT_OP_TRYLOCK:
	case WEFT_OP_TRYLOCK_SHARED:
		note_lock(state, (unsigned int)link, op->object, 1);
		break;
	case WEFT_OP_UNLOCK:
	case WEFT_OP_UNLOCK_SHARED:
		note_lock(state, (unsigned int)link, op->object, -1);
		break;
	default:
		break;
	}
}

const struct weft_strategy weft_strategy_hold = {
	.name = "hold",
	.summary = "directed at one deadlock",
	.every_step = true,
	.pick = hold_pick,
	.stop = hold_stop,
	.applied = hold_applied,
};
