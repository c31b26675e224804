// SPDX-License-Identifier: GPL-2.0-only
/*
 * Twins of the detector "stuck": loops that never end beside loops that do. HERE
 * marks the line that must be reported.
 */
#include <linux/list.h>
#include <linux/processor.h>
#include <linux/seqlock.h>
#include <linux/slab.h>
#include <linux/spinlock.h>

#include "litmus.h"

struct stuck_item {
	struct stuck_item	*next;
	int			value;
};

static struct stuck_item items[3];
static int first, second;
static seqcount_t stuck_seq = SEQCNT_ZERO(stuck_seq);
static DEFINE_SPINLOCK(stuck_spin);

static long stuck_sum(const struct stuck_item *item)
{
	long sum = 0;

	while (item) {
		sum += item->value;
		item = item->next;			/* HERE stuck_list_ring */
	}
	return sum;
}

/* WRONG: the list bites its own tail. No operation, so nobody can mend it. */
static long stuck_list_ring(void)
{
	items[0].next = &items[1];
	items[1].next = &items[2];
	items[2].next = &items[1];
	stuck_sum(items);
	return 0;
}

const struct litmus litmus_stuck_list_ring = { .role = { stuck_list_ring } };

/* The near miss: a long walk that ends. */
static long stuck_list_ok(void)
{
	unsigned int turn;

	items[0].next = &items[1];
	items[1].next = &items[2];
	items[2].next = NULL;
	for (turn = 0; turn < 1000; turn++)
		stuck_sum(items);
	return 0;
}

const struct litmus litmus_stuck_list_ok = { .role = { stuck_list_ok } };

/* WRONG: the one that would set the flag waits for the other. */
static long stuck_wait_second(void)
{
	while (!READ_ONCE(second))
		cpu_relax();
	WRITE_ONCE(first, 1);
	return 0;
}

static long stuck_wait_first(void)
{
	while (!READ_ONCE(first))
		cpu_relax();
	WRITE_ONCE(second, 1);
	return 0;
}

const struct litmus litmus_stuck_flags = {
	.role = { stuck_wait_second, stuck_wait_first },
};

/* The near miss: one sets its flag before it waits. */
static long stuck_set_first(void)
{
	WRITE_ONCE(second, 1);
	while (!READ_ONCE(first))
		cpu_relax();
	return SEEN(0);
}

const struct litmus litmus_stuck_flags_ok = {
	.role = { stuck_wait_second, stuck_set_first },
};

/* WRONG: a writer that returns early leaves the count odd. */
static long stuck_seq_write(void)
{
	spin_lock(&stuck_spin);
	raw_write_seqcount_begin(&stuck_seq);
	if (!READ_ONCE(first))
		WRITE_ONCE(first, 1);
	else
		raw_write_seqcount_end(&stuck_seq);
	spin_unlock(&stuck_spin);
	return 0;
}

static long stuck_seq_read(void)
{
	unsigned int seq;
	long seen;

	do {
		seq = read_seqcount_begin(&stuck_seq);
		seen = READ_ONCE(first) ? SEEN(0) : SEEN(1);
	} while (read_seqcount_retry(&stuck_seq, seq));
	return seen;
}

const struct litmus litmus_stuck_seqcount = {
	.role = { stuck_seq_write, stuck_seq_read },
};

static long stuck_seq_write_ok(void)
{
	spin_lock(&stuck_spin);
	write_seqcount_begin(&stuck_seq);
	WRITE_ONCE(first, 1);
	write_seqcount_end(&stuck_seq);
	spin_unlock(&stuck_spin);
	return 0;
}

const struct litmus litmus_stuck_seqcount_ok = {
	.role = { stuck_seq_write_ok, stuck_seq_read },
};

/*
 * WRONG, and out of reach of all that counts: the loop touches no memory. The
 * timer of processor time ends the campaign as incomplete.
 */
static long stuck_registers(void)
{
	unsigned long turn = 0;

	for (;;)
		asm volatile("" : "+r" (turn));
	return 0;
}

const struct litmus litmus_stuck_registers = { .role = { stuck_registers } };
