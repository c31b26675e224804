/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What a virtual machine knows of a group: added, deleted and forgotten while
 * the group, the device or the machine itself goes away.
 *
 * Since 6.2 a device keeps the KVM alive from its first open to its last close;
 * before, a driver that wants a KVM does so itself. Either way the last
 * reference may be dropped inside a close, under the locks of vfio.
 */
#include <errno.h>

#include "vfio_setup.h"

struct state {
	struct vfio_guest guest;
	int device;
	long result;
};

static int setup_vm(void *arg)
{
	struct state *state = arg;

	state->device = -1;
	return vfio_setup_vm(&state->guest, &vfio_parent_mtty);
}

static int setup_guest(void *arg)
{
	struct state *state = arg;

	state->device = -1;
	return vfio_setup_guest(&state->guest, &vfio_parent_mtty);
}

static int setup_open(void *arg)
{
	struct state *state = arg;
	int err = vfio_setup_guest(&state->guest, &vfio_parent_kvmlock);

	if (err)
		return err;
	state->device = vfio_setup_device(&state->guest, &vfio_parent_kvmlock);
	return state->device < 0 ? state->device : 0;
}

static void add_group(void *arg)
{
	struct state *state = arg;

	state->result = vfio_kvm_group(&state->guest, true);
	WEFT_SOMETIMES("the group was added", !state->result);
	WEFT_SOMETIMES("the group was closed before", state->result == -EBADF);
}

static void delete_group(void *arg)
{
	struct state *state = arg;

	state->result = vfio_kvm_group(&state->guest, false);
	WEFT_SOMETIMES("the group was deleted", !state->result);
	WEFT_SOMETIMES("the KVM device was closed before",
		       state->result == -EBADF);
}

static void close_group(void *arg)
{
	struct state *state = arg;

	sys_close(state->guest.group);
	state->guest.group = -1;
}

static void close_kvm_vfio(void *arg)
{
	struct state *state = arg;

	sys_close(state->guest.kvm_vfio);
	state->guest.kvm_vfio = -1;
}

static void destroy_vm(void *arg)
{
	struct state *state = arg;

	close_kvm_vfio(state);
	sys_close(state->guest.vm);
	state->guest.vm = -1;
	WEFT_SOMETIMES("the machine was given up before the device",
		       state->device >= 0);
	WEFT_SOMETIMES("the device was closed before the machine",
		       state->device < 0);
}

static void close_device(void *arg)
{
	struct state *state = arg;

	sys_close(state->device);
	state->device = -1;
}

static void check(void *arg)
{
	struct state *state = arg;

	WEFT_CHECK(!state->result || state->result == -EBADF,
		   "it succeeds, or the file is closed (EBADF)");
	vfio_close_guest(&state->guest);
}

#define CLEAN	.expect = { { "6.1 6.12", "exhausted" } }

const struct weft_scenario scenario_kvm_file_add_vs_close = {
	.name = "kvm-file-add-vs-close",
	.summary = "a machine takes a group that is being closed",
	.story =
		"CPU0 (add)                         CPU1 (close)\n"
		"KVM_DEV_VFIO_GROUP_ADD             close(group)\n",
	.tasks = {
		{ "add", add_group },
		{ "close", close_group },
	},
	.state_size = sizeof(struct state),
	.setup = setup_vm,
	.check = check,
	.preemptions = WEFT_UNBOUNDED,
	.probes = { "the group was added", "the group was closed before" },
	CLEAN,
};

const struct weft_scenario scenario_kvm_file_del_vs_release = {
	.name = "kvm-file-del-vs-release",
	.summary = "a machine lets a group go while its KVM-VFIO device is closed",
	.story =
		"CPU0 (delete)                      CPU1 (release)\n"
		"KVM_DEV_VFIO_GROUP_DEL             close(KVM-VFIO device)\n",
	.tasks = {
		{ "delete", delete_group },
		{ "release", close_kvm_vfio },
	},
	.state_size = sizeof(struct state),
	.setup = setup_guest,
	.check = check,
	.preemptions = WEFT_UNBOUNDED,
	.probes = { "the group was deleted",
		    "the KVM device was closed before" },
	CLEAN,
};

const struct weft_scenario scenario_kvm_destroy_vs_close = {
	.name = "kvm-destroy-vs-close",
	.summary = "the last reference to a KVM dropped while a device is closed",
	.story =
		"CPU0 (destroy)                     CPU1 (close)\n"
		"close(KVM-VFIO device)             close(device)\n"
		"close(VM)                            driver: kvm_put_kvm()\n",
	.tasks = {
		{ "destroy", destroy_vm },
		{ "close", close_device },
	},
	.state_size = sizeof(struct state),
	.setup = setup_open,
	.check = check,
	.preemptions = WEFT_UNBOUNDED,
	.probes = { "the machine was given up before the device",
		    "the device was closed before the machine" },
	.expect = { { "6.1", "bug", "deadlock", "&group->group_lock" },
		    { "6.12", "exhausted" } },
};
