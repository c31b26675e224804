/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Reads and writes in one step: counters, and compare-and-exchange.
 *
 * Source: GenMC's tests of the same names; casfail is its "cas".
 */
#include "../model.h"

static struct model_cell *x, *y, *z;

static void ainc_one(long id)
{
	(void)id;
	model_fetch_add(x, 1);
}

static void binc_one(long id)
{
	ainc_one(id);
	model_fetch_add(y, 1);
}

static void cinc_one(long id)
{
	binc_one(id);
	model_fetch_add(z, 1);
}

static void casrot_one(long id)
{
	model_cmpxchg(x, id - 1, id);
}

static void casw_one(long id)
{
	model_cmpxchg(x, 0, 1);
	model_write(x, id + 3);
}

static void wcas_one(long id)
{
	(void)id;
	model_cmpxchg(x, 2, 3);
}

static void casfail_one(long id)
{
	(void)id;
	model_cmpxchg(x, 0, 1);
}

static void write_two(long id)
{
	(void)id;
	model_write(x, 2);
}

static void spawn(void (*fn)(long id), void (*other)(long id))
{
	long i, n = weft_param("n");

	x = model_cell("x", 0);
	y = model_cell("y", 0);
	z = model_cell("z", 0);
	if (other)
		model_spawn("writer", other, 0);
	for (i = 1; i <= n; i++)
		model_spawn("thread", fn, i);
	model_join_all();
}

static void ainc(void)
{
	spawn(ainc_one, NULL);
	WEFT_CHECK_VALUES(model_read(x), ==, weft_param("n"),
			  "no increment is lost");
}

static void binc(void)
{
	spawn(binc_one, NULL);
}

static void cinc(void)
{
	spawn(cinc_one, NULL);
}

static void wainc(void)
{
	spawn(ainc_one, write_two);
}

static void casrot(void)
{
	spawn(casrot_one, NULL);
}

static void casw(void)
{
	spawn(casw_one, NULL);
}

static void wcas(void)
{
	spawn(wcas_one, write_two);
}

static void casfail(void)
{
	spawn(casfail_one, NULL);
}

/* n! traces */
MODEL(ainc, "ainc", "n threads add one in one step", ainc,
      .params = { { "n", 3, 1, MODEL_THREADS } },
      .expect = { { NULL, "exhausted", NULL, NULL } });

/* (n!)^2 traces */
MODEL(binc, "binc", "n threads add one to two counters", binc,
      .params = { { "n", 2, 1, MODEL_THREADS } },
      .expect = { { NULL, "exhausted", NULL, NULL } });

/* (n!)^3 traces */
MODEL(cinc, "cinc", "n threads add one to three counters", cinc,
      .params = { { "n", 2, 1, MODEL_THREADS } },
      .expect = { { NULL, "exhausted", NULL, NULL } });

/* (n + 1)! traces */
MODEL(wainc, "wainc", "n threads add one, one writes", wainc,
      .params = { { "n", 3, 1, MODEL_THREADS - 1 } },
      .expect = { { NULL, "exhausted", NULL, NULL } });

/* OEIS A047970: 2, 5, 14, 43, … traces */
MODEL(casrot, "casrot", "thread i exchanges i - 1 for i", casrot,
      .params = { { "n", 3, 1, MODEL_THREADS } },
      .expect = { { NULL, "exhausted", NULL, NULL } });

MODEL(casw, "casw", "n threads exchange, then write", casw,
      .params = { { "n", 2, 1, MODEL_THREADS } },
      .expect = { { NULL, "exhausted", NULL, NULL } });

/* n 2^(n - 1) + 1 traces */
MODEL(wcas, "wcas", "one thread writes, n exchange", wcas,
      .params = { { "n", 3, 1, MODEL_THREADS - 1 } },
      .expect = { { NULL, "exhausted", NULL, NULL } });

/* n traces: all but the first fail, and failed exchanges are reads */
MODEL(casfail, "casfail", "n threads exchange, all but one in vain", casfail,
      .params = { { "n", 3, 1, MODEL_THREADS } },
      .expect = { { NULL, "exhausted", NULL, NULL } });
