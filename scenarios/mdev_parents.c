/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Mediated devices that come and go together with their parents, or twice.
 *
 * The parents are those of the stand-in weft_twoparents, of one instance each;
 * unloading it unregisters both.
 *
 * remove-vs-unregister-parent is a bug of 6.1 and 6.12. The writer of "remove"
 * takes its own file away, and from then on nothing keeps the device: when the
 * parent is unregistered now, the device is freed, and the writer goes on with
 * mdev->type->parent of freed memory.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "vfio_setup.h"

#define PARENT	"/sys/devices/weft_parent_a"
#define TYPE	PARENT "/mdev_supported_types/weft_twoparents-type"
#define CREATE	TYPE "/create"
#define FREE	TYPE "/available_instances"
#define UUID(n)	"83b8f4f2-509f-382f-3c1e-e6bfe0fa101" n
#define DEVICE	PARENT "/" UUID("1")
#define OTHER	"/sys/devices/weft_parent_b"
#define OTHER_CREATE OTHER "/mdev_supported_types/weft_twoparents-type/create"

struct state {
	long a, b;
	char text[16];
};

static int setup(void *arg)
{
	(void)arg;
	return weft_setup_driver("weft_twoparents");
}

static int setup_device(void *arg)
{
	int err = setup(arg);
	long result;

	if (err)
		return err;
	result = sys_write_file(CREATE, UUID("1"));
	if (result < 0)
		weft_scenario_error("creating the device failed: %ld", result);
	return result < 0 ? (int)result : 0;
}

static int setup_nothing(void *arg)
{
	(void)arg;
	return 0;
}

static void create_first(void *arg)
{
	struct state *state = arg;

	state->a = sys_write_file(CREATE, UUID("1"));
	WEFT_SOMETIMES("the first creation succeeded", state->a > 0);
	WEFT_SOMETIMES("the first creation failed", state->a < 0);
}

static void create_alone(void *arg)
{
	((struct state *)arg)->a = sys_write_file(CREATE, UUID("1"));
}

static void create_second(void *arg)
{
	struct state *state = arg;

	state->b = sys_write_file(CREATE, UUID("2"));
}

static void create_on_other(void *arg)
{
	struct state *state = arg;

	state->b = sys_write_file(OTHER_CREATE, UUID("1"));
	WEFT_SOMETIMES("the UUID was free again", state->b > 0);
	WEFT_SOMETIMES("the UUID was still taken", state->b == -EEXIST);
}

static void remove_a(void *arg)
{
	struct state *state = arg;

	state->a = sys_write_file(DEVICE "/remove", "1");
	WEFT_SOMETIMES("the file was still there", state->a > 0);
	WEFT_SOMETIMES("the file was gone", state->a == -ENOENT);
}

static void remove_alone(void *arg)
{
	((struct state *)arg)->a = sys_write_file(DEVICE "/remove", "1");
}

static void remove_b(void *arg)
{
	struct state *state = arg;

	state->b = sys_write_file(DEVICE "/remove", "1");
}

static void unload(void *arg)
{
	struct state *state = arg;

	state->b = sys_rmmod("weft_twoparents");
}

static void load_parents(void *arg)
{
	((struct state *)arg)->a = sys_insmod("weft_twoparents");
}

static void load_mtty(void *arg)
{
	((struct state *)arg)->b = sys_insmod("mtty");
}

static void show_free(void *arg)
{
	struct state *state = arg;

	state->b = sys_read_file(FREE, state->text, sizeof(state->text));
	WEFT_SOMETIMES("one instance was left", !strcmp(state->text, "1\n"));
	WEFT_SOMETIMES("no instance was left", !strcmp(state->text, "0\n"));
}

/* --- what must hold at the end --- */

/* What is shown, if that is a number and nothing else on its line; or an error. */
static long instances_left(void)
{
	char text[16], line[16];
	long n = sys_read_file(FREE, text, sizeof(text));

	if (n < 0)
		return n;
	n = atol(text);
	snprintf(line, sizeof(line), "%ld\n", n);
	return strcmp(text, line) ? -EINVAL : n;
}

