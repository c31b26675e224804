/* SPDX-License-Identifier: GPL-2.0-only */
/* Word size of the host. */
#ifndef WEFT_UAPI_ASM_BITSPERLONG_H
#define WEFT_UAPI_ASM_BITSPERLONG_H

#define __BITS_PER_LONG	64
#include <asm-generic/bitsperlong.h>

#endif
