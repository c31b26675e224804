/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Marks: states of an execution to return to, without executing again what led
 * there. The snapshot is the first one; each decision adds one.
 *
 * Memory comes back through the undo log (region.h), locks through theirs
 * (object.h), tasks by copying what little they need: their struct, the locks
 * they hold and the used part of their stack.
 *
 *  I1  Marks form a stack; returning to one drops all later ones.
 *  I2  Going back costs what was changed since, not what exists. A mark costs the
 *      copy of the one task that goes on from there.
 *  I3  A task is kept before it is resumed for the first time since a mark, unless
 *      it was kept since it stopped.
 *      So what a task was at a mark is in the first copy made at or behind
 *      the mark, if it had stopped by then; else in the last copy before it.
 *      Other tasks may write to the stack of a suspended one (a timer on the
 *      stack): a copy is of use only while nothing was logged since it was
 *      made, and what was logged between the mark and the copy is undone in it.
 *      What a task took its locks for shows in such copies as well: as long as it
 *      holds one, the copy from before it took it is there.
 *  I4  The copies take bounded memory: behind the limit there are no more marks,
 *      and executions repeat a longer part of the one before.
 *  I5  Not every decision has a mark: one costs as much as several operations, and
 *      the first write behind it to each granule, counter, lock and cell of a
 *      shadow is logged again. Of a kernel image only every MARK_SPACING-th
 *      has one. Model programs have few steps, and less to log: all have one, but
 *      for those before a release where a reduction decides. It puts others before a
 *      release only where they try the lock or stand in line for it, and then a step
 *      more is executed again. Nor has one what the strategy says that it passes
 *      (weft_view.ret_passes): if it comes back all the same, some steps more are.
 */
#include <assert.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "exec_internal.h"

#define KEPT_MAX	((size_t)256 << 20)	/* bytes, I4; unless told otherwise */
#define MARK_SPACING	8u	/* decisions, I5 */

static struct exec_kept *kept_at(const struct weft_exec *x, size_t plus_one)
{
	return (struct exec_kept *)(void *)(x->kept + plus_one - 1);
}

static size_t held_size(const struct weft_held *held)
{
	return offsetof(struct weft_held, stack.pc) +
	       held->stack.n * sizeof(held->stack.pc[0]);
}

static void __attribute__((noinline)) grow_kept(struct weft_exec *x, size_t size)
{
	while (x->kept_max - x->kept_n < size)
		x->kept_max = x->kept_max ? 2 * x->kept_max : 1u << 16;
	x->kept = realloc(x->kept, x->kept_max);
	assert(x->kept && "out of memory for states to return to");
}

static char *reserve(struct weft_exec *x, size_t size)
{
	if (x->kept_max - x->kept_n < size)
		grow_kept(x, size);
	return x->kept + x->kept_n;
}

/* Nothing of it has changed since it was kept last. */
static bool is_kept(const struct weft_exec *x, int task)
{
	const struct exec_kept *kept;

	if (!x->last_kept[task])
		return false;
	kept = kept_at(x, x->last_kept[task]);
	return kept->resumed == x->threads[task].resumed &&
	       kept->undo == x->region.hot.undo_n;
}

static size_t round_up(size_t size)
{
	return (size + 15) & ~(size_t)15;
}

static char *copy_held(const struct weft_held *held, unsigned int n, char *to)
{
	for (; n--; held++) {
		memcpy(to, held, held_size(held));
		to += held_size(held);
	}
	return to;
}

/* Return: the bytes the copy takes. */
static size_t copy_task(struct weft_exec *x, int task)
{
	const struct weft_thread *t = &x->threads[task];
	size_t stack_bytes;
	const char *stack = weft_co_used(&t->co, &stack_bytes);
	char *begin = reserve(x, sizeof(struct exec_kept) + stack_bytes + 16 +
			      t->held_n * sizeof(struct weft_held));
	struct exec_kept *kept = (struct exec_kept *)(void *)begin;
	char *at = begin + sizeof(*kept);

	kept->before = x->last_kept[task];
	kept->resumed = t->resumed;
	kept->undo = x->region.hot.undo_n;
	kept->stack_bytes = stack_bytes;
	kept->since = t->has_op ? t->since : ULONG_MAX;
	kept->stopped = t->stopped;
	memcpy(kept->thread, t, sizeof(kept->thread));
	if (t->held_n)
		at = copy_held(x->held[task], t->held_n, at);
	kept->held_bytes = (uint32_t)(at - (char *)(kept + 1));
	memcpy(at, stack, stack_bytes);
	x->last_kept[task] = x->kept_n + 1;
	return round_up((size_t)(at - begin) + stack_bytes);
}

