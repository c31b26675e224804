// SPDX-License-Identifier: GPL-2.0-only
/*
 * STAND-IN: the smallest mediated driver that takes kvm->lock to open a device.
 *
 * It stands for s390's vfio-ap (drivers/s390/crypto/vfio_ap_ops.c), which no x86
 * machine can run. Kept from it, the same in 6.1 and 6.12: open_device refuses
 * without a KVM (-EINVAL), refuses a KVM that another device holds (-EPERM), and
 * takes guests_lock, kvm->lock, mdevs_lock in this order around kvm_get_kvm();
 * close_device takes the same three around forgetting the KVM and calls
 * kvm_put_kvm() after. Left out: matrices, queues, interrupts, and
 * kvm->arch.crypto.pqap_hook_rwsem: no field of a generic struct kvm, and its
 * other user is the guest.
 * The two mutexes are static here, and allocated with the matrix device there.
 *
 * Kernels: 6.1- (mdev_register_parent())
 * Start: WEFT_SYS_INSMOD "weft_kvmlock". Then
 *   create: /sys/devices/weft_kvmlock/mdev_supported_types/weft_kvmlock-type/create
 *   remove: /sys/devices/weft_kvmlock/UUID/remove
 *   group:  /dev/vfio/N, device name for VFIO_GROUP_GET_DEVICE_FD: UUID
 *   available_instances starts at 4.
 */
#include <linux/kvm_host.h>
#include <linux/mutex.h>
#include "weft_mdev.h"

/* Names and order as in struct ap_matrix_dev: guests_lock, kvm->lock, mdevs_lock. */
static DEFINE_MUTEX(guests_lock);
static DEFINE_MUTEX(mdevs_lock);

/* Who uses which KVM; pqap_hook of vfio-ap. Protected by kvm->lock and mdevs_lock. */
static LIST_HEAD(hooks);

struct kvmlock_state {
	struct vfio_device vdev;
	struct list_head hook;
	struct kvm *kvm;
};

static void update_locks_get(struct kvm *kvm)	/* As get_update_locks_for_kvm(). */
{
	mutex_lock(&guests_lock);
	mutex_lock(&kvm->lock);
	mutex_lock(&mdevs_lock);
}

static void update_locks_put(struct kvm *kvm)	/* As release_update_locks_for_kvm(). */
{
	mutex_unlock(&mdevs_lock);
	mutex_unlock(&kvm->lock);
	mutex_unlock(&guests_lock);
}

static bool kvm_is_hooked(const struct kvm *kvm)
{
	const struct kvmlock_state *other;

	list_for_each_entry(other, &hooks, hook)
		if (other->kvm == kvm)
			return true;
	return false;
}

/* As vfio_ap_mdev_open_device() and vfio_ap_mdev_set_kvm(). */
static int kvmlock_open_device(struct vfio_device *vdev)
{
	struct kvmlock_state *state = container_of(vdev, struct kvmlock_state, vdev);
	struct kvm *kvm = vdev->kvm;

	if (!kvm)
		return -EINVAL;

	update_locks_get(kvm);
	if (kvm_is_hooked(kvm)) {
		update_locks_put(kvm);
		return -EPERM;
	}
	kvm_get_kvm(kvm);
	state->kvm = kvm;
	list_add(&state->hook, &hooks);
	update_locks_put(kvm);
	return 0;
}

/* As vfio_ap_mdev_close_device() and vfio_ap_mdev_unset_kvm(). */
static void kvmlock_close_device(struct vfio_device *vdev)
{
	struct kvmlock_state *state = container_of(vdev, struct kvmlock_state, vdev);
	struct kvm *kvm = state->kvm;

	if (!kvm)
		return;

	update_locks_get(kvm);
	list_del(&state->hook);
	state->kvm = NULL;
	update_locks_put(kvm);
	kvm_put_kvm(kvm);
}

/* As vfio_ap_mdev_dma_unmap(); nothing is pinned here. That it is there counts. */
static void kvmlock_dma_unmap(struct vfio_device *vdev, u64 iova, u64 length)
{
}

static const struct vfio_device_ops kvmlock_dev_ops = {
	.name = "weft-kvmlock",
	.open_device = kvmlock_open_device,
	.close_device = kvmlock_close_device,
	.dma_unmap = kvmlock_dma_unmap,
	WEFT_MDEV_OPS,
};

static int kvmlock_probe(struct mdev_device *mdev)
{
	struct kvmlock_state *state;

	state = vfio_alloc_device(kvmlock_state, vdev, &mdev->dev, &kvmlock_dev_ops);
	if (IS_ERR(state))
		return PTR_ERR(state);

	return weft_mdev_probe(mdev, &state->vdev);
}

static struct mdev_driver kvmlock_driver = {
	.device_api = VFIO_DEVICE_API_AP_STRING,
	.max_instances = 4,
	.probe = kvmlock_probe,
	.remove = weft_mdev_remove,
	.driver = {
		.name = "weft_kvmlock",
		.owner = THIS_MODULE,
		.mod_name = KBUILD_MODNAME,
	},
};

static struct weft_parent kvmlock_parent;

static int __init kvmlock_init(void)
{
	return weft_driver_register(&kvmlock_parent, "weft_kvmlock",
				    &kvmlock_driver,
				    "stand-in whose open takes kvm->lock");
}

static void __exit kvmlock_exit(void)
{
	weft_driver_unregister(&kvmlock_parent, &kvmlock_driver);
}

module_init(kvmlock_init)
module_exit(kvmlock_exit)
MODULE_DESCRIPTION("Weft stand-in for a mediated driver that takes kvm->lock");
MODULE_LICENSE("GPL");
