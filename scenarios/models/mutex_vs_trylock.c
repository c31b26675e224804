/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * One thread locks, n threads try to: 3, 16, … executions. Or all n try, and
 * let go if they got it or never do.
 *
 * Source: Nidhugg's smoke tests mutex_vs_trylock and of trylock alone.
 */
#include "../model.h"

static struct model_lock *m;

static void locker(long id)
{
	(void)id;
	model_lock(m);
	model_unlock(m);
}

static void trier(long id)
{
	bool taken = model_trylock(m);

	(void)id;
	WEFT_SOMETIMES("trylock succeeded", taken);
	WEFT_SOMETIMES("trylock failed", !taken);
	if (taken)
		model_unlock(m);
}

static void greedy(long id)
{
	(void)id;
	model_trylock(m);
}

static void spawn(void (*fn)(long id))
{
	long i, n = weft_param("n");

	for (i = 1; i <= n; i++)
		model_spawn("trier", fn, i);
	model_join_all();
}

static void program(void)
{
	m = model_mutex("m");
	model_spawn("locker", locker, 0);
	spawn(trier);
}

static void trylock_only(void)
{
	m = model_mutex("m");
	spawn(greedy);
}

static void trylock_unlock(void)
{
	m = model_mutex("m");
	spawn(trier);
}

MODEL(mutex_vs_trylock, "mutex-vs-trylock", "one thread locks, n threads try",
      program,
      .params = { { "n", 2, 1, MODEL_THREADS - 1 } },
      .probes = { "trylock succeeded", "trylock failed" },
      .expect = { { NULL, "exhausted", NULL, NULL } });

MODEL(trylock_only, "trylock-only", "n threads try a mutex and keep it",
      trylock_only,
      .params = { { "n", 3, 1, MODEL_THREADS } },
      .expect = { { NULL, "exhausted", NULL, NULL } });

MODEL(trylock_unlock, "trylock-unlock", "n threads try a mutex and let go",
      trylock_unlock,
      .params = { { "n", 2, 1, MODEL_THREADS } },
      .expect = { { NULL, "exhausted", NULL, NULL } });