void exec__keep(struct weft_exec *x, int task)
{
	struct exec_mark *mark = &x->marks[x->marks_n - 1];
	size_t size;

	if (is_kept(x, task))
		return;
	size = copy_task(x, task);
	mark->copied |= 1u << task;
	/* What it was when the latest mark was made belongs to that mark. */
	if (mark->kept == x->kept_n &&
	    x->threads[task].stopped < x->marks_n &&
	    x->region.hot.undo_n == mark->undo_since)
		mark->kept += size;
	x->kept_n += size;
}

size_t exec__kept_at_op(const struct weft_exec *x)
{
	const struct weft_thread *self = &x->threads[x->running];
	size_t at = x->last_kept[x->running];

	return at && kept_at(x, at)->since == self->since ? at : 0;
}

void exec__kept_stack(const struct weft_exec *x, int task, size_t plus_one,
		      struct weft_stack *ret)
{
	const struct exec_kept *kept = kept_at(x, plus_one);
	struct weft_thread then = x->threads[task];

	memcpy(&then, kept->thread, sizeof(kept->thread));
	exec__walk_suspended(&then.co, (const char *)(kept + 1) +
			     kept->held_bytes, ret);
}

/* What others wrote to the stack between the mark and the copy. */
static void undo_others(struct weft_exec *x, int task,
			const struct exec_kept *kept, size_t from)
{
	const struct weft_undo_entry *undo = x->region.hot.undo;
	uintptr_t stack = (uintptr_t)x->threads[task].co.sp;
	size_t i;

	for (i = kept->undo; i-- > from; )
		if (undo[i].addr - stack < kept->stack_bytes)
			*(unsigned long *)undo[i].addr = undo[i].old;
}

static void restore_from(struct weft_exec *x, int task,
			 const struct exec_kept *kept)
{
	struct weft_thread *t = &x->threads[task];
	const char *at = (const char *)(kept + 1);
	size_t stack_bytes;
	unsigned int i;
	char *stack;

	memcpy(t, kept->thread, sizeof(kept->thread));
	for (i = 0; i < t->held_n; i++) {
		struct weft_held *held = &x->held[task][i];
		size_t fixed = offsetof(struct weft_held, stack.pc);

		memcpy(held, at, fixed);
		memcpy(held->stack.pc, at + fixed, held_size(held) - fixed);
		at += held_size(held);
	}
	stack = weft_co_used(&t->co, &stack_bytes);
	assert(stack_bytes == kept->stack_bytes);
	memcpy(stack, at, stack_bytes);
}

/* I3; drops the copies made behind the mark. */
static void restore_task(struct weft_exec *x, int task, uint32_t mark, bool ran)
{
	size_t boundary = x->marks[mark].kept;
	const struct exec_kept *first = NULL;
	size_t at = x->last_kept[task];

	while (at && at - 1 >= boundary) {
		first = kept_at(x, at);
		at = first->before;
	}
	x->last_kept[task] = at;
	if (!ran || task >= x->marks[mark].threads_n)
		return;
	if (!first || first->stopped > mark)
		first = kept_at(x, at);
	restore_from(x, task, first);
	undo_others(x, task, first, x->marks[mark].undo);
	if (x->threads[task].has_op)
		exec__published(x, task, x->threads[task].op);
}

static uint64_t hash_state(const struct weft_exec *x)
{
	uint64_t hash = weft_region_hash(&x->region);
	size_t n;
	int i;

	for (n = 0; n < x->tally.n; n++)
		hash = (hash ^ x->tally.counters[n]) * 0x100000001b3ull;
	for (i = 0; i < x->threads_n; i++) {
		size_t len;
		const char *at;

		if (x->threads[i].state == WEFT_THREAD_ENDED)
			continue;
		for (at = weft_co_used(&x->threads[i].co, &len); len--; at++)
			hash = (hash ^ (unsigned char)*at) * 0x100000001b3ull;
	}
	for (i = 0; i < (int)x->objects.n; i++)
		hash = (hash ^ ((uint64_t)(uint16_t)x->objects.objects[i].writer
				<< 32) ^ x->objects.objects[i].readers ^
			((uint64_t)x->objects.objects[i].queued << 16)) *
		       0x100000001b3ull;
	return hash;
}

