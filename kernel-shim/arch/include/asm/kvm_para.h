/* SPDX-License-Identifier: GPL-2.0-only */
/* No guest-side KVM. */
#ifndef WEFT_ASM_KVM_PARA_H
#define WEFT_ASM_KVM_PARA_H

#include <asm-generic/kvm_para.h>

#endif
