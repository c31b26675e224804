/* SPDX-License-Identifier: GPL-2.0-only */
/* Follows a recorded order but for one hold; contract in order.h. */
#include <assert.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "order.h"

static void count_steps(struct weft_order *order)
{
	const struct weft_schedule *schedule = order->schedule;
	size_t i;

	for (i = 0; i < schedule->runs_n; i++) {
		assert(schedule->runs[i].task < WEFT_THREADS_MAX);
		order->counts[schedule->runs[i].task] += schedule->runs[i].steps;
		order->n += schedule->runs[i].steps;
	}
}

void weft_order_create(struct weft_order *order,
		       const struct weft_schedule *schedule)
{
	unsigned long position = 0, next = 0, done[WEFT_THREADS_MAX] = { 0 };
	uint32_t task, i;
	size_t run;

	memset(order, 0, sizeof(*order));
	order->schedule = schedule;
	count_steps(order);
	order->tasks = calloc(order->n + 1, sizeof(*order->tasks));
	order->nth = calloc(order->n + 1, sizeof(*order->nth));
	order->positions = calloc(order->n + 1, sizeof(*order->positions));
	assert(order->tasks && order->nth && order->positions &&
	       "out of memory for a record");
	for (task = 0; task < WEFT_THREADS_MAX; task++) {
		order->at[task] = order->positions + next;
		next += order->counts[task];
	}
	for (run = 0; run < schedule->runs_n; run++) {
		task = schedule->runs[run].task;
		for (i = 0; i < schedule->runs[run].steps; i++, position++) {
			order->at[task][done[task]++] = position;
			order->tasks[position] = (unsigned char)task;
			order->nth[position] = done[task];
		}
	}
}

void weft_order_clear(struct weft_order *order)
{
	free(order->tasks);
	free(order->nth);
	free(order->positions);
	memset(order, 0, sizeof(*order));
}

void weft_ordering_begin(struct weft_ordering *state,
			 const struct weft_order *order)
{
	memset(state, 0, sizeof(*state));
	state->order = order;
	state->hold_task = -1;
}

static bool is_released(const struct weft_ordering *state)
{
	return state->hold_task < 0 ||
	       state->applied[state->until_task] >= state->until;
}

static bool is_at_place(const struct weft_meeting *meeting, int task)
{
	int i;

	for (i = 0; meeting && !meeting->met && i < 2; i++)
		if (meeting->places[i].task == task && meeting->places[i].here)
			return true;
	return false;
}

/* An order that is to be kept says that its turn has not come. */
static bool is_kept_back(const struct weft_ordering *state, int task)
{
	const struct weft_order_turn *turn;
	size_t i;

	for (i = 0; i < state->watched_n; i++) {
		turn = &state->watched[i];
		if (turn->kept && !turn->decided && turn->after == task &&
		    state->applied[task] + 1 >= turn->until)
			return true;
	}
	return false;
}

static bool is_held(const struct weft_ordering *state, int task)
{
	if (is_kept_back(state, task))
		return true;
	if (is_at_place(state->meeting, task))
		return true;
	return !state->forward && task == state->hold_task && !is_released(state) &&
	       state->applied[task] + 1 >= state->hold;
}

static void watch(struct weft_ordering *state)
{
	size_t i;

	for (i = 0; i < state->watched_n; i++) {
		struct weft_order_turn *turn = &state->watched[i];

		if (turn->decided || state->applied[turn->before] < turn->hold)
			continue;
		turn->decided = true;
		turn->turned = state->applied[turn->after] >= turn->until;
	}
}

static void catch_up(struct weft_ordering *state, unsigned long steps)
{
	state->applied[state->running] += steps - state->step;
	state->step = steps;
	watch(state);
}

bool weft_ordering_end(struct weft_ordering *state, unsigned long steps)
{
	catch_up(state, steps);
	return is_released(state);
}

