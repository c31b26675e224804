/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What happens at every operation, inline: with one call each, these steps would
 * cost more than what they do. For the exec_*.c files only.
 */
#ifndef WEFT_EXEC_TURN_H
#define WEFT_EXEC_TURN_H

#include <assert.h>

#include "exec_internal.h"

static inline struct weft_thread *exec__self(struct weft_exec *x)
{
	assert(x->running >= 0);
	return &x->threads[x->running];
}

/* From here on accesses without an operation count anew (exec_spin.c). */
static inline void exec__spin_restart(struct weft_exec *x)
{
	struct weft_hot *hot = &x->region.hot;

	hot->accesses_left = x->spin.most;
	x->spin.step = hot->step;
}

/* Next step at which the hooks must come in, shared or not. */
static inline void exec__set_step_stop(struct weft_exec *x)
{
	struct weft_hot *hot = &x->region.hot;

	if (x->stops_always)
		hot->step_stop = x->step_point = hot->step;
	else
		exec__find_step_stop(x);
	exec__spin_restart(x);
}

/* Setup and checks run alone: sharing is of no interest there. */
static inline void exec__set_running(struct weft_exec *x, int task)
{
	struct weft_hot *hot = &x->region.hot;
	bool alone = x->in_setup || (!task && !x->config.main_concurrent);

	x->running = task;
	hot->task = alone ? 0 : (unsigned int)task + 1;
	hot->plain = !alone;
	if (x->config.current_slot)
		*x->config.current_slot = x->threads[task].cookie;
}

/* What ran since the last switch becomes part of the schedule. */
static inline void exec__flush_run(struct weft_exec *x)
{
	unsigned long step = x->region.hot.step;

	if (x->running >= 0 && step > x->run_since)
		weft_schedule_add(&x->schedule, (uint32_t)x->running,
				  (uint32_t)(step - x->run_since));
	x->run_since = step;
}

/* The image may have given the running task another cookie: keep it. */
static inline void exec__leave(struct weft_exec *x, struct weft_thread *self)
{
	if (x->config.current_slot)
		self->cookie = *x->config.current_slot;
}

/* Lets the hub decide; returns when the caller has been picked. */
static inline void exec__to_hub(struct weft_exec *x, struct weft_thread *self)
{
	exec__leave(x, self);
	weft_co_yield(&self->co, &x->explorer);
}

/* I3 of marks.c: resumed before since the latest mark, it is as it was at none. */
static inline void exec__keep_resumed(struct weft_exec *x, int task)
{
	struct exec_mark *mark = &x->marks[x->marks_n - 1];

	if (mark->resumed >> task & 1)
		return;
	mark->resumed |= 1u << task;
	exec__keep(x, task);
}

/* On the hub: a task is to go on. */
static inline struct weft_co *exec__resume(struct weft_exec *x, int task)
{
	struct weft_thread *t = &x->threads[task];

	if (x->marks_n)
		exec__keep_resumed(x, task);
	t->resumed++;
	if (task != x->running)
		exec__flush_run(x);
	exec__set_running(x, task);
	/* Where it published is a stop; the next one is set when it has applied. */
	if (!t->has_op)
		exec__set_step_stop(x);
	x->on_hub = false;
	return &t->co;
}

/* Publishes an operation; returns when it is to be applied. */
static inline void exec__point(struct weft_exec *x,
			       const struct weft_pending *op, bool shared)
{
	if (x->cycle.on)
		weft_exec_scrub(x);
	exec__publish(x, op, shared);
}

/* What the strategy sees of what a task has published. */
static inline void exec__published(struct weft_exec *x, int task,
				   const struct weft_pending *op)
{
	struct weft_published *published = &x->published[task];

	published->kind = op->kind;
	published->choices = op->choices;
	published->fault = false;
	published->object = weft_region_offset(&x->region, op->addr);
}

/* The running task stops: what others see of it has changed, or not. */
static inline void exec__tell_seen(struct weft_exec *x)
{
	if (x->config.seen && !x->in_setup)
		exec__tell_what_is_seen(x);
}

static inline void exec__tell_now(struct weft_exec *x)
{
	if (x->has_told) {
		x->strategy->applied(x->strategy_state, &x->told);
		if (x->config.data)
			exec__looks_told(x, &x->told);
	}
	x->has_told = false;
}

static inline void exec__applied(struct weft_exec *x, enum weft_op_kind kind,
				 const struct weft_object *object,
				 uint32_t class, unsigned char shared)
{
	if (x->watchers_n && !x->in_setup)
		exec__tell_detectors(x, kind, object, class, shared);
	if (x->cycle.on)
		weft_exec_scrub(x);
}

#endif
