/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * n threads take one mutex: n! orders. When nobody ever lets go, n executions
 * that all end with the others waiting for ever.
 *
 * Source: Nidhugg's smoke tests, mutex_order and mutex_deadlock.
 */
#include "../model.h"

static struct model_lock *m;

static void polite(long id)
{
	(void)id;
	model_lock(m);
	model_unlock(m);
}

static void greedy(long id)
{
	(void)id;
	model_lock(m);
}

static void run(void (*fn)(long id))
{
	long i, n = weft_param("n");

	m = model_mutex("m");
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

MODEL(mutex_order, "mutex-order", "n threads take one mutex", order,
      .params = { { "n", 3 } },
      .expect = { { NULL, "exhausted", NULL, NULL } });

MODEL(mutex_deadlock, "mutex-deadlock", "n threads take a mutex for ever",
      deadlock,
      .params = { { "n", 2 } },
      .expect = { { NULL, "bug", "deadlock", "waits for m" } });
