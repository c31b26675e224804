/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A group may be opened once at a time: who comes second is refused.
 *
 * The example of docs/writing-a-scenario.md.
 */
#include <errno.h>
#include <fcntl.h>

#include "vfio_setup.h"

struct state {
	long a, b;
};

static int setup(void *arg)
{
	int err = weft_setup_driver(vfio_parent_mtty.module);
	long result;

	(void)arg;
	if (err)
		return err;
	result = sys_write_file(vfio_parent_mtty.create, vfio_parent_mtty.uuid);
	if (result < 0)
		weft_scenario_error("creating the device failed: %ld", result);
	return result < 0 ? (int)result : 0;
}

static void open_a(void *arg)
{
	struct state *state = arg;

	state->a = sys_open("/dev/vfio/0", O_RDWR);
	WEFT_SOMETIMES("a was refused", state->a == -EBUSY);
}

static void open_b(void *arg)
{
	struct state *state = arg;

	state->b = sys_open("/dev/vfio/0", O_RDWR);
	WEFT_SOMETIMES("b was refused", state->b == -EBUSY);
}

static void check(void *arg)
{
	struct state *state = arg;

	WEFT_CHECK((state->a >= 0) != (state->b >= 0),
		   "exactly one of two opens succeeds");
	WEFT_CHECK(state->a >= 0 || state->a == -EBUSY,
		   "the other one gets EBUSY");
	WEFT_CHECK(state->b >= 0 || state->b == -EBUSY,
		   "the other one gets EBUSY");
	sys_close((int)(state->a >= 0 ? state->a : state->b));
}

const struct weft_scenario scenario_group_open_vs_group_open = {
	.name = "group-open-vs-group-open",
	.summary = "two tasks open the same group, which one may have",
	.story =
		"CPU0 (open-a)                      CPU1 (open-b)\n"
		"open(/dev/vfio/0)                  open(/dev/vfio/0)\n"
		"  opened_file: NULL -> file          opened_file: -EBUSY\n",
	.tasks = {
		{ "open-a", open_a },
		{ "open-b", open_b },
	},
	.state_size = sizeof(struct state),
	.setup = setup,
	.check = check,
	.preemptions = WEFT_UNBOUNDED,
	.probes = { "a was refused", "b was refused" },
	.expect = { { "6.1 6.12", "exhausted" } },
};
