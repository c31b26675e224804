// SPDX-License-Identifier: GPL-2.0-only
/*
 * What the compiler and the link expect of every image, model or no model.
 */
#include <linux/compiler.h>
#include <linux/types.h>

/* Named by every struct gcov_info; coverage is never merged inside an image. */
void __gcov_merge_add(s64 *counters, unsigned int n);
void __gcov_merge_add(s64 *counters, unsigned int n)
{
}

/* Every instrumented object calls this when it is loaded. */
void __tsan_init(void);
void __weak __tsan_init(void)
{
}

/*
 * Without a model nobody can be told; stop at once, the name is in the first
 * argument register.
 */
void weft_unmodelled(const char *symbol);
void __weak __noreturn weft_unmodelled(const char *symbol)
{
	for (;;)
		__builtin_trap();
}
