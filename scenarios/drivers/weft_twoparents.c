// SPDX-License-Identifier: GPL-2.0-only
/*
 * STAND-IN: one mediated driver with two parent devices of one instance each.
 *
 * For creating the same UUID on two parents at once (one must get -EEXIST) and
 * for creating twice on the last instance of one parent (one must get -EUSERS).
 * max_instances belongs to the driver and counts per parent. The devices do
 * nothing when opened.
 *
 * Kernels: 6.1- (mdev_register_parent())
 * Start: WEFT_SYS_INSMOD "weft_twoparents". Then, with X = a or b,
 *   create: /sys/devices/weft_parent_X/mdev_supported_types/weft_twoparents-type/create
 *   count:  .../weft_twoparents-type/available_instances, at first "1\n"
 *   remove: /sys/devices/weft_parent_X/UUID/remove
 */
#include "weft_mdev.h"

static const struct vfio_device_ops twoparents_dev_ops = {
	.name = "weft-twoparents",
	WEFT_MDEV_OPS,
};

struct twoparents_state {
	struct vfio_device vdev;
};

static int twoparents_probe(struct mdev_device *mdev)
{
	struct twoparents_state *state;

	state = vfio_alloc_device(twoparents_state, vdev, &mdev->dev,
				  &twoparents_dev_ops);
	if (IS_ERR(state))
		return PTR_ERR(state);

	return weft_mdev_probe(mdev, &state->vdev);
}

static struct mdev_driver twoparents_driver = {
	.device_api = VFIO_DEVICE_API_PCI_STRING,
	.max_instances = 1,
	.probe = twoparents_probe,
	.remove = weft_mdev_remove,
	.driver = {
		.name = "weft_twoparents",
		.owner = THIS_MODULE,
		.mod_name = KBUILD_MODNAME,
	},
};

static struct weft_parent parents[2];

static int parent_add(struct weft_parent *p, const char *name)
{
	return weft_parent_register(p, name, &twoparents_driver,
				    "stand-in with one instance");
}

static int __init twoparents_init(void)
{
	int ret;

	ret = mdev_register_driver(&twoparents_driver);
	if (ret)
		return ret;
	ret = parent_add(&parents[0], "weft_parent_a");
	if (ret)
		goto err_driver;
	ret = parent_add(&parents[1], "weft_parent_b");
	if (ret)
		goto err_parent;
	return 0;

err_parent:
	weft_parent_unregister(&parents[0]);
err_driver:
	mdev_unregister_driver(&twoparents_driver);
	return ret;
}

static void __exit twoparents_exit(void)
{
	weft_parent_unregister(&parents[1]);
	weft_parent_unregister(&parents[0]);
	mdev_unregister_driver(&twoparents_driver);
}

module_init(twoparents_init)
module_exit(twoparents_exit)
MODULE_DESCRIPTION("Weft stand-in with two parents of mediated devices");
MODULE_LICENSE("GPL");
