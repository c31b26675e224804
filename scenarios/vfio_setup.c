/* SPDX-License-Identifier: GPL-2.0-only */
/* Common preparation of vfio scenarios; contract in vfio_setup.h. */
#include <errno.h>
#include <fcntl.h>
#include <linux/kvm.h>
#include <linux/vfio.h>
#include <string.h>

#include "vfio_setup.h"

/* Headers before 6.6 lack it. */
#ifndef VFIO_DEVICE_BIND_IOMMUFD
#define VFIO_DEVICE_BIND_IOMMUFD	_IO(VFIO_TYPE, VFIO_BASE + 18)
struct vfio_device_bind_iommufd {
	uint32_t	argsz;
	uint32_t	flags;
	int32_t		iommufd;
	uint32_t	out_devid;
};
#endif

const struct vfio_parent vfio_parent_kvmlock = {
	.module = "weft_kvmlock",
	.create = "/sys/devices/weft_kvmlock/mdev_supported_types/weft_kvmlock-type/create",
	.uuid = "83b8f4f2-509f-382f-3c1e-e6bfe0fa1001",
};

const struct vfio_parent vfio_parent_mtty = {
	.module = "mtty",
	.create = MTTY_DEVICE "/mdev_supported_types/mtty-1/create",
	.uuid = "83b8f4f2-509f-382f-3c1e-e6bfe0fa1002",
};

const struct vfio_parent vfio_parent_mbochs = {
	.module = "mbochs",
	.create = "/sys/devices/virtual/mbochs/mbochs/mdev_supported_types/mbochs-small/create",
	.uuid = "83b8f4f2-509f-382f-3c1e-e6bfe0fa1004",
};

const struct vfio_parent vfio_parent_ap = {
	.module = "vfio_ap",
	.create = AP_MATRIX "/mdev_supported_types/vfio_ap-passthrough/create",
	.uuid = "83b8f4f2-509f-382f-3c1e-e6bfe0fa1003",
};

static int failed(const char *what, long result)
{
	weft_scenario_error("%s: %s", what, strerror((int)-result));
	return (int)result;
}

static int create_device(const struct vfio_parent *parent)
{
	int err = weft_setup_driver(parent->module);
	long result;

	if (err)
		return err;
	result = sys_write_file(parent->create, parent->uuid);
	return result < 0 ? failed(parent->create, result) : 0;
}

static int attach_group(struct vfio_guest *guest)
{
	int container = guest->container;
	long result = sys_ioctl(guest->group, VFIO_GROUP_SET_CONTAINER,
				&container);

	if (result < 0)
		return failed("VFIO_GROUP_SET_CONTAINER", result);
	result = sys_ioctl(guest->container, VFIO_SET_IOMMU,
			   (void *)(long)VFIO_TYPE1v2_IOMMU);
	return result < 0 ? failed("VFIO_SET_IOMMU", result) : 0;
}

int vfio_setup_apart(struct vfio_guest *guest,
		     const struct vfio_parent *parent)
{
	int err;

	guest->container = guest->group = guest->vm = guest->kvm_vfio = -1;
	err = create_device(parent);
	if (err)
		return err;
	guest->container = (int)sys_open("/dev/vfio/vfio", O_RDWR);
	if (guest->container < 0)
		return failed("/dev/vfio/vfio", guest->container);
	guest->group = (int)sys_open("/dev/vfio/0", O_RDWR);
	if (guest->group < 0)
		return failed("/dev/vfio/0", guest->group);
	return 0;
}

int vfio_setup_group(struct vfio_guest *guest,
		     const struct vfio_parent *parent)
{
	int err = vfio_setup_apart(guest, parent);

	return err ? err : attach_group(guest);
}

int vfio_open_device(const struct vfio_guest *guest,
		     const struct vfio_parent *parent)
{
	return (int)sys_ioctl(guest->group, VFIO_GROUP_GET_DEVICE_FD,
			      (void *)parent->uuid);
}

int vfio_setup_device(const struct vfio_guest *guest,
		      const struct vfio_parent *parent)
{
	int device = vfio_open_device(guest, parent);

	return device < 0 ? failed("VFIO_GROUP_GET_DEVICE_FD", device) : device;
}

