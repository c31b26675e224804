/* SPDX-License-Identifier: GPL-2.0-only */
/* Pages: 4 KiB, translated by the model. */
#ifndef WEFT_ASM_PAGE_H
#define WEFT_ASM_PAGE_H

#define PAGE_SHIFT	12
#define PAGE_SIZE	(1UL << PAGE_SHIFT)
#define PAGE_MASK	(~(PAGE_SIZE - 1))

#ifndef __ASSEMBLY__
#include <linux/types.h>
#include <linux/pfn.h>

typedef struct { unsigned long pte; } pte_t;
typedef struct { unsigned long pgd; } pgd_t;
typedef struct { unsigned long pgprot; } pgprot_t;
struct page;
typedef struct page *pgtable_t;

#define pte_val(x)	((x).pte)
#define pgd_val(x)	((x).pgd)
#define pgprot_val(x)	((x).pgprot)
#define __pte(x)	((pte_t) { (x) })
#define __pgd(x)	((pgd_t) { (x) })
#define __pgprot(x)	((pgprot_t) { (x) })

/* The model owns the memory that has a struct page, and so its translation. */
unsigned long weft_virt_to_phys(unsigned long addr) __attribute__((__const__));
unsigned long weft_phys_to_virt(unsigned long phys) __attribute__((__const__));
int weft_virt_addr_valid(unsigned long addr);
int weft_pfn_valid(unsigned long pfn);

#define __pa(x)			weft_virt_to_phys((unsigned long)(x))
#define __va(x)			((void *)weft_phys_to_virt((unsigned long)(x)))
#define virt_to_pfn(addr)	PFN_DOWN(__pa(addr))
#define pfn_to_virt(pfn)	__va(PFN_PHYS(pfn))
#define virt_to_page(addr)	pfn_to_page(virt_to_pfn(addr))
#define page_to_virt(page)	pfn_to_virt(page_to_pfn(page))
#ifndef page_to_phys
#define page_to_phys(page)	PFN_PHYS(page_to_pfn(page))
#define phys_to_page(phys)	pfn_to_page(PHYS_PFN(phys))
#endif
#define virt_addr_valid(addr)	weft_virt_addr_valid((unsigned long)(addr))
#define pfn_valid		weft_pfn_valid

#define PAGE_OFFSET		0UL
#define ARCH_PFN_OFFSET		0UL

#define clear_page(page)	memset((page), 0, PAGE_SIZE)
#define copy_page(to, from)	memcpy((to), (from), PAGE_SIZE)
#define clear_user_page(page, vaddr, pg)	clear_page(page)
#define copy_user_page(to, from, vaddr, pg)	copy_page(to, from)

#define VM_DATA_DEFAULT_FLAGS	VM_DATA_FLAGS_NON_EXEC

#include <asm-generic/memory_model.h>
#include <asm-generic/getorder.h>
#endif

#endif
