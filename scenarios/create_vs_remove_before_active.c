/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What if user space removes an mdev before it is active?
 *
 * Creating makes the device visible, with its "remove" file, before it marks
 * it active. A remove in between takes its own file away first and then gives
 * up, because the device is not active: the device stays, and nobody can remove
 * it any more (6.1 and 6.12; 4.18 to 5.1 put the file back).
 */
#include <errno.h>

#include "vfio_setup.h"

#define UUID	"83b8f4f2-509f-382f-3c1e-e6bfe0fa1003"
#define DEVICE	MTTY_DEVICE "/" UUID
#define CREATE	MTTY_DEVICE "/mdev_supported_types/mtty-1/create"

struct state {
	long created;
	long removed;
};

static int setup(void *arg)
{
	(void)arg;
	return weft_setup_driver("mtty");
}

static void create(void *arg)
{
	struct state *state = arg;

	state->created = sys_write_file(CREATE, UUID);
}

static void remove_device(void *arg)
{
	struct state *state = arg;

	state->removed = sys_write_file(DEVICE "/remove", "1");
	WEFT_SOMETIMES("remove came too early", state->removed == -ENOENT);
	WEFT_SOMETIMES("remove met an inactive device",
		       state->removed == -EAGAIN);
}

static bool is_there(const char *path)
{
	return !sys_access(path);
}

static void check(void *arg)
{
	struct state *state = arg;
	bool exists = is_there(DEVICE);
	bool removable = is_there(DEVICE "/remove");

	WEFT_CHECK_VALUES(state->created, >, 0, "creating the device succeeds");
	WEFT_NEVER(exists && !removable,
		   "the device exists, but its remove file is gone");
	if (exists && removable)
		WEFT_CHECK(sys_write_file(DEVICE "/remove", "1") > 0,
			   "a device that still exists can be removed");
}

const struct weft_scenario scenario_create_vs_remove_before_active = {
	.name = "create-vs-remove-before-active",
	.summary = "removing an mdev while it is being created",
	.story =
		"CPU0 (create)                      CPU1 (remove)\n"
		"write(UUID, create)\n"
		"  device_add()\n"
		"                                   write(1, UUID/remove)\n"
		"                                     removes its own file\n"
		"                                     not active: -EAGAIN\n"
		"  active = true\n",
	.tasks = {
		{ "create", create },
		{ "remove", remove_device },
	},
	.state_size = sizeof(struct state),
	.setup = setup,
	.check = check,
	.is_default = true,
	.preemptions = 1,
	/* The window lies in the driver core; anywhere else takes ten times longer. */
	.focus = "drivers/base:drivers/vfio",
	.probes = { "remove came too early", "remove met an inactive device" },
	.expect = {
		{ "6.1 6.12", "bug", "invariant", "its remove file is gone" },
		{ "6.1 6.12", "bug", "race", "mdev_device_remove()" },
	},
};
