/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The part of s390's struct kvm_arch that vfio-ap knows, for kvm_host.h. There is
 * no guest: what only a vCPU or an interrupt could reach is declared and has no
 * model (a loud stub).
 */
#ifndef WEFT_ASM_KVM_S390_H
#define WEFT_ASM_KVM_S390_H

#include <linux/rwsem.h>
#include <linux/types.h>

#define ECA_AIV		0x00200000

struct kvm;
struct kvm_vcpu;
struct gmap;
struct kvm_s390_gisa;

typedef int (*crypto_hook)(struct kvm_vcpu *vcpu);

/*
 * @crycbd:          not 0: the guest can be given queues
 * @pqap_hook:       protected by @pqap_hook_rwsem
 * @apm, @aqm, @adm: what the guest was given; protected by kvm->lock
 */
struct kvm_s390_crypto {
	struct rw_semaphore	pqap_hook_rwsem;
	crypto_hook		*pqap_hook;
	u32			crycbd;
	unsigned long		apm[4], aqm[4], adm[4];
};

struct kvm_s390_gisa_interrupt {
	struct kvm_s390_gisa	*origin;
};

struct kvm_s390_sie_block {
	u32			eca;
};

void kvm_arch_crypto_set_masks(struct kvm *kvm, unsigned long *apm,
			       unsigned long *aqm, unsigned long *adm);
void kvm_arch_crypto_clear_masks(struct kvm *kvm);
int kvm_s390_gisc_register(struct kvm *kvm, u32 gisc);
int kvm_s390_gisc_unregister(struct kvm *kvm, u32 gisc);
int kvm_s390_pv_cpu_is_protected(struct kvm_vcpu *vcpu);
int uv_pin_shared(unsigned long address);
int gmap_convert_to_secure(struct gmap *gmap, unsigned long address);

#endif
