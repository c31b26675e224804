/* SPDX-License-Identifier: GPL-2.0-only */
/* Evidence of an execution: stacks, recorded steps, states of tasks. */
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "exec_internal.h"

#define PLACE_MAX 300	/* bytes of a name from config.place */

static char *copy_text(const char *text)
{
	char *copy = text ? strdup(text) : NULL;

	assert(!text || copy);
	return copy;
}

/* @shift: from an address of the stack to where its bytes are */
static inline void walk(const struct weft_co *co, uintptr_t fp,
			uintptr_t shift, struct weft_stack *ret)
{
	uintptr_t low = (uintptr_t)co->stack;
	uintptr_t room = co->size - 2 * sizeof(uintptr_t);
	unsigned int n;

	for (n = ret->n; n < WEFT_STACK_MAX; n++) {
		const uintptr_t *frame = (const uintptr_t *)(fp + shift);

		if (fp - low > room || fp & 7 || !frame[1] || frame[0] <= fp)
			break;
		ret->pc[n] = frame[1];
		fp = frame[0];
	}
	ret->n = n;
}

void exec__walk(const struct weft_exec *x, uintptr_t fp,
		struct weft_stack *ret)
{
	walk(&x->threads[x->running].co, fp, 0, ret);
}

void weft_exec_stack(const struct weft_exec *x, struct weft_stack *ret)
{
	ret->n = 0;
	if (x->running >= 0)
		exec__walk(x, (uintptr_t)__builtin_frame_address(0), ret);
}

unsigned int exec__instance(struct weft_exec *x, uint32_t class,
			    const void *addr)
{
	const char *name = x->objects.classes[class].name;
	struct exec_instance *instance;
	unsigned int same = 0;
	size_t i;

	for (i = 0; i < x->instances_n; i++) {
		instance = &x->instances[i];
		if (instance->class != class &&
		    strcmp(x->objects.classes[instance->class].name, name))
			continue;
		if (instance->addr == addr)
			return instance->number;
		same++;
	}
	if (x->instances_n == x->instances_max) {
		x->instances_max = x->instances_max ? 2 * x->instances_max : 64;
		x->instances = realloc(x->instances, x->instances_max *
				       sizeof(*x->instances));
		assert(x->instances && "out of memory for evidence");
	}
	instance = &x->instances[x->instances_n++];
	instance->class = class;
	instance->addr = addr;
	instance->number = same + 1;
	return instance->number;
}

_Static_assert(WEFT_MEMORY_SITES == WEFT_SITE_MAX, "sites are copied whole");

void exec__locate(const struct weft_exec *x, const void *addr,
		  struct weft_memory *ret)
{
	const struct weft_allocation *record;

	ret->place = weft_region_locate(&x->region, (uintptr_t)addr, &ret->task,
					&ret->offset, &ret->size);
	record = ret->place == WEFT_PLACE_HEAP ?
		 weft_region_around(&x->region, (uintptr_t)addr) : NULL;
	if (!record)
		return;
	ret->what = record->what;
	memcpy(ret->site, record->site, sizeof(ret->site));
}

void exec__record_new_step(struct weft_exec *x, enum weft_op_kind kind,
			   const void *addr, uint32_t class, bool has_class,
			   unsigned char shared, const char *text)
{
	struct weft_evidence *e = &x->evidence;
	struct weft_step *step;

	if (e->steps_n == e->steps_max) {
		e->steps_max = e->steps_max ? 2 * e->steps_max : 256;
		e->steps = realloc(e->steps, e->steps_max * sizeof(*e->steps));
		assert(e->steps && "out of memory for evidence");
	}
	step = &e->steps[e->steps_n++];
	memset(step, 0, sizeof(*step));
	step->step = x->region.hot.step;
	step->task = x->running;
	step->kind = kind;
	step->shared = shared;
	step->object = weft_region_offset(&x->region, addr);
	step->text = copy_text(text);
	if (step->object != UINT64_MAX)
		exec__locate(x, addr, &step->memory);
	if (has_class) {
		step->lock = copy_text(x->objects.classes[class].name);
		step->instance = exec__instance(x, class, addr);
	}
	weft_exec_stack(x, &step->stack);
	if (x->watch)
		x->watch(x->watch_arg, step);
}

void weft_exec_watch(struct weft_exec *x,
		     void (*watch)(void *arg, const struct weft_step *step),
		     void *arg)
{
	x->watch = watch;
	x->watch_arg = arg;
}

