/* SPDX-License-Identifier: GPL-2.0-only */
/* The hub: who can go on, who does, and the switch to it. See exec.h I5. */
#include <assert.h>
#include <stdlib.h>

#include "exec_internal.h"

/* Some have to be asked, or some may not go first. */
static uint32_t __attribute__((noinline))
ask_waiting(struct weft_exec *x, uint32_t *ret_any)
{
	uint32_t by_rank[3] = { x->tasks.ready };
	uint32_t twins = x->config.symmetry ? exec__twins_waiting(x) : 0;
	uint32_t tasks;

	by_rank[0] &= ~twins;
	for (tasks = x->tasks.waiting & ~(twins | x->rest.tasks); tasks;
	     tasks &= tasks - 1) {
		int task = __builtin_ctz(tasks);

		if (exec__op_enabled(x, task))
			by_rank[exec__op_rank(x, task)] |= 1u << task;
		else
			exec__rest(x, task);
	}
	if (!by_rank[0] && exec__rest_check(x))
		return ask_waiting(x, ret_any);
	*ret_any = by_rank[0] | by_rank[1];
	return by_rank[0] ? by_rank[0] : by_rank[1] ? by_rank[1] : by_rank[2];
}

/* @ret_any: whatever their rank, but for those that wait for rest */
static inline uint32_t enabled_tasks(struct weft_exec *x, uint32_t *ret_any)
{
	assert(!x->config.paranoid || exec__is_settled_right(x));
	if (x->tasks.waiting != x->rest.tasks || !x->tasks.ready ||
	    x->config.symmetry)
		return ask_waiting(x, ret_any);
	*ret_any = x->tasks.ready;
	return x->tasks.ready;
}

bool weft_exec_is_ruled_out(const struct weft_exec *x)
{
	uint32_t tasks;

	for (tasks = x->tasks.waiting; tasks; tasks &= tasks - 1)
		if (x->threads[__builtin_ctz(tasks)].op->wait ==
		    WEFT_WAIT_ASSUME)
			return true;
	return false;
}

/* Nothing can go on: is that how it should be? */
static enum weft_outcome outcome_at_rest(const struct weft_exec *x)
{
	uint32_t tasks = x->tasks.blocked | x->tasks.waiting;

	if (weft_exec_is_ruled_out(x))
		return WEFT_OUTCOME_COMPLETE;
	for (; tasks; tasks &= tasks - 1) {
		const struct weft_thread *t = &x->threads[__builtin_ctz(tasks)];

		if (!(t->flags & WEFT_SPAWN_SERVICE) ||
		    t->op->kind != WEFT_OP_AWAIT || t->op->wait != WEFT_WAIT_IDLE)
			return WEFT_OUTCOME_BLOCKED;
	}
	return WEFT_OUTCOME_COMPLETE;
}

static struct weft_decision *new_decision(struct weft_exec *x)
{
	if (x->decisions_n == x->decisions_max) {
		x->decisions_max = x->decisions_max ? 2 * x->decisions_max :
				   1024;
		x->decisions = realloc(x->decisions, x->decisions_max *
				       sizeof(*x->decisions));
		assert(x->decisions && "out of memory for decisions");
	}
	return &x->decisions[x->decisions_n++];
}

/* The decision is part of the execution from now on. */
static inline void __attribute__((always_inline))
note_decision(struct weft_exec *x, uint32_t enabled, unsigned int choices,
	      unsigned int chosen)
{
	struct weft_decision *decision = new_decision(x);

	assert(choices ? chosen < choices :
	       chosen < WEFT_THREADS_MAX && (enabled >> chosen & 1));
	decision->enabled = enabled;
	decision->choices = (uint16_t)choices;
	decision->running = (int16_t)x->running;
	decision->chosen = (uint16_t)chosen;
	decision->step = (uint32_t)x->region.hot.step;
	if (weft_is_preemption(decision, chosen))
		x->preemptions++;
}

static enum weft_outcome cut_outcome(unsigned int chosen)
{
	switch (chosen) {
	case WEFT_PICK_IMPOSSIBLE:
		return WEFT_OUTCOME_IMPOSSIBLE;
	case WEFT_PICK_LOOKED:
		return WEFT_OUTCOME_LOOKED;
	default:
		return WEFT_OUTCOME_REDUNDANT;
	}
}

/*
 * Return: what was chosen; WEFT_PICK_NOBODY ends the execution. @usual: see decide_usual().
 */
static inline unsigned int __attribute__((always_inline))
ask_strategy(struct weft_exec *x, uint32_t enabled, unsigned int choices,
	     bool usual)
{
	bool passes = false;
	struct weft_view view = {
		.index = x->decisions_n,
		.step = x->region.hot.step,
		.enabled = enabled,
		.running = x->running,
		.choices = choices,
		.fault = choices ? x->threads[x->running].op->arg : NULL,
		.forced_turn = !usual && x->cycle.overdue != 0,
		.published = x->published,
		.ret_passes = &passes,
	};
	unsigned int chosen;

	if (!usual)
		exec__tell_seen(x);
	exec__tell_now(x);
	if (!usual) {
		if (x->tells && x->config.data)
			exec__looks_check(x);
		if (x->config.faults_max)
			exec__count_answers(x, enabled);
	}
	chosen = x->strategy->pick(x->strategy_state, &view);
	if (chosen >= WEFT_PICK_LOOKED) {
		x->outcome = cut_outcome(chosen);
		return WEFT_PICK_NOBODY;
	}
	if (x->marking && !choices && !passes && (enabled & (enabled - 1)))
		exec__mark_decision(x, x->published[chosen].kind);
	note_decision(x, enabled, choices, chosen);
	return chosen;
}

