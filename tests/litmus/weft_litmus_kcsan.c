// SPDX-License-Identifier: GPL-2.0-only
/*
 * The cases of kernel/kcsan/kcsan_test.c, in programs of our own; those of its
 * barriers are in weft_litmus_barrier.c. KCSAN has to be lucky; here what happens
 * before what decides, whoever ran first.
 */
#include <linux/atomic.h>
#include <linux/bitops.h>
#include <linux/compiler.h>
#include <linux/completion.h>
#include <linux/jiffies.h>
#include <linux/kcsan-checks.h>
#include <linux/seqlock.h>
#include <linux/string.h>

#include "litmus.h"

#ifndef __data_racy
#define __data_racy volatile	/* as newer kernels have it, and 6.1 does not */
#endif

static DEFINE_SEQLOCK(kcsan_seqlock);
static DECLARE_COMPLETION(kcsan_begun);
static atomic_t kcsan_atomic;
static int data, other;
static int __data_racy racy;
static u64 wide[4];
static unsigned long word;
static long builtin;

static long data_write(void)
{
	data = 1;				/* AT write */
	return 0;
}

static long data_read(void)
{
	other += data > 9;			/* AT read */
	return 0;
}

static long data_look(void)
{
	return data > 9;			/* AT look */
}

static long data_write_once(void)
{
	WRITE_ONCE(data, 1);			/* AT write-once */
	return 0;
}

static long data_read_once(void)
{
	return READ_ONCE(data) > 9;		/* AT read-once */
}

/* ---- plain and marked accesses ---- */

const struct litmus litmus_kcsan_basic = { .role = { data_write, data_look } };

const struct litmus litmus_kcsan_two_races = {
	.role = { data_write, data_look, data_read },
};

/* A write of the value that is there already: KCSAN_REPORT_VALUE_CHANGE_ONLY hides it. */
static long same_write(void)
{
	data = 0;				/* AT same-write */
	return 0;
}

const struct litmus litmus_kcsan_same_value = { .role = { same_write, data_look } };

/* A change of one bit: KCSAN_PERMISSIVE hides it. */
static long one_bit(void)
{
	kcsan_nestable_atomic_begin();
	data ^= 0x10000;			/* AT one-bit */
	kcsan_nestable_atomic_end();
	return 0;
}

const struct litmus litmus_kcsan_one_bit = { .role = { one_bit, data_look } };

const struct litmus litmus_kcsan_write_write = {
	.role = { data_write, data_write },
};

static long wide_write(void)
{
	wide[0] = 1;				/* AT wide-0 */
	wide[1] = 2;				/* AT wide-1 */
	return 0;
}

static long wide_copy(void)
{
	u64 copy[4];

	memcpy(copy, wide, sizeof(copy));	/* AT wide-copy */
	return copy[3] > 9;
}

const struct litmus litmus_kcsan_write_struct_part = {
	.role = { wide_write, wide_copy },
};

static long wide_set(void)
{
	memset(wide, 1, sizeof(wide));		/* AT wide-set */
	return 0;
}

const struct litmus litmus_kcsan_write_struct = { .role = { wide_set, wide_set } };

static long wide_write_part(void)
{
	wide[3] = 42;				/* AT wide-part */
	return 0;
}

const struct litmus litmus_kcsan_write_write_struct_part = {
	.role = { wide_set, wide_write_part },
};

/* Nothing is accessed. The compiler must not see that the size is 0. */
static long wide_nothing(void)
{
	size_t size = 0;
	u64 copy = 0;

	OPTIMIZER_HIDE_VAR(size);
	memcpy(&copy, &wide[3], size);
	kcsan_check_read(&wide[3], size);
	__kcsan_check_access(&wide[3], size, KCSAN_ACCESS_ASSERT | KCSAN_ACCESS_WRITE);
	return copy;
}

const struct litmus litmus_kcsan_zero_size = { .role = { wide_set, wide_nothing } };

static long wide_count(void)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(wide); i++)
		wide[i]++;			/* AT wide-count */
	return 0;
}

const struct litmus litmus_kcsan_rmw_array = { .role = { wide_count, wide_count } };

const struct litmus litmus_kcsan_read_atomic_write_atomic = {
	.role = { data_write_once, data_read_once },
};

const struct litmus litmus_kcsan_read_plain_atomic_write = {
	.role = { data_write_once, data_look },
};

static long atomic_rmw(void)
{
	atomic_inc(&kcsan_atomic);		/* AT rmw */
	return 0;
}

static long atomic_plain_read(void)
{
	return kcsan_atomic.counter > 9;		/* AT plain-read */
}

const struct litmus litmus_kcsan_read_plain_atomic_rmw = {
	.role = { atomic_rmw, atomic_plain_read },
};

const struct litmus litmus_kcsan_atomic_builtins = {
	.role = { atomic_rmw, atomic_rmw, atomic_rmw },
};

static long data_race_read(void)
{
	return data_race(data) > 9;
}

const struct litmus litmus_kcsan_data_race = {
	.role = { data_write, data_race_read },
};

static long data_race_count(void)
{
	data_race(data++);
	return 0;
}

const struct litmus litmus_kcsan_data_race_both = {
	.role = { data_race_count, data_race_count },
};

static long racy_count(void)
{
	racy++;
	return 0;
}

const struct litmus litmus_kcsan_data_racy = { .role = { racy_count, racy_count } };

static long jiffies_look(void)
{
	return (long)jiffies < 0;
}

const struct litmus litmus_kcsan_jiffies = { .role = { jiffies_look, jiffies_look } };

