// SPDX-License-Identifier: GPL-2.0-only
/*
 * User memory: plain memory of the scenario, in the same address space.
 *
 * A copy may fault where a scenario asks for it (see fault.c), and always
 * faults in the first page, where NULL and small integers point. Any other
 * wrong address is a crash of the scenario, not -EFAULT.
 */
#include <linux/kernel.h>
#include <linux/string.h>
#include <linux/uaccess.h>
#include <linux/uio.h>
#include <linux/version.h>
#include "memory.h"

static bool user_faults(const void __user *addr, size_t size,
			const char *what)
{
	return (unsigned long)addr < PAGE_SIZE ||
	       weft_fault(WEFT_FAULT_COPY, what, size);
}

/* MODEL of arch/x86/lib/copy_user_64.S. Keeps: all or nothing. Drops: partial copies. */
unsigned long raw_copy_from_user(void *to, const void __user *from,
				 unsigned long n)
{
	if (!n)
		return 0;
	if (user_faults(from, n, "copy_from_user"))
		return n;
	memcpy(to, (const void __force *)from, n);
	return 0;
}

/* MODEL of arch/x86/lib/copy_user_64.S. Keeps: all or nothing. Drops: partial copies. */
unsigned long raw_copy_to_user(void __user *to, const void *from,
			       unsigned long n)
{
	if (!n)
		return 0;
	if (user_faults(to, n, "copy_to_user"))
		return n;
	memcpy((void __force *)to, from, n);
	return 0;
}

#ifndef INLINE_COPY_FROM_USER
/* MODEL of lib/usercopy.c. Keeps: may sleep, zeroed on fault. Drops: nothing. */
unsigned long _copy_from_user(void *to, const void __user *from,
			      unsigned long n)
{
	unsigned long left;

	might_fault();
	left = raw_copy_from_user(to, from, n);
	if (left)
		memset(to + (n - left), 0, left);
	return left;
}
#endif

#ifndef INLINE_COPY_TO_USER
/* MODEL of lib/usercopy.c. Keeps: may sleep. Drops: nothing. */
unsigned long _copy_to_user(void __user *to, const void *from, unsigned long n)
{
	might_fault();
	return raw_copy_to_user(to, from, n);
}
#endif

/* MODEL of arch/x86/lib/usercopy_64.c. Keeps: all or nothing. Drops: partial clears. */
unsigned long __clear_user(void __user *to, unsigned long n)
{
	if (!n)
		return 0;
	if (user_faults(to, n, "clear_user"))
		return n;
	memset((void __force *)to, 0, n);
	return 0;
}

/* MODEL of arch/x86/lib/usercopy_64.c. Keeps: may sleep. Drops: as __clear_user(). */
unsigned long clear_user(void __user *to, unsigned long n)
{
	might_fault();
	return __clear_user(to, n);
}

/* MODEL of lib/strncpy_from_user.c. Keeps: result, truncation. Drops: partial faults. */
long strncpy_from_user(char *dst, const char __user *src, long count)
{
	const char *from = (const char __force *)src;
	long len;

	might_fault();
	if (count <= 0)
		return 0;
	if (user_faults(src, 0, "strncpy_from_user"))
		return -EFAULT;
	len = strnlen(from, count);
	memcpy(dst, from, len < count ? len + 1 : len);
	return len;
}

/* MODEL of lib/strnlen_user.c. Keeps: counts the NUL, 0 on fault. Drops: nothing. */
long strnlen_user(const char __user *src, long n)
{
	long len;

	might_fault();
	if (n <= 0 || user_faults(src, 0, "strnlen_user"))
		return 0;
	len = strnlen((const char __force *)src, n);
	return len < n ? len + 1 : n + 1;
}

/* MODEL of lib/usercopy.c. Keeps: the answer. Drops: nothing. */
int check_zeroed_user(const void __user *from, size_t size)
{
	if (!size)
		return 1;
	if (user_faults(from, size, "check_zeroed_user"))
		return -EFAULT;
	return !memchr_inv((const void __force *)from, 0, size);
}

/*
 * Iterators: read() and write() of one buffer, which is all the model makes.
 */
static void iter_check(const struct iov_iter *i, const char *symbol)
{
	if (!iter_is_ubuf(i))
		weft_unmodelled(symbol);
}

/* MODEL of lib/iov_iter.c. Keeps: one user buffer. Drops: other kinds stop the run. */
void iov_iter_advance(struct iov_iter *i, size_t bytes)
{
	iter_check(i, "iov_iter_advance");
	bytes = min(bytes, i->count);
	i->iov_offset += bytes;
	i->count -= bytes;
}

/* MODEL of lib/iov_iter.c. Keeps: one user buffer. Drops: other kinds stop the run. */
void iov_iter_revert(struct iov_iter *i, size_t bytes)
{
	iter_check(i, "iov_iter_revert");
	i->iov_offset -= bytes;
	i->count += bytes;
}

/* MODEL of lib/iov_iter.c. Keeps: one user buffer, faults. Drops: other kinds. */
size_t _copy_to_iter(const void *addr, size_t bytes, struct iov_iter *i)
{
	iter_check(i, "_copy_to_iter");
	might_fault();
	bytes = min(bytes, i->count);
	bytes -= raw_copy_to_user(i->ubuf + i->iov_offset, addr, bytes);
	iov_iter_advance(i, bytes);
	return bytes;
}

/* MODEL of lib/iov_iter.c. Keeps: one user buffer, faults. Drops: other kinds. */
size_t _copy_from_iter(void *addr, size_t bytes, struct iov_iter *i)
{
	iter_check(i, "_copy_from_iter");
	might_fault();
	bytes = min(bytes, i->count);
	bytes -= raw_copy_from_user(addr, i->ubuf + i->iov_offset, bytes);
	iov_iter_advance(i, bytes);
	return bytes;
}