void exec__walk_suspended(const struct weft_co *co, const char *used,
			  struct weft_stack *ret)
{
	size_t len;
	uintptr_t fp = 0, low = (uintptr_t)weft_co_used(co, &len);

	ret->n = 0;
#if defined(__x86_64__) && !defined(WEFT_CO_UCONTEXT)
	fp = ((const uintptr_t *)(const void *)used)[6];
#elif defined(__aarch64__) && !defined(WEFT_CO_UCONTEXT)
	fp = ((const uintptr_t *)(const void *)used)[10];
#elif defined(__x86_64__)
	fp = (uintptr_t)co->context.uc_mcontext.gregs[10];	/* RBP */
#elif defined(__aarch64__)
	fp = (uintptr_t)co->context.uc_mcontext.regs[29];
#endif
	if (fp >= low)
		walk(co, fp, (uintptr_t)used - low, ret);
}

void exec__held_stack(const struct weft_exec *x, int task,
		      const struct weft_held *held, struct weft_stack *ret)
{
	if (held->kept)
		exec__kept_stack(x, task, held->kept, ret);
	else
		*ret = held->stack;
}

static int holder_of(const struct weft_exec *x,
		     const struct weft_object *object, int not_task)
{
	uint32_t holders = weft_exec_holders(x, object) & ~(1u << not_task);

	if (object->writer == not_task)
		return not_task;
	return holders ? __builtin_ctz(holders) : -1;
}

static void record_wait(struct weft_exec *x, int task,
			struct weft_task_state *state)
{
	const struct weft_pending *op = x->threads[task].op;
	const struct weft_co *co = &x->threads[task].co;
	const struct weft_object *object = NULL;
	uint32_t line;
	size_t len;

	state->runnable = exec__op_enabled(x, task);
	state->blocked = !state->runnable;
	state->next = op->kind;
	state->wait_holder = -1;
	exec__walk_suspended(co, weft_co_used(co, &len), &state->wait_stack);
	if (op->kind == WEFT_OP_LOCK || op->kind == WEFT_OP_LOCK_SHARED)
		object = weft_object_find(&x->objects, op->addr);
	if (!object) {
		state->wait_text = copy_text(op->what ? op->what :
					     weft_op_name(op->kind));
		return;
	}
	state->wait_lock = copy_text(x->objects.classes[object->class].name);
	state->wait_instance = exec__instance(x, object->class, op->addr);
	state->wait_shared = op->mode;
	line = weft_is_behind_writer(object, op->kind) ?
	       object->queued & ~(1u << task) : 0;
	state->wait_behind = state->blocked && line;
	state->wait_holder = state->wait_behind ? __builtin_ctz(line) :
			     holder_of(x, object, task);
}

static bool is_annotation(const struct weft_exec *x, uint32_t class)
{
	return x->objects.classes[class].kind == WEFT_LOCK_ANNOTATION;
}

/*
 * Does @task have it since before @held, the newest of its own task, so that both cannot
 * be? What has the same step is of its own, and older, or nobody knows.
 */
static bool has_before(const struct weft_exec *x, int task,
		       const struct weft_held *held, bool own)
{
	unsigned int i;

	for (i = 0; i < x->threads[task].held_n; i++) {
		const struct weft_held *other = &x->held[task][i];

		if (other != held && other->addr == held->addr &&
		    (own || other->step < held->step) &&
		    !(other->shared & held->shared & 1))
			return true;
	}
	return false;
}

/* Who has it since before @held; -1: nobody. Who has it itself waits for ever. */
static int holder_before(const struct weft_exec *x, int task,
			 const struct weft_held *held)
{
	int i;

	if (has_before(x, task, held, true))
		return task;
	for (i = 0; i < x->threads_n; i++)
		if (i != task && has_before(x, i, held, false))
			return i;
	return -1;
}

/*
 * Code that makes a lock of a wait queue (the active references of kernfs) tells lockdep
 * before the wait that it acquires it. Who sleeps then, and it was the last it acquired,
 * while somebody has had it all the time, does not hold it: it waits for it.
 */
static void record_announced(struct weft_exec *x, int task,
			     struct weft_task_state *state)
{
	const struct weft_pending *op = x->threads[task].op;
	const struct weft_held *held;
	struct weft_held_lock *last;
	int holder;

	if (op->kind != WEFT_OP_AWAIT ||
	    op->wait != WEFT_WAIT_SCHEDULE || !state->held_n)
		return;
	held = &x->held[task][state->held_n - 1];
	if (!is_annotation(x, held->class) || held->shared & 2)
		return;
	holder = holder_before(x, task, held);
	if (holder < 0)
		return;
	last = &state->held[--state->held_n];
	state->wait_lock = last->lock;
	state->wait_instance = last->instance;
	state->wait_shared = last->shared;
	state->wait_since = last->step;
	state->wait_holder = holder;
}

