// SPDX-License-Identifier: GPL-2.0-only
/*
 * memcpy() and its family, told to the explorer as one range, not per byte.
 *
 * lib/string.c leaves these three to the architecture (asm/string.h) and
 * supplies the rest, which is instrumented as any kernel code.
 */
#include <linux/kernel.h>
#include <linux/string.h>
#include <linux/types.h>
#include "memory.h"

/* Keeps gcc from turning the loops below into calls of what they implement. */
#define NO_IDIOM	\
	noinline __attribute__((no_sanitize("thread"),			\
				optimize("no-tree-loop-distribute-patterns")))

typedef unsigned long __attribute__((may_alias, aligned(1))) word_any;

static NO_IDIOM void copy_up(char *to, const char *from, size_t n)
{
	for (; n >= sizeof(long); n -= sizeof(long)) {
		*(word_any *)to = *(const word_any *)from;
		to += sizeof(long);
		from += sizeof(long);
	}
	while (n--)
		*to++ = *from++;
}

static NO_IDIOM void copy_down(char *to, const char *from, size_t n)
{
	while (n--)
		to[n] = from[n];
}

static NO_IDIOM void fill(char *to, int c, size_t n)
{
	unsigned long word = (unsigned char)c * (~0UL / 0xff);

	for (; n >= sizeof(long); n -= sizeof(long)) {
		*(word_any *)to = word;
		to += sizeof(long);
	}
	while (n--)
		*to++ = c;
}

/* MODEL of lib/string.c. Keeps: result, both ranges as plain accesses. Drops: nothing. */
void *memcpy(void *to, const void *from, size_t n)
{
	if (!n)
		return to;
	weft_host->plain(from, n, 0, _RET_IP_);
	weft_host->plain(to, n, 1, _RET_IP_);
	copy_up(to, from, n);
	return to;
}

/* MODEL of lib/string.c. Keeps: result, both ranges as plain accesses. Drops: nothing. */
void *memmove(void *to, const void *from, size_t n)
{
	if (!n || to == from)
		return to;
	weft_host->plain(from, n, 0, _RET_IP_);
	weft_host->plain(to, n, 1, _RET_IP_);
	if ((unsigned long)to - (unsigned long)from < n)
		copy_down(to, from, n);
	else
		copy_up(to, from, n);
	return to;
}

/* MODEL of lib/string.c. Keeps: result, the range as a plain access. Drops: nothing. */
void *memset(void *s, int c, size_t n)
{
	if (!n)
		return s;
	weft_host->plain(s, n, 1, _RET_IP_);
	fill(s, c, n);
	return s;
}

/**
 * weft_fill() - writes that belong to the allocator, not to the tested code
 * @to: memory the caller owns alone
 * @c: the byte
 * @n: how many
 */
void weft_fill(void *to, int c, size_t n)
{
	if (!n)
		return;
	weft_host->save(to, n);
	fill(to, c, n);
}

/**
 * weft_quiet_add() - counts for the model itself
 * @counter: a counter whose changes commute for every task
 * @n: what to add
 *
 * Returns: the new value.
 */
WEFT_QUIET long weft_quiet_add(long *counter, long n)
{
	weft_host->save(counter, sizeof(*counter));
	return *counter += n;
}
