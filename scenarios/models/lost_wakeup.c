/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Lost wakeup: a sleeper looks whether there is work, says that it sleeps, and
 * sleeps; a waker brings work and wakes whoever says that it sleeps. Looking
 * before saying loses the wakeup; saying before looking is the near miss.
 */
#include "../model.h"

static struct model_cell *work, *asleep;

static void sleeper_broken(long id)
{
	(void)id;
	if (model_read(work))
		return;
	model_write(asleep, 1);
	model_await(asleep, 0);			/* AT sleep */
}

static void sleeper(long id)
{
	(void)id;
	model_write(asleep, 1);
	if (!model_read(work))
		model_await(asleep, 0);
}

static void waker(long id)
{
	(void)id;
	model_write(work, 1);
	if (model_read(asleep))
		model_write(asleep, 0);
}

static void run(void (*fn)(long id))
{
	work = model_cell("work", 0);
	asleep = model_cell("asleep", 0);
	model_spawn("sleeper", fn, 0);
	model_spawn("waker", waker, 0);
	model_join_all();
}

static void broken(void)
{
	run(sleeper_broken);
}

static void fixed(void)
{
	run(sleeper);
}

MODEL(lost_wakeup, "lost-wakeup", "looks for work before it says it sleeps",
      broken,
      .expect = { { NULL, "bug", "deadlock", "sleeper waits for asleep" } });

MODEL(lost_wakeup_ok, "lost-wakeup-ok", "says it sleeps before it looks",
      fixed,
      .expect = { { NULL, "exhausted", NULL, NULL } });
