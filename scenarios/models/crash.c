/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Programs that go through what another thread takes away, and their right twins.
 * A cell says whether it is there; what it stands for is no memory that is watched.
 */
#include "../model.h"

/* Sanitizers are for weft, not for what is wrong here on purpose. */
#define WRONG	__attribute__((no_sanitize_undefined))

static struct model_cell *there;
static struct model_lock *lock;
static long thing;
static volatile long sink;

static void act(void)
{
	sink = thing;
}

/* By what the cell holds: nothing, the thing. */
static long *volatile const pointers[2] = { NULL, &thing };
static void (*volatile const calls[2])(void) = { NULL, act };

static void take_away(long id)
{
	(void)id;
	model_write(there, 0);
}

static void take_away_locked(long id)
{
	(void)id;
	model_lock(lock);
	model_write(there, 0);
	model_unlock(lock);
}

/* WRONG: what was looked at is read once more. */
static WRONG void look_twice(long id)
{
	(void)id;
	if (model_read(there))
		sink = *(volatile long *)pointers[model_read(there)];	/* AT null */
}

static void look_locked(long id)
{
	(void)id;
	model_lock(lock);
	if (model_read(there))
		sink = *(volatile long *)pointers[model_read(there)];
	model_unlock(lock);
}

/* WRONG: the same of a call. */
static WRONG void call_twice(long id)
{
	(void)id;
	if (model_read(there))
		calls[model_read(there)]();	/* AT call */
}

static void call_once(long id)
{
	long is_there = model_read(there);

	(void)id;
	if (is_there)
		calls[is_there]();
}

/* WRONG: nobody says that there is one left to share by. */
static WRONG void share(long id)
{
	(void)id;
	sink = 100 / model_read(there);		/* AT divide */
}

static void share_some(long id)
{
	long some = model_read(there);

	(void)id;
	if (some)
		sink = 100 / some;
}

static void run(void (*taker)(long id), void (*user)(long id))
{
	there = model_cell("there", 1);
	lock = model_mutex("lock");
	model_spawn("taker", taker, 1);
	model_spawn("user", user, 2);
	model_join_all();
}

static void null_read(void)	{ run(take_away, look_twice); }
static void null_locked(void)	{ run(take_away_locked, look_locked); }
static void null_call(void)	{ run(take_away, call_twice); }
static void call_copied(void)	{ run(take_away, call_once); }
static void divide(void)	{ run(take_away, share); }
static void divide_some(void)	{ run(take_away, share_some); }

#define OOPS		.expect = { { NULL, "bug", "crash", NULL, NULL } }
#define CLEAN		.expect = { { NULL, "exhausted", NULL, NULL, NULL } }

MODEL(crash_null, "crash-null", "a pointer read again after it was looked at",
      null_read, OOPS);
MODEL(crash_call, "crash-call", "a function looked at, then called",
      null_call, OOPS);
MODEL(crash_divide, "crash-divide", "a division by what others set to zero",
      divide, OOPS);
MODEL(crash_null_ok, "crash-null-ok", "a pointer looked at and read under a lock",
      null_locked, CLEAN);
MODEL(crash_call_ok, "crash-call-ok", "a function looked up once, then called",
      call_copied, CLEAN);
MODEL(crash_divide_ok, "crash-divide-ok", "a division by what was looked at",
      divide_some, CLEAN);
