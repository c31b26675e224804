// SPDX-License-Identifier: GPL-2.0-only
/*
 * Memory on top of the slab allocator: copies of strings and of user memory.
 *
 * A copy fails as its allocation or its copy from user memory does.
 */
#include <linux/kernel.h>
#include <linux/mm.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/uaccess.h>
#include <linux/version.h>
#include <linux/vmalloc.h>
#include "memory.h"

#define SINCE_6_10	(LINUX_VERSION_CODE >= KERNEL_VERSION(6, 10, 0))
#define SINCE_6_12	(LINUX_VERSION_CODE >= KERNEL_VERSION(6, 12, 0))

static void *dup_bytes(const void *src, size_t len, size_t size, gfp_t gfp,
		       const char *what)
{
	char *new = weft_alloc_sized(size, gfp, what);

	if (ZERO_OR_NULL_PTR(new))
		return new;
	memcpy(new, src, len);
	if (size > len)
		new[len] = '\0';
	return new;
}

/* MODEL of mm/util.c. Keeps: content, failure. Drops: nothing. */
char *kstrdup(const char *s, gfp_t gfp)
{
	size_t len;

	if (!s)
		return NULL;
	len = strlen(s) + 1;
	return dup_bytes(s, len, len, gfp, "kstrdup");
}

/* MODEL of mm/util.c. Keeps: content, failure. Drops: .rodata strings are copied too. */
const char *kstrdup_const(const char *s, gfp_t gfp)
{
	return kstrdup(s, gfp);
}

/* MODEL of mm/util.c. Keeps: content, failure. Drops: nothing. */
char *kstrndup(const char *s, size_t max, gfp_t gfp)
{
	size_t len;

	if (!s)
		return NULL;
	len = strnlen(s, max);
	return dup_bytes(s, len, len + 1, gfp, "kstrndup");
}

/* MODEL of mm/util.c. Keeps: content, failure. Drops: nothing. */
char *kmemdup_nul(const char *s, size_t len, gfp_t gfp)
{
	return s ? dup_bytes(s, len, len + 1, gfp, "kmemdup_nul") : NULL;
}

#if SINCE_6_10
/* MODEL of mm/util.c. Keeps: content, failure. Drops: nothing. */
void *kmemdup_noprof(const void *src, size_t len, gfp_t gfp)
{
	return dup_bytes(src, len, len, gfp, "kmemdup");
}
#else
/* MODEL of mm/util.c. Keeps: content, failure. Drops: nothing. */
void *kmemdup(const void *src, size_t len, gfp_t gfp)
{
	return dup_bytes(src, len, len, gfp, "kmemdup");
}
#endif

#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 3, 0)
/* MODEL of mm/util.c. Keeps: content, failure. Drops: nothing. */
void *kvmemdup(const void *src, size_t len, gfp_t gfp)
{
	return dup_bytes(src, len, len, gfp, "kvmemdup");
}
#endif

#if SINCE_6_12
/* MODEL of mm/util.c. Keeps: content, failure. Drops: nothing. */
void *kmemdup_array(const void *src, size_t count, size_t element_size,
		    gfp_t gfp)
{
	size_t len = size_mul(element_size, count);

	return dup_bytes(src, len, len, gfp, "kmemdup_array");
}
#endif

static void *dup_user(const void __user *src, size_t len, size_t size,
		      const char *what)
{
	char *new = weft_alloc_sized(size, GFP_USER, what);

	if (!new)
		return ERR_PTR(-ENOMEM);
	if (copy_from_user(new, src, len)) {
		kfree(new);
		return ERR_PTR(-EFAULT);
	}
	if (size > len)
		new[len] = '\0';
	return new;
}

/* MODEL of mm/util.c. Keeps: content, failures. Drops: nothing. */
void *memdup_user(const void __user *src, size_t len)
{
	return dup_user(src, len, len, "memdup_user");
}

/* MODEL of mm/util.c. Keeps: content, failures. Drops: nothing. */
void *vmemdup_user(const void __user *src, size_t len)
{
	return dup_user(src, len, len, "vmemdup_user");
}

/* MODEL of mm/util.c. Keeps: content, failures. Drops: nothing. */
void *memdup_user_nul(const void __user *src, size_t len)
{
	return dup_user(src, len, len + 1, "memdup_user_nul");
}

/* MODEL of mm/util.c. Keeps: content, failures. Drops: nothing. */
char *strndup_user(const char __user *s, long n)
{
	long length = strnlen_user(s, n);
	char *new;

	if (!length)
		return ERR_PTR(-EFAULT);
	if (length > n)
		return ERR_PTR(-EINVAL);
	new = memdup_user(s, length);
	if (!IS_ERR(new))
		new[length - 1] = '\0';
	return new;
}