/* Position of the next operation of a task in the record. */
static unsigned long next_position(const struct weft_ordering *state, int task)
{
	const struct weft_order *order = state->order;
	unsigned long applied = state->applied[task];

	if (state->meeting)
		applied -= state->meeting->extras[task];
	return applied < order->counts[task] ? order->at[task][applied] :
					       ULONG_MAX;
}

/* I4: whose turn it is; -1: that is as recorded. */
static int meeting_turn(struct weft_meeting *meeting, uint32_t enabled)
{
	const struct weft_meet_place *places = meeting->places;
	int preferred = meeting->prefer;

	if (!meeting->met && places[0].here && places[1].here) {
		meeting->met = true;
		meeting->turns = 2;
	}
	if (meeting->turns)
		return places[(meeting->turns-- == 2) == meeting->turned].task;
	if (meeting->met || preferred < 0 || places[preferred].here ||
	    !(enabled >> places[preferred].task & 1))
		return -1;
	return places[preferred].task;
}

static unsigned int choose(struct weft_ordering *state,
			   const struct weft_view *view)
{
	const struct weft_schedule *schedule = state->order->schedule;
	unsigned int choice = 0;

	if (state->choice < schedule->choices_n)
		choice = schedule->choices[state->choice++];
	return choice < view->choices ? choice : 0;
}

/* I1: whose turn it is; -1 when that is nobody's. */
static int recorded_turn(const struct weft_ordering *state,
			 const struct weft_view *view)
{
	unsigned long position, first = ULONG_MAX;
	uint32_t able = 0;
	int task, chosen = -1;

	for (task = 0; task < WEFT_THREADS_MAX; task++) {
		if (!(view->enabled >> task & 1) || is_held(state, task))
			continue;
		able |= 1u << task;
		position = next_position(state, task);
		if (position < first) {
			first = position;
			chosen = task;
		}
	}
	if (!able || chosen >= 0)
		return chosen;
	return (int)weft_default_choice(able, view->running, 0);
}

/* I5: whose turn it is instead of @chosen's; -1 when it cannot be done. */
static int forward_turn(struct weft_ordering *state, int chosen,
			uint32_t enabled)
{
	if (is_released(state))
		return chosen;
	/* Without having been asked for: too late. */
	if (state->applied[state->hold_task] >= state->hold)
		return -1;
	if (chosen == state->hold_task &&
	    state->applied[chosen] + 1 == state->hold)
		state->coming = true;
	if (!state->coming)
		return chosen;
	return (enabled >> state->until_task & 1) &&
	       !is_kept_back(state, state->until_task) ? state->until_task : -1;
}

static unsigned int order_pick(void *arg, const struct weft_view *view)
{
	struct weft_ordering *state = arg;
	int chosen = -1;

	state->running = view->running;
	catch_up(state, view->step);
	if (view->choices)
		return choose(state, view);
	if (state->meeting)
		chosen = meeting_turn(state->meeting, view->enabled);
	if (chosen < 0 || !(view->enabled >> chosen & 1))
		chosen = recorded_turn(state, view);
	if (state->forward)
		chosen = forward_turn(state, chosen, view->enabled);
	if (chosen < 0) {
		state->stuck = true;
		return WEFT_PICK_NOBODY;
	}
	state->running = chosen;
	return (unsigned int)chosen;
}

static unsigned long order_stop(const void *state, unsigned long step)
{
	(void)state;
	return step;
}

static void order_applied(void *arg, const struct weft_operation *op)
{
	struct weft_ordering *state = arg;

	if (state->log)
		state->log(state->arg, op, false);
}

static void order_waits(void *arg, const struct weft_operation *op)
{
	struct weft_ordering *state = arg;

	if (state->log)
		state->log(state->arg, op, true);
}

const struct weft_strategy weft_strategy_order = {
	.name = "order",
	.summary = "follows a record with one task held back",
	.every_step = true,
	.pick = order_pick,
	.stop = order_stop,
	.applied = order_applied,
	.waits = order_waits,
};
