/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A device that is opened by its own node, without group and container: since
 * 6.6 /dev/vfio/devices/vfioN, of no use until VFIO_DEVICE_BIND_IOMMUFD.
 *
 * The bind opens the device under dev_set->lock, with the KVM that the file knows:
 * vfio_df_get_kvm_safe() takes a reference under df->kvm_ref_lock, a spinlock, and
 * has let it go when the driver takes kvm->lock. KVM, under kvm->lock, takes only
 * that spinlock to set or clear what the file knows. So the question of
 * open-vs-kvm-release is asked again on this path, with the same drivers, and the
 * answer must be that no cycle exists.
 */
#include <errno.h>
#include <fcntl.h>

#include "vfio_setup.h"

struct state {
	struct vfio_cdev cdev;
	struct vfio_guest guest;	/* without group and container */
	long bound, opened;
};

static int setup_cdev(struct state *state, const struct vfio_parent *parent)
{
	struct vfio_guest *guest = &state->guest;

	guest->container = guest->group = guest->vm = guest->kvm_vfio = -1;
	return vfio_setup_cdev(&state->cdev, parent);
}

/* The device's file is known to a KVM. */
static int setup_guest(struct state *state, const struct vfio_parent *parent)
{
	int err = setup_cdev(state, parent);

	if (!err)
		err = vfio_create_vm(&state->guest);
	if (!err)
		err = (int)vfio_kvm_file(&state->guest, state->cdev.device,
					 true);
	return err;
}

static int setup_kvmlock(void *arg)
{
	return setup_guest(arg, &vfio_parent_kvmlock);
}

static int setup_mtty(void *arg)
{
	return setup_guest(arg, &vfio_parent_mtty);
}

static int setup_bound(void *arg)
{
	struct state *state = arg;
	int err = setup_guest(state, &vfio_parent_kvmlock);

	return err ? err : (int)vfio_bind_cdev(&state->cdev);
}

static int setup_alone(void *arg)
{
	return setup_cdev(arg, &vfio_parent_mtty);
}

static void bind(void *arg)
{
	struct state *state = arg;

	state->bound = vfio_bind_cdev(&state->cdev);
	WEFT_SOMETIMES("the device was opened", !state->bound);
}

static void bind_kvmlock(void *arg)
{
	struct state *state = arg;

	bind(state);
	WEFT_SOMETIMES("the KVM was gone", state->bound == -EINVAL);
}

static void release_kvm(void *arg)
{
	struct state *state = arg;

	sys_close(state->guest.kvm_vfio);
	state->guest.kvm_vfio = -1;
}

static void destroy_vm(void *arg)
{
	struct state *state = arg;

	release_kvm(state);
	sys_close(state->guest.vm);
	state->guest.vm = -1;
}

static void destroy_vm_in_use(void *arg)
{
	struct state *state = arg;

	destroy_vm(state);
	WEFT_SOMETIMES("the machine was given up before the device",
		       state->cdev.device >= 0);
	WEFT_SOMETIMES("the device was closed before the machine",
		       state->cdev.device < 0);
}

static void close_device(void *arg)
{
	struct state *state = arg;

	sys_close(state->cdev.device);
	state->cdev.device = -1;
}

static void open_group(void *arg)
{
	struct state *state = arg;

	state->opened = sys_open("/dev/vfio/0", O_RDWR);
	WEFT_SOMETIMES("the group was opened", state->opened >= 0);
	WEFT_SOMETIMES("the group was refused", state->opened == -EBUSY);
}

static void close_everything(struct state *state)
{
	vfio_close_cdev(&state->cdev);
	vfio_close_guest(&state->guest);
}

/* A driver that wants a KVM refuses to open without one. */
static void check_kvmlock(void *arg)
{
	struct state *state = arg;

	WEFT_CHECK(!state->bound || state->bound == -EINVAL,
		   "the device is opened, or there is no KVM (EINVAL)");
	close_everything(state);
}

static void check_mtty(void *arg)
{
	struct state *state = arg;

	WEFT_CHECK(!state->bound, "opening the device succeeds");
	close_everything(state);
}

static void check_closed(void *arg)
{
	close_everything(arg);
}

