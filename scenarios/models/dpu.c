/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Lock programs: independent pairs of threads (mpat), a dispatcher (disp),
 * producers and consumers (mpc), and overlapping sets of locks (spat).
 *
 * Source: Nguyen et al., "Quasi-optimal partial order reduction", CAV 2018.
 */
#include "../model.h"

static struct model_lock *locks, *outer, *common;
static struct model_cell *chosen, *buffer, *requests;
static long n, m;

static void take(struct model_lock *lock)
{
	model_lock(lock);
	model_unlock(lock);
}

static void mpat_one(long id)
{
	take(model_mutex_at(locks, id - 1));
}

static void mpat_two(long id)
{
	model_lock(outer);
	take(model_mutex_at(locks, id - 1));
	model_unlock(outer);
}

static void mpat(void)
{
	long i;

	n = weft_param("n");
	locks = model_mutexes("a", n);
	outer = model_mutex("m");
	for (i = 1; i <= n; i++) {
		model_spawn("w", mpat_one, i);
		model_spawn("r", mpat_two, i);
	}
	model_join_all();
}

static void pick(long id)
{
	long i;

	(void)id;
	for (i = 0; i < n; i++) {
		model_lock(common);
		model_write(chosen, i);
		model_unlock(common);
	}
}

static void disp(void)
{
	long i, server;
	int picker;

	n = weft_param("n");
	m = weft_param("m");
	locks = model_mutexes("s", n);
	common = model_mutex("k");
	chosen = model_cell("chosen", 0);
	for (i = 1; i <= n; i++)
		model_spawn("server", mpat_one, i);
	for (i = 1; i <= m; i++) {
		picker = model_spawn("picker", pick, i);
		model_lock(common);
		server = model_read(chosen);
		model_unlock(common);
		take(model_mutex_at(locks, server));
		model_join(picker);
	}
	model_join_all();
}

static void work(long id)
{
	struct model_lock *lock = model_mutex_at(locks, id - 1);
	struct model_cell *mine = &requests[id - 1];
	long i;

	for (i = 0; i < 2; i++) {
		model_lock(lock);
		if (model_read(mine))
			model_write(mine, model_read(mine) - 1);
		model_unlock(lock);
	}
}

static void produce(long id)
{
	unsigned long item = 0;
	long i;

	for (i = 0; i < 2; i++) {
		model_lock(common);
		item = (unsigned long)model_read(buffer) * (unsigned long)n +
			(unsigned long)id - 1;
		model_write(buffer, (long)item);
		model_unlock(common);
	}
	item %= (unsigned long)m;
	model_lock(model_mutex_at(locks, (long)item));
	model_write(&requests[item], model_read(&requests[item]) + 1);
	model_unlock(model_mutex_at(locks, (long)item));
}

static void mpc(void)
{
	long i;

	n = weft_param("n");
	m = weft_param("m");
	locks = model_mutexes("m", m);
	common = model_mutex("g");
	buffer = model_cell("buffer", 0);
	requests = model_cells("requests", m, 0);
	for (i = 1; i <= m; i++)
		model_spawn("worker", work, i);
	for (i = 1; i <= n; i++)
		model_spawn("producer", produce, i);
	model_join_all();
}

static void take_set(long id)
{
	static const long offsets[] = { 0, 1, 3 };
	long i, taken = 0;

	while (taken < 3 && id - 1 + offsets[taken] < m)
		model_lock(model_mutex_at(locks, id - 1 + offsets[taken++]));
	for (i = taken; i--; )
		model_unlock(model_mutex_at(locks, id - 1 + offsets[i]));
}

static void spat(void)
{
	long i;

	n = weft_param("n");
	m = weft_param("m");
	locks = model_mutexes("m", m);
	for (i = 1; i <= n; i++)
		model_spawn("thread", take_set, i);
	model_join_all();
}

/* n! 2^n traces */
MODEL(mpat, "mpat", "n pairs of threads, half of them under a lock", mpat,
      .params = { { "n", 2, 1, MODEL_THREADS / 2 } },
      .expect = { { NULL, "exhausted", NULL, NULL } });

MODEL(disp, "disp", "m requests to one of n servers", disp,
      .params = { { "n", 2, 1, MODEL_THREADS - 1 }, { "m", 1, 1, MODEL_THREADS - 1 } },
      .expect = { { NULL, "exhausted", NULL, NULL } });

MODEL(mpc, "mpc", "n producers, m consumers", mpc,
      .params = { { "n", 1, 1, MODEL_THREADS - 1 }, { "m", 1, 1, MODEL_THREADS - 1 } },
      .expect = { { NULL, "exhausted", NULL, NULL } });

MODEL(spat, "spat", "n threads, each with up to three of m locks", spat,
      .params = { { "n", 2, 1, MODEL_THREADS }, { "m", 2, 1, MODEL_THREADS + 3 } },
      .expect = { { NULL, "exhausted", NULL, NULL } });
