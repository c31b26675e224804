/* SPDX-License-Identifier: GPL-2.0-only */
/* One execution: publish, pick, switch, apply. Contract in exec.h. */
#include <assert.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "exec_internal.h"

struct weft_exec *weft_exec_current;

struct weft_exec *weft_exec_create(const struct weft_exec_config *config)
{
	struct weft_exec *x = calloc(1, sizeof(*x));
	int err;

	if (!x)
		return NULL;
	x->config = *config;
	x->running = -1;
	x->plain.wanted = config->data != NULL;
	err = weft_region_create(&x->region, config->data, config->data_size);
	if (!err)
		err = weft_objects_create(&x->objects, &x->region);
	if (err) {
		weft_exec_destroy(x);
		errno = -err;
		return NULL;
	}
	exec__fault_install();
	return x;
}

static void clear_findings(struct weft_exec *x)
{
	size_t i;

	for (i = 0; i < x->findings_n; i++)
		weft_finding_clear(&x->findings[i]);
	x->findings_n = 0;
}

void weft_exec_destroy(struct weft_exec *x)
{
	int i;

	if (!x)
		return;
	for (i = 0; i < WEFT_THREADS_MAX; i++)
		free(x->saved_stacks[i].bytes);
	clear_findings(x);
	free(x->findings);
	free(x->decisions);
	free(x->instances);
	weft_schedule_clear(&x->schedule);
	weft_evidence_clear(&x->evidence);
	exec__plain_destroy(x);
	weft_objects_destroy(&x->objects);
	weft_region_destroy(&x->region);
	if (weft_exec_current == x)
		weft_exec_current = NULL;
	free(x);
}

struct weft_thread *exec__self(struct weft_exec *x)
{
	assert(x->running >= 0);
	return &x->threads[x->running];
}

/* Setup and checks run alone: sharing is of no interest there. */
static unsigned int hot_task(const struct weft_exec *x, int task)
{
	if (x->in_setup || (!task && !x->config.main_concurrent))
		return 0;
	return (unsigned int)task + 1;
}

static void set_running(struct weft_exec *x, int task)
{
	x->running = task;
	x->region.hot.task = hot_task(x, task);
	x->region.hot.plain = x->region.hot.task != 0;
	if (x->config.current_slot)
		*x->config.current_slot = x->threads[task].cookie;
}

/* Next step at which the hooks must come in, shared or not. */
static void set_step_stop(struct weft_exec *x)
{
	struct weft_hot *hot = &x->region.hot;

	hot->step_stop = x->config.depth_max;
	if (x->strategy && x->strategy->every_step) {
		unsigned long stop = x->strategy->stop(x->strategy_state,
						       hot->step);

		if (stop < hot->step_stop)
			hot->step_stop = stop;
	}
	if (x->running >= 0 && x->threads[x->running].starter >= 0)
		hot->step_stop = hot->step;
	if (x->record || x->config.every_access_shared)
		hot->step_stop = hot->step;
}

void exec__flush_run(struct weft_exec *x)
{
	unsigned long step = x->region.hot.step;

	if (x->running >= 0 && step > x->run_since)
		weft_schedule_add(&x->schedule, (uint32_t)x->running,
				  (uint32_t)(step - x->run_since));
	x->run_since = step;
}

void exec__leave(struct weft_exec *x)
{
	if (x->config.current_slot)
		x->threads[x->running].cookie = *x->config.current_slot;
}

static void switch_to(struct weft_exec *x, int task)
{
	struct weft_thread *from = exec__self(x);
	struct weft_thread *to = &x->threads[task];

	exec__flush_run(x);
	exec__leave(x);
	set_running(x, task);
	set_step_stop(x);
	weft_co_switch(&from->co, &to->co);
}

void exec__finish(struct weft_exec *x, enum weft_outcome outcome)
{
	struct weft_thread *self = exec__self(x);

	exec__flush_run(x);
	x->outcome = outcome;
	weft_co_switch(&self->co, &x->explorer);
	abort();	/* an execution that has ended is never resumed */
}

void weft_exec_abort(struct weft_exec *x, enum weft_outcome outcome)
{
	exec__finish(x, outcome);
}

void weft_exec_abort_unmodelled(struct weft_exec *x, const char *symbol)
{
	x->unmodelled = symbol;
	exec__finish(x, WEFT_OUTCOME_UNMODELLED);
}

