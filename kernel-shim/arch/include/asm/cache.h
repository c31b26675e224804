/* SPDX-License-Identifier: GPL-2.0-only */
/* Cache line size: only layout depends on it. */
#ifndef WEFT_ASM_CACHE_H
#define WEFT_ASM_CACHE_H

#define L1_CACHE_SHIFT	6
#define L1_CACHE_BYTES	(1 << L1_CACHE_SHIFT)
#define ARCH_DMA_MINALIGN	8
#define ARCH_KMALLOC_MINALIGN	8

#endif
