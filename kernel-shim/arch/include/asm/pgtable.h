/* SPDX-License-Identifier: GPL-2.0-only */
/* Page tables exist as types only: the model answers address questions itself. */
#ifndef WEFT_ASM_PGTABLE_H
#define WEFT_ASM_PGTABLE_H

#include <linux/version.h>
#include <asm/page.h>
#include <asm/processor.h>

/* Two levels: whatever a version puts between them is folded away by its own headers. */
#include <asm-generic/pgtable-nopmd.h>

#define PTRS_PER_PTE	512
#define PTRS_PER_PGD	512
#define PGDIR_SHIFT	21
#define PGDIR_SIZE	(1UL << PGDIR_SHIFT)
#define PGDIR_MASK	(~(PGDIR_SIZE - 1))

#define WEFT_PTE_PRESENT	1UL
#define WEFT_PTE_WRITE		2UL
#define WEFT_PTE_DIRTY		4UL
#define WEFT_PTE_YOUNG		8UL
#define WEFT_PTE_SPECIAL	16UL

#define pte_none(p)	(!pte_val(p))
#define pte_present(p)	(pte_val(p) & WEFT_PTE_PRESENT)
#define pte_write(p)	(pte_val(p) & WEFT_PTE_WRITE)
#define pte_dirty(p)	(pte_val(p) & WEFT_PTE_DIRTY)
#define pte_young(p)	(pte_val(p) & WEFT_PTE_YOUNG)
#define pte_special(p)	(pte_val(p) & WEFT_PTE_SPECIAL)
#define pte_pfn(p)	(pte_val(p) >> PAGE_SHIFT)
#define pfn_pte(pfn, prot)	__pte(((pfn) << PAGE_SHIFT) | pgprot_val(prot))
#define pte_page(p)	pfn_to_page(pte_pfn(p))
#define mk_pte(page, prot)	pfn_pte(page_to_pfn(page), prot)
#define set_pte(ptep, p)	(*(ptep) = (p))
#define pte_clear(mm, addr, ptep)	set_pte(ptep, __pte(0))

#define WEFT_PTE_CHANGE(name, expr)	\
static inline pte_t name(pte_t p) { return __pte(expr); }
WEFT_PTE_CHANGE(pte_mkwrite_novma, pte_val(p) | WEFT_PTE_WRITE)
#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 6, 0)
WEFT_PTE_CHANGE(pte_mkwrite, pte_val(p) | WEFT_PTE_WRITE)
#endif
WEFT_PTE_CHANGE(pte_mkdirty, pte_val(p) | WEFT_PTE_DIRTY)
WEFT_PTE_CHANGE(pte_mkyoung, pte_val(p) | WEFT_PTE_YOUNG)
WEFT_PTE_CHANGE(pte_mkspecial, pte_val(p) | WEFT_PTE_SPECIAL)
WEFT_PTE_CHANGE(pte_wrprotect, pte_val(p) & ~WEFT_PTE_WRITE)
WEFT_PTE_CHANGE(pte_mkclean, pte_val(p) & ~WEFT_PTE_DIRTY)
WEFT_PTE_CHANGE(pte_mkold, pte_val(p) & ~WEFT_PTE_YOUNG)

static inline pte_t pte_modify(pte_t p, pgprot_t prot)
{
	return __pte((pte_val(p) & PAGE_MASK) | pgprot_val(prot));
}

#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 6, 0)
#define set_pte_at(mm, addr, ptep, p)	set_pte(ptep, p)
#endif

#define pmd_none(p)	(!pmd_val(p))
#define pmd_present(p)	(pmd_val(p) & WEFT_PTE_PRESENT)
#define pmd_bad(p)	0
#define pmd_leaf(p)	0
#define pmd_page(p)	pfn_to_page(pmd_val(p) >> PAGE_SHIFT)
#define pmd_pfn(p)	(pmd_val(p) >> PAGE_SHIFT)
#define pmd_page_vaddr(p)	((unsigned long)__va(pmd_val(p) & PAGE_MASK))
#define set_pmd(p, v)	(*(p) = (v))
#define pmd_clear(p)	set_pmd(p, __pmd(0))

#define PAGE_NONE	__pgprot(0)
#define PAGE_READONLY	__pgprot(WEFT_PTE_PRESENT)
#define PAGE_SHARED	__pgprot(WEFT_PTE_PRESENT | WEFT_PTE_WRITE)
#define PAGE_KERNEL	__pgprot(WEFT_PTE_PRESENT | WEFT_PTE_WRITE)

#define ZERO_PAGE(vaddr)	virt_to_page(empty_zero_page)
extern unsigned long empty_zero_page[PAGE_SIZE / sizeof(unsigned long)];
extern pgd_t swapper_pg_dir[PTRS_PER_PGD];

#define VMALLOC_START	weft_vmalloc_start()
#define VMALLOC_END	weft_vmalloc_end()
unsigned long weft_vmalloc_start(void) __attribute__((__const__));
unsigned long weft_vmalloc_end(void) __attribute__((__const__));

#define __swp_type(e)		((e).val & 0x1f)
#define __swp_offset(e)		((e).val >> 5)
#define __swp_entry(t, off)	((swp_entry_t) { (t) | ((off) << 5) })
#define __pte_to_swp_entry(p)	((swp_entry_t) { pte_val(p) })
#define __swp_entry_to_pte(e)	((pte_t) { (e).val })
#define __HAVE_ARCH_PTE_SWP_EXCLUSIVE
#define pte_swp_exclusive(p)	((void)(p), 0)
#define pte_swp_mkexclusive(p)	(p)
#define pte_swp_clear_exclusive(p)	(p)
#define update_mmu_cache(vma, addr, ptep)	do { } while (0)
#define update_mmu_cache_range(vmf, vma, addr, ptep, nr)	do { } while (0)
#define PFN_PTE_SHIFT	PAGE_SHIFT

#endif