/* Copies of the locks that a task holds, to be freed with their names. */
struct weft_held_lock *exec__held_locks(struct weft_exec *x, int task,
					size_t *ret_n)
{
	const struct weft_thread *t = &x->threads[task];
	struct weft_held_lock *held = calloc(t->held_n + 1, sizeof(*held));
	unsigned int i;

	assert(held && "out of memory for evidence");
	for (i = 0; i < t->held_n; i++) {
		const struct weft_held *from = &x->held[task][i];

		held[i].lock = copy_text(x->objects.classes[from->class].name);
		held[i].instance = exec__instance(x, from->class, from->addr);
		held[i].shared = from->shared & 1;
		held[i].step = from->step;
		exec__held_stack(x, task, from, &held[i].stack);
	}
	*ret_n = t->held_n;
	return held;
}

static void record_task(struct weft_exec *x, int task,
			struct weft_task_state *state)
{
	const struct weft_thread *t = &x->threads[task];

	state->id = task;
	state->name = copy_text(t->name);
	state->service = t->flags & WEFT_SPAWN_SERVICE;
	state->ended = t->state == WEFT_THREAD_ENDED;
	state->wait_holder = -1;
	state->held = exec__held_locks(x, task, &state->held_n);
	if (!state->ended && t->has_op)
		record_wait(x, task, state);
	if (state->blocked)
		record_announced(x, task, state);
}

void weft_exec_describe(struct weft_exec *x, struct weft_evidence *ret)
{
	int i;

	ret->tasks = calloc((size_t)x->threads_n + 1, sizeof(*ret->tasks));
	assert(ret->tasks && "out of memory for evidence");
	for (i = 0; i < x->threads_n; i++)
		record_task(x, i, &ret->tasks[ret->tasks_n++]);
}

void exec__record_tasks(struct weft_exec *x)
{
	weft_exec_describe(x, &x->evidence);
	weft_evidence_number_words(&x->evidence);
}

bool weft_exec_is_recording(const struct weft_exec *x)
{
	return x->record && !x->in_setup;
}

int weft_exec_tasks(const struct weft_exec *x)
{
	return x->threads_n;
}

struct weft_task_view weft_exec_task(const struct weft_exec *x, int task)
{
	const struct weft_thread *t = &x->threads[task];
	struct weft_task_view view = {
		.name = t->name,
		.service = t->flags & WEFT_SPAWN_SERVICE,
		.ended = t->state == WEFT_THREAD_ENDED,
		.has_op = t->has_op,
	};

	if (!t->has_op)
		return view;
	view.kind = t->op->kind;
	view.wait = t->op->wait;
	view.what = t->op->what;
	view.wait_addr = t->op->addr;
	if (t->op->kind == WEFT_OP_LOCK || t->op->kind == WEFT_OP_LOCK_SHARED) {
		view.object = weft_object_find((struct weft_objects *)
					       &x->objects, t->op->addr);
		if (view.object)
			view.class = view.object->class;
	}
	return view;
}

uint32_t weft_exec_holders(const struct weft_exec *x,
			   const struct weft_object *object)
{
	uint32_t holders = 0;
	unsigned int j;
	int i;

	for (i = 0; i < x->threads_n; i++)
		for (j = 0; j < x->threads[i].held_n; j++)
			if (x->held[i][j].addr == object->addr)
				holders |= 1u << i;
	if (object->writer >= 0)
		holders |= 1u << object->writer;
	return holders;
}

const char *weft_exec_class_name(const struct weft_exec *x, uint32_t class)
{
	return x->objects.classes[class].name;
}

size_t weft_exec_lock_name_n(const struct weft_exec *x, uint32_t class)
{
	return weft_class_lock_n(&x->objects.classes[class]);
}

static struct weft_finding *new_finding(struct weft_exec *x)
{
	if (x->findings_n == x->findings_max) {
		x->findings_max = x->findings_max ? 2 * x->findings_max : 4;
		x->findings = realloc(x->findings, x->findings_max *
				      sizeof(*x->findings));
		assert(x->findings && "out of memory for findings");
	}
	memset(&x->findings[x->findings_n], 0, sizeof(*x->findings));
	return &x->findings[x->findings_n++];
}

