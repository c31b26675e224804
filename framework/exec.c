/* SPDX-License-Identifier: GPL-2.0-only */
/* One execution: publish, pick, switch, apply. Contract in exec.h. */
#include <assert.h>
#include <errno.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "exec_internal.h"
#include "probe.h"

struct weft_exec *weft_exec_current;

/* Detectors that want to see every operation. */
static void find_watchers(struct weft_exec *x)
{
	int i;

	for (i = 0; weft_detectors[i]; i++) {
		if (!weft_detectors[i]->applied)
			continue;
		assert(x->watchers_n < EXEC_WATCHERS_MAX);
		x->watchers[x->watchers_n++] = weft_detectors[i];
	}
}

struct weft_exec *weft_exec_create(const struct weft_exec_config *config)
{
	struct weft_exec *x = calloc(1, sizeof(*x));
	int err;

	if (!x)
		return NULL;
	x->config = *config;
	x->running = -1;
	x->spin.most = config->accesses_max ? config->accesses_max : ULONG_MAX;
	find_watchers(x);
	x->plain.wanted = config->data != NULL;
	err = weft_tally_create(&x->tally, config->counting, config->counters,
				config->counters_n);
	if (!err)
		err = weft_region_create(&x->region, config->data,
					 config->data_size);
	if (!err)
		err = weft_objects_create(&x->objects, &x->region);
	if (!err)
		err = exec__memory_create(x);
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
	if (!x)
		return;
	clear_findings(x);
	free(x->marks);
	free(x->kept);
	free(x->findings);
	free(x->decisions);
	free(x->instances);
	weft_schedule_clear(&x->schedule);
	weft_evidence_clear(&x->evidence);
	exec__plain_destroy(x);
	exec__cycle_destroy(x);
	weft_lockdeps_clear(&x->deps);
	exec__memory_destroy(x);
	exec__leak_destroy(x);
	exec__looks_destroy(x);
	exec__history_destroy(x);
	weft_objects_destroy(&x->objects);
	weft_tally_destroy(&x->tally);
	weft_region_destroy(&x->region);
	if (weft_exec_current == x)
		weft_exec_current = NULL;
	free(x);
}

void exec__find_step_stop(struct weft_exec *x)
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
	x->step_point = hot->step_stop;
	if (x->cycle.on)
		hot->step_stop = hot->step;
}

void exec__idle_turn(struct weft_exec *x)
{
	if (x->cycle.on || x->in_setup || ++exec__self(x)->idle_turns < 2)
		return;
	exec__cycle_watch(x);
	exec__set_step_stop(x);
}

void exec__switch_to(struct weft_exec *x, int task)
{
	struct weft_thread *from = exec__self(x);

	exec__flush_run(x);
	exec__leave(x, from);
	exec__set_running(x, task);
	exec__set_step_stop(x);
	weft_co_switch(&from->co, &x->threads[task].co);
}

void exec__finish(struct weft_exec *x, enum weft_outcome outcome)
{
	x->outcome = outcome;
	x->stopped = true;
	weft_co_switch(&exec__self(x)->co, &x->explorer.co);
	abort();	/* an execution that has ended is never resumed */
}

