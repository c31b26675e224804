/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * One thread locks, n threads try to: 3, 16, … executions.
 *
 * Source: Nidhugg's smoke test mutex_vs_trylock.
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

static void program(void)
{
	long i, n = weft_param("n");

	m = model_mutex("m");
	model_spawn("locker", locker, 0);
	for (i = 1; i <= n; i++)
		model_spawn("trier", trier, i);
	model_join_all();
}

MODEL(mutex_vs_trylock, "mutex-vs-trylock", "one thread locks, n threads try",
      program,
      .params = { { "n", 2 } },
      .probes = { "trylock succeeded", "trylock failed" },
      .expect = { { NULL, "exhausted", NULL, NULL } });
