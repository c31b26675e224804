/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A mediated device is created while something fails: an allocation, or the copy
 * of what was written.
 *
 * A creation that fails must leave nothing behind, above all no instance that is
 * lost: available_instances says afterwards what it said before. Of a driver
 * without get_available() the mdev core counts (mdev_device_create()), with it
 * the driver does; one scenario for each. What the error paths of vfio and of the
 * driver core do wrong besides is in docs/findings.md.
 */
#include <errno.h>
#include <stdlib.h>

#include "scenario.h"
#include "vfio_setup.h"

#define KVMLOCK_TYPE \
	"/sys/devices/weft_kvmlock/mdev_supported_types/weft_kvmlock-type/"
#define MTTY_TYPE MTTY_DEVICE "/mdev_supported_types/mtty-1/"
#define UUID	"83b8f4f2-509f-382f-3c1e-e6bfe0fa1005"

/**
 * struct state - what is created where
 * @type:   folder of the mdev type, with a slash
 * @device: of the parent
 * @before: available_instances at first
 */
struct state {
	const char	*type;
	const char	*device;
	long		before;
	long		result;
};

static long available(const char *type)
{
	char path[160], text[24];
	size_t n = 0;

	for (; *type; type++)
		path[n++] = *type;
	for (type = "available_instances"; *type; type++)
		path[n++] = *type;
	path[n] = '\0';
	return sys_read_file(path, text, sizeof(text)) < 0 ? -1 : atol(text);
}

static int setup(struct state *state, const char *module)
{
	int err = weft_setup_driver(module);

	if (err)
		return err;
	state->before = available(state->type);
	if (state->before > 0)
		return 0;
	weft_scenario_error("no instance is available: %ld", state->before);
	return -EINVAL;
}

static int setup_kvmlock(void *arg)
{
	struct state *state = arg;

	state->type = KVMLOCK_TYPE;
	state->device = "/sys/devices/weft_kvmlock/" UUID;
	return setup(state, "weft_kvmlock");
}

static int setup_mtty(void *arg)
{
	struct state *state = arg;

	state->type = MTTY_TYPE;
	state->device = MTTY_DEVICE "/" UUID;
	return setup(state, "mtty");
}

static void create_kvmlock(void *arg)
{
	struct state *state = arg;

	state->result = sys_write_file(KVMLOCK_TYPE "create", UUID);
}

static void create_mtty(void *arg)
{
	struct state *state = arg;

	state->result = sys_write_file(MTTY_TYPE "create", UUID);
}

static void check(void *arg)
{
	struct state *state = arg;
	long after = available(state->type);
	bool created = state->result > 0;

	WEFT_SOMETIMES("created", created);
	WEFT_SOMETIMES("no memory", state->result == -ENOMEM);
	if (created)
		WEFT_CHECK_VALUES(after, ==, state->before - 1,
				  "a creation that succeeds costs one instance");
	else
		WEFT_CHECK_VALUES(after, ==, state->before,
				  "a creation that fails does not cost an instance");
	WEFT_CHECK(!sys_access(state->device) == created,
		   "the device is there if the creation succeeded, else not");
}

#define COMMON								\
	.state_size = sizeof(struct state),				\
	.check = check,							\
	.keep_going = true,						\
	.faults = 1,							\
	.probes = { "created", "no memory" }

const struct weft_scenario scenario_create_with_failing_alloc = {
	.name = "create-with-failing-alloc",
	.summary = "creating an mdev whose driver leaves the counting to the core",
	.story =
		"CPU0 (create)\n"
		"write(UUID, create)\n"
		"  mdev_device_create(): available_instances--\n"
		"  kzalloc() fails, -ENOMEM\n",
	.tasks = { { "create", create_kvmlock } },
	.setup = setup_kvmlock,
	.expect = {
		{ "6.1", "bug", "invariant",
		  "a creation that fails does not cost an instance", NULL },
		{ "6.1", "bug", "crash", "WARNING at", "vfio_group_release" },
		{ "6.12", "bug", "invariant",
		  "a creation that fails does not cost an instance", NULL },
		{ "6.12", "bug", "crash", "WARNING at", "vfio_group_release" },
	},
	COMMON
};

const struct weft_scenario scenario_create_with_failing_alloc_mtty = {
	.name = "create-with-failing-alloc-mtty",
	.summary = "creating an mdev whose driver counts by itself",
	.tasks = { { "create", create_mtty } },
	.setup = setup_mtty,
	.expect = {
		{ "6.1", "bug", "crash", "WARNING at", "vfio_group_release" },
		{ "6.1", "bug", "crash", "sysfs group 'vendor' not found",
		  "sysfs_remove_group" },
		{ "6.12", "bug", "crash", "WARNING at", "vfio_group_release" },
	},
	COMMON
};
