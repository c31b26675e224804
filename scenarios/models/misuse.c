/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Locks used against their rules in some orders only, and programs that look
 * alike and are right: twins of the detector "context".
 */
#include "../model.h"

static struct model_lock *first, *second;
static struct model_cell *flag, *ready, *done;

static void prepare(void)
{
	first = model_mutex("first");
	second = model_mutex("second");
	flag = model_cell("flag", 0);
	ready = model_completion("ready");
	done = model_completion("done");
}

static void pair(void (*a)(long id), void (*b)(long id))
{
	prepare();
	model_spawn("a", a, 0);
	model_spawn("b", b, 0);
	model_join_all();
}

/* ---- released by somebody else ---- */

static void own(long id)
{
	(void)id;
	model_lock(first);			/* AT own */
	model_complete(ready);
	model_wait(done);
	model_unlock(first);
}

static void release_for_owner(long id)
{
	(void)id;
	model_wait(ready);
	model_unlock(first);			/* AT release-other */
	model_complete(done);
}

static void release_other(void)
{
	pair(own, release_for_owner);
}

/* The near miss: the other one says when, the owner releases. */
static void tell_owner(long id)
{
	(void)id;
	model_wait(ready);
	model_complete(done);
}

static void release_told(void)
{
	pair(own, tell_owner);
}

/* ---- released twice, where the other task was faster ---- */

static void raise_flag(long id)
{
	(void)id;
	model_write(flag, 1);
}

static void release_if_flag(long id)
{
	(void)id;
	model_lock(first);
	if (model_read(flag))
		model_unlock(first);		/* AT release-once */
	model_unlock(first);			/* AT release-twice */
}

static void release_twice(void)
{
	pair(release_if_flag, raise_flag);
}

/* The near miss: only who got it releases it, and in any order. */
static void release_if_got(long id)
{
	bool got = model_trylock(first);

	(void)id;
	model_lock(second);
	if (got)
		model_unlock(first);
	model_unlock(second);
}

static void release_once(void)
{
	pair(release_if_got, release_if_got);
}

/* ---- a reader that releases as a writer ---- */

static struct model_lock *rwsem;

static void read_and_up_write(long id)
{
	(void)id;
	model_lock_shared(rwsem);		/* AT down-read */
	model_unlock(rwsem);			/* AT up-write */
}

static void wrong_mode(void)
{
	rwsem = model_rwsem("rwsem");
	model_spawn("reader", read_and_up_write, 0);
	model_join_all();
}

/* The near miss: a writer that has become a reader. */
static void downgrade_and_up_read(long id)
{
	(void)id;
	model_lock(rwsem);
	model_downgrade(rwsem);
	model_unlock_shared(rwsem);
}

static void right_mode(void)
{
	rwsem = model_rwsem("rwsem");
	model_spawn("writer", downgrade_and_up_read, 1);
	model_spawn("writer", downgrade_and_up_read, 2);
	model_join_all();
}

#define WRONG(text)	.expect = { { NULL, "bug", "context", text } }
#define RIGHT		.expect = { { NULL, "exhausted", NULL, NULL } }

MODEL(release_other, "release-other", "a lock released by another task",
      release_other, WRONG("unlock of a lock held by another task: first by task 2 (b)"));
MODEL(release_told, "release-told", "a lock released when another task says so",
      release_told, RIGHT);
MODEL(release_twice, "release-twice", "a lock released twice in some orders",
      release_twice, WRONG("unlock of a lock that is not held: first by task 1 (a)"));
MODEL(release_once, "release-once", "a lock released by who got it",
      release_once, RIGHT);
MODEL(wrong_mode, "wrong-mode", "a reader releases as a writer", wrong_mode,
      WRONG("release as a writer of a lock held as a reader: rwsem by task 1 (reader)"));
MODEL(right_mode, "right-mode", "a writer becomes a reader", right_mode,
      RIGHT);
