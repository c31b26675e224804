// SPDX-License-Identifier: GPL-2.0-only
/*
 * The least architecture that KVM's generic code needs: VMs and devices, no guest.
 *
 * /dev/kvm, KVM_CREATE_VM, KVM_CREATE_DEVICE and the life of their files run
 * through the real kvm_main.c. There is no guest: everything about vCPUs and
 * guest memory is left undefined here, which makes it a loud stub.
 * Before 6.8 eventfd.c and the irqchip are configured out, and KVM's own header
 * answers for them.
 */
#include <linux/init.h>
#include <linux/kvm_host.h>
#include <linux/module.h>
#include <linux/version.h>
#include "model.h"

/*
 * Counters every architecture has. The element type was renamed between kernels,
 * so it is taken from the header's declaration.
 */
const typeof(kvm_vm_stats_desc[0]) kvm_vm_stats_desc[] = {
	KVM_GENERIC_VM_STATS(),
};

const typeof(kvm_vcpu_stats_desc[0]) kvm_vcpu_stats_desc[] = {
	KVM_GENERIC_VCPU_STATS(),
};

#define STATS_HEADER(desc)							\
{										\
	.name_size = KVM_STATS_NAME_SIZE,					\
	.num_desc = ARRAY_SIZE(desc),						\
	.id_offset = sizeof(struct kvm_stats_header),				\
	.desc_offset = sizeof(struct kvm_stats_header) + KVM_STATS_NAME_SIZE,	\
	.data_offset = sizeof(struct kvm_stats_header) + KVM_STATS_NAME_SIZE +	\
		       sizeof(desc),						\
}

const struct kvm_stats_header kvm_vm_stats_header = STATS_HEADER(kvm_vm_stats_desc);
const struct kvm_stats_header kvm_vcpu_stats_header = STATS_HEADER(kvm_vcpu_stats_desc);

/*
 * Switching a CPU's virtualization on and off.
 */

#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 3, 0)
/** kvm_arch_init() - MODEL of arch/x86/kvm/x86.c. Keeps: success. Drops: vendor checks. */
int kvm_arch_init(void *opaque)
{
	return 0;
}

/** kvm_arch_exit() - MODEL of arch/x86/kvm/x86.c. Keeps: nothing to undo. Drops: vendor state. */
void kvm_arch_exit(void)
{
}

/** kvm_arch_hardware_setup() - MODEL of arch/x86/kvm/x86.c. Keeps: success. Drops: features. */
int kvm_arch_hardware_setup(void *opaque)
{
	return 0;
}

/** kvm_arch_hardware_unsetup() - MODEL of arch/x86/kvm/x86.c. Keeps: nothing to undo. Drops: features. */
void kvm_arch_hardware_unsetup(void)
{
}

/** kvm_arch_check_processor_compat() - MODEL of arch/x86/kvm/x86.c. Keeps: CPUs are alike. Drops: checks. */
int kvm_arch_check_processor_compat(void *opaque)
{
	return 0;
}
#endif

#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 12, 0)
/** kvm_arch_hardware_enable() - MODEL of arch/x86/kvm/x86.c. Keeps: success. Drops: the CPU. */
int kvm_arch_hardware_enable(void)
{
	return 0;
}

/** kvm_arch_hardware_disable() - MODEL of arch/x86/kvm/x86.c. Keeps: always works. Drops: the CPU. */
void kvm_arch_hardware_disable(void)
{
}
#else
/** kvm_arch_enable_virtualization_cpu() - MODEL of arch/x86/kvm/x86.c. Keeps: success. Drops: the CPU. */
int kvm_arch_enable_virtualization_cpu(void)
{
	return 0;
}

/** kvm_arch_disable_virtualization_cpu() - MODEL of arch/x86/kvm/x86.c. Keeps: always works. Drops: the CPU. */
void kvm_arch_disable_virtualization_cpu(void)
{
}
#endif

/*
 * A VM without vCPUs and memory slots.
 */

/**
 * kvm_arch_init_vm() - the architecture's begin of a VM
 *
 * MODEL of arch/x86/kvm/x86.c, and of arch/s390/kvm/kvm-s390.c where vfio-ap is
 * configured. Keeps: type 0 only; a guest may be given queues, and has none. Drops:
 * MMU, timers.
 */
int kvm_arch_init_vm(struct kvm *kvm, unsigned long type)
{
	if (type)
		return -EINVAL;
#ifdef CONFIG_VFIO_AP
	init_rwsem(&kvm->arch.crypto.pqap_hook_rwsem);
	kvm->arch.crypto.crycbd = 1;
#endif
	return 0;
}

/**
 * kvm_arch_destroy_vm() - the architecture's end of a VM
 *
 * MODEL of arch/x86/kvm/x86.c. Keeps: nothing is left of a VM without vCPUs.
 * Drops: vCPUs; a VM that has one is loud.
 */
void kvm_arch_destroy_vm(struct kvm *kvm)
{
	if (atomic_read(&kvm->online_vcpus))
		weft_unmodelled("kvm_destroy_vcpus");
}

/** kvm_arch_flush_shadow_all() - MODEL of arch/x86/kvm/mmu/mmu.c. Keeps: no shadow pages exist. Drops: MMU. */
void kvm_arch_flush_shadow_all(struct kvm *kvm)
{
}

/** kvm_vm_ioctl_check_extension() - MODEL of arch/x86/kvm/x86.c. Keeps: no extension. Drops: features. */
int kvm_vm_ioctl_check_extension(struct kvm *kvm, long ext)
{
	return 0;
}

/** kvm_arch_dev_ioctl() - MODEL of arch/x86/kvm/x86.c. Keeps: unknown request. Drops: MSRs, CPUID. */
long kvm_arch_dev_ioctl(struct file *filp, unsigned int ioctl, unsigned long arg)
{
	return -EINVAL;
}

#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 8, 0) && !defined(CONFIG_HAVE_KVM_IRQCHIP)
/*
 * virt/kvm/eventfd.c is not part of the image: only its share in a VM's life is here.
 */

/** kvm_eventfd_init() - MODEL of virt/kvm/eventfd.c. Keeps: empty list. Drops: irqfds. */
void kvm_eventfd_init(struct kvm *kvm)
{
	INIT_LIST_HEAD(&kvm->ioeventfds);
}
#endif

/*
 * As arch/x86/kvm/vmx and svm do: the vendor module's init calls kvm_init(), which
 * registers the VFIO device type and, last, /dev/kvm.
 */
static int __init weft_kvm_init(void)
{
#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 3, 0)
	return kvm_init(NULL, sizeof(struct kvm_vcpu), __alignof__(struct kvm_vcpu),
			THIS_MODULE);
#else
	return kvm_init(sizeof(struct kvm_vcpu), __alignof__(struct kvm_vcpu),
			THIS_MODULE);
#endif
}
module_init(weft_kvm_init)
