/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What several scenarios do first: load a parent driver, create a mediated
 * device, attach its group to a container and to the VFIO device of a VM.
 */
#ifndef WEFT_SCENARIO_VFIO_SETUP_H
#define WEFT_SCENARIO_VFIO_SETUP_H

#include "scenario.h"

/* Where a parent driver's files are, and what its one device is called. */
struct vfio_parent {
	const char	*module;	/* for sys_insmod() */
	const char	*create;	/* the sysfs file that takes a UUID */
	const char	*uuid;
};

extern const struct vfio_parent vfio_parent_kvmlock;
extern const struct vfio_parent vfio_parent_mtty;
extern const struct vfio_parent vfio_parent_mbochs;
extern const struct vfio_parent vfio_parent_ap;

#define MTTY_DEVICE "/sys/devices/virtual/mtty/mtty"
#define AP_MATRIX "/sys/devices/vfio_ap/matrix"

/* Descriptors of a guest with one vfio group. */
struct vfio_guest {
	int	container;
	int	group;
	int	vm;
	int	kvm_vfio;	/* the KVM-VFIO pseudo device */
};

/**
 * vfio_setup_group() - container and group, ready for VFIO_GROUP_GET_DEVICE_FD
 * Return: 0, or negative errno after weft_scenario_error().
 */
int vfio_setup_group(struct vfio_guest *guest,
		     const struct vfio_parent *parent);

/* The same without attaching the one to the other. */
int vfio_setup_apart(struct vfio_guest *guest,
		     const struct vfio_parent *parent);

/* A VM with a KVM-VFIO device that knows no group. */
int vfio_create_vm(struct vfio_guest *guest);

/* vfio_setup_group(), plus a VM that does not know the group. */
int vfio_setup_vm(struct vfio_guest *guest, const struct vfio_parent *parent);

/**
 * vfio_setup_guest() - the same, plus a VM that knows the group
 * Return: 0, or negative errno after weft_scenario_error().
 */
int vfio_setup_guest(struct vfio_guest *guest,
		     const struct vfio_parent *parent);

/* VFIO_GROUP_GET_DEVICE_FD: a descriptor, or negative errno. */
int vfio_open_device(const struct vfio_guest *guest,
		     const struct vfio_parent *parent);

/* The same for setup(): weft_scenario_error() says why it failed. */
int vfio_setup_device(const struct vfio_guest *guest,
		      const struct vfio_parent *parent);

/**
 * vfio_set_intx() - VFIO_DEVICE_SET_IRQS for the INTx of a device
 * @action: VFIO_IRQ_SET_ACTION_…
 * @event:  descriptor of an eventfd; -1: none
 *
 * Return: 0 or negative errno.
 */
long vfio_set_intx(int device, uint32_t action, int event);

/* KVM_DEV_VFIO_FILE_ADD, or _DEL: 0 or negative errno. */
long vfio_kvm_file(const struct vfio_guest *guest, int file, bool add);

/* The same of the guest's group (KVM_DEV_VFIO_GROUP_ADD is the same number). */
long vfio_kvm_group(const struct vfio_guest *guest, bool add);

/*
 * A device opened by its own node, without group and container (6.6 and later;
 * see the lists in kernel-shim/sources). It can be used once it is bound.
 */
struct vfio_cdev {
	int	device;
	int	iommufd;
};

/**
 * vfio_setup_cdev() - a device and an iommufd to bind it to, neither bound
 * Return: 0, or negative errno after weft_scenario_error(); skips the scenario
 * where the kernel has no such nodes.
 */
int vfio_setup_cdev(struct vfio_cdev *cdev, const struct vfio_parent *parent);

/* VFIO_DEVICE_BIND_IOMMUFD, which opens the device: 0 or negative errno. */
long vfio_bind_cdev(const struct vfio_cdev *cdev);

/* Closes what is open; a descriptor of -1 is not. */
void vfio_close_cdev(const struct vfio_cdev *cdev);

/* Closes what is open; a descriptor of -1 is not. */
void vfio_close_guest(const struct vfio_guest *guest);

#endif
