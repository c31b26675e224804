/* SPDX-License-Identifier: GPL-2.0-only */
/* No huge vmalloc mappings. */
#ifndef WEFT_ASM_VMALLOC_H
#define WEFT_ASM_VMALLOC_H


#endif