/* Inside the focus, as far as the place tells where it published. */
static bool is_in_focus(const struct weft_exec *x)
{
	struct weft_stack stack;

	if (x->strategy->every_step)
		return true;
	stack.n = 0;
	exec__walk(x, x->threads[x->running].fp, &stack);
	return x->config.in_focus(x->config.focus_arg, &stack);
}

/* A reduction must know of each choice by itself, wherever it is made. */
static bool is_choice(const struct weft_exec *x)
{
	enum weft_op_kind kind = x->threads[x->running].op->kind;

	return x->strategy->forced &&
	       (kind == WEFT_OP_CHOOSE || kind == WEFT_OP_ANSWER);
}

static inline unsigned int pick(struct weft_exec *x, uint32_t enabled)
{
	bool only_one = !(enabled & (enabled - 1));

	if (!x->strategy ||
	    (only_one && !x->strategy->every_step && !x->strategy->forced)) {
		unsigned int next = weft_default_choice(enabled, x->running, 0);

		/* Nobody is asked, but the next one sees it. */
		if ((int)next != x->running)
			exec__tell_seen(x);
		return next;
	}
	if (x->config.in_focus && (enabled >> x->running & 1) &&
	    !is_choice(x) && !is_in_focus(x))
		return (unsigned int)x->running;
	return ask_strategy(x, enabled, 0, false);
}

/*
 * Who may go on when the execution is watched (exec_cycle.h); 0 when it goes
 * round in a circle.
 */
static uint32_t watched_tasks(struct weft_exec *x, uint32_t enabled,
			      uint32_t any)
{
	bool only_visit = x->only_visit;

	x->only_visit = false;
	if (!exec__cycle_visit(x, any))
		return 0;
	if ((x->cycle.overdue & any) && !x->strategy->follows)
		return x->cycle.overdue & any;
	return only_visit ? 1u << x->running : enabled;
}

/* A data choice of the running task, which goes on. */
static unsigned int __attribute__((noinline)) decide_data(struct weft_exec *x)
{
	unsigned int chosen;

	exec__cycle_chosen(x, -1);
	chosen = ask_strategy(x, 0, x->data_n, false);
	x->data_chosen = chosen;
	x->data_n = 0;
	return chosen == WEFT_PICK_NOBODY ? chosen : (unsigned int)x->running;
}

/* Return: the task to go on; WEFT_PICK_NOBODY when the execution has ended. */
static unsigned int __attribute__((noinline)) decide(struct weft_exec *x)
{
	uint32_t enabled, any;
	unsigned int chosen;

	if (x->data_n)
		return decide_data(x);
	enabled = enabled_tasks(x, &any);
	if (!enabled) {
		x->outcome = outcome_at_rest(x);
		return WEFT_PICK_NOBODY;
	}
	if (x->cycle.on) {
		enabled = watched_tasks(x, enabled, any);
		if (!enabled) {
			x->outcome = WEFT_OUTCOME_LIVELOCK;
			return WEFT_PICK_NOBODY;
		}
	}
	chosen = pick(x, enabled);
	if (chosen != WEFT_PICK_NOBODY && x->cycle.on)
		exec__cycle_chosen(x, (int)chosen);
	return chosen;
}

void exec__find_usual(struct weft_exec *x)
{
	const struct weft_exec_config *config = &x->config;

	x->usual = x->strategy && x->strategy->forced && !config->paranoid &&
		   !config->symmetry && !config->seen && !config->data &&
		   !config->faults_max && !config->in_focus;
}

/*
 * Most decisions of a reduction on a model program: nothing of what decide() asks for
 * is there, and only tasks that are known to be ready or blocked.
 */
static inline bool is_usual(const struct weft_exec *x)
{
	return x->usual && !x->data_n && !x->cycle.on && !x->cycle.overdue &&
	       x->tasks.waiting == x->rest.tasks && x->tasks.ready;
}

static inline unsigned int decide_usual(struct weft_exec *x)
{
	return ask_strategy(x, x->tasks.ready, 0, true);
}

/* NULL: the execution has ended. */
static struct weft_co *next_task(void *arg)
{
	struct weft_exec *x = arg;
	unsigned int next;

	x->on_hub = true;
	if (x->stopped)
		return NULL;
	next = is_usual(x) ? decide_usual(x) : decide(x);
	return next == WEFT_PICK_NOBODY ? NULL : exec__resume(x, (int)next);
}

void exec__hub(struct weft_exec *x, bool from_start)
{
	struct weft_co *first = from_start ? exec__resume(x, 0) : next_task(x);

	if (first)
		weft_co_host(&x->explorer, first, next_task, x);
	x->on_hub = true;
	exec__flush_run(x);
}