/* Half of what is allowed, as what is allocated doubles. */
static size_t kept_limit(const struct weft_exec *x)
{
	size_t max = x->config.memory_max;

	return max && max / 2 < KEPT_MAX ? max / 2 : KEPT_MAX;
}

static void __attribute__((noinline)) grow_marks(struct weft_exec *x)
{
	x->kept_limit = kept_limit(x);
	x->marks_max = x->marks_max ? 2 * x->marks_max : 256;
	x->marks = realloc(x->marks, x->marks_max * sizeof(*x->marks));
	assert(x->marks && "out of memory for states to return to");
}

static void log_unhooked(struct weft_exec *x)
{
	unsigned int i;

	for (i = 0; i < x->unhooked_n; i++)
		weft_region_save(&x->region, x->unhooked[i].addr,
				 x->unhooked[i].len);
}

void exec__mark(struct weft_exec *x)
{
	const struct weft_schedule *s = &x->schedule;
	struct exec_mark *mark;

	if (x->marks_n && x->kept_n + x->marks_n * sizeof(*x->marks) >
	    x->kept_limit)
		return;
	if (x->marks_n == x->marks_max)
		grow_marks(x);
	mark = &x->marks[x->marks_n++];
	mark->undo = weft_region_checkpoint(&x->region);
	mark->objects = weft_objects_checkpoint(&x->objects);
	mark->shadow = weft_shadow_mark(&x->plain.shadow);
	mark->counted = weft_tally_mark(&x->tally);
	mark->ended = 0;
	mark->race = weft_shadow_mark(&x->race.shadow);
	mark->kept = x->kept_n;
	mark->resumed = 0;
	mark->copied = 0;
	mark->published = x->tasks;
	mark->live = x->live;
	mark->decision = x->decisions_n;
	mark->preemptions = x->preemptions;
	mark->data_n = x->data_n;
	mark->running = x->running;
	mark->joining = x->joining;
	mark->threads_n = x->threads_n;
	mark->step = x->region.hot.step;
	mark->run_since = x->run_since;
	mark->runs_n = s->runs_n;
	mark->run_steps = s->runs_n ? s->runs[s->runs_n - 1].steps : 0;
	mark->choices_n = s->choices_n;
	mark->findings_n = x->findings_n;
	log_unhooked(x);
	mark->undo_since = x->region.hot.undo_n;
	if (x->config.paranoid)
		mark->hash = hash_state(x);
}

static bool is_release(enum weft_op_kind kind)
{
	return kind == WEFT_OP_UNLOCK || kind == WEFT_OP_UNLOCK_SHARED;
}

void exec__mark_decision(struct weft_exec *x, enum weft_op_kind next)
{
	const struct exec_mark *last = &x->marks[x->marks_n - 1];
	unsigned int spacing = x->config.data ? MARK_SPACING : 1;

	if (!x->config.data && x->strategy->unbounded && is_release(next))
		return;
	/* The execution may just have returned to the last one. */
	if (x->marks_n > 1 && x->decisions_n - last->decision < spacing)
		return;
	exec__mark(x);
	if (x->rest.tasks)
		exec__rest_check(x);
}

void weft_exec_unhooked(struct weft_exec *x, void *addr, size_t len)
{
	assert(x->in_setup && x->unhooked_n < 8);
	x->unhooked[x->unhooked_n].addr = addr;
	x->unhooked[x->unhooked_n++].len = len;
}

uint32_t exec__mark_before(const struct weft_exec *x, unsigned int decision)
{
	uint32_t low = 0, high = x->marks_n;

	while (high - low > 1) {
		uint32_t middle = (low + high) / 2;

		if (x->marks[middle].decision <= decision)
			low = middle;
		else
			high = middle;
	}
	return low;
}

static void forget_findings(struct weft_exec *x, size_t n)
{
	while (x->findings_n > n)
		weft_finding_clear(&x->findings[--x->findings_n]);
}

