/* SPDX-License-Identifier: GPL-2.0-only */
/* User memory is copied by the model, which may fault where a scenario asks. */
#ifndef WEFT_ASM_UACCESS_H
#define WEFT_ASM_UACCESS_H

#include <linux/compiler.h>
#include <linux/string.h>
#include <linux/version.h>
#include <asm/processor.h>

/* The generic check came with 5.18; before, every architecture had its own. */
#if LINUX_VERSION_CODE >= KERNEL_VERSION(5, 18, 0)
#ifndef access_ok
#define TASK_SIZE_USER	TASK_SIZE
#endif
#include <asm-generic/access_ok.h>
#else
#define access_ok(addr, size)							\
	((unsigned long)(size) <= TASK_SIZE &&					\
	 (unsigned long)(addr) <= TASK_SIZE - (unsigned long)(size))
#endif

unsigned long raw_copy_from_user(void *to, const void __user *from, unsigned long n);
unsigned long raw_copy_to_user(void __user *to, const void *from, unsigned long n);
unsigned long __clear_user(void __user *to, unsigned long n);
unsigned long clear_user(void __user *to, unsigned long n);
long strncpy_from_user(char *dst, const char __user *src, long count);
long strnlen_user(const char __user *src, long n);

#define __get_user(x, ptr)							\
({										\
	__typeof__(*(ptr)) weft_val;						\
	int weft_err = raw_copy_from_user((void *)&weft_val, ptr, sizeof(*(ptr))) ?	\
		-EFAULT : 0;							\
										\
	if (!weft_err)								\
		(x) = (__typeof__(*(ptr)))weft_val;				\
	weft_err;								\
})

#define __put_user(x, ptr)							\
({										\
	__typeof__(*(ptr)) weft_val = (x);					\
										\
	raw_copy_to_user(ptr, &weft_val, sizeof(*(ptr))) ? -EFAULT : 0;		\
})

#define get_user(x, ptr)	__get_user(x, ptr)
#define put_user(x, ptr)	__put_user(x, ptr)

#endif
