/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Opening a device that is being taken away: by its sysfs file "remove", or by
 * unbinding its driver.
 *
 * Taking it away has to wait for the last user, who may come until the device is
 * unregistered; afterwards there is no device to open.
 */
#include <errno.h>

#include "vfio_setup.h"

#define DEVICE	MTTY_DEVICE "/83b8f4f2-509f-382f-3c1e-e6bfe0fa1002"
#define UNBIND	"/sys/bus/mdev/drivers/mtty/unbind"

struct state {
	struct vfio_guest guest;
	long opened, taken;
};

static int setup(void *arg)
{
	struct state *state = arg;

	return vfio_setup_group(&state->guest, &vfio_parent_mtty);
}

static void open_and_close(void *arg)
{
	struct state *state = arg;

	state->opened = vfio_open_device(&state->guest, &vfio_parent_mtty);
	WEFT_SOMETIMES("the device was opened", state->opened >= 0);
	WEFT_SOMETIMES("the device was gone", state->opened == -ENODEV);
	if (state->opened >= 0)
		sys_close((int)state->opened);
}

static void remove_device(void *arg)
{
	struct state *state = arg;

	state->taken = sys_write_file(DEVICE "/remove", "1");
}

static void unbind_driver(void *arg)
{
	struct state *state = arg;

	state->taken = sys_write_file(UNBIND, vfio_parent_mtty.uuid);
}

static void check_ends(struct state *state)
{
	WEFT_CHECK(state->opened >= 0 || state->opened == -ENODEV,
		   "the device is opened, or is gone (ENODEV)");
	WEFT_CHECK_VALUES(state->taken, >, 0, "taking the device away succeeds");
	WEFT_CHECK(vfio_open_device(&state->guest, &vfio_parent_mtty) < 0,
		   "a device that was taken away cannot be opened");
}

static void check_removed(void *arg)
{
	struct state *state = arg;

	check_ends(state);
	WEFT_CHECK(sys_access(DEVICE) == -ENOENT, "the device is gone");
	vfio_close_guest(&state->guest);
}

static void check_unbound(void *arg)
{
	struct state *state = arg;

	check_ends(state);
	WEFT_CHECK(!sys_access(DEVICE), "the device stays, without a driver");
	WEFT_CHECK(sys_write_file(DEVICE "/remove", "1") > 0,
		   "a device without a driver can be removed");
	vfio_close_guest(&state->guest);
}

/* The race is about done of a completion: written under its lock, read without. */
#define COMMON							\
	.state_size = sizeof(struct state),			\
	.setup = setup,						\
	.focus = "drivers/vfio:samples",			\
	.probes = { "the device was opened", "the device was gone" },	\
	.expect = { { "6.1 6.12", "exhausted", "race",		\
		      "try_wait_for_completion()" } }

const struct weft_scenario scenario_open_vs_remove_device = {
	.name = "open-vs-remove-device",
	.summary = "opening a device while its mdev is removed",
	.story =
		"CPU0 (open)                        CPU1 (remove)\n"
		"VFIO_GROUP_GET_DEVICE_FD           write(1, UUID/remove)\n"
		"                                     vfio_unregister_group_dev()\n"
		"close(device)                        waits for the last user\n",
	.tasks = {
		{ "open", open_and_close },
		{ "remove", remove_device },
	},
	.check = check_removed,
	.preemptions = 2,
	COMMON,
};

const struct weft_scenario scenario_open_vs_driver_unbind = {
	.name = "open-vs-driver-unbind",
	.summary = "opening a device while its driver is unbound",
	.story =
		"CPU0 (open)                        CPU1 (unbind)\n"
		"VFIO_GROUP_GET_DEVICE_FD           write(UUID, drivers/mtty/unbind)\n"
		"                                     device_lock(), driver's remove()\n"
		"close(device)                        waits for the last user\n",
	.tasks = {
		{ "open", open_and_close },
		{ "unbind", unbind_driver },
	},
	.check = check_unbound,
	.preemptions = 1,
	COMMON,
};
