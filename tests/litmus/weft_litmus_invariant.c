// SPDX-License-Identifier: GPL-2.0-only
/*
 * Twins of the detector "invariant": what the kernel side promises, and breaks in
 * some interleavings, beside what looks alike and holds.
 */
#include <linux/atomic.h>
#include <linux/mutex.h>
#include <linux/seqlock.h>

#include "litmus.h"

static DEFINE_MUTEX(inv_mutex);
static DEFINE_SEQLOCK(inv_seq);
static atomic_t inv_count = ATOMIC_INIT(0);
static atomic_t inv_left = ATOMIC_INIT(1);
static int inv_low, inv_high;

/* WRONG: what is left is looked at, and taken later. */
static long inv_take(void)
{
	if (!atomic_read(&inv_left))
		return SEEN(0);
	atomic_dec(&inv_left);
	atomic_inc(&inv_count);
	return SEEN(1);
}

static long inv_taken_once(void)
{
	promise(atomic_read(&inv_count) <= 1, "the last one is taken once");
	return 0;
}

const struct litmus litmus_inv_check_then_act = {
	.role = { inv_take, inv_take }, .end = inv_taken_once,
};

static long inv_take_at_once(void)
{
	if (!atomic_add_unless(&inv_left, -1, 0))
		return SEEN(0);
	atomic_inc(&inv_count);
	return SEEN(1);
}

const struct litmus litmus_inv_take_ok = {
	.role = { inv_take_at_once, inv_take_at_once }, .end = inv_taken_once,
};

/* WRONG: the lock is given up between the two halves. */
static long inv_write_halves(void)
{
	mutex_lock(&inv_mutex);
	WRITE_ONCE(inv_low, 1);
	mutex_unlock(&inv_mutex);
	mutex_lock(&inv_mutex);
	WRITE_ONCE(inv_high, 1);
	mutex_unlock(&inv_mutex);
	return 0;
}

static long inv_read_both(void)
{
	mutex_lock(&inv_mutex);
	promise(READ_ONCE(inv_low) == READ_ONCE(inv_high),
		"under the lock both halves agree");
	mutex_unlock(&inv_mutex);
	return 0;
}

const struct litmus litmus_inv_two_sections = {
	.role = { inv_write_halves, inv_read_both },
};

static long inv_write_both(void)
{
	mutex_lock(&inv_mutex);
	WRITE_ONCE(inv_low, 1);
	WRITE_ONCE(inv_high, 1);
	mutex_unlock(&inv_mutex);
	return 0;
}

const struct litmus litmus_inv_one_section_ok = {
	.role = { inv_write_both, inv_read_both },
};

/* WRONG: a reader of a seqlock that does not ask whether to try again. */
static long inv_seq_write(void)
{
	write_seqlock(&inv_seq);
	WRITE_ONCE(inv_low, 1);
	WRITE_ONCE(inv_high, 1);
	write_sequnlock(&inv_seq);
	return 0;
}

static long inv_seq_read_once(void)
{
	int low, high;

	read_seqbegin(&inv_seq);
	low = READ_ONCE(inv_low);
	high = READ_ONCE(inv_high);
	promise(low == high, "a reader of the seqlock sees both or neither");
	return 0;
}

const struct litmus litmus_inv_no_retry = {
	.role = { inv_seq_write, inv_seq_read_once },
};

static long inv_seq_read(void)
{
	unsigned int seq, turns = 0;
	int low, high;

	do {
		seq = read_seqbegin(&inv_seq);
		low = READ_ONCE(inv_low);
		high = READ_ONCE(inv_high);
		turns++;
	} while (read_seqretry(&inv_seq, seq));
	promise(low == high, "a reader of the seqlock sees both or neither");
	return turns > 1 ? SEEN(0) : SEEN(1);
}

const struct litmus litmus_inv_retry_ok = {
	.role = { inv_seq_write, inv_seq_read },
};
