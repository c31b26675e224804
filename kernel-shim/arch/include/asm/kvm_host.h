/* SPDX-License-Identifier: GPL-2.0-only */
/* The least architecture the generic KVM code accepts: VM and vCPU lifetimes, no guest. */
#ifndef WEFT_ASM_KVM_HOST_H
#define WEFT_ASM_KVM_HOST_H

#include <linux/types.h>
#include <linux/version.h>
#ifdef CONFIG_VFIO_AP
#include <asm/weft_kvm_s390.h>
#endif

#define KVM_MAX_VCPUS			16
#define KVM_HALT_POLL_NS_DEFAULT	0
#define KVM_IRQCHIP_NUM_PINS		1
#if LINUX_VERSION_CODE < KERNEL_VERSION(5, 17, 0)
#define KVM_USER_MEM_SLOTS		32
#endif
#define KVM_PRIVATE_MEM_SLOTS		0
#define KVM_MAX_VCPU_IDS		KVM_MAX_VCPUS

/* VM memory follows the address space of its process, through the MMU notifier. */
#define KVM_ARCH_WANT_MMU_NOTIFIER

struct kvm;
struct kvm_vcpu;
struct kvm_memory_slot;

struct kvm_arch {
	int weft_unused;
#ifdef CONFIG_VFIO_AP
	struct kvm_s390_crypto crypto;
	struct kvm_s390_gisa_interrupt gisa_int;
	struct gmap *gmap;
#endif
};

struct kvm_vcpu_arch {
	int weft_unused;
#ifdef CONFIG_VFIO_AP
	struct kvm_s390_sie_block *sie_block;
#endif
};

struct kvm_arch_memory_slot {
	int weft_unused;
};

struct kvm_arch_async_pf {
	int weft_unused;
};

struct kvm_vm_stat {
	struct kvm_vm_stat_generic generic;
};

struct kvm_vcpu_stat {
	struct kvm_vcpu_stat_generic generic;
};

/* These are the architecture's part of VM and vCPU life; with no guest they do nothing. */
static inline void kvm_arch_sync_events(struct kvm *kvm) { }
static inline void kvm_arch_sched_in(struct kvm_vcpu *vcpu, int cpu) { }
static inline void kvm_arch_vcpu_blocking(struct kvm_vcpu *vcpu) { }
static inline void kvm_arch_vcpu_unblocking(struct kvm_vcpu *vcpu) { }
static inline void kvm_arch_vcpu_block_finish(struct kvm_vcpu *vcpu) { }
static inline void kvm_arch_free_memslot(struct kvm *kvm, struct kvm_memory_slot *slot) { }
static inline void kvm_arch_memslots_updated(struct kvm *kvm, u64 gen) { }

#endif
