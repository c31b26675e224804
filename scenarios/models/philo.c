/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Dining philosophers: each takes the fork on the left, then the one on the
 * right. 2^n - 1 traces, one of them a deadlock of all n; when the last one
 * takes them the other way round, 2^n - 2 and no deadlock.
 */
#include "../model.h"

static struct model_lock *forks;
static long n;

static void dine(struct model_lock *first, struct model_lock *second)
{
	model_lock(first);			/* AT left */
	model_lock(second);			/* AT right */
	model_unlock(second);
	model_unlock(first);
}

static void philosopher(long id)
{
	dine(model_mutex_at(forks, id - 1), model_mutex_at(forks, id % n));	/* AT dine */
}

static void careful(long id)
{
	dine(model_mutex_at(forks, id % n), model_mutex_at(forks, id - 1));
}

static void run(void (*last)(long id))
{
	long i;

	n = weft_param("n");
	forks = model_mutexes("fork", n);
	for (i = 1; i < n; i++)
		model_spawn("philosopher", philosopher, i);
	model_spawn("philosopher", last, n);
	model_join_all();
}

static void all_alike(void)
{
	run(philosopher);
}

static void one_careful(void)
{
	run(careful);
}

MODEL(philo, "philo", "n dining philosophers, left fork first", all_alike,
      .params = { { "n", 3, 2, MODEL_THREADS } },
      .expect = { { NULL, "bug", "deadlock", "fork[0],fork[1],fork[2]" } });

MODEL(philo_ok, "philo-ok", "dining philosophers, the last one right-handed",
      one_careful,
      .params = { { "n", 3, 2, MODEL_THREADS } },
      .expect = { { NULL, "exhausted", NULL, NULL } });
