/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The same UUID asked for twice at the same time, of two parents or of one.
 *
 * Exactly one may succeed, the other gets EEXIST, and sysfs must not complain
 * of a duplicate name: the reason why the list of all mdevs exists. Two parents
 * need the list; on one parent a duplicate would meet itself in sysfs as well.
 */
#include <errno.h>
#include <string.h>

#include "scenario.h"

#define UUID	"83b8f4f2-509f-382f-3c1e-e6bfe0fa1004"
#define PARENT(x) "/sys/devices/weft_parent_" x
#define CREATE(x) PARENT(x) "/mdev_supported_types/weft_twoparents-type/create"

/* One parent with instances to spare: nobody is refused for want of one. */
#define ONE	"/sys/devices/weft_kvmlock"
#define ONE_TYPE ONE "/mdev_supported_types/weft_kvmlock-type"

struct state {
	long a, b;
};

static int setup(void *arg)
{
	(void)arg;
	return weft_setup_driver("weft_twoparents");
}

static int setup_one(void *arg)
{
	(void)arg;
	return weft_setup_driver("weft_kvmlock");
}

static void create_a(void *arg)
{
	struct state *state = arg;

	state->a = sys_write_file(CREATE("a"), UUID);
}

static void create_b(void *arg)
{
	struct state *state = arg;

	state->b = sys_write_file(CREATE("b"), UUID);
}

static void create_first(void *arg)
{
	struct state *state = arg;

	state->a = sys_write_file(ONE_TYPE "/create", UUID);
}

static void create_second(void *arg)
{
	struct state *state = arg;

	state->b = sys_write_file(ONE_TYPE "/create", UUID);
}

static void check_results(const struct state *state)
{
	WEFT_CHECK((state->a > 0) != (state->b > 0),
		   "exactly one of two creations of a UUID succeeds");
	WEFT_CHECK(state->a > 0 || state->a == -EEXIST,
		   "the other one gets EEXIST");
	WEFT_CHECK(state->b > 0 || state->b == -EEXIST,
		   "the other one gets EEXIST");
}

static void check(void *arg)
{
	struct state *state = arg;

	WEFT_SOMETIMES("parent a won", state->a > 0);
	WEFT_SOMETIMES("parent b won", state->b > 0);
	check_results(state);
	WEFT_CHECK(!sys_access(PARENT("a") "/" UUID) == (state->a > 0),
		   "the device is below the parent that created it");
	WEFT_CHECK(!sys_access(PARENT("b") "/" UUID) == (state->b > 0),
		   "the device is below the parent that created it");
}

static void check_one(void *arg)
{
	struct state *state = arg;
	char text[16];

	WEFT_SOMETIMES("the first one won", state->a > 0);
	WEFT_SOMETIMES("the second one won", state->b > 0);
	check_results(state);
	WEFT_CHECK(!sys_access(ONE "/" UUID), "the device is there");
	WEFT_CHECK(sys_read_file(ONE_TYPE "/available_instances", text,
				 sizeof(text)) > 0 && !strcmp(text, "3\n"),
		   "one of four instances is taken");
}

const struct weft_scenario scenario_create_vs_create_same_uuid = {
	.name = "create-vs-create-same-uuid",
	.summary = "the same UUID created on two parents at once",
	.story =
		"CPU0 (create-a)                    CPU1 (create-b)\n"
		"write(UUID, parent a/create)       write(UUID, parent b/create)\n",
	.tasks = {
		{ "create-a", create_a },
		{ "create-b", create_b },
	},
	.state_size = sizeof(struct state),
	.setup = setup,
	.check = check,
	.is_default = true,
	.preemptions = 1,
	.probes = { "parent a won", "parent b won" },
	.expect = {
		{ "6.1 6.12", "exhausted" },
	},
};

const struct weft_scenario scenario_create_vs_create_one_parent = {
	.name = "create-vs-create-one-parent",
	.summary = "the same UUID created twice on one parent",
	.story =
		"CPU0 (create-a)                    CPU1 (create-b)\n"
		"write(UUID, create)                write(UUID, create)\n"
		"  in the list: -EEXIST               in the list: -EEXIST\n",
	.tasks = {
		{ "create-a", create_first },
		{ "create-b", create_second },
	},
	.state_size = sizeof(struct state),
	.setup = setup_one,
	.check = check_one,
	.preemptions = WEFT_UNBOUNDED,
	.focus = "drivers/vfio:scenarios",
	.probes = { "the first one won", "the second one won" },
	.expect = {
		{ "6.1 6.12", "exhausted" },
	},
};