long vfio_set_intx(int device, uint32_t action, int event)
{
	struct {
		struct vfio_irq_set set;
		int32_t event;
	} irqs = {
		.set = {
			.argsz = sizeof(irqs),
			.flags = (event < 0 ? VFIO_IRQ_SET_DATA_NONE :
					      VFIO_IRQ_SET_DATA_EVENTFD) | action,
			.index = VFIO_PCI_INTX_IRQ_INDEX,
			.count = event < 0 ? 0 : 1,
		},
		.event = event,
	};

	return sys_ioctl(device, VFIO_DEVICE_SET_IRQS, &irqs);
}

long vfio_kvm_file(const struct vfio_guest *guest, int file, bool add)
{
	int32_t fd = file;
	struct kvm_device_attr attr = {
		.group = KVM_DEV_VFIO_GROUP,
		.attr = add ? KVM_DEV_VFIO_GROUP_ADD : KVM_DEV_VFIO_GROUP_DEL,
		.addr = (uint64_t)(uintptr_t)&fd,
	};

	return sys_ioctl(guest->kvm_vfio, KVM_SET_DEVICE_ATTR, &attr);
}

long vfio_kvm_group(const struct vfio_guest *guest, bool add)
{
	return vfio_kvm_file(guest, guest->group, add);
}

int vfio_create_vm(struct vfio_guest *guest)
{
	struct kvm_create_device create = { .type = KVM_DEV_TYPE_VFIO };
	long kvm = sys_open("/dev/kvm", O_RDWR), result;

	if (kvm < 0)
		return failed("/dev/kvm", kvm);
	guest->vm = (int)sys_ioctl((int)kvm, KVM_CREATE_VM, NULL);
	sys_close((int)kvm);
	if (guest->vm < 0)
		return failed("KVM_CREATE_VM", guest->vm);
	result = sys_ioctl(guest->vm, KVM_CREATE_DEVICE, &create);
	if (result < 0)
		return failed("KVM_CREATE_DEVICE", result);
	guest->kvm_vfio = (int)create.fd;
	return 0;
}

int vfio_setup_vm(struct vfio_guest *guest, const struct vfio_parent *parent)
{
	int err = vfio_setup_group(guest, parent);

	return err ? err : vfio_create_vm(guest);
}

int vfio_setup_guest(struct vfio_guest *guest,
		     const struct vfio_parent *parent)
{
	int err = vfio_setup_vm(guest, parent);
	long result;

	if (err)
		return err;
	result = vfio_kvm_group(guest, true);
	return result < 0 ? failed("KVM_DEV_VFIO_GROUP_ADD", result) : 0;
}

void vfio_close_guest(const struct vfio_guest *guest)
{
	const int fds[] = { guest->kvm_vfio, guest->vm, guest->group,
			    guest->container };
	size_t i;

	for (i = 0; i < sizeof(fds) / sizeof(fds[0]); i++)
		if (fds[i] >= 0)
			sys_close(fds[i]);
}

/* A node that this kernel may not have. */
static int open_node(const char *path)
{
	int fd = (int)sys_open(path, O_RDWR);

	if (fd == -ENOENT)
		return weft_scenario_skip("there is no %s: devices have nodes of their own, and iommufd binds them, since Linux 6.6",
					  path);
	return fd < 0 ? failed(path, fd) : fd;
}

int vfio_setup_cdev(struct vfio_cdev *cdev, const struct vfio_parent *parent)
{
	int err = create_device(parent);

	cdev->device = cdev->iommufd = -1;
	if (err)
		return err;
	cdev->iommufd = open_node("/dev/iommu");
	if (cdev->iommufd < 0)
		return cdev->iommufd;
	cdev->device = open_node("/dev/vfio/devices/vfio0");
	return cdev->device < 0 ? cdev->device : 0;
}

long vfio_bind_cdev(const struct vfio_cdev *cdev)
{
	struct vfio_device_bind_iommufd bind = {
		.argsz = sizeof(bind),
		.iommufd = cdev->iommufd,
	};

	return sys_ioctl(cdev->device, VFIO_DEVICE_BIND_IOMMUFD, &bind);
}

void vfio_close_cdev(const struct vfio_cdev *cdev)
{
	if (cdev->device >= 0)
		sys_close(cdev->device);
	if (cdev->iommufd >= 0)
		sys_close(cdev->iommufd);
}
