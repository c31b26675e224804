/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Two threads compute Fibonacci numbers in shared cells, n rounds each, while
 * the main thread looks.
 *
 * Source: SV-COMP, fib_bench; Nidhugg's test fib_one_var; GenMC's fib with
 * locks, C(2n, n) C(2n + 2, 2) traces.
 */
#include "../model.h"

static struct model_cell *i, *j;
static struct model_lock *m;

static void add_to(struct model_cell *to, struct model_cell *from)
{
	long a = model_read(to);
	long b = model_read(from);

	model_write(to, (long)((unsigned long)a + (unsigned long)b));
}

static void bench(long id)
{
	long n = weft_param("n");

	while (n--)
		add_to(id == 1 ? i : j, id == 1 ? j : i);
}

static void one_var(long id)
{
	long n = weft_param("n");

	(void)id;
	while (n--)
		add_to(i, i);
}

static void locked(long id)
{
	long n = weft_param("n");

	while (n--) {
		model_lock(m);
		add_to(id == 1 ? i : j, id == 1 ? j : i);
		model_unlock(m);
	}
}

static void spawn(void (*fn)(long id))
{
	i = model_cell("i", 1);
	j = model_cell("j", 1);
	m = model_mutex("m");
	model_spawn("adder", fn, 1);
	model_spawn("adder", fn, 2);
}

static void fib_bench(void)
{
	spawn(bench);
	model_read(i);
	model_read(j);
	model_join_all();
}

static void fib_one_var(void)
{
	spawn(one_var);
	model_read(i);
	model_read(i);
	model_join_all();
}

static void read_locked(struct model_cell *cell)
{
	model_lock(m);
	model_read(cell);
	model_unlock(m);
}

static void fib_locks(void)
{
	spawn(locked);
	read_locked(i);
	read_locked(j);
	model_join_all();
}

MODEL(fib_bench, "fib-bench", "Fibonacci numbers in two cells", fib_bench,
      .params = { { "n", 1, 1, MODEL_ROUNDS } },
      .expect = { { NULL, "exhausted", NULL, NULL } });

MODEL(fib_one_var, "fib-one-var", "Fibonacci numbers in one cell", fib_one_var,
      .params = { { "n", 1, 1, MODEL_ROUNDS } },
      .expect = { { NULL, "exhausted", NULL, NULL } });

MODEL(fib_locks, "fib-locks", "Fibonacci numbers under a lock", fib_locks,
      .params = { { "n", 1, 1, MODEL_ROUNDS } },
      .expect = { { NULL, "exhausted", NULL, NULL } });
