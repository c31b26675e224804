/* SPDX-License-Identifier: GPL-2.0-only */
/* n threads add one, under a lock (n! traces) or, broken, without it. */
#include "../model.h"

static struct model_cell *c;
static struct model_lock *m;

static void add_locked(long id)
{
	(void)id;
	model_lock(m);
	model_write(c, model_read(c) + 1);
	model_unlock(m);
}

static void add_racy(long id)
{
	(void)id;
	model_write(c, model_read(c) + 1);
}

static void run(void (*add)(long id))
{
	long i, n = weft_param("n");

	c = model_cell("c", 0);
	m = model_mutex("m");
	for (i = 1; i <= n; i++)
		model_spawn("adder", add, i);
	model_join_all();
	WEFT_CHECK_VALUES(model_read(c), ==, n, "no increment is lost");	/* AT lost */
}

static void locked(void)
{
	run(add_locked);
}

static void racy(void)
{
	run(add_racy);				/* AT racy */
}

MODEL(lockinc, "lockinc", "n threads add one under a lock", locked,
      .params = { { "n", 3, 1, MODEL_THREADS } },
      .expect = { { NULL, "exhausted", NULL, NULL } });

/* The name the papers on DPU have for it. */
MODEL(pi, "pi", "n threads add their share under a lock", locked,
      .params = { { "n", 3, 1, MODEL_THREADS } },
      .expect = { { NULL, "exhausted", NULL, NULL } });

MODEL(racyinc, "racyinc", "n threads add one without a lock", racy,
      .params = { { "n", 2, 1, MODEL_THREADS } },
      .expect = { { NULL, "bug", "invariant", "no increment is lost" } });
