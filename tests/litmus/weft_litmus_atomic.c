// SPDX-License-Identifier: GPL-2.0-only
/*
 * Atomic variables and the counts built of them. Promised by
 * Documentation/atomic_t.txt, core-api/refcount-vs-atomic.rst, core-api/kref.rst.
 */
#include <linux/atomic.h>
#include <linux/bitops.h>
#include <linux/kref.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/refcount.h>

#include "litmus.h"

static DEFINE_MUTEX(litmus_mutex);
static atomic_t counter;
static int plain;
static unsigned long bits;
static int winners;

static long atomic_increment(void)
{
	atomic_inc(&counter);
	return 0;
}

static long atomic_both(void)
{
	promise(atomic_read(&counter) == 3, "no atomic_inc() is ever lost");
	return 0;
}

const struct litmus litmus_atomic_inc = {
	.role = { atomic_increment, atomic_increment, atomic_increment },
	.end = atomic_both,
};

/* Marked, but two accesses: an update can be lost, and must be seen to be. */
static long plain_increment(void)
{
	WRITE_ONCE(plain, READ_ONCE(plain) + 1);
	return 0;
}

static long plain_end(void)
{
	promise(plain == 1 || plain == 2, "two increments make one or two");
	return SEEN(plain - 1);
}

const struct litmus litmus_plain_increment = {
	.role = { plain_increment, plain_increment }, .end = plain_end,
};

static long bit_win(void)
{
	if (test_and_set_bit(0, &bits))
		return SEEN(1);
	WRITE_ONCE(winners, READ_ONCE(winners) + 1);
	return SEEN(0);
}

static long cmpxchg_win(void)
{
	if (atomic_cmpxchg(&counter, 0, 1))
		return SEEN(1);
	WRITE_ONCE(winners, READ_ONCE(winners) + 1);
	return SEEN(0);
}

static long one_winner(void)
{
	promise(winners == 1, "exactly one task wins");
	return 0;
}

const struct litmus litmus_test_and_set_bit = {
	.role = { bit_win, bit_win }, .end = one_winner,
};
const struct litmus litmus_cmpxchg = {
	.role = { cmpxchg_win, cmpxchg_win }, .end = one_winner,
};

/* Store buffering: we explore sequential consistency, where one sees the other. */
static int sb_x, sb_y, sb_saw_x, sb_saw_y;

static long sb_a(void)
{
	WRITE_ONCE(sb_x, 1);
	sb_saw_y = READ_ONCE(sb_y);
	return 0;
}

static long sb_b(void)
{
	WRITE_ONCE(sb_y, 1);
	sb_saw_x = READ_ONCE(sb_x);
	return 0;
}

static long sb_end(void)
{
	promise(sb_saw_x || sb_saw_y, "under SC one of two tasks sees the other's store");
	return SEEN(sb_saw_x + 2 * sb_saw_y - 1);
}

const struct litmus litmus_store_buffering = { .role = { sb_a, sb_b }, .end = sb_end };

/* ---- refcounts ---- */

static refcount_t refs = REFCOUNT_INIT(2);
static int released;

static long ref_dec_and_lock(void)
{
	if (!refcount_dec_and_mutex_lock(&refs, &litmus_mutex))
		return SEEN(0);
	lockdep_assert_held(&litmus_mutex);
	promise(!refcount_read(&refs), "the mutex is got by who drops the last reference");
	WRITE_ONCE(released, READ_ONCE(released) + 1);
	mutex_unlock(&litmus_mutex);
	return SEEN(1);
}

static long released_once(void)
{
	promise(released == 1, "the last reference is dropped exactly once");
	return 0;
}

const struct litmus litmus_refcount_dec_and_mutex_lock = {
	.role = { ref_dec_and_lock, ref_dec_and_lock }, .end = released_once,
};

/* WRONG: three puts for two references. */
static long ref_put(void)
{
	if (refcount_dec_and_test(&refs))
		WRITE_ONCE(released, READ_ONCE(released) + 1);
	return 0;
}

const struct litmus litmus_refcount_underflow = {
	.role = { ref_put, ref_put, ref_put }, .end = released_once,
};

static struct kref kref;

static void kref_release(struct kref *k)
{
	WRITE_ONCE(released, READ_ONCE(released) + 1);
}

static long kref_setup(void)
{
	kref_init(&kref);
	kref_get(&kref);
	return 0;
}

static long kref_drop(void)
{
	return kref_put(&kref, kref_release) ? SEEN(0) : SEEN(1);
}

const struct litmus litmus_kref_put = {
	.setup = kref_setup, .role = { kref_drop, kref_drop }, .end = released_once,
};

/* A lookup may only take a reference that is not the first. */
static long kref_find(void)
{
	if (!kref_get_unless_zero(&kref))
		return SEEN(1);
	promise(!READ_ONCE(released), "kref_get_unless_zero() keeps the object");
	kref_put(&kref, kref_release);
	return SEEN(0);
}

static long kref_setup_one(void)
{
	kref_init(&kref);
	return 0;
}

static long kref_drop_quiet(void)
{
	kref_put(&kref, kref_release);
	return 0;
}

const struct litmus litmus_kref_get_unless_zero = {
	.setup = kref_setup_one, .role = { kref_drop_quiet, kref_find },
	.end = released_once,
};

/* WRONG: kref_get() where the last reference may be gone; refcount_t warns. */
static long kref_revive(void)
{
	kref_get(&kref);
	return 0;
}

const struct litmus litmus_kref_get_from_zero = {
	.setup = kref_setup_one, .role = { kref_drop_quiet, kref_revive },
};

static long module_reference(void)
{
	promise(try_module_get(THIS_MODULE), "a module that runs can be referenced");
	module_put(THIS_MODULE);
	return 0;
}

const struct litmus litmus_module_get = { .role = { module_reference, module_reference } };
