// SPDX-License-Identifier: GPL-2.0-only
/*
 * Random numbers: a fixed sequence per task, so that what one task draws does not
 * depend on what the others do.
 */
#include <linux/notifier.h>
#include <linux/random.h>
#include <linux/sched.h>
#include <linux/uuid.h>
#include "tasks.h"

static u64 states[WEFT_TASKS_MAX];

/* splitmix64 (Steele, Lea, Flood 2014), seeded with the task's index. */
WEFT_QUIET static u64 draw(void)
{
	unsigned int i = weft_self()->index;
	u64 z = states[i] + 0x9e3779b97f4a7c15ull + i;

	weft_set(states[i], z);
	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ull;
	z = (z ^ (z >> 27)) * 0x94d049bb133111ebull;
	return z ^ (z >> 31);
}

/* MODEL of drivers/char/random.c, these. Keeps: every value possible. Drops: unpredictability. */
void get_random_bytes(void *buf, size_t len)
{
	u8 *p = buf;

	while (len--)
		*p++ = draw();
}

u8 get_random_u8(void)
{
	return draw();
}

u16 get_random_u16(void)
{
	return draw();
}

u32 get_random_u32(void)
{
	return draw();
}

u64 get_random_u64(void)
{
	return draw();
}

u32 __get_random_u32_below(u32 ceil)
{
	return ceil ? get_random_u32() % ceil : get_random_u32();
}

bool rng_is_initialized(void)
{
	return true;
}

int wait_for_random_bytes(void)
{
	return 0;
}

/* MODEL of drivers/char/random.c. Keeps: called at once, the generator is ready. Drops: waiting. */
int __cold execute_with_initialized_rng(struct notifier_block *nb)
{
	nb->notifier_call(nb, 0, NULL);
	return 0;
}

/* MODEL of drivers/char/random.c. Keeps: nothing. Drops: entropy. */
void add_device_randomness(const void *buf, size_t len)
{
}
