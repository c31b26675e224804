/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * n threads take one mutex: n! orders. When nobody ever lets go, n executions
 * that all end with the others waiting for ever. In mutex-hard, only those let
 * go that come in the order of their numbers: 4 of 3 threads, 3 of them stuck.
 *
 * Source: Nidhugg's smoke tests, mutex_order, mutex_deadlock and mutex_hard.
 */
#include "../model.h"

static struct model_lock *m;
static struct model_cell *c;

static void polite(long id)
{
	(void)id;
	model_lock(m);
	model_unlock(m);
}

static void greedy(long id)
{
	(void)id;
	model_lock(m);				/* AT greedy */
}

static void in_order(long id)
{
	long seen;

	model_lock(m);
	seen = model_read(c);
	model_write(c, seen + 1);
	if (seen == id - 1)
		model_unlock(m);
}

static void run(void (*fn)(long id))
{
	long i, n = weft_param("n");

	m = model_mutex("m");
	c = model_cell("c", 0);
	for (i = 1; i <= n; i++)
		model_spawn("taker", fn, i);
	model_join_all();
}

static void order(void)
{
	run(polite);
}

static void deadlock(void)
{
	run(greedy);
}

static void hard(void)
{
	run(in_order);
}

MODEL(mutex_order, "mutex-order", "n threads take one mutex", order,
      .params = { { "n", 3, 1, MODEL_THREADS } },
      .expect = { { NULL, "exhausted", NULL, NULL } });

MODEL(mutex_deadlock, "mutex-deadlock", "n threads take a mutex for ever",
      deadlock,
      .params = { { "n", 2, 1, MODEL_THREADS } },
      .expect = { { NULL, "bug", "deadlock", "waits for m" } });

MODEL(mutex_hard, "mutex-hard", "n threads that let go only in order", hard,
      .params = { { "n", 2, 1, MODEL_THREADS } },
      .expect = { { NULL, "bug", "deadlock", "waits for m" } });
