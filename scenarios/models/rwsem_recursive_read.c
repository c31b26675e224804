/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Reading twice: a reader that takes a rwsem for reading again waits for the
 * writer that got in line in between, and the writer waits for it. With two
 * readers that read once each, all is well.
 */
#include "../model.h"

static struct model_lock *sem;

static void read_once(long id)
{
	(void)id;
	model_lock_shared(sem);
	model_unlock_shared(sem);
}

static void read_twice(long id)
{
	model_lock_shared(sem);
	read_once(id);
	model_unlock_shared(sem);
}

static void writer(long id)
{
	(void)id;
	model_lock(sem);
	model_unlock(sem);
}

static void recursive(void)
{
	sem = model_rwsem("sem");
	model_spawn("reader", read_twice, 0);
	model_spawn("writer", writer, 0);
	model_join_all();
}

static void single(void)
{
	sem = model_rwsem("sem");
	model_spawn("reader", read_once, 1);
	model_spawn("reader", read_once, 2);
	model_spawn("writer", writer, 0);
	model_join_all();
}

MODEL(rwsem_recursive_read, "rwsem-recursive-read",
      "reading again while a writer is in line", recursive,
      .expect = { { NULL, "bug", "deadlock", "sem" } });

MODEL(rwsem_read, "rwsem-read", "two readers and a writer", single,
      .expect = { { NULL, "exhausted", NULL, NULL } });

/* A trylock between a write and the downgrade fails: both must be points. */
static struct model_cell *written;

static void write_and_downgrade(long i)
{
	model_lock(sem);
	model_write(written, 1);
	model_downgrade(sem);
	model_unlock_shared(sem);
}

static void try_after_write(long i)
{
	if (!model_read(written))
		return;
	WEFT_CHECK(model_trylock_shared(sem), "who sees the write can read");
}

static void downgrade(void)
{
	sem = model_rwsem("sem");
	written = model_cell("written", 0);
	model_spawn("writer", write_and_downgrade, 0);
	model_spawn("reader", try_after_write, 0);
	model_join_all();
}

MODEL(rwsem_downgrade, "rwsem-downgrade", "trying before the downgrade",
      downgrade,
      .expect = { { NULL, "bug", "invariant", "can read" } });
