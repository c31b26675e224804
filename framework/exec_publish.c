/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Publishing: what a task waits to do, and whether it could.
 *
 *  I1  A task that has published is in one of three sets (struct exec_published).
 *      Whether it could take its lock, or whom it joins have ended, is looked at when
 *      that changes. All other waits look at what the framework does not know:
 *      they are asked before every decision, unless they rest (exec_rest.c).
 */
#include <assert.h>

#include "exec_internal.h"

int exec__op_rank(const struct weft_exec *x, int task)
{
	const struct weft_thread *t = &x->threads[task];
	const struct weft_pending *op = t->op;

	if (op->kind != WEFT_OP_AWAIT)
		return 0;
	if (op->wait == WEFT_WAIT_SPIN)
		return op->until || x->region.hot.step > t->since ? 0 : 1;
	if (op->wait == WEFT_WAIT_TIME)
		return 1;
	return op->wait == WEFT_WAIT_KINDS ? 2 : 0;	/* quiesce: the last */
}

static bool is_open(const struct weft_object *lock,
		    const struct weft_pending *op)
{
	if (weft_object_is_free(lock, op->mode))
		return true;
	/* A writer gets in line even when it has to wait. */
	return op->mode == WEFT_EXCLUSIVE && !op->queued &&
	       lock->writer < 0 && lock->readers && weft_object_is_fair(lock);
}

static bool can_lock(const struct weft_exec *x, const struct weft_thread *t)
{
	const struct weft_object *lock = t->object ?
		&x->objects.objects[t->object - 1] :
		weft_object_find((struct weft_objects *)&x->objects,
				 t->op->addr);

	return !lock || is_open(lock, t->op);
}

/* The program's own code: it may run on any stack, so that nothing in it can be a point. */
static bool is_ready(const struct weft_exec *x, const struct weft_pending *op)
{
	struct weft_hot *hot = &((struct weft_exec *)x)->region.hot;
	unsigned int plain = hot->plain;
	bool ready;

	hot->plain = 0;
	((struct weft_exec *)x)->looking = true;
	ready = !op->ready || op->ready(op->arg);
	((struct weft_exec *)x)->looking = false;
	hot->plain = plain;
	return ready;
}

bool exec__op_enabled(const struct weft_exec *x, int task)
{
	const struct weft_thread *t = &x->threads[task];

	switch (t->op->kind) {
	case WEFT_OP_LOCK:
	case WEFT_OP_LOCK_SHARED:
		return can_lock(x, t);
	case WEFT_OP_AWAIT:
		return is_ready(x, t->op);
	default:
		return true;
	}
}

static void settle(struct weft_exec *x, uint32_t task, bool enabled)
{
	uint32_t others = ~task;

	x->tasks.ready = (x->tasks.ready & others) | (enabled ? task : 0);
	x->tasks.blocked = (x->tasks.blocked & others) | (enabled ? 0 : task);
}

static void publish_lock(struct weft_exec *x, const struct weft_pending *op,
			 int task)
{
	uint32_t index = weft_object_index(&x->objects, op->addr);
	uint32_t bit = 1u << task;

	x->threads[task].object = index;
	if (!index) {
		x->tasks.waiting |= bit;
		return;
	}
	x->tasks.lockers |= bit;
	x->objects.objects[index - 1].wanted |= bit;
	settle(x, bit, is_open(&x->objects.objects[index - 1], op));
}

static void publish_wait(struct weft_exec *x, const struct weft_pending *op,
			 int task)
{
	uint32_t bit = 1u << task;

	if (!op->joins) {
		x->tasks.waiting |= bit;
		return;
	}
	x->tasks.joiners |= bit;
	settle(x, bit, op->ready(op->arg));
}

/* Others are only ever ready. */
static bool may_wait(const struct weft_pending *op)
{
	return 1ul << op->kind & (1ul << WEFT_OP_LOCK |
				  1ul << WEFT_OP_LOCK_SHARED |
				  1ul << WEFT_OP_AWAIT);
}

static void publish(struct weft_exec *x, struct weft_thread *self,
		    const struct weft_pending *op)
{
	int task = x->running;

	self->op = op;
	self->since = x->region.hot.step;
	self->has_op = true;
	self->stopped = x->marks_n;
	exec__published(x, task, op);
	if (op->kind == WEFT_OP_LOCK || op->kind == WEFT_OP_LOCK_SHARED)
		publish_lock(x, op, task);
	else if (op->kind == WEFT_OP_AWAIT)
		publish_wait(x, op, task);
	else
		x->tasks.ready |= 1u << task;
}

