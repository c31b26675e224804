/* SPDX-License-Identifier: GPL-2.0-only */
/* Runs a random program as the explorer sees it; contract in program.h. */
#include <string.h>

#include "framework/exec.h"
#include "scenarios/model.h"
#include "tests/fuzz/program.h"

static const struct fuzz_program *running;
static struct model_cell *cells, *completions[FUZZ_OBJECTS];
static struct model_lock *mutexes, *rwsems[FUZZ_OBJECTS];

/* What a thread knows; on its stack. */
struct frame {
	int	self;
	long	last;
	bool	holds[FUZZ_OBJECTS];
	bool	writes[FUZZ_OBJECTS];		/* rwsems */
	int	reads[FUZZ_OBJECTS];
	int	task_of[FUZZ_THREADS_MAX];	/* 0: not spawned by it */
};

static void run_thread(long self);

static void spawn_next(struct frame *f)
{
	int t;

	for (t = 1; t < running->threads; t++)
		if (running->creator[t] == f->self && !f->task_of[t]) {
			f->task_of[t] = model_spawn("t", run_thread, t);
			return;
		}
}

static void join_one(const struct frame *f, int which)
{
	int i;

	for (i = 0; i < FUZZ_THREADS_MAX; i++, which++)
		if (f->task_of[which % FUZZ_THREADS_MAX]) {
			model_join(f->task_of[which % FUZZ_THREADS_MAX]);
			return;
		}
}

static void up(struct frame *f, int object)
{
	if (f->reads[object]) {
		model_unlock_shared(rwsems[object]);
		f->reads[object]--;
	} else if (f->writes[object]) {
		model_unlock(rwsems[object]);
		f->writes[object] = false;
	}
}

/* A reader reads again only where the generator says so (expected == 2). */
static void on_rwsem(struct frame *f, const struct fuzz_op *op)
{
	struct model_lock *lock = rwsems[op->object];
	int *reads = &f->reads[op->object];
	bool *writes = &f->writes[op->object];
	bool again = *reads && op->kind == FUZZ_DOWN_READ && op->expected == 2;

	if (op->kind == FUZZ_DOWNGRADE && *writes) {
		model_downgrade(lock);
		*writes = false;
		*reads = 1;
	}
	if (op->kind == FUZZ_DOWNGRADE || *writes || (*reads && !again))
		return;
	if (op->kind == FUZZ_DOWN_READ) {
		model_lock_shared(lock);
		++*reads;
	} else if (op->kind == FUZZ_DOWN_WRITE) {
		model_lock(lock);
		*writes = true;
	} else if (op->kind == FUZZ_TRY_READ) {
		f->last = model_trylock_shared(lock);
		*reads += (int)f->last;
	} else {
		f->last = model_trylock(lock);
		*writes = f->last;
	}
}

static void on_mutex(struct frame *f, const struct fuzz_op *op)
{
	struct model_lock *lock = model_mutex_at(mutexes, op->object);
	bool *holds = &f->holds[op->object];

	if (op->kind == FUZZ_LOCK && (!*holds || op->expected == 2)) {
		model_lock(lock);	/* again: waits for itself */
		*holds = true;
	} else if (op->kind == FUZZ_UNLOCK && *holds) {
		model_unlock(lock);
		*holds = false;
	} else if (op->kind == FUZZ_TRYLOCK && !*holds) {
		*holds = model_trylock(lock);
		f->last = *holds;
	} else if (op->kind == FUZZ_LOOK) {
		f->last = model_is_locked(op->expected == 2 ?
					  rwsems[op->object] : lock);
	}
}

static void on_cell(struct frame *f, const struct fuzz_op *op)
{
	struct model_cell *cell = &cells[op->object];

	switch (op->kind) {
	case FUZZ_READ:
		f->last = model_read(cell);
		break;
	case FUZZ_WRITE:
		model_write(cell, op->value);
		break;
	case FUZZ_WRITE_NEXT:
		model_write(cell, (f->last + 1) % 3);
		break;
	case FUZZ_FETCH_ADD:
		f->last = model_fetch_add(cell, op->value);
		break;
	case FUZZ_CAS:
		f->last = model_cmpxchg(cell, op->expected, op->value);
		break;
	case FUZZ_ADD:
		model_add(cell, op->value);
		break;
	case FUZZ_FREE:
		model_free(cell);
		break;
	case FUZZ_AWAIT:
		model_await(cell, op->value);
		break;
	case FUZZ_AWAIT_NOT:
		model_await_not(cell, op->value);
		break;
	case FUZZ_SPIN:
		model_spin_until(cell, op->value);
		break;
	default:
		break;
	}
}

