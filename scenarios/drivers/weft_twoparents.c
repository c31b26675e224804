// SPDX-License-Identifier: GPL-2.0-only
/*
 * STAND-IN: one mediated driver with two parent devices of one instance each.
 *
 * For creating the same UUID on two parents at once (one must get -EEXIST) and
 * for creating twice on the last instance of one parent (one must get -EUSERS).
 * max_instances belongs to the driver and counts per parent. The devices do
 * nothing when opened.
 *
 * Start: WEFT_SYS_INSMOD "weft_twoparents". Then, with X = a or b,
 *   create: /sys/devices/weft_parent_X/mdev_supported_types/weft_twoparents-type/create
 *   count:  .../weft_twoparents-type/available_instances, at first "1\n"
 *   remove: /sys/devices/weft_parent_X/UUID/remove
 */
#include <linux/device.h>
#include <linux/err.h>
#include <linux/mdev.h>
#include <linux/module.h>
#include <linux/version.h>
#include <linux/vfio.h>

static const struct vfio_device_ops twoparents_dev_ops = {
	.name = "weft-twoparents",
#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 2, 0)
	.release = vfio_free_device,
#endif
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 2, 0)
	.bind_iommufd = vfio_iommufd_emulated_bind,
	.unbind_iommufd = vfio_iommufd_emulated_unbind,
	.attach_ioas = vfio_iommufd_emulated_attach_ioas,
#endif
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 6, 0)
	.detach_ioas = vfio_iommufd_emulated_detach_ioas,
#endif
};

struct twoparents_state {
	struct vfio_device vdev;
};

static int twoparents_probe(struct mdev_device *mdev)
{
	struct twoparents_state *state;
	int ret;

	state = vfio_alloc_device(twoparents_state, vdev, &mdev->dev,
				  &twoparents_dev_ops);
	if (IS_ERR(state))
		return PTR_ERR(state);

	ret = vfio_register_emulated_iommu_dev(&state->vdev);
	if (ret) {
		vfio_put_device(&state->vdev);
		return ret;
	}
	dev_set_drvdata(&mdev->dev, state);
	return 0;
}

static void twoparents_remove(struct mdev_device *mdev)
{
	struct twoparents_state *state = dev_get_drvdata(&mdev->dev);

	vfio_unregister_group_dev(&state->vdev);
	vfio_put_device(&state->vdev);
}

static struct mdev_driver twoparents_driver = {
	.device_api = VFIO_DEVICE_API_PCI_STRING,
	.max_instances = 1,
	.probe = twoparents_probe,
	.remove = twoparents_remove,
	.driver = {
		.name = "weft_twoparents",
		.owner = THIS_MODULE,
		.mod_name = KBUILD_MODNAME,
	},
};

static struct twoparents_parent {
	const char *name;
	struct device *dev;
	struct mdev_parent parent;
	struct mdev_type type;
	struct mdev_type *types[1];
} parents[] = {
	{ .name = "weft_parent_a" },
	{ .name = "weft_parent_b" },
};

static int parent_add(struct twoparents_parent *p)
{
	int ret;

	p->dev = root_device_register(p->name);
	if (IS_ERR(p->dev))
		return PTR_ERR(p->dev);

	/* The type's folder is named after the driver bound to the parent. */
	p->dev->driver = &twoparents_driver.driver;
	/* As new: its kobject cannot be used twice. */
	memset(&p->type, 0, sizeof(p->type));
	p->type.sysfs_name = "type";
	p->type.pretty_name = "stand-in with one instance";
	p->types[0] = &p->type;
	ret = mdev_register_parent(&p->parent, p->dev, &twoparents_driver, p->types, 1);
	if (ret) {
		p->dev->driver = NULL;
		root_device_unregister(p->dev);
	}
	return ret;
}

static void parent_remove(struct twoparents_parent *p)
{
	mdev_unregister_parent(&p->parent);
	p->dev->driver = NULL;
	root_device_unregister(p->dev);
}

static int __init twoparents_init(void)
{
	int ret;

	ret = mdev_register_driver(&twoparents_driver);
	if (ret)
		return ret;
	ret = parent_add(&parents[0]);
	if (ret)
		goto err_driver;
	ret = parent_add(&parents[1]);
	if (ret)
		goto err_parent;
	return 0;

err_parent:
	parent_remove(&parents[0]);
err_driver:
	mdev_unregister_driver(&twoparents_driver);
	return ret;
}

static void __exit twoparents_exit(void)
{
	parent_remove(&parents[1]);
	parent_remove(&parents[0]);
	mdev_unregister_driver(&twoparents_driver);
}

module_init(twoparents_init)
module_exit(twoparents_exit)
MODULE_DESCRIPTION("Weft stand-in with two parents of mediated devices");
MODULE_LICENSE("GPL");
