/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Sharing learnt while exploring (explorer.h, I1): the last pass reaches the
 * same final states as a search in which everything is a scheduling point.
 */
#include <string.h>

#include "tests/unit/program.h"
#include "tests/unit/unit.h"

#define CELLS 4
#define STATES 4096

static struct model_cell *cells;
static struct model_lock *m;
static bool reached[STATES];
static bool learning;

static void touch(struct model_cell *cell, bool write)
{
	if (learning)
		weft_region_touch(weft_exec_region(program_exec), &cell->value,
				  8, write);
}

/* As the hooks in the kernel image do it: account, then publish. */
static long get(long i)
{
	touch(&cells[i], false);
	return model_read(&cells[i]);
}

static void put(long i, long value)
{
	touch(&cells[i], true);
	model_write(&cells[i], value);
}

static void final_state(void)
{
	long i, state = 0;

	model_join_all();
	for (i = 0; i < CELLS; i++)
		state = 8 * state + (cells[i].value & 7);
	reached[state] = true;
}

static void prepare(void)
{
	cells = model_cells("c", CELLS, 0);
	m = model_mutex("m");
}

/* Each cell becomes shared only after the one before it is a point. */
static void leads(long id)
{
	(void)id;
	put(0, 1);
	put(1, get(1) + 1);
	put(2, get(2) + 1);
	put(0, 2);
}

static void follows(long id)
{
	(void)id;
	if (get(0) != 1)
		return;
	put(1, get(1) + 2);
	if (get(1) == 1 || get(1) == 3)
		put(2, get(2) + 4);
	put(3, get(2));
}

static void chain(void)
{
	prepare();
	model_spawn("t", leads, 1);
	model_spawn("t", follows, 2);
	final_state();
}

/* The trylock makes the other's unlock a point. */
static void holds(long id)
{
	model_lock(m);
	put(0, id);
	model_unlock(m);
	put(1, id);
}

static void tries(long id)
{
	put(2, id + get(1));
	if (!model_trylock(m)) {
		put(3, 1 + get(1));
		return;
	}
	put(3, 4 + get(0) + 2 * get(1));
	model_unlock(m);
}

static void trying(void)
{
	prepare();
	model_spawn("t", holds, 1);
	model_spawn("t", tries, 2);
	final_state();
}

/* Nothing is shared. */
static void alone(long id)
{
	put(id, id);
	put(id, get(id) + 1);
}

static void apart(void)
{
	prepare();
	model_spawn("t", alone, 0);
	model_spawn("t", alone, 1);
	model_spawn("t", alone, 2);
	final_state();
}

/* Only read by two: not a point either. */
static void looks(long id)
{
	put(id, 1 + get(0));
}

static void looking(void)
{
	prepare();
	cells[0].value = 3;
	model_spawn("t", looks, 1);
	model_spawn("t", looks, 2);
	final_state();
}

static struct weft_result explore(void (*fn)(void), bool learn)
{
	struct program program = { .main = fn, .learn = learn };
	struct weft_result result;

	learning = learn;
	memset(reached, 0, sizeof(reached));
	program_explore(&program, &result);
	ck_assert_str_eq(weft_verdict_name(result.verdict), "exhausted");
	return result;
}

static unsigned int count_reached(void)
{
	unsigned int n = 0, i;

	for (i = 0; i < STATES; i++)
		n += reached[i];
	return n;
}

static const struct {
	void (*fn)(void);
	unsigned int passes_min;
} programs[] = { { chain, 2 }, { trying, 2 }, { apart, 1 }, { looking, 1 } };

START_TEST(learnt_sharing_reaches_every_final_state)
{
	bool all[STATES];
	struct weft_result full = explore(programs[_i].fn, false), learnt;

	memcpy(all, reached, sizeof(all));
	learnt = explore(programs[_i].fn, true);
	ck_assert_mem_eq(reached, all, sizeof(all));
	ck_assert_uint_ge(learnt.passes, programs[_i].passes_min);
	ck_assert_uint_eq(full.passes, 1);
	ck_assert_uint_le(learnt.executions, full.executions);
	weft_result_clear(&full);
	weft_result_clear(&learnt);
}
END_TEST

START_TEST(a_chain_of_discoveries_is_followed_to_its_end)
{
	struct weft_result result = explore(chain, true);

	ck_assert_uint_gt(count_reached(), 4);
	ck_assert_uint_eq(result.points, 3);	/* c[0], c[1], c[2]; not c[3] */
	ck_assert_uint_gt(result.executions_total, result.executions);
	weft_result_clear(&result);
}
END_TEST

/* Only which task goes on when one ends is a choice left to dfs. */
START_TEST(what_is_not_shared_costs_no_preemption)
{
	struct weft_result result = explore(apart, true);

	ck_assert_uint_eq(result.points, 0);
	ck_assert_uint_eq(result.passes, 1);
	assert_exhausted(&result, 6);
	result = explore(looking, true);
	ck_assert_uint_eq(result.points, 0);
	assert_exhausted(&result, 2);
	ck_assert_uint_eq(count_reached(), 1);
}
END_TEST

START_TEST(a_trylock_makes_the_unlock_a_point)
{
	struct weft_result result = explore(trying, true);

	/* m, c[1], c[0], and m again for its unlocks. */
	ck_assert_uint_eq(result.points, 4);
	weft_result_clear(&result);
}
END_TEST

Suite *unit_suite(void)
{
	Suite *suite = suite_create("promotion");
	TCase *loop = tcase_create("fixpoint");

	tcase_add_loop_test(loop, learnt_sharing_reaches_every_final_state, 0,
			    (int)(sizeof(programs) / sizeof(programs[0])));
	suite_add_tcase(suite, loop);
	unit_add(suite, a_chain_of_discoveries_is_followed_to_its_end);
	unit_add(suite, what_is_not_shared_costs_no_preemption);
	unit_add(suite, a_trylock_makes_the_unlock_a_point);
	return suite;
}
