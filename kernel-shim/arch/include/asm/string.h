/* SPDX-License-Identifier: GPL-2.0-only */
/* No architecture string functions: lib/string.c and the model supply them. */
#ifndef WEFT_ASM_STRING_H
#define WEFT_ASM_STRING_H

#include <linux/types.h>

/* Memory functions stay calls, so that the model sees the ranges they touch. */
void *memcpy(void *to, const void *from, size_t n);
void *memmove(void *to, const void *from, size_t n);
void *memset(void *s, int c, size_t n);
#define __HAVE_ARCH_MEMCPY
#define __HAVE_ARCH_MEMMOVE
#define __HAVE_ARCH_MEMSET

#endif
