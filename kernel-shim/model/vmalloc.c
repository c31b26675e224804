// SPDX-License-Identifier: GPL-2.0-only
/*
 * vmalloc: allocations of whole pages, without page tables.
 *
 * No address is inside the vmalloc range asm/pgtable.h reports, so kvfree() and
 * vfree() end any allocation.
 */
#include <linux/kernel.h>
#include <linux/mm.h>
#include <linux/slab.h>
#include <linux/overflow.h>
#include <linux/version.h>
#include <linux/vmalloc.h>
#include "memory.h"

#define SINCE_6_10	(LINUX_VERSION_CODE >= KERNEL_VERSION(6, 10, 0))

static void *alloc_pages_for(unsigned long size, gfp_t gfp, const char *what)
{
	return size ? weft_alloc(PAGE_ALIGN(size), PAGE_SIZE, gfp, what) : NULL;
}

#if SINCE_6_10
#define V(name)		name##_noprof
#else
#define V(name)		name
#endif

/* MODEL of mm/vmalloc.c. Keeps: page size and alignment. Drops: page tables, guard pages. */
void *V(vmalloc)(unsigned long size)
{
	return alloc_pages_for(size, GFP_KERNEL, "vmalloc");
}

/* MODEL of mm/vmalloc.c. Keeps: as vmalloc(), zeroed. Drops: likewise. */
void *V(vzalloc)(unsigned long size)
{
	return alloc_pages_for(size, GFP_KERNEL | __GFP_ZERO, "vzalloc");
}

/* MODEL of mm/vmalloc.c. Keeps: as vmalloc(), zeroed. Drops: likewise. */
void *V(vmalloc_user)(unsigned long size)
{
	return alloc_pages_for(size, GFP_KERNEL | __GFP_ZERO, "vmalloc_user");
}

/* MODEL of mm/vmalloc.c. Keeps: as vmalloc(). Drops: likewise, nodes. */
void *V(vmalloc_node)(unsigned long size, int node)
{
	return alloc_pages_for(size, GFP_KERNEL, "vmalloc");
}

/* MODEL of mm/vmalloc.c. Keeps: as vmalloc(), zeroed. Drops: likewise, nodes. */
void *V(vzalloc_node)(unsigned long size, int node)
{
	return alloc_pages_for(size, GFP_KERNEL | __GFP_ZERO, "vzalloc");
}

/* MODEL of mm/vmalloc.c. Keeps: as vmalloc(), gfp. Drops: likewise. */
void *V(__vmalloc)(unsigned long size, gfp_t gfp_mask)
{
	return alloc_pages_for(size, gfp_mask, "vmalloc");
}

/* MODEL of mm/util.c. Keeps: overflow check. Drops: as vmalloc(). */
void *V(__vmalloc_array)(size_t n, size_t size, gfp_t flags)
{
	size_t bytes;

	if (check_mul_overflow(n, size, &bytes))
		return NULL;
	return alloc_pages_for(bytes, flags, "vmalloc_array");
}

/* MODEL of mm/util.c. Keeps: overflow check. Drops: as vmalloc(). */
void *V(vmalloc_array)(size_t n, size_t size)
{
	return V(__vmalloc_array)(n, size, GFP_KERNEL);
}

/* MODEL of mm/util.c. Keeps: overflow check, zeroed. Drops: as vmalloc(). */
void *V(__vcalloc)(size_t n, size_t size, gfp_t flags)
{
	return V(__vmalloc_array)(n, size, flags | __GFP_ZERO);
}

/* MODEL of mm/util.c. Keeps: overflow check, zeroed. Drops: as vmalloc(). */
void *V(vcalloc)(size_t n, size_t size)
{
	return V(__vcalloc)(n, size, GFP_KERNEL);
}

/* MODEL of mm/vmalloc.c. Keeps: end of life, may sleep. Drops: lazy unmapping. */
void vfree(const void *addr)
{
	might_sleep();
	if (addr)
		weft_free(addr);
}

/* MODEL of mm/vmalloc.c. Keeps: end of life. Drops: the deferral. */
void vfree_atomic(const void *addr)
{
	if (addr)
		weft_free(addr);
}

static char vmalloc_window[PAGE_SIZE] __aligned(PAGE_SIZE);

/*
 * MODEL of asm/pgtable.h. Keeps: no address handed out by the allocator is
 * inside the vmalloc range. Drops: vmalloc memory is not inside it either.
 */
unsigned long weft_vmalloc_start(void)
{
	return (unsigned long)vmalloc_window;
}

/* MODEL of asm/pgtable.h. Keeps: see weft_vmalloc_start(). Drops: likewise. */
unsigned long weft_vmalloc_end(void)
{
	return (unsigned long)vmalloc_window + PAGE_SIZE;
}

/* MODEL of mm/vmalloc.c. Keeps: kvfree() needs no answer. Drops: true for nobody. */
bool is_vmalloc_addr(const void *x)
{
	weft_unmodelled("is_vmalloc_addr");
}
