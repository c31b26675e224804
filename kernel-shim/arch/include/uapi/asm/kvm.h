/* SPDX-License-Identifier: GPL-2.0-only */
/* The architecture's part of the KVM ABI: empty structures, but for what vfio-ap names. */
#ifndef WEFT_UAPI_ASM_KVM_H
#define WEFT_UAPI_ASM_KVM_H

#include <linux/types.h>

#define KVM_COALESCED_MMIO_PAGE_OFFSET	1
#define KVM_DIRTY_LOG_PAGE_OFFSET	0

struct kvm_regs { __u64 weft_unused; };
struct kvm_sregs { __u64 weft_unused; };
struct kvm_fpu { __u64 weft_unused; };
struct kvm_debug_exit_arch { __u64 weft_unused; };
struct kvm_guest_debug_arch { __u64 weft_unused; };
struct kvm_sync_regs { __u64 gprs[16]; };

#endif
