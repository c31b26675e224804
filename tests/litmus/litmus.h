/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Litmus tests: small kernel programs that show what a primitive promises.
 *
 * litmus.def lists them for both sides. A role runs in an ioctl of a scenario's
 * task, all roles at the same time; setup() and end() run alone before and after.
 *
 *  - Roles return the probes they reached, as SEEN() bits; the scenario counts
 *    them. 0 is fine, an error is a broken test.
 *  - promise() states what the kernel documents. The first that does not hold
 *    is what the scenario reports.
 *  - Marked accesses are where another task may come in between.
 */
#ifndef WEFT_LITMUS_H
#define WEFT_LITMUS_H

#include <linux/compiler.h>
#include <linux/types.h>

#define LITMUS_ROLES	4
#define SEEN(n)		(1L << (n))

struct litmus {
	long	(*setup)(void);
	long	(*role[LITMUS_ROLES])(void);
	long	(*end)(void);
};

#define LITMUS(name, ...) extern const struct litmus litmus_##name;
#include "litmus.def"
#undef LITMUS

extern const char *litmus_broken;

/* weft_litmus_memory.c: what read() of the device tells */
unsigned long litmus_told_address(void);

#define promise(condition, text)					\
do {									\
	if (!(condition) && !litmus_broken)				\
		litmus_broken = text;					\
} while (0)

/**
 * struct litmus_section - who is inside of something exclusive
 * @inside: how many are
 * @passed: how many were
 */
struct litmus_section {
	int	inside;
	int	passed;
};

/* Goes through alone; SEEN(@role) if it was the first. */
static inline long litmus_section_pass(struct litmus_section *s, int role)
{
	bool first = !READ_ONCE(s->passed);

	promise(!READ_ONCE(s->inside), "nobody is inside when one enters");
	WRITE_ONCE(s->inside, 1);
	promise(READ_ONCE(s->inside) == 1, "nobody leaves but the one inside");
	WRITE_ONCE(s->passed, s->passed + 1);
	WRITE_ONCE(s->inside, 0);
	return first ? SEEN(role) : 0;
}

#endif
