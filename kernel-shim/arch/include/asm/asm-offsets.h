/* SPDX-License-Identifier: GPL-2.0-only */
/* Nothing is written in assembly. */
#ifndef WEFT_ASM_ASM_OFFSETS_H
#define WEFT_ASM_ASM_OFFSETS_H


#endif
