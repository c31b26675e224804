/* SPDX-License-Identifier: GPL-2.0-only */
/* n writers and one reader of one cell: (n + 1)! traces. */
#include "../model.h"

static struct model_cell *x;

static void writer(long id)
{
	model_write(x, id);
}

static void reader(long n)
{
	long value = model_read(x);

	WEFT_CHECK(value >= 0 && value <= n, "a read sees one of the writes");
}

static void program(void)
{
	long i, n = weft_param("n");

	x = model_cell("x", 0);
	for (i = 1; i <= n; i++)
		model_spawn("writer", writer, i);
	model_spawn("reader", reader, n);
	model_join_all();
	WEFT_CHECK(model_read(x) > 0, "the last write stays");
}

MODEL(nwriters, "nwriters", "n writers and one reader of a cell", program,
      .params = { { "n", 3, 1, MODEL_THREADS - 1 } },
      .expect = { { NULL, "exhausted", NULL, NULL } });
