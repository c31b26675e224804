// SPDX-License-Identifier: GPL-2.0-only
/*
 * STAND-IN: the smallest mediated driver that lets an eventfd into the kernel.
 *
 * It stands for the unmask eventfd of vfio-pci (vfio_pci_intrs.c), which needs a PCI
 * device. Kept from it: VFIO_DEVICE_SET_IRQS under the mutex igate; with an eventfd
 * it calls vfio_virqfd_enable(), without data vfio_virqfd_disable(), as does the last
 * close. The handler takes a spinlock and asks for the thread function; that one takes
 * the spinlock too and reads what close_device() frees.
 *
 * Kernels: 6.1- (mdev_register_parent())
 * Start: WEFT_SYS_INSMOD "weft_virqfd". Then
 *   create: /sys/devices/weft_virqfd/mdev_supported_types/weft_virqfd-type/create
 */
#include <linux/mutex.h>
#include <linux/slab.h>
#include <linux/spinlock.h>
#include <linux/uaccess.h>
#include "weft_mdev.h"

struct virqfd_state {
	struct vfio_device vdev;
	struct mutex igate;
	spinlock_t irqlock;
	struct virqfd *unmask;
	unsigned long *unmasked;	/* how often; while open */
};

static int virqfd_handler(void *opaque, void *unused)
{
	struct virqfd_state *state = opaque;
	unsigned long flags;

	spin_lock_irqsave(&state->irqlock, flags);
	spin_unlock_irqrestore(&state->irqlock, flags);
	return 1;	/* the thread function, please */
}

static void virqfd_thread(void *opaque, void *unused)
{
	struct virqfd_state *state = opaque;

	spin_lock_irq(&state->irqlock);
	(*state->unmasked)++;
	spin_unlock_irq(&state->irqlock);
}

static long virqfd_set_irqs(struct virqfd_state *state, unsigned long arg)
{
	unsigned long minsz = offsetofend(struct vfio_irq_set, count);
	struct vfio_irq_set set;
	int fd;
	long ret = 0;

	if (copy_from_user(&set, (void __user *)arg, minsz))
		return -EFAULT;
	mutex_lock(&state->igate);
	if (set.flags & VFIO_IRQ_SET_DATA_NONE)
		vfio_virqfd_disable(&state->unmask);
	else if (copy_from_user(&fd, (void __user *)(arg + minsz), sizeof(fd)))
		ret = -EFAULT;
	else
		ret = vfio_virqfd_enable(state, virqfd_handler, virqfd_thread,
					 NULL, &state->unmask, fd);
	mutex_unlock(&state->igate);
	return ret;
}

static long virqfd_ioctl(struct vfio_device *vdev, unsigned int cmd,
			 unsigned long arg)
{
	struct virqfd_state *state = container_of(vdev, struct virqfd_state, vdev);

	return cmd == VFIO_DEVICE_SET_IRQS ? virqfd_set_irqs(state, arg) : -ENOTTY;
}

static int virqfd_open_device(struct vfio_device *vdev)
{
	struct virqfd_state *state = container_of(vdev, struct virqfd_state, vdev);

	state->unmasked = kzalloc(sizeof(*state->unmasked), GFP_KERNEL);
	return state->unmasked ? 0 : -ENOMEM;
}

static void virqfd_close_device(struct vfio_device *vdev)
{
	struct virqfd_state *state = container_of(vdev, struct virqfd_state, vdev);

	mutex_lock(&state->igate);
	vfio_virqfd_disable(&state->unmask);
	mutex_unlock(&state->igate);
	kfree(state->unmasked);
	state->unmasked = NULL;
}

static const struct vfio_device_ops virqfd_dev_ops = {
	.name = "weft-virqfd",
	.open_device = virqfd_open_device,
	.close_device = virqfd_close_device,
	.ioctl = virqfd_ioctl,
	WEFT_MDEV_OPS,
};

static int virqfd_probe(struct mdev_device *mdev)
{
	struct virqfd_state *state;

	state = vfio_alloc_device(virqfd_state, vdev, &mdev->dev, &virqfd_dev_ops);
	if (IS_ERR(state))
		return PTR_ERR(state);
	mutex_init(&state->igate);
	spin_lock_init(&state->irqlock);
	return weft_mdev_probe(mdev, &state->vdev);
}

static struct mdev_driver virqfd_driver = {
	.device_api = VFIO_DEVICE_API_PCI_STRING,
	.max_instances = 4,
	.probe = virqfd_probe,
	.remove = weft_mdev_remove,
	.driver = {
		.name = "weft_virqfd",
		.owner = THIS_MODULE,
		.mod_name = KBUILD_MODNAME,
	},
};

static struct weft_parent virqfd_parent;

static int __init virqfd_init(void)
{
	return weft_driver_register(&virqfd_parent, "weft_virqfd",
				    &virqfd_driver,
				    "stand-in with an eventfd");
}

static void __exit virqfd_exit(void)
{
	weft_driver_unregister(&virqfd_parent, &virqfd_driver);
}

module_init(virqfd_init)
module_exit(virqfd_exit)
MODULE_DESCRIPTION("Weft stand-in for a driver with an unmask eventfd");
MODULE_LICENSE("GPL");
