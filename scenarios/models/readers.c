/* SPDX-License-Identifier: GPL-2.0-only */
/* One writer and n readers of one cell: 2^n traces. */
#include "../model.h"

static struct model_cell *x;

static void reader(long id)
{
	long value = model_read(x);

	(void)id;
	WEFT_CHECK(value == 0 || value == 42, "a read sees one of the writes");
	WEFT_SOMETIMES("a reader saw the write", value == 42);
	WEFT_SOMETIMES("a reader came first", value == 0);
}

static void writer(long id)
{
	(void)id;
	model_write(x, 42);
}

static void program(void)
{
	long i, n = weft_param("n");

	x = model_cell("x", 0);
	model_spawn("writer", writer, 0);
	for (i = 1; i <= n; i++)
		model_spawn("reader", reader, i);
	model_join_all();
}

MODEL(readers, "readers", "one writer and n readers of a cell", program,
      .params = { { "n", 3, 1, MODEL_THREADS - 1 } },
      .probes = { "a reader saw the write", "a reader came first" },
      .expect = { { NULL, "exhausted", NULL, NULL } });