static void check_free(long expected)
{
	WEFT_CHECK_VALUES(instances_left(), ==, expected,
			  "available_instances counts the devices there are");
}

static void check_last_instance(void *arg)
{
	struct state *state = arg;

	WEFT_SOMETIMES("the second creation succeeded", state->b > 0);
	WEFT_CHECK((state->a > 0) != (state->b > 0),
		   "exactly one of two creations gets the last instance");
	WEFT_CHECK(state->a > 0 || state->a == -EUSERS,
		   "the other one gets EUSERS");
	WEFT_CHECK(state->b > 0 || state->b == -EUSERS,
		   "the other one gets EUSERS");
	check_free(0);
}

static void check_removed(void *arg)
{
	struct state *state = arg;

	WEFT_SOMETIMES("the second remove came late", state->b == -ENOENT);
	WEFT_CHECK(state->a > 0 || state->b > 0,
		   "one of two removes succeeds");
	WEFT_CHECK(sys_access(DEVICE) == -ENOENT, "the device is gone");
	check_free(1);
	WEFT_CHECK(sys_write_file(CREATE, UUID("1")) > 0,
		   "the same device can be created again");
}

static void check_moved(void *arg)
{
	struct state *state = arg;

	WEFT_CHECK_VALUES(state->a, >, 0, "removing the device succeeds");
	WEFT_CHECK(sys_access(DEVICE) == -ENOENT, "the device is gone");
	WEFT_CHECK(state->b > 0 || state->b == -EEXIST,
		   "the UUID is free again, or still taken (EEXIST)");
	if (state->b < 0)
		state->b = sys_write_file(OTHER_CREATE, UUID("1"));
	WEFT_CHECK(state->b > 0 && !sys_access(OTHER "/" UUID("1")),
		   "at last the other parent has the device");
}

static void check_unloaded(void *arg)
{
	struct state *state = arg;

	WEFT_CHECK(!state->b, "unloading the parents succeeds");
	WEFT_CHECK(sys_access(PARENT) == -ENOENT,
		   "parent and devices are gone");
	WEFT_CHECK(!sys_insmod("weft_twoparents"),
		   "the parents can be registered again");
	WEFT_CHECK(sys_write_file(CREATE, UUID("1")) > 0,
		   "the same device can be created again");
}

static void check_registered(void *arg)
{
	struct state *state = arg;

	WEFT_CHECK(!state->a && !state->b, "both parents are registered");
	WEFT_CHECK(sys_write_file(CREATE, UUID("1")) > 0,
		   "a device can be created on the one");
	WEFT_CHECK(sys_write_file(vfio_parent_mtty.create,
				  vfio_parent_mtty.uuid) > 0,
		   "a device can be created on the other");
}

static void check_shown(void *arg)
{
	struct state *state = arg;

	WEFT_CHECK_VALUES(state->a, >, 0, "creating the device succeeds");
	WEFT_CHECK(state->b > 0 && (!strcmp(state->text, "1\n") ||
				    !strcmp(state->text, "0\n")),
		   "available_instances shows 1 or 0");
	check_free(0);
}

#define COMMON						\
	.state_size = sizeof(struct state),		\
	.focus = "drivers/vfio:samples"

#define CLEAN						\
	.expect = { { "6.1 6.12", "exhausted" } }

const struct weft_scenario scenario_create_vs_create_last_instance = {
	.name = "create-vs-create-last-instance",
	.summary = "two devices created on a parent with one instance left",
	.story =
		"CPU0 (create-a)                    CPU1 (create-b)\n"
		"write(UUID 1, create)              write(UUID 2, create)\n"
		"  available_instances 1 -> 0         none left: -EUSERS\n",
	.tasks = {
		{ "create-a", create_first },
		{ "create-b", create_second },
	},
	.setup = setup,
	.check = check_last_instance,
	.probes = { "the first creation succeeded",
		    "the second creation succeeded" },
	.preemptions = WEFT_UNBOUNDED,
	COMMON,
	CLEAN,
};