static bool same_stack(const struct weft_stack *a, const struct weft_stack *b)
{
	return a->n == b->n && !memcmp(a->pc, b->pc, a->n * sizeof(*a->pc));
}

/* Of findings whose place counts: one without the place has its own. */
static bool is_reported(const struct weft_exec *x,
			const struct weft_defect *defect,
			const struct weft_stack *stack)
{
	size_t i, n = strlen(defect->sort);

	for (i = 0; i < x->findings_n; i++) {
		const struct weft_finding *f = &x->findings[i];

		if (defect->origin && !same_stack(&f->origin, defect->origin))
			continue;
		if (!defect->placed && !f->sort_n &&
		    !strcmp(f->signature, defect->sort))
			return true;
		if (defect->placed && f->sort_n == n &&
		    !memcmp(f->signature, defect->sort, n) &&
		    same_stack(&f->stack, stack))
			return true;
	}
	return false;
}

static void set_lists(struct weft_exec *x, struct weft_finding *f,
		      const struct weft_defect *defect)
{
	unsigned int i;

	f->locks = calloc(defect->classes_n + 1, sizeof(*f->locks));
	f->tasks = calloc(defect->tasks_n + 1, sizeof(*f->tasks));
	assert(f->locks && f->tasks);
	for (i = 0; i < defect->classes_n; i++)
		f->locks[f->locks_n++] =
			copy_text(x->objects.classes[defect->classes[i]].name);
	for (i = 0; i < defect->tasks_n; i++)
		f->tasks[f->tasks_n++] = defect->tasks[i];
}

struct weft_finding *weft_report_defect(struct weft_exec *x,
					const struct weft_defect *defect)
{
	struct weft_stack stack;
	struct weft_finding *f;

	if (defect->stack)
		stack = *defect->stack;
	else
		weft_exec_stack(x, &stack);
	if (is_reported(x, defect, &stack))
		return NULL;
	f = new_finding(x);
	strncpy(f->kind, defect->kind, sizeof(f->kind) - 1);
	f->summary = copy_text(defect->summary);
	f->signature = copy_text(defect->sort);
	f->sort_n = defect->placed ? strlen(defect->sort) : 0;
	f->tell_place = defect->tell_place;
	if (defect->origin)
		f->origin = *defect->origin;
	set_lists(x, f, defect);
	f->task = x->running;
	f->preemptions = x->preemptions;
	f->steps = x->region.hot.step;
	f->stack = stack;
	if (defect->object &&
	    weft_region_offset(&x->region, defect->object) != UINT64_MAX) {
		f->has_object = true;
		exec__locate(x, defect->object, &f->object);
	}
	if (x->watch && weft_exec_is_recording(x))
		x->watch(x->watch_arg, NULL);
	return f;
}

struct weft_finding *weft_report(struct weft_exec *x, const char *kind,
				 const char *summary, const char *signature,
				 const uint32_t *classes,
				 unsigned int classes_n, const int *tasks,
				 unsigned int tasks_n)
{
	const struct weft_defect defect = {
		.kind = kind, .summary = summary, .sort = signature,
		.classes = classes, .classes_n = classes_n,
		.tasks = tasks, .tasks_n = tasks_n,
	};

	return weft_report_defect(x, &defect);
}

static void add_place(char **text, const char *before, const char *place)
{
	size_t size = strlen(*text) + strlen(before) + strlen(place) + 1;
	char *longer = malloc(size);

	assert(longer && "out of memory for findings");
	snprintf(longer, size, "%s%s%s", *text, before, place);
	free(*text);
	*text = longer;
}

static bool name_place(const struct weft_exec *x, const struct weft_stack *stack,
		       char ret[PLACE_MAX])
{
	return x->config.place &&
	       x->config.place(x->config.place_arg, stack, ret, PLACE_MAX);
}

void exec__name_places(struct weft_exec *x)
{
	char place[PLACE_MAX];
	size_t i;

	for (i = 0; i < x->findings_n; i++) {
		struct weft_finding *f = &x->findings[i];
		struct weft_stack caller = { .n = 1 };
		unsigned int j;

		if ((!f->sort_n && !f->origin.n) || f->named)
			continue;
		f->named = true;
		if (f->sort_n && name_place(x, &f->stack, place)) {
			add_place(&f->signature, " in ", place);
			if (f->tell_place)
				add_place(&f->summary, " in ", place);
		}
		for (j = 0; j < f->origin.n; j++) {
			caller.pc[0] = f->origin.pc[j];
			if (name_place(x, &caller, place))
				add_place(&f->signature, j ? " < " : " from ",
					  place);
		}
	}
}
