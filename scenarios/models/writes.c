/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Writes and reads of one cell, without locks: how many orders of the writes
 * and places of the reads there are.
 *
 * Source: Nidhugg's and GenMC's tests of the same names.
 */
#include "../model.h"

static struct model_cell *x;
static long n;

static void write_once(long id)
{
	model_write(x, id);
}

static void write_twice(long id)
{
	model_write(x, id);
	model_write(x, id);
}

static void write_many(long id)
{
	long i;

	for (i = 0; i < n; i++)
		model_write(x, id);
}

static void read_twice(long id)
{
	(void)id;
	model_read(x);
	model_read(x);
}

static void write_many_read(long id)
{
	write_many(id);
	model_read(x);
}

static void write_read(long id)
{
	model_write(x, id);
	WEFT_CHECK(model_read(x) > 0, "a thread sees a write");
}

static void spawn(long threads, void (*fn)(long id))
{
	long i;

	n = weft_param("n");
	x = model_cell("x", 0);
	for (i = 1; i <= threads; i++)
		model_spawn("writer", fn, i);
}

static void nwrites2(void)
{
	spawn(2, write_many_read);
	model_join_all();
}

static void redundant_co(void)
{
	spawn(2, write_many);
	model_spawn("reader", read_twice, 0);
	model_join_all();
}

static void lastwrite(void)
{
	spawn(weft_param("n"), write_once);
	model_join_all();
	WEFT_CHECK(model_read(x) > 0, "the last write stays");
}

static void floating_read(void)
{
	spawn(weft_param("n"), write_once);
	model_read(x);
	model_join_all();
}

static void myexample(void)
{
	spawn(weft_param("n"), write_read);
	model_join_all();
}

static void co22w(void)
{
	spawn(weft_param("n"), write_twice);
	model_join_all();
	WEFT_CHECK(model_read(x) > 0, "the last write stays");
}

static void alpha1(void)
{
	spawn(weft_param("n"), write_once);
	model_spawn("reader", read_twice, 0);
	model_join_all();
}

/* C(2n + 2, n + 1) - C(2n, n) traces */
MODEL(nwrites2, "nwrites2", "two threads write n times and read once", nwrites2,
      .params = { { "n", 2, 1, MODEL_ROUNDS } },
      .expect = { { NULL, "exhausted", NULL, NULL } });

/* C(2n, n) C(2n + 2, 2) traces */
MODEL(redundant_co, "redundant-co", "two write n times, one reads twice",
      redundant_co,
      .params = { { "n", 1, 1, MODEL_ROUNDS } },
      .expect = { { NULL, "exhausted", NULL, NULL } });

/* n! traces */
MODEL(lastwrite, "lastwrite", "n writers, and a read after all of them",
      lastwrite,
      .params = { { "n", 3, 1, MODEL_THREADS } },
      .expect = { { NULL, "exhausted", NULL, NULL } });

/* (n + 1)! traces */
MODEL(floating_read, "floating-read", "n writers, and a read at any time",
      floating_read,
      .params = { { "n", 3, 1, MODEL_THREADS } },
      .expect = { { NULL, "exhausted", NULL, NULL } });

/* (n!)^2 traces */
MODEL(myexample, "myexample", "n threads write, then read", myexample,
      .params = { { "n", 2, 1, MODEL_THREADS } },
      .expect = { { NULL, "exhausted", NULL, NULL } });

/* (2n)! / 2^n traces */
MODEL(co22w, "co22w", "n threads write twice", co22w,
      .params = { { "n", 2, 1, MODEL_THREADS } },
      .expect = { { NULL, "exhausted", NULL, NULL } });

/* (n + 2)! / 2 traces */
MODEL(alpha1, "alpha1", "n writers, and a thread that reads twice", alpha1,
      .params = { { "n", 3, 1, MODEL_THREADS - 1 } },
      .expect = { { NULL, "exhausted", NULL, NULL } });