/* As with a kernel image, a step may have effects behind its choice. */
static void on_fault(struct frame *f, const struct fuzz_op *op)
{
	const struct weft_fault fault = {
		.what = "an operation", .armed = op->value == 2,
	};

	f->last = weft_exec_inject(weft_exec_current, &fault);
	if (f->last && op->expected == 2)
		weft_exec_state(weft_exec_current, WEFT_STATE_WRITE,
				&cells[op->object].value);
}

static void run_op(struct frame *f, const struct fuzz_op *op)
{
	switch (op->kind) {
	case FUZZ_LOCK:
	case FUZZ_UNLOCK:
	case FUZZ_TRYLOCK:
	case FUZZ_LOOK:
		on_mutex(f, op);
		break;
	case FUZZ_UP:
		up(f, op->object);
		break;
	case FUZZ_DOWN_READ:
	case FUZZ_DOWN_WRITE:
	case FUZZ_TRY_READ:
	case FUZZ_TRY_WRITE:
	case FUZZ_DOWNGRADE:
		on_rwsem(f, op);
		break;
	case FUZZ_CHOOSE:
		f->last = model_choose(2 + op->value % 2, "a value");
		break;
	case FUZZ_FAULT:
		on_fault(f, op);
		break;
	case FUZZ_COMPLETE:
		model_complete(completions[op->object]);
		break;
	case FUZZ_WAIT:
		model_wait(completions[op->object]);
		break;
	case FUZZ_SPAWN:
		spawn_next(f);
		break;
	case FUZZ_JOIN:
		join_one(f, op->value);
		break;
	case FUZZ_JOIN_ALL:
		if (!f->self)
			model_join_all();
		break;
	case FUZZ_ASSUME:
		model_assume(f->last != op->value);
		break;
	default:
		on_cell(f, op);
	}
}

static void run_ops(struct frame *f)
{
	int i;

	for (i = 0; i < running->ops_n[f->self]; i++) {
		const struct fuzz_op *op = &running->ops[f->self][i];

		if (op->guard < 0 || op->guard == f->last)
			run_op(f, op);
	}
}

static void run_thread(long self)
{
	struct frame f = { .self = (int)self };

	run_ops(&f);
}

static void idle(long self)
{
	(void)self;
}

void fuzz_program_run(void *arg)
{
	struct frame f = { 0 };
	int t;

	running = arg;
	cells = model_cells("x", FUZZ_OBJECTS, 0);
	mutexes = model_mutexes("m", FUZZ_OBJECTS);
	for (t = 0; t < FUZZ_OBJECTS; t++) {
		rwsems[t] = model_rwsem("s");
		completions[t] = model_completion("c");
	}
	for (t = 0; t < running->idle; t++)
		model_spawn("idle", idle, t);
	for (t = 1; t < running->threads; t++)
		if (running->creator[t] == FUZZ_AT_ONCE)
			f.task_of[t] = model_spawn("t", run_thread, t);
	run_ops(&f);
}

/* The object of a lock is its first word. */
const char *fuzz_object_name(uint64_t object, char *to, size_t size)
{
	const struct weft_region *region = weft_exec_region(weft_exec_current);
	int i;

	for (i = 0; i < FUZZ_OBJECTS; i++) {
		if (weft_region_offset(region, &cells[i].value) == object)
			snprintf(to, size, "x[%d]", i);
		else if (weft_region_offset(region, model_mutex_at(mutexes, i))
			 == object)
			snprintf(to, size, "m[%d]", i);
		else if (weft_region_offset(region, rwsems[i]) == object)
			snprintf(to, size, "s[%d]", i);
		else if (weft_region_offset(region, &completions[i]->value) ==
			 object)
			snprintf(to, size, "c[%d]", i);
		else
			continue;
		return to;
	}
	return "";
}