const struct weft_scenario scenario_remove_vs_remove = {
	.name = "remove-vs-remove",
	.summary = "the same mdev removed twice at once",
	.story =
		"CPU0 (remove-a)                    CPU1 (remove-b)\n"
		"write(1, UUID/remove)              write(1, UUID/remove)\n"
		"  removes its own file               -ENOENT, or nothing left to do\n",
	.tasks = {
		{ "remove-a", remove_a },
		{ "remove-b", remove_b },
	},
	.setup = setup_device,
	.check = check_removed,
	.probes = { "the file was still there", "the file was gone",
		    "the second remove came late" },
	.preemptions = 1,
	COMMON,
	CLEAN,
};

const struct weft_scenario scenario_remove_vs_create_same_uuid = {
	.name = "remove-vs-create-same-uuid",
	.summary = "an mdev removed while another parent creates its UUID",
	.story =
		"CPU0 (remove)                      CPU1 (create)\n"
		"write(1, UUID/remove)              write(UUID, parent b/create)\n"
		"  device_del()                       -EEXIST as long as it is in sysfs\n"
		"  last put: leaves mdev_list\n",
	.tasks = {
		{ "remove", remove_alone },
		{ "create", create_on_other },
	},
	.setup = setup_device,
	.check = check_moved,
	.probes = { "the UUID was free again", "the UUID was still taken" },
	.state_size = sizeof(struct state),
	.preemptions = 1,
	/* The device leaves sysfs in the driver core. */
	.focus = "drivers/base:drivers/vfio",
	CLEAN,
};

const struct weft_scenario scenario_remove_vs_unregister_parent = {
	.name = "remove-vs-unregister-parent",
	.summary = "an mdev removed while its parent is unregistered",
	.story =
		"CPU0 (remove)                      CPU1 (unregister)\n"
		"write(1, UUID/remove)              rmmod weft_twoparents\n"
		"  down_read_trylock(unreg_sem)       down_write(unreg_sem)\n",
	.tasks = {
		{ "remove", remove_a },
		{ "unregister", unload },
	},
	.setup = setup_device,
	.check = check_unloaded,
	.probes = { "the file was still there", "the file was gone" },
	.preemptions = 1,
	COMMON,
	.expect = { { "6.1 6.12", "bug", "memory", "use after free" } },
};

const struct weft_scenario scenario_create_vs_unregister_parent = {
	.name = "create-vs-unregister-parent",
	.summary = "an mdev created while its parent is unregistered",
	.story =
		"CPU0 (create)                      CPU1 (unregister)\n"
		"write(UUID, create)                rmmod weft_twoparents\n"
		"  down_read_trylock(unreg_sem)       down_write(unreg_sem)\n",
	.tasks = {
		{ "create", create_first },
		{ "unregister", unload },
	},
	.setup = setup,
	.check = check_unloaded,
	.probes = { "the first creation succeeded",
		    "the first creation failed" },
	.preemptions = 1,
	COMMON,
	/* flags of a node: written under kernfs_rwsem, read without it. */
	.expect = { { "6.1 6.12", "exhausted", "race", "kernfs_lockdep" },
		    { "6.1 6.12", "exhausted", "race", "__kernfs_remove()" } },
};

const struct weft_scenario scenario_register_vs_register = {
	.name = "register-vs-register",
	.summary = "two parent drivers register at once",
	.story =
		"CPU0 (register-a)                  CPU1 (register-b)\n"
		"insmod weft_twoparents             insmod mtty\n",
	.tasks = {
		{ "register-a", load_parents },
		{ "register-b", load_mtty },
	},
	.setup = setup_nothing,
	.check = check_registered,
	.preemptions = WEFT_UNBOUNDED,
	COMMON,
	CLEAN,
};

const struct weft_scenario scenario_available_instances_vs_create = {
	.name = "available-instances-vs-create",
	.summary = "reading available_instances while a device is created",
	.story =
		"CPU0 (create)                      CPU1 (show)\n"
		"write(UUID, create)                read(available_instances)\n",
	.tasks = {
		{ "create", create_alone },
		{ "show", show_free },
	},
	.setup = setup,
	.check = check_shown,
	.probes = { "one instance was left", "no instance was left" },
	.preemptions = WEFT_UNBOUNDED,
	COMMON,
	CLEAN,
};
