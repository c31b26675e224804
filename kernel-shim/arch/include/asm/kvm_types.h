/* SPDX-License-Identifier: GPL-2.0-only */
/* KVM types with nothing of an architecture. */
#ifndef WEFT_ASM_KVM_TYPES_H
#define WEFT_ASM_KVM_TYPES_H


#endif
