/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Data races, and programs that only look as if they had one. model_read() and
 * model_write() are READ_ONCE() and WRITE_ONCE(): they order nothing by themselves.
 */
#include "../model.h"

static struct model_cell *data, *flag, *count;
static struct model_lock *lock, *other;

static void add_plainly(void)
{
	model_plain_write(data, model_plain_read(data) + 1);	/* AT add */
}

static void add(long id)
{
	(void)id;
	add_plainly();				/* AT unlocked */
}

static void add_locked(long id)
{
	struct model_lock *mine = id == 1 ? lock : other;

	model_lock(mine);
	add_plainly();				/* AT locked */
	model_unlock(mine);
}

static void publish(long id)
{
	(void)id;
	model_plain_write(data, 1);		/* AT publish */
	model_write(flag, 1);
}

static void publish_release(long id)
{
	(void)id;
	model_plain_write(data, 1);
	model_store_release(flag, 1);
}

static void consume(long id)
{
	(void)id;
	if (model_load_acquire(flag))
		model_plain_read(data);		/* AT consume */
}

/* Only the lock's way from one to the other comes between the two. */
static void write_then_lock(long id)
{
	(void)id;
	model_plain_write(data, 1);		/* AT before-lock */
	model_lock(lock);
	model_unlock(lock);
}

static void lock_then_read(long id)
{
	(void)id;
	model_lock(lock);
	model_unlock(lock);
	model_plain_read(data);			/* AT behind-lock */
}

static void write_locked(long id)
{
	(void)id;
	model_lock(lock);
	model_plain_write(data, 1);		/* AT under-lock */
	model_unlock(lock);
}

/* Told under the lock that data is there. */
static void tell(long id)
{
	(void)id;
	model_plain_write(data, 1);
	model_lock(lock);
	model_plain_write(flag, 1);
	model_unlock(lock);
}

static void be_told(long id)
{
	long told;

	(void)id;
	model_lock(lock);
	told = model_plain_read(flag);
	model_unlock(lock);
	if (told)
		add_plainly();
}

/* The last to put comes behind all the others. */
static void put(long id)
{
	(void)id;
	model_lock(lock);
	add_plainly();
	model_unlock(lock);
	if (model_fetch_add(count, -1) == 1)
		model_plain_write(data, 0);
}

static void look(long id)
{
	(void)id;
	model_plain_read(data);
}

static void begin(void)
{
	data = model_cell("data", 0);
	flag = model_cell("flag", 0);
	count = model_cell("count", 2);
	lock = model_mutex("lock");
	other = model_mutex("other");
}

static void run(void (*first)(long id), void (*second)(long id))
{
	begin();
	model_spawn("first", first, 1);
	model_spawn("second", second, 2);
	model_join_all();
}

static void unlocked(void)	{ run(add, add); }
static void two_locks(void)	{ run(add_locked, add_locked); }
static void relaxed(void)	{ run(publish, consume); }
static void released(void)	{ run(publish_release, consume); }
static void last_put(void)	{ run(put, put); }
static void readers(void)	{ run(look, look); }
static void handed_on(void)	{ run(write_then_lock, lock_then_read); }
static void too_late(void)	{ run(write_locked, lock_then_read); }
static void ready(void)		{ run(tell, be_told); }

static void one_lock(void)
{
	begin();
	other = lock;
	model_spawn("first", add_locked, 1);
	model_spawn("second", add_locked, 2);
	model_join_all();
}

/* What comes before a thread's start, and behind its end. */
static void around(void)
{
	begin();
	model_plain_write(data, 1);
	model_join(model_spawn("first", add, 1));
	add_plainly();
	model_join(model_spawn("second", add, 2));
}

#define RACY(text)	{ { NULL, "exhausted", "race", text } }
#define CLEAN		{ { NULL, "exhausted", NULL, NULL } }

MODEL(race_unlocked, "race-unlocked", "plain updates without a lock",
      unlocked, .expect = RACY("add_plainly()"));
MODEL(race_two_locks, "race-two-locks", "plain updates, each under its own lock",
      two_locks, .expect = RACY("add_plainly()"));
MODEL(race_relaxed, "race-relaxed", "data published by a marked write alone",
      relaxed, .expect = RACY("publish()"));
MODEL(race_handed_on, "race-handed-on", "plain accesses before and behind a lock",
      handed_on, .expect = RACY("write_then_lock()"));
MODEL(race_too_late, "race-too-late", "one plain access under a lock, one behind it",
      too_late, .expect = RACY("write_locked()"));
MODEL(norace_ready, "norace-ready", "data announced by a flag under a lock",
      ready, .expect = CLEAN);
MODEL(norace_one_lock, "norace-one-lock", "plain updates under one lock",
      one_lock, .expect = CLEAN);
MODEL(norace_release, "norace-release", "data published by release and acquire",
      released, .expect = CLEAN);
MODEL(norace_last_put, "norace-last-put", "the last to put takes all down",
      last_put, .expect = CLEAN);
MODEL(norace_readers, "norace-readers", "plain reads by two threads", readers,
      .expect = CLEAN);
MODEL(norace_around, "norace-around", "plain updates around starts and ends",
      around, .expect = CLEAN);
