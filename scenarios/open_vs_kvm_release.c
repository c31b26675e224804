/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Does opening a VFIO device deadlock against KVM releasing it?
 *
 * One task asks its group for a device, which calls the driver's open_device();
 * the other closes the KVM-VFIO device. A driver that takes kvm->lock to open
 * (vfio-ap does; a stand-in here) meets, before 6.2, the group lock held on
 * both sides in opposite order. The twin uses mtty, whose open takes no such
 * lock, and must be clean.
 *
 * With a third task that hands the group to KVM there is a third lock: before 6.2
 * KVM_DEV_VFIO_GROUP_ADD takes the group lock under kv->lock, and a release takes
 * kv->lock under kvm->lock. The chain of the three, by three tasks, is in the lock
 * graph (and in lockdep's), but an ioctl() on the KVM-VFIO device has a reference to
 * its file: the release cannot begin before it ends.
 */
#include "vfio_setup.h"

struct state {
	struct vfio_guest guest;
	int device;
};

static int setup_kvmlock(void *arg)
{
	struct state *state = arg;

	state->device = -1;
	return vfio_setup_guest(&state->guest, &vfio_parent_kvmlock);
}

static int setup_mtty(void *arg)
{
	struct state *state = arg;

	state->device = -1;
	return vfio_setup_guest(&state->guest, &vfio_parent_mtty);
}

static void open_device(struct state *state, const struct vfio_parent *parent)
{
	state->device = vfio_open_device(&state->guest, parent);
	WEFT_SOMETIMES("the device was opened", state->device >= 0);
}

static void open_kvmlock(void *arg)
{
	open_device(arg, &vfio_parent_kvmlock);
}

static void open_mtty(void *arg)
{
	open_device(arg, &vfio_parent_mtty);
}

static int setup_kvmlock_vm(void *arg)
{
	struct state *state = arg;

	state->device = -1;
	return vfio_setup_vm(&state->guest, &vfio_parent_kvmlock);
}

static void add_group(void *arg)
{
	struct state *state = arg;
	long err = vfio_kvm_group(&state->guest, true);

	WEFT_SOMETIMES("KVM got the group", !err);
	WEFT_SOMETIMES("KVM was released before it got the group", err);
}

static void release_kvm(void *arg)
{
	struct state *state = arg;

	sys_close(state->guest.kvm_vfio);
	state->guest.kvm_vfio = -1;
	WEFT_SOMETIMES("KVM was released after the open", state->device >= 0);
	WEFT_SOMETIMES("KVM was released before the open", state->device < 0);
}

/* In the order in which the end of a process closes them. */
static void destroy_kvm(void *arg)
{
	struct state *state = arg;

	sys_close(state->guest.vm);
	state->guest.vm = -1;
	release_kvm(state);
}

static void check(void *arg)
{
	struct state *state = arg;

	if (state->device >= 0)
		sys_close(state->device);
	vfio_close_guest(&state->guest);
}

const struct weft_scenario scenario_open_vs_kvm_release = {
	.name = "open-vs-kvm-release",
	.summary = "opening a VFIO device against KVM releasing its group",
	.story =
		"CPU0 (open)                        CPU1 (kvm-release)\n"
		"VFIO_GROUP_GET_DEVICE_FD           close(KVM-VFIO device)\n"
		"  lock(&group->group_lock)           lock(&kvm->lock)\n"
		"  driver: lock(&kvm->lock)           lock(&group->group_lock)\n",
	.tasks = {
		{ "open", open_kvmlock },
		{ "kvm-release", release_kvm },
	},
	.state_size = sizeof(struct state),
	.setup = setup_kvmlock,
	.check = check,
	.is_default = true,
	.preemptions = 2,
	.probes = { "the device was opened",
		    "KVM was released after the open",
		    "KVM was released before the open" },
	.expect = {
		{ "6.1", "bug", "deadlock", "&group->group_lock" },
		{ "6.12", "exhausted" },
	},
};

const struct weft_scenario scenario_open_vs_kvm_release_add = {
	.name = "open-vs-kvm-release-add",
	.summary = "opening a VFIO device against KVM getting and releasing its group: three locks",
	.story =
		"CPU0 (add)                    CPU1 (open)                   CPU2 (kvm-release)\n"
		"KVM_DEV_VFIO_GROUP_ADD        VFIO_GROUP_GET_DEVICE_FD      close(KVM-VFIO device)\n"
		"  lock(&kv->lock)               lock(&group->group_lock)      lock(&kvm->lock)\n"
		"  lock(&group->group_lock)      driver: lock(&kvm->lock)      lock(&group->group_lock)\n"
		"                                                              lock(&kv->lock)\n",
	.tasks = {
		{ "add", add_group },
		{ "open", open_kvmlock },
		{ "kvm-release", release_kvm },
	},
	.state_size = sizeof(struct state),
	.setup = setup_kvmlock_vm,
	.check = check,
	.is_default = true,
	.preemptions = 1,
	.probes = { "the device was opened",
		    "KVM got the group",
		    "KVM was released before it got the group" },
	.expect = {
		{ "6.1", "bug", "deadlock", "&group->group_lock" },
		{ "6.12", "exhausted", NULL, NULL },
	},
};

const struct weft_scenario scenario_open_vs_kvm_release_mtty = {
	.name = "open-vs-kvm-release-mtty",
	.summary = "opening a VFIO device whose driver takes no KVM lock against KVM releasing its group",
	.story =
		"CPU0 (open)                        CPU1 (kvm-release)\n"
		"VFIO_GROUP_GET_DEVICE_FD           close(KVM-VFIO device)\n",
	.tasks = {
		{ "open", open_mtty },
		{ "kvm-release", release_kvm },
	},
	.state_size = sizeof(struct state),
	.setup = setup_mtty,
	.check = check,
	.is_default = true,
	.preemptions = 2,
	.probes = { "the device was opened",
		    "KVM was released after the open",
		    "KVM was released before the open" },
	.expect = {
		{ "6.1 6.12", "exhausted" },
	},
};

const struct weft_scenario scenario_open_vs_kvm_destroy = {
	.name = "open-vs-kvm-destroy",
	.summary = "opening a VFIO device against the last reference to its KVM",
	.story =
		"CPU0 (open)                        CPU1 (destroy)\n"
		"VFIO_GROUP_GET_DEVICE_FD           close(VM)\n"
		"  reads group->kvm                 close(KVM-VFIO device)\n"
		"  must hold it from there on         group->kvm = NULL\n"
		"  driver: lock(&kvm->lock)           the last kvm_put_kvm()\n",
	.tasks = {
		{ "open", open_kvmlock },
		{ "destroy", destroy_kvm },
	},
	.state_size = sizeof(struct state),
	.setup = setup_kvmlock,
	.check = check,
	.preemptions = 2,
	.keep_going = true,	/* behind the deadlock of 6.1 */
	.probes = { "the device was opened",
		    "KVM was released after the open",
		    "KVM was released before the open" },
	.expect = {
		{ "6.1", "bug", "deadlock", "&group->group_lock" },
		{ "6.12", "exhausted", NULL, NULL },
	},
};
