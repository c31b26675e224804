/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What every stand-in for a driver of mediated devices does alike, and where its
 * interface differs between kernels: a parent with one type, and devices that
 * vfio emulates the IOMMU for.
 *
 * Contract: struct vfio_device is the first member of the driver's own state (D1),
 * so that vfio_alloc_device() may be given both, and the state is freed by
 * vfio_put_device().
 */
#ifndef WEFT_MDEV_H
#define WEFT_MDEV_H

#include <linux/device.h>
#include <linux/err.h>
#include <linux/mdev.h>
#include <linux/module.h>
#include <linux/string.h>
#include <linux/version.h>
#include <linux/vfio.h>

/* Members of struct vfio_device_ops that a driver without a life of its own has. */
#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 2, 0)
#define WEFT_MDEV_OPS	.release = vfio_free_device
#elif LINUX_VERSION_CODE < KERNEL_VERSION(6, 6, 0)
#define WEFT_MDEV_OPS							\
	.bind_iommufd = vfio_iommufd_emulated_bind,			\
	.unbind_iommufd = vfio_iommufd_emulated_unbind,			\
	.attach_ioas = vfio_iommufd_emulated_attach_ioas
#else
#define WEFT_MDEV_OPS							\
	.bind_iommufd = vfio_iommufd_emulated_bind,			\
	.unbind_iommufd = vfio_iommufd_emulated_unbind,			\
	.attach_ioas = vfio_iommufd_emulated_attach_ioas,		\
	.detach_ioas = vfio_iommufd_emulated_detach_ioas
#endif

/**
 * weft_mdev_probe() - the end of a probe: registers a device
 * @vdev: of vfio_alloc_device(); given back when it fails
 */
static int weft_mdev_probe(struct mdev_device *mdev, struct vfio_device *vdev)
{
	int ret = vfio_register_emulated_iommu_dev(vdev);

	if (ret) {
		vfio_put_device(vdev);
		return ret;
	}
	dev_set_drvdata(&mdev->dev, vdev);
	return 0;
}

/* The remove() of a driver whose probe() ended in weft_mdev_probe(). */
static void weft_mdev_remove(struct mdev_device *mdev)
{
	struct vfio_device *vdev = dev_get_drvdata(&mdev->dev);

	vfio_unregister_group_dev(vdev);
	vfio_put_device(vdev);
}

/* struct weft_parent - a parent device with one type, "DRIVER-type" */
struct weft_parent {
	struct device		*dev;
	struct mdev_parent	parent;
	struct mdev_type	type;
	struct mdev_type	*types[1];
};

/**
 * weft_parent_register() - /sys/devices/NAME, with mdev_supported_types
 * @pretty: what the type's file "name" says
 */
static int weft_parent_register(struct weft_parent *p, const char *name,
				struct mdev_driver *driver, const char *pretty)
{
	int ret;

	p->dev = root_device_register(name);
	if (IS_ERR(p->dev))
		return PTR_ERR(p->dev);

	/* The type's folder is named after the driver bound to the parent. */
	p->dev->driver = &driver->driver;
	/* As new: its kobject cannot be used twice. */
	memset(&p->type, 0, sizeof(p->type));
	p->type.sysfs_name = "type";
	p->type.pretty_name = pretty;
	p->types[0] = &p->type;
	ret = mdev_register_parent(&p->parent, p->dev, driver, p->types, 1);
	if (ret) {
		p->dev->driver = NULL;
		root_device_unregister(p->dev);
	}
	return ret;
}

static void weft_parent_unregister(struct weft_parent *p)
{
	mdev_unregister_parent(&p->parent);
	p->dev->driver = NULL;
	root_device_unregister(p->dev);
}

/* A driver and its only parent, for module_init() and module_exit(). */
static int weft_driver_register(struct weft_parent *p, const char *name,
				struct mdev_driver *driver, const char *pretty)
{
	int ret = mdev_register_driver(driver);

	if (ret)
		return ret;
	ret = weft_parent_register(p, name, driver, pretty);
	if (ret)
		mdev_unregister_driver(driver);
	return ret;
}

static void weft_driver_unregister(struct weft_parent *p,
				   struct mdev_driver *driver)
{
	weft_parent_unregister(p);
	mdev_unregister_driver(driver);
}

#endif
