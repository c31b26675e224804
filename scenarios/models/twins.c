/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * n threads that are alike: what --symmetry leaves of n! orders. Each locks, or
 * reads and writes; a lost update is the bug of the second.
 */
#include "../model.h"

static struct model_cell *x;
static struct model_lock *m;

static void locked(long unused)
{
	(void)unused;
	model_lock(m);
	model_add(x, 1);
	model_unlock(m);
}

static void racy(long unused)
{
	(void)unused;
	model_write(x, model_read(x) + 1);
}

static void run(void (*fn)(long unused))
{
	long i, n = weft_param("n");

	x = model_cell("x", 0);
	m = model_mutex("m");
	for (i = 0; i < n; i++)
		model_spawn("twin", fn, 0);
	model_join_all();
	WEFT_CHECK(model_read(x) == n, "no increment is lost");
}

static void with_lock(void)
{
	run(locked);
}

static void without(void)
{
	run(racy);
}

MODEL(twins, "twins", "n identical threads count under a lock", with_lock,
      .params = { { "n", 3, 1, MODEL_THREADS } },
      .symmetric = true,
      .expect = { { NULL, "exhausted", NULL, NULL } });

MODEL(twins_racy, "twins-racy", "n identical threads count without a lock",
      without,
      .params = { { "n", 2, 1, MODEL_THREADS } },
      .symmetric = true,
      .expect = { { NULL, "bug", "invariant", "no increment is lost" } });
