// SPDX-License-Identifier: GPL-2.0-only
/*
 * Pages: struct page, page allocator, and the translation asm/page.h asks for.
 *
 *  I1  "Physical" memory is the explorer's watched region: physical address 0
 *      is the page its base lies in. So kmalloc memory and image data have a
 *      struct page as well.
 *  I2  A page is allocated as PAGE_SIZE << order bytes of weft_alloc(); its
 *      reference count lives in its struct page and frees it when it drops.
 *
 * Not handled: compound pages, highmem, zones, memory outside the region (a
 * scenario's own stack has no struct page; what it gets from mmap() has one).
 */
#include <linux/gfp.h>
#include <linux/mm.h>
#include <linux/page_ref.h>
#include <linux/version.h>
#include "memory.h"
#include "../../framework/hot.h"

#define PAGES_MAX	(1UL << 18)	/* 1 GiB; 16 MiB of untouched struct page */

static struct page page_table[PAGES_MAX];
struct page *mem_map = page_table;
static unsigned long region_base, region_pages;

unsigned long empty_zero_page[PAGE_SIZE / sizeof(unsigned long)]
		__aligned(PAGE_SIZE);

/**
 * weft_page_init() - learns where memory is; before anything asks for a page
 */
void weft_page_init(void)
{
	region_base = weft_host->hot->base & PAGE_MASK;
	region_pages = PFN_UP(weft_host->hot->base + weft_host->hot->size -
			      region_base);
	if (region_pages > PAGES_MAX)
		region_pages = PAGES_MAX;
}

/* MODEL of asm/page.h. Keeps: one struct page per page of the region. Drops: the rest. */
int weft_virt_addr_valid(unsigned long addr)
{
	return addr >= region_base &&
	       (addr - region_base) >> PAGE_SHIFT < region_pages;
}

/* MODEL of asm/page.h. Keeps: see weft_virt_addr_valid(). Drops: likewise. */
int weft_pfn_valid(unsigned long pfn)
{
	return pfn < region_pages;
}

/* MODEL of asm/page.h. Keeps: I1. Drops: an address without a page stops the run. */
unsigned long weft_virt_to_phys(unsigned long addr)
{
	if (!weft_virt_addr_valid(addr))
		weft_unmodelled("__pa() of memory without a struct page");
	return addr - region_base;
}

/* MODEL of asm/page.h. Keeps: I1. Drops: an address without a page stops the run. */
unsigned long weft_phys_to_virt(unsigned long phys)
{
	if (phys >> PAGE_SHIFT >= region_pages)
		weft_unmodelled("__va() of memory without a struct page");
	return phys + region_base;
}

static struct page *alloc_order(gfp_t gfp, unsigned int order)
{
	unsigned long size = PAGE_SIZE << order;
	struct page *page;
	void *addr;

	if (order && (gfp & __GFP_COMP))
		weft_unmodelled("alloc_pages(__GFP_COMP)");
	addr = weft_alloc(size, size, gfp, "alloc_pages");
	if (!addr)
		return NULL;
	/* Who has it points to its struct page. */
	weft_host->keep(addr);
	page = virt_to_page(addr);
	weft_fill(page, 0, sizeof(*page));
	set_page_count(page, 1);
	return page;
}

static void free_order(struct page *page)
{
	weft_free(page_address(page));
}

static unsigned long alloc_address(gfp_t gfp, unsigned int order)
{
	struct page *page = alloc_order(gfp, order);

	return page ? (unsigned long)page_address(page) : 0;
}

#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 10, 0)
/* MODEL of mm/page_alloc.c. Keeps: order, gfp, count. Drops: nodes, zones. */
struct page *__alloc_pages_noprof(gfp_t gfp, unsigned int order,
				  int preferred_nid, nodemask_t *nodemask)
{
	return alloc_order(gfp, order);
}

/* MODEL of mm/page_alloc.c. Keeps: as __alloc_pages_noprof(). Drops: likewise. */
unsigned long get_free_pages_noprof(gfp_t gfp_mask, unsigned int order)
{
	return alloc_address(gfp_mask, order);
}

/* MODEL of mm/page_alloc.c. Keeps: as __alloc_pages_noprof(). Drops: likewise. */
unsigned long get_zeroed_page_noprof(gfp_t gfp_mask)
{
	return alloc_address(gfp_mask | __GFP_ZERO, 0);
}
#else
/* MODEL of mm/page_alloc.c. Keeps: order, gfp, count. Drops: nodes, zones. */
struct page *__alloc_pages(gfp_t gfp, unsigned int order, int preferred_nid,
			   nodemask_t *nodemask)
{
	return alloc_order(gfp, order);
}

/* MODEL of mm/page_alloc.c. Keeps: as __alloc_pages(). Drops: likewise. */
unsigned long __get_free_pages(gfp_t gfp_mask, unsigned int order)
{
	return alloc_address(gfp_mask, order);
}

/* MODEL of mm/page_alloc.c. Keeps: as __alloc_pages(). Drops: likewise. */
unsigned long get_zeroed_page(gfp_t gfp_mask)
{
	return alloc_address(gfp_mask | __GFP_ZERO, 0);
}
#endif

/* MODEL of mm/page_alloc.c. Keeps: the count decides. Drops: partial frees of an order. */
void __free_pages(struct page *page, unsigned int order)
{
	if (put_page_testzero(page))
		free_order(page);
}

/* MODEL of mm/page_alloc.c. Keeps: as __free_pages(). Drops: likewise. */
void free_pages(unsigned long addr, unsigned int order)
{
	if (addr)
		__free_pages(virt_to_page((void *)addr), order);
}

/* MODEL of mm/swap.c. Keeps: last put_page() frees. Drops: lru, compound pages. */
void __folio_put(struct folio *folio)
{
	free_order(&folio->page);
}