void exec__limit(struct weft_exec *x, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vsnprintf(x->failure, sizeof(x->failure), format, args);
	va_end(args);
	x->unmodelled = x->failure;
	exec__finish(x, WEFT_OUTCOME_LIMIT);
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

void exec__tell_detectors(struct weft_exec *x, enum weft_op_kind kind,
			  const struct weft_object *object, uint32_t class,
			  unsigned char shared)
{
	struct weft_applied applied = {
		.kind = kind, .task = x->running, .step = x->region.hot.step,
		.object = object, .class = class, .shared = shared,
	};
	unsigned int i;

	for (i = 0; i < x->watchers_n; i++)
		x->watchers[i]->applied(x, &applied);
}

static void thread_entry(void *arg)
{
	struct weft_thread *self = arg;
	struct weft_exec *x = weft_exec_current;
	int starter;

	self->fn(self->arg);
	/* Threads of model programs may: some of them deadlock that way. */
	if (!x->in_setup && x->config.data)
		weft_exec_report_held(x, "ends");
	starter = self->starter;
	self->starter = -1;
	self->state = WEFT_THREAD_ENDED;
	x->live &= ~(1u << self->id);
	exec__tasks_changed(x);
	self->has_op = false;
	exec__tell_seen(x);
	exec__tell(x, WEFT_OP_EXIT, NULL, -1);
	exec__applied(x, WEFT_OP_EXIT, NULL, 0, 0);
	exec__record_step(x, WEFT_OP_EXIT, NULL, 0, false, 0, NULL);
	self->stopped = x->marks_n;
	if (starter >= 0)
		exec__switch_to(x, starter);
	else
		exec__to_hub(x, self);
	abort();	/* nobody picks a task that has ended */
}

static int add_thread(struct weft_exec *x, const char *name,
		      void (*fn)(void *arg), void *arg, void *cookie,
		      unsigned int flags)
{
	struct weft_thread *t;
	int id = x->threads_n;

	if (id == WEFT_THREADS_MAX)
		exec__limit(x, "there are more than %d tasks, the limit, with \"%.40s\": let the scenario start fewer (those of the kernel's own services count)",
			    WEFT_THREADS_MAX, name);
	x->threads_n++;
	t = &x->threads[id];
	memset(t, 0, sizeof(*t));
	t->id = id;
	t->flags = flags;
	if (!(flags & WEFT_SPAWN_SERVICE))
		x->live |= 1u << id;
	t->cookie = cookie;
	t->fn = fn;
	t->arg = arg;
	t->starter = -1;
	t->twin = -1;
	memcpy(t->name, name, strnlen(name, sizeof(t->name) - 1));
	weft_co_create(&t->co, thread_entry, t,
		       weft_region_stack(&x->region, id), WEFT_STACK_BYTES);
	exec__tasks_changed(x);
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
	exec__switch_to(x, id);
	return id;
}

int weft_exec_spawn_alike(struct weft_exec *x, const char *name,
			  void (*fn)(void *arg), void *arg, void *alike_fn,
			  long alike_arg)
{
	int id = x->threads_n;
	size_t undo;

	if (!x->config.symmetry || id == WEFT_THREADS_MAX)
		return weft_exec_spawn(x, name, fn, arg, NULL, 0);
	undo = exec__twin_begin(x, id);
	weft_exec_spawn(x, name, fn, arg, NULL, 0);
	x->threads[id].alike.fn = alike_fn;
	x->threads[id].alike.arg = alike_arg;
	exec__twin_started(x, id, undo);
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
	x->data_n = 0;
	x->stopped = false;
	exec__cycle_begin(x);
	weft_evidence_clear(&x->evidence);
	weft_exec_current = x;
}

enum weft_outcome weft_exec_setup(struct weft_exec *x)
{
	begin_execution(x);
	x->in_setup = true;
	x->strategy = NULL;
	exec__find_usual(x);
	x->stops_always = x->config.every_access_shared;
	add_thread(x, "main", x->config.main, x->config.main_arg, NULL, 0);
	exec__hub(x, true);
	if (x->snapshot_taken) {
		weft_objects_mark(&x->objects);
		weft_region_mark(&x->region);
		weft_tally_begin(&x->tally);
		exec__mark(x);
		return WEFT_OUTCOME_COMPLETE;
	}
	exec__fault_describe(x);
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
	exec__name_places(x);
	for (i = 0; i < x->findings_n; i++) {
		/* One from before a mark has had an earlier schedule. */
		weft_schedule_clear(&x->findings[i].schedule);
		weft_schedule_copy(&x->findings[i].schedule, &x->schedule);
	}
}

/* The mark to begin at; the snapshot when nothing can be shared. */
static uint32_t first_mark(const struct weft_exec *x,
			   const struct weft_strategy *strategy, void *state,
			   bool record)
{
	unsigned int shared = strategy->shared && !record ?
			      strategy->shared(state) : WEFT_FROM_SNAPSHOT;

	if (!x->marking || x->strategy_state != state ||
	    shared == WEFT_FROM_SNAPSHOT)
		return 0;
	return exec__mark_before(x, shared);
}

static void begin_at(struct weft_exec *x, uint32_t mark)
{
	exec__return_to(x, mark);
	if (mark) {
		x->has_told = false;
		x->stopped = false;
		x->unmodelled = NULL;
		return;
	}
	begin_execution(x);
	x->in_setup = false;
}

enum weft_outcome weft_exec_run(struct weft_exec *x,
				const struct weft_strategy *strategy,
				void *state, bool record)
{
	uint32_t mark = first_mark(x, strategy, state, record);
	unsigned long step;

	assert(x->snapshot_taken);
	begin_at(x, mark);
	exec__race_start(x);
	if (!mark)
		exec__plain_begin(x);
	x->strategy = strategy;
	x->strategy_state = state;
	x->tells = strategy->applied;
	x->record = record;
	exec__plain_start(x);
	/* Two accesses that meet are steps in a row, whatever their tasks do next. */
	x->stops_always = record || x->race.logs ||
			  x->config.every_access_shared;
	x->marking = strategy->shared && !record;
	assert(!x->marking || !x->race.logs);	/* going back leaves the log */
	x->rest.allowed = x->config.data && !record && !x->config.paranoid;
	x->asked_always = strategy->every_step || strategy->forced ||
			  x->config.symmetry;
	exec__find_usual(x);
	exec__find_bare(x);
	x->spin.spun = false;
	exec__history_begin(x);
	if (x->marking)
		strategy->resume(state, mark ? x->decisions_n :
				 WEFT_FROM_SNAPSHOT);
	step = x->region.hot.step;
	exec__hub(x, !mark);
	x->steps_applied += x->region.hot.step - step;
	if (strategy->applied)
		exec__tell_waits(x);
	if (record)
		exec__record_tasks(x);
	exec__fault_describe(x);
	if (!weft_outcome_is_cut(x->outcome))
		weft_probes_end();
	exec__count_end(x);
	report_end(x);
	exec__race_end(x);
	stamp_findings(x);
	x->running = -1;
	return x->outcome;
}

/* Return: the answer; who asks goes on. */
static unsigned int ask(struct weft_exec *x, unsigned int n)
{
	struct weft_thread *self = exec__self(x);

	x->data_n = n;
	self->stopped = x->marks_n;
	exec__to_hub(x, self);
	return x->data_chosen;
}

unsigned int exec__choose(struct weft_exec *x, unsigned int n, const char *what,
			  const struct weft_fault *fault,
			  unsigned int *ret_answers)
{
	struct weft_pending op = {
		.kind = WEFT_OP_CHOOSE, .what = what, .choices = (uint16_t)n,
		.arg = (void *)fault,
	};
	unsigned int chosen = 0;

	*ret_answers = 1;
	if (x->in_setup)
		return 0;
	exec__point(x, &op, x->config.every_access_shared ||
		    x->strategy->forced);
	/* Others may have had the last faults in the meantime. */
	*ret_answers = exec__answers(x, &op);
	if (*ret_answers > 1)
		chosen = ask(x, *ret_answers);
	exec__tell(x, WEFT_OP_CHOOSE, NULL, -1);
	x->told.choice = (uint16_t)chosen;
	x->told.fault = chosen && fault && !fault->armed;
	if (*ret_answers == 1)
		return chosen;
	weft_schedule_add_choice(&x->schedule, chosen);
	exec__record_step(x, WEFT_OP_CHOOSE, NULL, 0, false, 0, what);
	return chosen;
}

/*
 * What follows from an answer is a step of its own. So the step that chooses has no
 * effect, whatever is chosen, and no order with others: a reduction may put it
 * anywhere, and need not know what its alternatives would have done.
 */
void exec__answered(struct weft_exec *x)
{
	static const struct weft_pending op = { .kind = WEFT_OP_ANSWER };

	if (x->in_setup)
		return;
	exec__point(x, &op, x->strategy->forced);
	exec__tell(x, WEFT_OP_ANSWER, NULL, -1);
}

unsigned int weft_exec_choose(struct weft_exec *x, unsigned int n,
			      const char *what)
{
	unsigned int answers, chosen;

	if (n < 2)
		return 0;
	chosen = exec__choose(x, n, what, NULL, &answers);
	exec__answered(x);
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

unsigned long weft_exec_steps_applied(const struct weft_exec *x)
{
	return x->steps_applied;
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

struct weft_lockdeps *weft_exec_lockdeps(struct weft_exec *x)
{
	return &x->deps;
}

struct weft_lockgraph *weft_exec_lockgraph(struct weft_exec *x)
{
	return x->graph;
}

void weft_exec_set_lockgraph(struct weft_exec *x, struct weft_lockgraph *graph)
{
	x->graph = graph;
	x->plain.shadow.reads_from = graph ? &x->plain.reads_from : NULL;
}

bool weft_exec_follows_reads(const struct weft_exec *x)
{
	return x->plain.wanted;
}

struct weft_reads_from *weft_exec_reads_from(struct weft_exec *x)
{
	return &x->plain.reads_from;
}