static void check_one(void *arg)
{
	struct state *state = arg;

	WEFT_CHECK(!state->bound || state->bound == -EBUSY,
		   "the device is opened, or its group is in use (EBUSY)");
	WEFT_CHECK(state->opened >= 0 || state->opened == -EBUSY,
		   "the group is opened, or its device is in use (EBUSY)");
	WEFT_CHECK(!state->bound != (state->opened >= 0),
		   "of group and device exactly one is opened");
	if (state->opened >= 0)
		sys_close((int)state->opened);
	close_everything(state);
}

/* 6.1 has no such nodes: there is nothing to expect of it. */
#define COMMON						\
	.state_size = sizeof(struct state),		\
	.expect = { { "6.12", "exhausted" } }

const struct weft_scenario scenario_cdev_open_vs_kvm_release = {
	.name = "cdev-open-vs-kvm-release",
	.summary = "opening a device by its own node against KVM releasing it",
	.story =
		"CPU0 (open)                        CPU1 (kvm-release)\n"
		"VFIO_DEVICE_BIND_IOMMUFD           close(KVM-VFIO device)\n"
		"  lock(&dev_set->lock)               lock(&kvm->lock)\n"
		"  lock(&df->kvm_ref_lock), get KVM   lock(&df->kvm_ref_lock)\n"
		"  driver: lock(&kvm->lock)\n",
	.tasks = {
		{ "open", bind_kvmlock },
		{ "kvm-release", release_kvm },
	},
	.setup = setup_kvmlock,
	.check = check_kvmlock,
	.probes = { "the device was opened", "the KVM was gone" },
	.preemptions = WEFT_UNBOUNDED,
	COMMON,
};

const struct weft_scenario scenario_cdev_open_vs_kvm_release_mtty = {
	.name = "cdev-open-vs-kvm-release-mtty",
	.summary = "a device whose driver takes no KVM lock, opened by its own node while KVM releases it",
	.story =
		"CPU0 (open)                        CPU1 (kvm-release)\n"
		"VFIO_DEVICE_BIND_IOMMUFD           close(KVM-VFIO device)\n",
	.tasks = {
		{ "open", bind },
		{ "kvm-release", release_kvm },
	},
	.setup = setup_mtty,
	.check = check_mtty,
	.probes = { "the device was opened" },
	.preemptions = WEFT_UNBOUNDED,
	COMMON,
};

const struct weft_scenario scenario_cdev_open_vs_kvm_destroy = {
	.name = "cdev-open-vs-kvm-destroy",
	.summary = "opening a device by its own node while its KVM is destroyed",
	.story =
		"CPU0 (open)                        CPU1 (destroy)\n"
		"VFIO_DEVICE_BIND_IOMMUFD           close(KVM-VFIO device)\n"
		"  a reference to the KVM, or none    close(VM)\n",
	.tasks = {
		{ "open", bind_kvmlock },
		{ "destroy", destroy_vm },
	},
	.setup = setup_kvmlock,
	.check = check_kvmlock,
	.probes = { "the device was opened", "the KVM was gone" },
	.preemptions = WEFT_UNBOUNDED,
	COMMON,
};

const struct weft_scenario scenario_cdev_close_vs_kvm_destroy = {
	.name = "cdev-close-vs-kvm-destroy",
	.summary = "the last reference to a KVM dropped while a device is closed",
	.story =
		"CPU0 (destroy)                     CPU1 (close)\n"
		"close(KVM-VFIO device)             close(device)\n"
		"close(VM)                            vfio_device_put_kvm()\n",
	.tasks = {
		{ "destroy", destroy_vm_in_use },
		{ "close", close_device },
	},
	.setup = setup_bound,
	.check = check_closed,
	.probes = { "the machine was given up before the device",
		    "the device was closed before the machine" },
	.preemptions = 2,
	COMMON,
};

const struct weft_scenario scenario_cdev_open_vs_group_open = {
	.name = "cdev-open-vs-group-open",
	.summary = "a device and its group opened at once: one must be refused",
	.story =
		"CPU0 (open)                        CPU1 (group)\n"
		"VFIO_DEVICE_BIND_IOMMUFD           open(/dev/vfio/0)\n"
		"  vfio_device_block_group()          cdev_device_open_cnt, opened_file\n",
	.tasks = {
		{ "open", bind },
		{ "group", open_group },
	},
	.setup = setup_alone,
	.check = check_one,
	.probes = { "the device was opened", "the group was opened",
		    "the group was refused" },
	.preemptions = WEFT_UNBOUNDED,
	COMMON,
};
