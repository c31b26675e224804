/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Opening a device against opening or closing another descriptor of it.
 *
 * The first open calls the driver's open_device(), the last close its
 * close_device(); between them the group lock, dev_set->lock and open_count must
 * agree, whoever comes first.
 */
#include "vfio_setup.h"

struct state {
	struct vfio_guest guest;
	int device[2];
	bool done[2];
};

static int setup_group(void *arg)
{
	struct state *state = arg;

	state->device[0] = state->device[1] = -1;
	return vfio_setup_group(&state->guest, &vfio_parent_mtty);
}

static int setup_open(void *arg)
{
	struct state *state = arg;
	int err = setup_group(state);

	if (err)
		return err;
	state->device[1] = vfio_setup_device(&state->guest, &vfio_parent_mtty);
	return state->device[1] < 0 ? state->device[1] : 0;
}

static void open_nth(struct state *state, int i)
{
	state->device[i] = vfio_open_device(&state->guest, &vfio_parent_mtty);
	WEFT_SOMETIMES("an open ended after the other task",
		       state->done[!i]);
	WEFT_SOMETIMES("an open ended before the other task",
		       !state->done[!i]);
	state->done[i] = true;
}

static void open_first(void *arg)
{
	open_nth(arg, 0);
}

static void open_second(void *arg)
{
	open_nth(arg, 1);
}

static void close_second(void *arg)
{
	struct state *state = arg;

	sys_close(state->device[1]);
	state->device[1] = -1;
	state->done[1] = true;
}

static void check(void *arg)
{
	struct state *state = arg;
	int i;

	WEFT_CHECK_VALUES(state->device[0], >=, 0, "opening the device succeeds");
	for (i = 0; i < 2; i++)
		if (state->device[i] >= 0)
			sys_close(state->device[i]);
	i = vfio_open_device(&state->guest, &vfio_parent_mtty);
	WEFT_CHECK_VALUES(i, >=, 0, "the device can be opened once more at the end");
	sys_close(i);
	vfio_close_guest(&state->guest);
}

static void check_both(void *arg)
{
	struct state *state = arg;

	WEFT_CHECK_VALUES(state->device[1], >=, 0, "opening it twice succeeds");
	check(state);
}

#define PROBES	.probes = { "an open ended after the other task",	\
			    "an open ended before the other task" }
#define CLEAN	.expect = { { "6.1 6.12", "exhausted" } }

const struct weft_scenario scenario_open_vs_open = {
	.name = "open-vs-open",
	.summary = "two tasks open the same device",
	.story =
		"CPU0 (open-a)                      CPU1 (open-b)\n"
		"VFIO_GROUP_GET_DEVICE_FD           VFIO_GROUP_GET_DEVICE_FD\n"
		"  open_count 0 -> 1: open_device()   open_count 1 -> 2\n",
	.tasks = {
		{ "open-a", open_first },
		{ "open-b", open_second },
	},
	.state_size = sizeof(struct state),
	.setup = setup_group,
	.check = check_both,
	.preemptions = WEFT_UNBOUNDED,
	PROBES,
	CLEAN,
};

const struct weft_scenario scenario_open_vs_close = {
	.name = "open-vs-close",
	.summary = "opening a device against its last close",
	.story =
		"CPU0 (open)                        CPU1 (close)\n"
		"VFIO_GROUP_GET_DEVICE_FD           close(device)\n"
		"  open_count 0 -> 1: open_device()   1 -> 0: close_device()\n",
	.tasks = {
		{ "open", open_first },
		{ "close", close_second },
	},
	.state_size = sizeof(struct state),
	.setup = setup_open,
	.check = check,
	.preemptions = WEFT_UNBOUNDED,
	PROBES,
	CLEAN,
};
