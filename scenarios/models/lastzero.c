/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Last zero: a reader looks for the last zero of an array while writers fill
 * it from the left. n writers; (n + 3) 2^(n - 2) traces.
 *
 * Source: Abdulla et al., "Optimal dynamic partial order reduction", POPL 2014.
 */
#include "../model.h"

static struct model_cell *a;

static void reader(long n)
{
	while (model_read(&a[n]))
		n--;
	WEFT_CHECK(n >= 0, "a[0] stays zero");
}

static void writer(long i)
{
	model_write(&a[i], model_read(&a[i - 1]) + 1);
}

static void program(void)
{
	long i, n = weft_param("n");

	a = model_cells("a", n + 1, 0);
	model_spawn("reader", reader, n);
	for (i = 1; i <= n; i++)
		model_spawn("writer", writer, i);
	model_join_all();
}

MODEL(lastzero, "lastzero", "a reader looks for the last zero of an array",
      program,
      .params = { { "n", 2, 1, MODEL_THREADS - 1 } },
      .expect = { { NULL, "exhausted", NULL, NULL } });
