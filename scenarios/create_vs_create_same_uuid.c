/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Two parents asked for the same UUID at the same time.
 *
 * Exactly one may succeed, the other gets EEXIST, and sysfs must not complain
 * of a duplicate name: the reason why the list of all mdevs exists.
 */
#include <errno.h>

#include "scenario.h"

#define UUID	"83b8f4f2-509f-382f-3c1e-e6bfe0fa1004"
#define PARENT(x) "/sys/devices/weft_parent_" x
#define CREATE(x) PARENT(x) "/mdev_supported_types/weft_twoparents-type/create"

struct state {
	long a, b;
};

static int setup(void *arg)
{
	(void)arg;
	return weft_setup_driver("weft_twoparents");
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

static void check(void *arg)
{
	struct state *state = arg;

	WEFT_SOMETIMES("parent a won", state->a > 0);
	WEFT_SOMETIMES("parent b won", state->b > 0);
	WEFT_CHECK((state->a > 0) != (state->b > 0),
		   "exactly one of two creations of a UUID succeeds");
	WEFT_CHECK(state->a > 0 || state->a == -EEXIST,
		   "the other one gets EEXIST");
	WEFT_CHECK(state->b > 0 || state->b == -EEXIST,
		   "the other one gets EEXIST");
	WEFT_CHECK(!sys_access(PARENT("a") "/" UUID) == (state->a > 0),
		   "the device is below the parent that created it");
	WEFT_CHECK(!sys_access(PARENT("b") "/" UUID) == (state->b > 0),
		   "the device is below the parent that created it");
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
		{ "6.1", "exhausted", NULL, NULL },
		{ "6.12", "exhausted", NULL, NULL },
	},
};
