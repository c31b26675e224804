/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A vfio device is opened while something fails: an allocation, or the copy of
 * the name of the device.
 *
 * An open that fails must leave nothing behind: the device can be opened
 * afterwards, and when it is closed the group can leave its container, which it
 * cannot while anybody counts as a user of it. What was allocated in vain is the
 * memory detector's to notice. One scenario with a driver that uses the VM of the
 * group, one with a driver that does not.
 */
#include <errno.h>
#include <linux/vfio.h>

#include "scenario.h"
#include "vfio_setup.h"

/**
 * struct state - who opens what
 * @result: of the open that something may have failed in
 */
struct state {
	struct vfio_guest		guest;
	const struct vfio_parent	*parent;
	long				result;
};

static int setup_kvmlock(void *arg)
{
	struct state *state = arg;

	state->parent = &vfio_parent_kvmlock;
	return vfio_setup_guest(&state->guest, state->parent);
}

static int setup_mtty(void *arg)
{
	struct state *state = arg;

	state->parent = &vfio_parent_mtty;
	return vfio_setup_group(&state->guest, state->parent);
}

static void open_device(void *arg)
{
	struct state *state = arg;

	state->result = vfio_open_device(&state->guest, state->parent);
}

static void check(void *arg)
{
	struct state *state = arg;
	long again = state->result;

	WEFT_SOMETIMES("opened", state->result >= 0);
	WEFT_SOMETIMES("no memory", state->result == -ENOMEM);
	WEFT_SOMETIMES("the name could not be read", state->result == -EFAULT);
	if (state->result < 0)
		again = vfio_open_device(&state->guest, state->parent);
	WEFT_CHECK_VALUES(again, >=, 0, "after an open that failed the device can be opened");
	if (again >= 0)
		sys_close((int)again);
	WEFT_CHECK(!sys_ioctl(state->guest.group, VFIO_GROUP_UNSET_CONTAINER,
			      NULL),
		   "a group without open devices can leave its container");
	vfio_close_guest(&state->guest);
}

#define COMMON								\
	.state_size = sizeof(struct state),				\
	.tasks = { { "open", open_device } },				\
	.check = check,							\
	.keep_going = true,						\
	.faults = 1,							\
	.expect = { { NULL, "exhausted", NULL, NULL, NULL } },		\
	.probes = { "opened", "no memory", "the name could not be read" }

const struct weft_scenario scenario_open_with_failing_alloc = {
	.name = "open-with-failing-alloc",
	.summary = "opening a device whose driver uses the VM, while something fails",
	.story =
		"CPU0 (open)\n"
		"VFIO_GROUP_GET_DEVICE_FD\n"
		"  open_device() of the driver\n"
		"  an allocation fails, and all of it is undone\n",
	.setup = setup_kvmlock,
	COMMON
};

const struct weft_scenario scenario_open_with_failing_alloc_mtty = {
	.name = "open-with-failing-alloc-mtty",
	.summary = "opening a device of mtty, while something fails",
	.setup = setup_mtty,
	COMMON
};