/* ---- assertions ---- */

static long assert_writer(void)
{
	ASSERT_EXCLUSIVE_WRITER(data);		/* AT writer */
	WRITE_ONCE(data, 1);
	return 0;
}

const struct litmus litmus_kcsan_assert_writer = {
	.role = { assert_writer, data_write_once },
};

const struct litmus litmus_kcsan_assert_writer_reader = {
	.role = { assert_writer, data_read_once },
};

static long assert_access(void)
{
	ASSERT_EXCLUSIVE_ACCESS(data);		/* AT access */
	return 0;
}

const struct litmus litmus_kcsan_assert_access = {
	.role = { assert_access, data_read_once },
};

static long assert_writer_only(void)
{
	ASSERT_EXCLUSIVE_WRITER(data);		/* AT writer-only */
	return 0;
}

const struct litmus litmus_kcsan_assert_access_writer = {
	.role = { assert_access, assert_writer_only },
};

const struct litmus litmus_kcsan_assert_access_access = {
	.role = { assert_access, assert_access },
};

const struct litmus litmus_kcsan_assert_writer_writer = {
	.role = { assert_writer_only, assert_writer_only },
};

static long assert_writer_scoped(void)
{
	ASSERT_EXCLUSIVE_WRITER_SCOPED(data);	/* AT writer-scope */
	complete(&kcsan_begun);
	return 0;
}

const struct litmus litmus_kcsan_assert_writer_scoped = {
	.role = { assert_writer_scoped, same_write },
};

static long assert_access_scoped(void)
{
	ASSERT_EXCLUSIVE_ACCESS_SCOPED(data);	/* AT access-scope */
	complete(&kcsan_begun);
	return 0;
}

const struct litmus litmus_kcsan_assert_access_scoped = {
	.role = { assert_access_scoped, data_look },
};

/* It comes behind the beginning of the scope, but not behind its end. */
static long write_begun(void)
{
	wait_for_completion(&kcsan_begun);
	data = 1;				/* AT write-begun */
	return 0;
}

const struct litmus litmus_kcsan_assert_scope_end = {
	.role = { assert_writer_scoped, write_begun },
};

/* The near miss: the scope has ended when others are told to write. */
static long assert_scope_over(void)
{
	{
		ASSERT_EXCLUSIVE_WRITER_SCOPED(data);
		data = 1;
	}
	complete(&kcsan_begun);
	return 0;
}

const struct litmus litmus_kcsan_assert_scope_over = {
	.role = { assert_scope_over, write_begun },
};

/* ---- what is ordered without a lock ---- */

static long seqlock_write(void)
{
	write_seqlock(&kcsan_seqlock);
	data++;
	other++;
	write_sequnlock(&kcsan_seqlock);
	return 0;
}

static long seqlock_read(void)
{
	unsigned int seq;
	int a, b;

	do {
		seq = read_seqbegin(&kcsan_seqlock);
		a = data;
		b = other;
	} while (read_seqretry(&kcsan_seqlock, seq));
	promise(a == b, "a seqlock reader sees one state");
	return 0;
}

const struct litmus litmus_kcsan_seqlock = {
	.role = { seqlock_write, seqlock_read },
};

static long bit_set(void)
{
	set_bit(1, &word);
	return 0;
}

static long bit_test(void)
{
	return test_bit(1, &word) > 9;
}

const struct litmus litmus_kcsan_bit = { .role = { bit_set, bit_test } };

/* The atomic operations of the compiler, which kernel code should not use. */
static long builtin_all(void)
{
	long was = 20;

	__atomic_store_n(&builtin, 42, __ATOMIC_RELAXED);
	promise(__atomic_load_n(&builtin, __ATOMIC_RELAXED) == 42, "it is stored");
	promise(__atomic_exchange_n(&builtin, 20, __ATOMIC_RELAXED) == 42,
		"an exchange gives what was there");
	promise(__atomic_compare_exchange_n(&builtin, &was, 30, 0, __ATOMIC_RELAXED,
					    __ATOMIC_RELAXED) && was == 20,
		"it is exchanged for what was expected");
	promise(!__atomic_compare_exchange_n(&builtin, &was, 40, 1, __ATOMIC_RELAXED,
					     __ATOMIC_RELAXED) && was == 30,
		"and not for anything else, which is told");
	promise(__atomic_fetch_add(&builtin, 1, __ATOMIC_RELAXED) == 30, "30 + 1");
	promise(__atomic_fetch_sub(&builtin, 1, __ATOMIC_RELAXED) == 31, "31 - 1");
	promise(__atomic_fetch_and(&builtin, 0xf, __ATOMIC_RELAXED) == 30, "30 & 15");
	promise(__atomic_fetch_xor(&builtin, 0xf, __ATOMIC_RELAXED) == 14, "14 ^ 15");
	promise(__atomic_fetch_or(&builtin, 0xf0, __ATOMIC_RELAXED) == 1, "1 | 240");
	promise(__atomic_fetch_nand(&builtin, 0xf, __ATOMIC_RELAXED) == 241, "~(241 & 15)");
	promise(builtin == -2, "which is -2, read by the only writer");
	__atomic_thread_fence(__ATOMIC_SEQ_CST);
	__atomic_signal_fence(__ATOMIC_SEQ_CST);
	return 0;
}

static long builtin_load(void)
{
	return __atomic_load_n(&builtin, __ATOMIC_RELAXED) > 99;
}

const struct litmus litmus_kcsan_builtins = { .role = { builtin_all, builtin_load } };
