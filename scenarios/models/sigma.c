/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The main thread counts an index up and starts a thread each time; a thread
 * marks the place the index has when it looks. (2n - 1)!! traces.
 *
 * Source: SV-COMP, sigma; Nidhugg's test of the same name.
 */
#include "../model.h"

static struct model_cell *index, *array;

static void mark(long id)
{
	(void)id;
	model_write(&array[model_read(index)], 1);
}

static void program(void)
{
	long i, sum = 0, n = weft_param("n");

	index = model_cell("index", -1);
	array = model_cells("array", n, 0);
	for (i = 1; i <= n; i++) {
		/* The first is part of the setup: nobody can see it. */
		model_write(index, model_read(index) + 1);
		model_spawn("marker", mark, i);
	}
	model_join_all();
	for (i = 0; i < n; i++)
		sum += model_read(&array[i]);
	WEFT_CHECK(sum >= 1 && sum <= n, "something is marked");
}

MODEL(sigma, "sigma", "threads mark the place an index shows", program,
      .params = { { "n", 3, 1, MODEL_THREADS } },
      .expect = { { NULL, "exhausted", NULL, NULL } });
