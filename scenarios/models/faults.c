/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Operations that may fail, at most N of them in an execution (--faults N).
 *
 * faults-apart: n threads with m such operations each, and nothing else: as many
 * traces as there are sets of at most N of the n * m operations.
 * faults-lock: n threads, each of which takes a lock unless its operation failed: the
 * sum over k from 0 to N of C(n, k) * (n - k)!
 */
#include "../model.h"

static struct model_lock *lock;
static struct model_cell *done, *lost;
static long threads, each;

static void ask(long id)
{
	long i;

	(void)id;
	for (i = 0; i < each; i++)
		WEFT_SOMETIMES("an operation failed",
			       model_may_fail("an operation"));
}

static void ask_and_lock(long id)
{
	bool failed = model_may_fail("an allocation");

	(void)id;
	WEFT_SOMETIMES("an operation failed", failed);
	if (failed) {
		model_add(lost, 1);
		return;
	}
	model_lock(lock);
	model_write(done, model_read(done) + 1);
	model_unlock(lock);
}

static void start(void (*fn)(long id))
{
	long i;

	threads = weft_param("n");
	for (i = 1; i <= threads; i++)
		model_spawn("t", fn, i);
	model_join_all();
}

static void apart(void)
{
	each = weft_param("m");
	start(ask);
}

static void locked(void)
{
	lock = model_mutex("lock");
	done = model_cell("done", 0);
	lost = model_cell("lost", 0);
	start(ask_and_lock);
	WEFT_CHECK(model_read(done) + model_read(lost) == threads,
		   "each took the lock or failed");
}

MODEL(faults_apart, "faults-apart", "m operations of each of n threads may fail",
      apart,
      .params = { { "n", 3, 1, MODEL_THREADS }, { "m", 1, 1, MODEL_ROUNDS } },
      .faults = 2,
      .probes = { "an operation failed" },
      .expect = { { NULL, "exhausted", NULL, NULL } });

MODEL(faults_lock, "faults-lock", "n threads take a lock unless something failed",
      locked, .params = { { "n", 3, 1, MODEL_THREADS } }, .faults = 2,
      .probes = { "an operation failed" },
      .expect = { { NULL, "exhausted", NULL, NULL } });
