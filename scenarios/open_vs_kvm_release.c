/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Does opening a VFIO device deadlock against KVM releasing it?
 *
 * One task asks its group for a device, which calls the driver's open_device();
 * the other closes the KVM-VFIO device. A driver that takes kvm->lock to open
 * (vfio-ap does; a stand-in here) meets, before 6.2, the group lock held on
 * both sides in opposite order. The twin uses mtty, whose open takes no such
 * lock, and must be clean.
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

static void release_kvm(void *arg)
{
	struct state *state = arg;

	sys_close(state->guest.kvm_vfio);
	state->guest.kvm_vfio = -1;
	WEFT_SOMETIMES("KVM was released after the open", state->device >= 0);
	WEFT_SOMETIMES("KVM was released before the open", state->device < 0);
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

const struct weft_scenario scenario_open_vs_kvm_release_mtty = {
	.name = "open-vs-kvm-release-mtty",
	.summary = "the same with a driver that takes no KVM lock: clean",
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
