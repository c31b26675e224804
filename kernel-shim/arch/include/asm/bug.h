/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * WARN_ON() and WARN_ON_ONCE() that keep the text of their condition: reports
 * show it, and it tells assertions of lockdep from other warnings.
 */
#ifndef WEFT_ASM_BUG_H
#define WEFT_ASM_BUG_H

#ifndef __ASSEMBLY__
void weft_warn_on(const char *file, int line, const char *condition);

#define WARN_ON(condition) ({						\
	int __weft_warns = !!(condition);				\
									\
	if (unlikely(__weft_warns))					\
		weft_warn_on(__FILE__, __LINE__, #condition);		\
	unlikely(__weft_warns);						\
})

#define WARN_ON_ONCE(condition) ({					\
	static bool __weft_warned;					\
	int __weft_warns = !!(condition);				\
									\
	if (unlikely(__weft_warns && !__weft_warned)) {			\
		__weft_warned = true;					\
		weft_warn_on(__FILE__, __LINE__, #condition);		\
	}								\
	unlikely(__weft_warns);						\
})
#endif

#include <asm-generic/bug.h>

#endif
