/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Where a task took the locks it holds (struct weft_held): the place of the lock
 * graph's edges is the same whether it is read from the copy of the task
 * (marks.c, I3) or was walked when the lock was taken.
 */
#include "tests/unit/program.h"
#include "tests/unit/unit.h"

static struct model_lock *a, *b;
static struct model_cell *x;
static uintptr_t took_a, took_b;	/* where in the program, by return address */

static void __attribute__((noinline)) take(struct model_lock *lock,
					   uintptr_t *ret_from)
{
	*ret_from = (uintptr_t)__builtin_return_address(0);
	model_lock(lock);
	__asm__ volatile("" : : : "memory");	/* no tail call: keep the frame */
}

/* What comes between must not be taken for where the first one was taken. */
static void takes_both(long id)
{
	model_write(x, id);
	take(a, &took_a);
	model_write(x, id);
	take(b, &took_b);
	model_read(x);
	model_unlock(b);
	model_unlock(a);
}

static void two_tasks(void)
{
	a = model_mutex("a");
	b = model_mutex("b");
	x = model_cell("x", 0);
	model_spawn("t", takes_both, 1);
	model_spawn("t", takes_both, 2);
	model_join_all();
}

static bool contains(const struct weft_stack *stack, uintptr_t pc)
{
	unsigned int i;

	for (i = 0; i < stack->n; i++)
		if (stack->pc[i] == pc)
			return true;
	return false;
}

static void assert_places(const struct program *program)
{
	struct weft_result result;
	const struct weft_lock_edge *edge;

	program_explore(program, &result);
	ck_assert_int_eq(result.verdict, WEFT_VERDICT_EXHAUSTED);
	ck_assert_uint_eq(result.graph.edges_n, 1);
	edge = result.graph.edges;
	ck_assert_str_eq(result.graph.nodes[edge->from].name, "a");
	ck_assert(contains(&edge->from_stack, took_a));
	ck_assert(!contains(&edge->from_stack, took_b));
	ck_assert(contains(&edge->to_stack, took_b));
	ck_assert(!contains(&edge->to_stack, took_a));
	weft_result_clear(&result);
}

START_TEST(an_edge_knows_where_both_locks_were_taken)
{
	static const char *const strategies[] = { "dfs", "dpor" };
	struct program program = { .main = two_tasks };
	unsigned int i;

	for (i = 0; i < 2; i++) {
		program.strategy = strategies[i];
		assert_places(&program);
	}
}
END_TEST

START_TEST(it_does_without_copies_of_tasks)
{
	const struct program no_marks = {
		.main = two_tasks, .strategy = "dpor", .marks_max = 1,
	}, alone = {
		.main = two_tasks, .strategy = "dpor", .alone = true,
	};

	assert_places(&no_marks);
	assert_places(&alone);
}
END_TEST

Suite *unit_suite(void)
{
	Suite *suite = suite_create("held");

	unit_add(suite, an_edge_knows_where_both_locks_were_taken);
	unit_add(suite, it_does_without_copies_of_tasks);
	return suite;
}