/* Waits that let everything else go first, in this order. */
static int op_rank(const struct weft_exec *x, const struct weft_pending *op)
{
	if (op->kind != WEFT_OP_AWAIT)
		return 0;
	if (op->wait == WEFT_WAIT_SPIN)
		return x->region.hot.step > op->since ? 0 : 1;
	if (op->wait == WEFT_WAIT_TIME)
		return 1;
	return op->wait == WEFT_WAIT_KINDS ? 2 : 0;	/* quiesce: the last */
}

static bool lock_op_enabled(const struct weft_exec *x,
			    const struct weft_pending *op, int task)
{
	const struct weft_object *object =
		weft_object_find((struct weft_objects *)&x->objects, op->addr);

	if (!object || weft_object_free_for(object, task, op->mode))
		return true;
	/* A writer gets in line even when it has to wait. */
	return op->mode == WEFT_EXCLUSIVE && !op->queued &&
	       object->writer < 0 && object->readers &&
	       weft_object_is_fair(object);
}

/* It may run on any stack, so that nothing in it can be a point. */
static bool is_ready(const struct weft_exec *x, const struct weft_pending *op)
{
	struct weft_hot *hot = &((struct weft_exec *)x)->region.hot;
	unsigned int plain = hot->plain;
	bool ready;

	hot->plain = 0;
	ready = !op->ready || op->ready(op->arg);
	hot->plain = plain;
	return ready;
}

bool exec__op_enabled(const struct weft_exec *x, int task)
{
	const struct weft_pending *op = &x->threads[task].op;

	switch (op->kind) {
	case WEFT_OP_LOCK:
	case WEFT_OP_LOCK_SHARED:
		return lock_op_enabled(x, op, task);
	case WEFT_OP_AWAIT:
		return is_ready(x, op);
	default:
		return true;
	}
}

static uint32_t enabled_tasks(const struct weft_exec *x)
{
	uint32_t by_rank[3] = { 0 };
	int i;

	for (i = 0; i < x->threads_n; i++) {
		const struct weft_thread *t = &x->threads[i];

		if (t->state == WEFT_THREAD_ENDED || !t->has_op)
			continue;
		if (exec__op_enabled(x, i))
			by_rank[op_rank(x, &t->op)] |= 1u << i;
	}
	return by_rank[0] ? by_rank[0] : by_rank[1] ? by_rank[1] : by_rank[2];
}

/* The program says that this execution does not count. */
static bool is_ruled_out(const struct weft_exec *x)
{
	int i;

	for (i = 0; i < x->threads_n; i++) {
		const struct weft_thread *t = &x->threads[i];

		if (t->state != WEFT_THREAD_ENDED &&
		    t->op.kind == WEFT_OP_AWAIT &&
		    t->op.wait == WEFT_WAIT_ASSUME)
			return true;
	}
	return false;
}

/* Nothing can go on: is that how it should be? */
static enum weft_outcome outcome_at_rest(const struct weft_exec *x)
{
	int i;