void exec__count_end(struct weft_exec *x)
{
	if (x->outcome == WEFT_OUTCOME_COMPLETE ||
	    x->outcome == WEFT_OUTCOME_BLOCKED)
		x->marks[x->marks_n - 1].ended++;
}

/* Who ended behind a mark went through all before it. */
static void return_tally(struct weft_exec *x, uint32_t number)
{
	uint64_t ended = 0;
	uint32_t i;

	if (!x->tally.shared)
		return;
	for (i = x->marks_n; i-- > number; ) {
		ended += x->marks[i].ended;
		weft_tally_undo(&x->tally, x->marks[i].counted, ended);
	}
	x->marks[number].ended = 0;
	if (number)
		x->marks[number - 1].ended += ended;
}

void exec__return_to(struct weft_exec *x, uint32_t number)
{
	struct exec_mark *mark = &x->marks[number];
	struct weft_schedule *s = &x->schedule;
	uint32_t ran = 0, copied = 0, i;

	for (i = number; i < x->marks_n; i++) {
		ran |= x->marks[i].resumed;
		copied |= x->marks[i].copied;
	}
	exec__want_none(x);
	weft_region_return(&x->region, mark->undo);
	weft_objects_return(&x->objects, mark->objects);
	return_tally(x, number);
	if (number)
		weft_shadow_rollback(&x->plain.shadow, mark->shadow);
	if (number)
		weft_shadow_rollback(&x->race.shadow, mark->race);
	x->running = mark->running;
	for (copied |= ran; copied; copied &= copied - 1)
		restore_task(x, __builtin_ctz(copied), number,
			     ran >> __builtin_ctz(copied) & 1);
	x->kept_n = mark->kept;
	x->marks_n = number + 1;
	mark->resumed = 0;
	x->threads_n = mark->threads_n;
	x->tasks = mark->published;
	exec__want_again(x);
	x->live = mark->live;
	x->decisions_n = mark->decision;
	x->preemptions = mark->preemptions;
	x->data_n = mark->data_n;
	x->joining = mark->joining;
	x->region.hot.step = mark->step;
	x->run_since = mark->run_since;
	s->runs_n = mark->runs_n;
	if (s->runs_n)
		s->runs[s->runs_n - 1].steps = mark->run_steps;
	s->choices_n = mark->choices_n;
	forget_findings(x, mark->findings_n);
	if (x->config.current_slot)
		*x->config.current_slot = x->threads[x->running].cookie;
	log_unhooked(x);
	exec__looks_forget(x);
	exec__rest_forget(x);
	exec__cycle_return(x, mark->step);
	if (x->config.paranoid && mark->hash != hash_state(x))
		x->corrupt = true;
}

/*
 * The first pass through here suspends the program for weft_exec_setup(); each
 * execution then returns from here anew.
 */
void weft_exec_snapshot_here(struct weft_exec *x)
{
	struct weft_thread *self = exec__self(x);

	assert(x->in_setup && "a second snapshot");
	x->outcome = WEFT_OUTCOME_COMPLETE;
	x->snapshot_taken = true;
	x->stopped = true;
	exec__leave(x, self);
	weft_co_switch(&self->co, &x->explorer.co);
}

bool weft_exec_is_pristine(struct weft_exec *x)
{
	uint64_t hash;

	exec__return_to(x, 0);
	hash = weft_region_hash(&x->region);
	if (!x->saved_hash)
		x->saved_hash = hash;
	return hash == x->saved_hash;
}

uint64_t *weft_exec_counts(struct weft_exec *x, size_t *ret_n)
{
	if (x->marks_n)
		exec__return_to(x, 0);
	*ret_n = x->tally.n;
	return x->tally.totals;
}

void weft_exec_count_room(struct weft_exec *x)
{
	weft_tally_reserve(&x->tally);
}

size_t weft_exec_memory(const struct weft_exec *x)
{
	return x->kept_max + x->marks_max * sizeof(*x->marks) +
	       x->decisions_max * sizeof(*x->decisions) +
	       x->cycle.max * sizeof(*x->cycle.visits) +
	       x->cycle.slots_n * sizeof(*x->cycle.slots) +
	       weft_region_log_size(&x->region) +
	       weft_tally_log_size(&x->tally) +
	       x->objects.undo_max * sizeof(*x->objects.undo);
}

bool weft_exec_is_corrupt(const struct weft_exec *x)
{
	return x->corrupt;
}
