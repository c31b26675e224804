/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Reads and writes made one step by a lock: every order of the critical
 * sections is a trace of its own, though many have the same effect.
 *
 * Source: GenMC's tests of the same names, from the paper on lock-aware
 * partial order reduction (LAPOR); SV-COMP, stateful01.
 */
#include "../model.h"

static struct model_lock *m, *l;
static struct model_cell *x, *y;

static void add(struct model_lock *lock, struct model_cell *cell, long by)
{
	model_lock(lock);
	model_write(cell, model_read(cell) + by);
	model_unlock(lock);
}

static void exchange(long from, long to)
{
	model_lock(m);
	if (model_read(x) == from)
		model_write(x, to);
	model_unlock(m);
}

static void put(long value)
{
	model_lock(m);
	model_write(x, value);
	model_unlock(m);
}

static void nreads_one(long id)
{
	(void)id;
	model_lock(m);
	model_read(x);
	model_unlock(m);
}

static void binc_one(long id)
{
	(void)id;
	add(m, x, 1);
	add(l, y, 1);
}

static void casrot_one(long id)
{
	exchange(id - 1, id);
}

static void casw_one(long id)
{
	exchange(0, 1);
	put(id + 3);
}

static void wcas_one(long id)
{
	(void)id;
	exchange(2, 3);
}

static void stateful_one(long id)
{
	add(m, x, id == 1 ? 1 : 5);
	add(m, y, id == 1 ? 1 : -6);
}

static void spawn(long n, void (*fn)(long id), bool writer)
{
	long i;

	m = model_mutex("m");
	l = model_mutex("l");
	x = model_cell("x", 0);
	y = model_cell("y", 0);
	if (writer)
		model_spawn("writer", put, 2);
	for (i = 1; i <= n; i++)
		model_spawn("thread", fn, i);
	model_join_all();
}

static void nreads_lock(void)
{
	spawn(weft_param("n"), nreads_one, false);
}

static void nwrites_lock(void)
{
	spawn(weft_param("n"), put, false);
}

static void binc_locks(void)
{
	spawn(weft_param("n"), binc_one, false);
}

static void casrot_locks(void)
{
	spawn(weft_param("n"), casrot_one, false);
}

static void casw_locks(void)
{
	spawn(weft_param("n"), casw_one, false);
}

static void wcas_locks(void)
{
	spawn(weft_param("n"), wcas_one, true);
}

static void stateful01(void)
{
	spawn(2, stateful_one, false);
	WEFT_CHECK(model_read(x) == 6 && model_read(y) == -5,
		   "both threads add to both");
}

/* n! traces */
MODEL(nreads_lock, "nreads-lock", "n threads read under a lock", nreads_lock,
      .params = { { "n", 3, 1, MODEL_THREADS } },
      .expect = { { NULL, "exhausted", NULL, NULL } });

/* n! traces */
MODEL(nwrites_lock, "nwrites-lock", "n threads write under a lock",
      nwrites_lock,
      .params = { { "n", 3, 1, MODEL_THREADS } },
      .expect = { { NULL, "exhausted", NULL, NULL } });

/* (n!)^2 traces */
MODEL(binc_locks, "binc-locks", "binc with a lock for each counter", binc_locks,
      .params = { { "n", 2, 1, MODEL_THREADS } },
      .expect = { { NULL, "exhausted", NULL, NULL } });

/* n! traces */
MODEL(casrot_locks, "casrot-locks", "casrot under a lock", casrot_locks,
      .params = { { "n", 3, 1, MODEL_THREADS } },
      .expect = { { NULL, "exhausted", NULL, NULL } });

/* (2n)! / 2^n traces */
MODEL(casw_locks, "casw-locks", "casw under a lock", casw_locks,
      .params = { { "n", 2, 1, MODEL_THREADS } },
      .expect = { { NULL, "exhausted", NULL, NULL } });

/* (n + 1)! traces */
MODEL(wcas_locks, "wcas-locks", "wcas under a lock", wcas_locks,
      .params = { { "n", 2, 1, MODEL_THREADS - 1 } },
      .expect = { { NULL, "exhausted", NULL, NULL } });

/* 6 traces */
MODEL(stateful01, "stateful01", "two threads add to two cells under a lock",
      stateful01,
      .expect = { { NULL, "exhausted", NULL, NULL } });
