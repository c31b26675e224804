/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Symmetry: twins are tasks that nothing tells apart. Of them only the first
 * that has not yet run may take its first step.
 *
 * Source: Norris Ip and Dill, "Better verification through symmetry", 1996, for
 * the idea; here it needs no states, only the order of first steps.
 *
 *  I1  A task is the twin of the one created just before it when both have the
 *      same parent, function and argument, no operation was applied between their
 *      creation, each came to its first operation without a write to memory that
 *      is not its own, and there they are equal: the same operation, and the
 *      same stack but for addresses of the stack itself and of what the
 *      framework keeps for each task.
 *  I2  Then exchanging the two in a schedule gives a schedule, with as many
 *      preemptions, that leads to the same state but for their numbers. So with n
 *      twins each n! schedules have one in which the first steps come in order.
 *  I3  What can still tell them apart: whoever waits for the end of a certain
 *      one. That is noticed, and spoils the verdict. A program that looks at
 *      the addresses of its locals is not noticed; model programs cannot see their
 *      own number otherwise.
 *
 * For searches that look at every order, with or without a bound on preemptions.
 * A round robin goes by numbers, so that delays are not preserved; a reduction
 * would have to know that first steps of twins depend on each other.
 */
#include <stddef.h>
#include <string.h>

#include "exec_internal.h"

/* Fresh stacks are equal only when old executions have left nothing there. */
size_t exec__twin_begin(struct weft_exec *x, int task)
{
	memset(weft_region_stack(&x->region, task), 0, WEFT_STACK_BYTES);
	return weft_region_checkpoint(&x->region);
}

static bool is_own(const struct weft_exec *x, int task, uintptr_t addr)
{
	const struct weft_arena *arena = &x->region.arenas[task];
	uintptr_t stack = (uintptr_t)weft_region_stack(&x->region, task);

	return addr - stack < WEFT_STACK_BYTES ||
	       (addr >= (uintptr_t)arena->begin && addr < (uintptr_t)arena->end);
}

static bool is_quiet(const struct weft_exec *x, int task, size_t undo)
{
	for (; undo < x->region.hot.undo_n; undo++)
		if (!is_own(x, task, x->region.hot.undo[undo].addr))
			return false;
	return true;
}

static uintptr_t offset_of(int task)
{
	return (uintptr_t)task * sizeof(struct weft_thread);
}

/* Is it the task's entry, or in it, as an offset from where all begins? */
static bool is_entry_of(int task, uintptr_t offset)
{
	return offset - offsetof(struct weft_exec, threads) - offset_of(task) <
	       sizeof(struct weft_thread);
}

/* Do two words mean the same, each to its task? */
static bool is_same_word(const struct weft_exec *x, int a, int b, uintptr_t in_a,
			 uintptr_t in_b)
{
	uintptr_t stack_a = (uintptr_t)weft_region_stack(&x->region, a);
	uintptr_t stack_b = (uintptr_t)weft_region_stack(&x->region, b);

	if (in_a == in_b)
		return true;
	if (in_a - stack_a <= WEFT_STACK_BYTES)
		return in_a - stack_a == in_b - stack_b;
	/* Where the framework keeps what it knows of the task. */
	if (in_a - (uintptr_t)x < sizeof(*x))
		return in_b - (uintptr_t)x < sizeof(*x);
	/* The framework's own frames know the number of the task, and its bit. */
	if (in_a == (uintptr_t)a || in_a == 1ul << a)
		return in_a == (uintptr_t)a ? in_b == (uintptr_t)b :
					      in_b == 1ul << b;
	/* Or where in a table it is, as compilers like to keep it. */
	if (in_a == offset_of(a))
		return in_b == offset_of(b);
	if (is_entry_of(a, in_a))
		return in_b - in_a == offset_of(b) - offset_of(a);
	return in_a == (uintptr_t)x->threads[a].arg &&
	       in_b == (uintptr_t)x->threads[b].arg;
}

static bool is_same_stack(const struct weft_exec *x, int a, int b)
{
	size_t len_a, len_b, i;
	const char *stack_a = weft_co_live(&x->threads[a].co, &len_a);
	const char *stack_b = weft_co_live(&x->threads[b].co, &len_b);

	if (len_a != len_b)
		return false;
	for (i = 0; i + sizeof(uintptr_t) <= len_a; i += sizeof(uintptr_t)) {
		uintptr_t in_a, in_b;

		memcpy(&in_a, stack_a + i, sizeof(in_a));
		memcpy(&in_b, stack_b + i, sizeof(in_b));
		if (!is_same_word(x, a, b, in_a, in_b))
			return false;
	}
	return true;
}

static bool is_same_op(const struct weft_exec *x, int a, int b)
{
	const struct weft_pending *op = x->threads[a].op;
	const struct weft_pending *other = x->threads[b].op;

	return x->threads[a].has_op && x->threads[b].has_op &&
	       op->kind == other->kind && op->addr == other->addr &&
	       op->mode == other->mode && op->wait == other->wait &&
	       op->choices == other->choices && op->ready == other->ready &&
	       is_same_word(x, a, b, (uintptr_t)op->arg, (uintptr_t)other->arg);
}

static bool has_run(const struct weft_thread *t)
{
	return t->resumed || t->state == WEFT_THREAD_ENDED;
}

/* I1 */
static bool are_twins(const struct weft_exec *x, int a, int b)
{
	const struct weft_alike *one = &x->threads[a].alike;
	const struct weft_alike *other = &x->threads[b].alike;

	return one->fn && one->fn == other->fn && one->arg == other->arg &&
	       one->parent == other->parent && one->step == other->step &&
	       one->quiet && other->quiet && !has_run(&x->threads[a]) &&
	       !has_run(&x->threads[b]) && is_same_op(x, a, b) &&
	       is_same_stack(x, a, b);
}

void exec__twin_started(struct weft_exec *x, int task, size_t undo)
{
	struct weft_thread *t = &x->threads[task];

	t->alike.parent = x->running;
	t->alike.step = x->region.hot.step;
	t->alike.quiet = is_quiet(x, task, undo);
	if (task && are_twins(x, task - 1, task))
		t->twin = task - 1;
}

uint32_t exec__twins_waiting(const struct weft_exec *x)
{
	uint32_t waiting = 0;
	int task;

	for (task = 0; task < x->threads_n; task++) {
		const struct weft_thread *t = &x->threads[task];

		if (t->twin >= 0 && !has_run(&x->threads[t->twin]))
			waiting |= 1u << task;
	}
	return waiting;
}

bool weft_exec_is_asymmetric(const struct weft_exec *x)
{
	return x->asymmetric;
}
