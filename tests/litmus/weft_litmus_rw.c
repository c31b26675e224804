// SPDX-License-Identifier: GPL-2.0-only
/*
 * Locks with readers and writers: rwsem, rwlock, percpu-rwsem.
 * Promised by kernel/locking/rwsem.c ("a writer in the queue blocks later
 * readers", "downgrade write lock to read lock"), Documentation/locking/
 * locktypes.rst and percpu-rw-semaphore.rst.
 */
#include <linux/completion.h>
#include <linux/percpu-rwsem.h>
#include <linux/rwsem.h>
#include <linux/spinlock.h>

#include "litmus.h"

static DECLARE_RWSEM(litmus_rwsem);
static DEFINE_RWLOCK(litmus_rwlock);
DEFINE_STATIC_PERCPU_RWSEM(litmus_percpu_rwsem);
static DECLARE_COMPLETION(first);
static DECLARE_COMPLETION(second);
static struct litmus_section section;
static int value;

/* Both readers are inside at the same time, or they wait for ever. */
static long rwsem_share_a(void)
{
	down_read(&litmus_rwsem);
	complete(&first);
	wait_for_completion(&second);
	up_read(&litmus_rwsem);
	return 0;
}

static long rwsem_share_b(void)
{
	down_read(&litmus_rwsem);
	complete(&second);
	wait_for_completion(&first);
	up_read(&litmus_rwsem);
	return 0;
}

const struct litmus litmus_rwsem_readers_share = {
	.role = { rwsem_share_a, rwsem_share_b },
};

static long rwsem_write(int role)
{
	long seen;

	down_write(&litmus_rwsem);		/* AT write */
	seen = litmus_section_pass(&section, role);
	WRITE_ONCE(value, value + 1);
	up_write(&litmus_rwsem);
	return seen;
}

static long rwsem_write_a(void) { return rwsem_write(0); }
static long rwsem_write_b(void) { return rwsem_write(1); }	/* AT write-b */

static long rwsem_read(void)
{
	int before, after;

	down_read(&litmus_rwsem);
	promise(!READ_ONCE(section.inside), "no writer is inside with a reader");
	before = READ_ONCE(value);
	after = READ_ONCE(value);
	promise(before == after, "no writer comes in while a reader is inside");
	up_read(&litmus_rwsem);
	return before == 1 ? SEEN(2) : 0;
}

const struct litmus litmus_rwsem_exclusion = {
	.role = { rwsem_write_a, rwsem_write_b, rwsem_read },
};

/* A queued writer stops the second down_read() of a reader that holds it. */
static long rwsem_read_twice(void)
{
	down_read(&litmus_rwsem);		/* AT read-once */
	down_read(&litmus_rwsem);		/* AT read-twice */
	up_read(&litmus_rwsem);
	up_read(&litmus_rwsem);
	return 0;
}

const struct litmus litmus_rwsem_recursive_read = {
	.role = { rwsem_read_twice, rwsem_write_b },
};

/* Without a writer nothing stops it. */
const struct litmus litmus_rwsem_recursive_read_alone = {
	.role = { rwsem_read_twice, rwsem_read_twice },
};

/* The reader that waits comes in as soon as the writer downgrades. */
static long rwsem_downgrade(void)
{
	down_write(&litmus_rwsem);
	downgrade_write(&litmus_rwsem);
	wait_for_completion(&second);
	up_read(&litmus_rwsem);
	return 0;
}

static long rwsem_join(void)
{
	down_read(&litmus_rwsem);
	complete(&second);
	up_read(&litmus_rwsem);
	return 0;
}

const struct litmus litmus_rwsem_downgrade = {
	.role = { rwsem_downgrade, rwsem_join },
};

/* No writer slips in between the two modes. */
static long rwsem_downgrade_look(void)
{
	int before;

	down_write(&litmus_rwsem);
	before = READ_ONCE(value);
	downgrade_write(&litmus_rwsem);
	promise(READ_ONCE(value) == before, "no writer comes in by a downgrade");
	up_read(&litmus_rwsem);
	return before ? SEEN(1) : SEEN(0);
}

static long rwsem_write_quiet(void)
{
	rwsem_write(0);
	return 0;
}

const struct litmus litmus_rwsem_downgrade_excludes = {
	.role = { rwsem_downgrade_look, rwsem_write_quiet },
};

static long rwsem_try(void)
{
	if (!down_write_trylock(&litmus_rwsem))
		return SEEN(1);
	litmus_section_pass(&section, 1);
	up_write(&litmus_rwsem);
	return SEEN(0);
}

const struct litmus litmus_rwsem_trylock = { .role = { rwsem_read, rwsem_try } };

/* ---- rwlock ---- */

static atomic_t readers;

static long rwlock_read(void)
{
	int n;

	read_lock(&litmus_rwlock);
	n = atomic_inc_return(&readers);
	promise(!READ_ONCE(section.inside), "no writer is inside with a reader");
	atomic_dec(&readers);
	read_unlock(&litmus_rwlock);
	return SEEN(n - 1);
}

static long rwlock_write(void)
{
	write_lock(&litmus_rwlock);
	promise(!atomic_read(&readers), "no reader is inside with a writer");
	litmus_section_pass(&section, 2);
	write_unlock(&litmus_rwlock);
	return 0;
}

const struct litmus litmus_rwlock_exclusion = {
	.role = { rwlock_read, rwlock_read, rwlock_write },
};

/* ---- percpu-rwsem ---- */

static long percpu_write(void)
{
	percpu_down_write(&litmus_percpu_rwsem);
	litmus_section_pass(&section, 0);
	percpu_up_write(&litmus_percpu_rwsem);
	return 0;
}

static long percpu_read(void)
{
	bool after;

	percpu_down_read(&litmus_percpu_rwsem);
	promise(!READ_ONCE(section.inside), "no writer is inside with a reader");
	after = READ_ONCE(section.passed);
	promise(READ_ONCE(section.passed) == after,
		"no writer comes in while a reader is inside");
	percpu_up_read(&litmus_percpu_rwsem);
	return after ? SEEN(0) : SEEN(1);
}

const struct litmus litmus_percpu_rwsem_exclusion = {
	.role = { percpu_write, percpu_read },
};