void exec__lock_changed(struct weft_exec *x, const struct weft_object *object)
{
	uint32_t tasks = object->wanted;

	if (!tasks)
		return;
	/* Nobody can take it, or whoever wants to. */
	if (object->writer >= 0 || !(object->readers | object->queued)) {
		settle(x, tasks, object->writer < 0);
		return;
	}
	for (; tasks; tasks &= tasks - 1) {
		int task = __builtin_ctz(tasks);

		settle(x, 1u << task, is_open(object, x->threads[task].op));
	}
}

void exec__want_none(struct weft_exec *x)
{
	uint32_t tasks;

	for (tasks = x->tasks.lockers; tasks; tasks &= tasks - 1)
		x->objects.objects[x->threads[__builtin_ctz(tasks)].object -
				   1].wanted = 0;
}

void exec__want_again(struct weft_exec *x)
{
	uint32_t tasks;

	for (tasks = x->tasks.lockers; tasks; tasks &= tasks - 1) {
		int task = __builtin_ctz(tasks);

		x->objects.objects[x->threads[task].object - 1].wanted |=
			1u << task;
	}
}

void exec__tasks_changed(struct weft_exec *x)
{
	uint32_t tasks;

	for (tasks = x->tasks.joiners; tasks; tasks &= tasks - 1) {
		int task = __builtin_ctz(tasks);
		const struct weft_pending *op = x->threads[task].op;

		settle(x, 1u << task, op->ready(op->arg));
	}
}

bool exec__is_settled_right(const struct weft_exec *x)
{
	uint32_t tasks = x->tasks.lockers | x->tasks.joiners;

	for (; tasks; tasks &= tasks - 1) {
		int task = __builtin_ctz(tasks);

		if ((x->tasks.lockers >> task & 1) &&
		    !(x->objects.objects[x->threads[task].object - 1].wanted >>
		      task & 1))
			return false;
		if (exec__op_enabled(x, task) != (x->tasks.ready >> task & 1))
			return false;
	}
	return true;
}

/* The step limit, or where watching for cycles begins. */
static void __attribute__((noinline)) reach_limit(struct weft_exec *x)
{
	if (x->region.hot.step >= x->config.depth_max)
		exec__finish(x, WEFT_OUTCOME_DEPTH);
	exec__cycle_watch(x);
	exec__set_step_stop(x);
}

/* No preemption: it goes on unless it cannot, or should not yet. */
static bool can_go_on(const struct weft_exec *x, int task)
{
	if (!(x->tasks.waiting >> task & 1))
		return x->tasks.ready >> task & 1;
	return !exec__op_rank(x, task) && exec__op_enabled(x, task);
}

static void unpublish(struct weft_exec *x, struct weft_thread *self)
{
	uint32_t others = ~(1u << self->id);

	x->tasks.ready &= others;
	self->has_op = false;
	if (!may_wait(self->op))
		return;
	if (x->tasks.lockers & ~others)
		x->objects.objects[self->object - 1].wanted &= others;
	x->tasks.blocked &= others;
	x->tasks.waiting &= others;
	x->rest.tasks &= others;
	x->rest.never &= others;
	x->tasks.lockers &= others;
	x->tasks.joiners &= others;
}

/*
 * Nobody else could go on, so that the hub would send it back: it need not go there.
 * Not if the strategy is asked all the same.
 */
static inline bool is_alone(const struct weft_exec *x, int task)
{
	return x->rest.allowed && x->tasks.ready == 1u << task &&
	       x->tasks.waiting == x->rest.tasks && !x->asked_always &&
	       !x->cycle.on && x->region.hot.step != x->step_point;
}

void exec__publish(struct weft_exec *x, const struct weft_pending *op,
		   bool shared)
{
	struct weft_thread *self = exec__self(x);
	struct weft_hot *hot = &x->region.hot;

	publish(x, self, op);
	self->fp = (uintptr_t)__builtin_frame_address(0);
	if (self->starter >= 0) {
		int starter = self->starter;

		self->starter = -1;
		exec__tell_seen(x);
		exec__switch_to(x, starter);
	} else {
		if (hot->step >= x->step_limit && !x->in_setup)
			reach_limit(x);
		if ((shared || hot->step == x->step_point ||
		     !can_go_on(x, self->id)) && !is_alone(x, self->id)) {
			exec__to_hub(x, self);
		} else if (x->cycle.on) {
			x->only_visit = true;
			exec__to_hub(x, self);
		}
	}
	unpublish(x, self);
	if (!x->in_setup)
		hot->step++;
	exec__set_step_stop(x);
}
