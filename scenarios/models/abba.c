/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Lock order: A then B against B then A; the same over three locks; and near
 * misses, in which a common outer lock keeps the cycle from closing.
 */
#include "../model.h"

static struct model_lock *outer, *locks;
static long n;

static void take_two(long id)
{
	struct model_lock *first = model_mutex_at(locks, id - 1);
	struct model_lock *second = model_mutex_at(locks, id % n);

	model_lock(first);			/* AT first */
	model_lock(second);			/* AT second */
	model_unlock(second);
	model_unlock(first);
}

static void take_two_gated(long id)
{
	model_lock(outer);
	take_two(id);
	model_unlock(outer);
}

static void run(long tasks, void (*fn)(long id))
{
	long i;

	n = tasks;
	outer = model_mutex("outer");
	locks = model_mutexes("lock", n);
	for (i = 1; i <= n; i++)
		model_spawn("taker", fn, i);
	model_join_all();
}

static void abba(void)
{
	run(2, take_two);
}

static void abba_gated(void)
{
	run(2, take_two_gated);
}

static void abcabc(void)
{
	run(3, take_two);
}

static void abcabc_gated(void)
{
	run(3, take_two_gated);
}

MODEL(abba, "abba", "A then B against B then A", abba,
      .expect = { { NULL, "bug", "deadlock", "lock[0],lock[1]" } });

/* The name of the same program in SV-COMP and SCTBench. */
MODEL(deadlock01, "deadlock01", "A then B against B then A", abba,
      .expect = { { NULL, "bug", "deadlock", "lock[0],lock[1]" } });

MODEL(abba_ok, "abba-ok", "A then B against B then A under an outer lock",
      abba_gated,
      .expect = { { NULL, "exhausted", NULL, NULL } });

MODEL(abcabc, "abcabc", "a cycle of three locks and three tasks", abcabc,
      .expect = { { NULL, "bug", "deadlock", "lock[0],lock[1],lock[2]" } });

MODEL(abcabc_ok, "abcabc-ok", "a cycle of three locks under an outer lock",
      abcabc_gated,
      .expect = { { NULL, "exhausted", NULL, NULL } });