	for (i = 0; i < x->threads_n && !is_ruled_out(x); i++) {
		const struct weft_thread *t = &x->threads[i];

		if (t->state == WEFT_THREAD_ENDED)
			continue;
		if (!(t->flags & WEFT_SPAWN_SERVICE) ||
		    t->op.kind != WEFT_OP_AWAIT || t->op.wait != WEFT_WAIT_IDLE)
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

static unsigned int ask_strategy(struct weft_exec *x, uint32_t enabled,
				 unsigned int choices)
{
	struct weft_view view = {
		.index = x->decisions_n,
		.step = x->region.hot.step,
		.enabled = enabled,
		.running = x->running,
		.choices = choices,
		.published = x->published,
	};
	struct weft_decision *decision;
	unsigned int chosen;
	int i;

	for (i = 0; !choices && i < x->threads_n; i++) {
		if (!(enabled >> i & 1))
			continue;
		x->published[i].kind = x->threads[i].op.kind;
		x->published[i].object =
			weft_region_offset(&x->region, x->threads[i].op.addr);
	}
	exec__tell_now(x);
	chosen = x->strategy->pick(x->strategy_state, &view);
	if (chosen == WEFT_PICK_NOBODY)
		exec__finish(x, WEFT_OUTCOME_REDUNDANT);
	assert(choices ? chosen < choices :
	       chosen < WEFT_THREADS_MAX && (enabled >> chosen & 1));
	decision = new_decision(x);
	decision->enabled = enabled;
	decision->choices = (uint16_t)choices;
	decision->running = (int16_t)x->running;
	decision->chosen = (uint16_t)chosen;
	decision->step = (uint32_t)view.step;
	if (weft_is_preemption(decision, chosen))
		x->preemptions++;
	return chosen;
}

static bool may_preempt_here(const struct weft_exec *x)
{
	struct weft_stack stack;

	if (!x->config.in_focus || x->strategy->every_step)
		return true;
	weft_exec_stack(x, &stack);
	return x->config.in_focus(x->config.focus_arg, &stack);
}

static unsigned int pick(struct weft_exec *x, uint32_t enabled)
{
	bool only_one = !(enabled & (enabled - 1));

	if (x->in_setup || !x->strategy ||
	    (only_one && !x->strategy->every_step && !x->strategy->forced))
		return weft_default_choice(enabled, x->running, 0);
	if ((enabled >> x->running & 1) && !may_preempt_here(x))
		return (unsigned int)x->running;
	return ask_strategy(x, enabled, 0);
}

/* Hands the processor over; returns when the caller has been picked. */
static void reschedule(struct weft_exec *x)
{
	uint32_t enabled = enabled_tasks(x);
	unsigned int next;

	if (!enabled)
		exec__finish(x, outcome_at_rest(x));
	next = pick(x, enabled);
	if ((int)next != x->running)
		switch_to(x, (int)next);
}

void exec__point(struct weft_exec *x, const struct weft_pending *op,
		 bool shared)
{
	struct weft_thread *self = exec__self(x);
	struct weft_hot *hot = &x->region.hot;
	bool alone;

	self->op = *op;
	self->op.since = hot->step;
	self->has_op = true;
	if (self->starter >= 0) {
		int starter = self->starter;

		self->starter = -1;
		switch_to(x, starter);
	} else {
		if (hot->step >= x->config.depth_max && !x->in_setup)
			exec__finish(x, WEFT_OUTCOME_DEPTH);
		alone = !shared && hot->step != hot->step_stop &&
			!op_rank(x, &self->op) &&
			exec__op_enabled(x, x->running);
		if (!alone)
			reschedule(x);
	}
	self->has_op = false;
	if (!x->in_setup)
		hot->step++;
	set_step_stop(x);
}

void exec__applied(struct weft_exec *x, enum weft_op_kind kind,
		   const struct weft_object *object, uint32_t class,
		   unsigned char shared)
{
	struct weft_applied applied = {
		.kind = kind, .task = x->running, .step = x->region.hot.step,
		.object = object, .class = class, .shared = shared,
	};
	int i;

	if (x->in_setup)
		return;
	for (i = 0; weft_detectors[i]; i++)
		if (weft_detectors[i]->applied)
			weft_detectors[i]->applied(x, &applied);
}

static void thread_entry(void *arg)
{
	struct weft_thread *self = arg;
	struct weft_exec *x = weft_exec_current;
	int starter;

	self->fn(self->arg);
	starter = self->starter;
	self->starter = -1;
	self->state = WEFT_THREAD_ENDED;
	self->has_op = false;
	exec__tell(x, WEFT_OP_EXIT, NULL, -1);
	exec__applied(x, WEFT_OP_EXIT, NULL, 0, 0);
	exec__record_step(x, WEFT_OP_EXIT, NULL, 0, false, 0, NULL);
	if (starter >= 0)
		switch_to(x, starter);
	else
		reschedule(x);
	abort();	/* nobody picks a task that has ended */
}

static int add_thread(struct weft_exec *x, const char *name,
		      void (*fn)(void *arg), void *arg, void *cookie,
		      unsigned int flags)
{
	struct weft_thread *t;
	int id = x->threads_n;

	if (id == WEFT_THREADS_MAX)
		weft_exec_abort(x, WEFT_OUTCOME_LIMIT);
	x->threads_n++;
	t = &x->threads[id];
	memset(t, 0, sizeof(*t));
	t->id = id;
	t->flags = flags;
	t->cookie = cookie;
	t->fn = fn;
	t->arg = arg;
	t->starter = -1;
	snprintf(t->name, sizeof(t->name), "%s", name);
	weft_co_create(&t->co, thread_entry, t,
		       weft_region_stack(&x->region, id), WEFT_STACK_BYTES);
	return id;
}

/*
 * The new task runs at once, up to its first operation, which it publishes:
 * starting a task is not an operation of its own, so that no two schedules
 * differ only in when a task was started.
 */
int weft_exec_spawn(struct weft_exec *x, const char *name,
		    void (*fn)(void *arg), void *arg, void *cookie,
		    unsigned int flags)
{
	int id = add_thread(x, name, fn, arg, cookie, flags);

	exec__tell(x, WEFT_OP_SPAWN, NULL, id);
	exec__record_step(x, WEFT_OP_SPAWN, NULL, 0, false, 0, name);
	x->threads[id].starter = x->running;
	switch_to(x, id);
	return id;
}

int weft_exec_self(const struct weft_exec *x)
{
	return x->running;
}

bool weft_exec_is_setup(const struct weft_exec *x)
{
	return x->in_setup;
}

void *weft_exec_cookie(const struct weft_exec *x)
{
	return x->running < 0 ? NULL : x->threads[x->running].cookie;
}

static void begin_execution(struct weft_exec *x)
{
	clear_findings(x);
	weft_schedule_clear(&x->schedule);
	x->region.hot.step = 0;
	x->run_since = 0;
	x->decisions_n = 0;
	x->preemptions = 0;
	x->unmodelled = NULL;
	x->instances_n = 0;
	x->has_told = false;
	weft_evidence_clear(&x->evidence);
	weft_exec_current = x;
}

enum weft_outcome weft_exec_setup(struct weft_exec *x)
{
	begin_execution(x);
	x->in_setup = true;
	x->strategy = NULL;
	add_thread(x, "main", x->config.main, x->config.main_arg, NULL, 0);
	set_running(x, 0);
	weft_co_switch(&x->explorer, &x->threads[0].co);
	if (x->snapshot_taken)
		return WEFT_OUTCOME_COMPLETE;
	/* A program that ends without a snapshot has nothing to explore. */
	return x->outcome == WEFT_OUTCOME_COMPLETE ? WEFT_OUTCOME_LIMIT :
						     x->outcome;
}

static void report_end(struct weft_exec *x)
{
	int i;

	for (i = 0; weft_detectors[i]; i++)
		if (weft_detectors[i]->ended)
			weft_detectors[i]->ended(x, x->outcome);
}

/* Findings of one execution all carry its whole schedule. */
static void stamp_findings(struct weft_exec *x)
{
	size_t i;

	exec__plain_end(x);
	for (i = 0; i < x->findings_n; i++)
		weft_schedule_copy(&x->findings[i].schedule, &x->schedule);
}

void exec__restore(struct weft_exec *x);	/* snapshot.c */

enum weft_outcome weft_exec_run(struct weft_exec *x,
				const struct weft_strategy *strategy,
				void *state, bool record)
{
	assert(x->snapshot_taken);
	exec__restore(x);
	exec__plain_begin(x);
	begin_execution(x);
	x->in_setup = false;
	x->strategy = strategy;
	x->strategy_state = state;
	x->record = record;
	set_running(x, 0);
	set_step_stop(x);
	weft_co_switch(&x->explorer, &x->threads[0].co);
	if (strategy->applied)
		exec__tell_waits(x);
	if (record)
		exec__record_tasks(x);
	report_end(x);
	stamp_findings(x);
	x->running = -1;
	return x->outcome;
}

unsigned int weft_exec_choose(struct weft_exec *x, unsigned int n,
			      const char *what)
{
	struct weft_pending op = { .kind = WEFT_OP_CHOOSE, .what = what };
	unsigned int chosen;

	if (n < 2 || x->in_setup)
		return 0;
	exec__point(x, &op, false);
	chosen = ask_strategy(x, 0, n);
	weft_schedule_add_choice(&x->schedule, chosen);
	exec__record_step(x, WEFT_OP_CHOOSE, NULL, 0, false, 0, what);
	return chosen;
}

const struct weft_decision *weft_exec_decisions(const struct weft_exec *x,
						unsigned int *ret_n)
{
	*ret_n = x->decisions_n;
	return x->decisions;
}

const struct weft_schedule *weft_exec_schedule(const struct weft_exec *x)
{
	return &x->schedule;
}

unsigned long weft_exec_steps(const struct weft_exec *x)
{
	return x->region.hot.step;
}

const char *weft_exec_unmodelled(const struct weft_exec *x)
{
	return x->unmodelled;
}

struct weft_finding *weft_exec_findings(struct weft_exec *x, size_t *ret_n)
{
	*ret_n = x->findings_n;
	return x->findings;
}

void weft_exec_take_evidence(struct weft_exec *x, struct weft_evidence *ret)
{
	*ret = x->evidence;
	memset(&x->evidence, 0, sizeof(x->evidence));
}

struct weft_region *weft_exec_region(struct weft_exec *x)
{
	return &x->region;
}

struct weft_objects *weft_exec_objects(struct weft_exec *x)
{
	return &x->objects;
}

struct weft_lockgraph *weft_exec_lockgraph(struct weft_exec *x)
{
	return x->graph;
}

void weft_exec_set_lockgraph(struct weft_exec *x, struct weft_lockgraph *graph)
{
	x->graph = graph;
}
