/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A device in use: registers read and written, interrupts configured, while it
 * is removed, closed, or configured by somebody else.
 */
#include <errno.h>
#include <linux/vfio.h>

#include "vfio_setup.h"

#define DEVICE	MTTY_DEVICE "/83b8f4f2-509f-382f-3c1e-e6bfe0fa1002"
/* Offset of a region in the device file, as mtty has it. */
#define REGION(index) ((off_t)(index) << 40)
/* The first register of the first port: data received and to be sent. */
#define DATA	REGION(VFIO_PCI_BAR0_REGION_INDEX)
#define COMMAND	(REGION(VFIO_PCI_CONFIG_REGION_INDEX) + 4)

struct state {
	struct vfio_guest guest;
	int device;
	int event[2];
	long a, b;
};

static int setup(void *arg)
{
	struct vfio_device_info info = { .argsz = sizeof(info) };
	struct state *state = arg;
	int err = vfio_setup_group(&state->guest, &vfio_parent_mtty);

	if (err)
		return err;
	state->device = vfio_setup_device(&state->guest, &vfio_parent_mtty);
	if (state->device < 0)
		return state->device;
	state->event[0] = (int)sys_eventfd(0, 0);
	state->event[1] = (int)sys_eventfd(0, 0);
	/* mtty knows how many interrupts it has from here on. */
	err = (int)sys_ioctl(state->device, VFIO_DEVICE_GET_INFO, &info);
	if (err)
		weft_scenario_error("VFIO_DEVICE_GET_INFO failed: %d", err);
	return err;
}

static void use_registers(void *arg)
{
	struct state *state = arg;
	unsigned short command = 1;
	unsigned char data = 'w';

	state->a = sys_pwrite(state->device, &command, 2, COMMAND);
	if (state->a > 0)
		state->a = sys_pwrite(state->device, &data, 1, DATA);
	if (state->a > 0)
		state->a = sys_pread(state->device, &data, 1, DATA);
	WEFT_CHECK_VALUES(state->a, ==, 1, "registers of an open device can be used");
	sys_close(state->device);
	state->device = -1;
}

static void remove_device(void *arg)
{
	struct state *state = arg;

	WEFT_SOMETIMES("removed while open", state->device >= 0);
	state->b = sys_write_file(DEVICE "/remove", "1");
}

static void set_first(void *arg)
{
	struct state *state = arg;

	state->a = vfio_set_intx(state->device, VFIO_IRQ_SET_ACTION_TRIGGER,
				 state->event[0]);
	WEFT_SOMETIMES("interrupts were configured", !state->a);
}

static void set_second(void *arg)
{
	struct state *state = arg;

	state->b = vfio_set_intx(state->device, VFIO_IRQ_SET_ACTION_TRIGGER,
				 state->event[1]);
}

static void unset(void *arg)
{
	struct state *state = arg;

	state->b = vfio_set_intx(state->device, VFIO_IRQ_SET_ACTION_TRIGGER,
				 -1);
}

static void close_device(void *arg)
{
	struct state *state = arg;
	int device = state->device;

	state->b = sys_close(device);
}

static void check_removed(void *arg)
{
	struct state *state = arg;

	WEFT_CHECK_VALUES(state->b, >, 0, "removing the device succeeds");
	WEFT_CHECK(sys_access(DEVICE) == -ENOENT, "the device is gone");
	vfio_close_guest(&state->guest);
}

static void close_everything(struct state *state)
{
	sys_close(state->device);
	sys_close(state->event[0]);
	sys_close(state->event[1]);
	vfio_close_guest(&state->guest);
}

static void check_irqs(void *arg)
{
	struct state *state = arg;

	WEFT_CHECK(!state->a && !state->b, "configuring interrupts succeeds");
	close_everything(state);
}

static void check_unset(void *arg)
{
	struct state *state = arg;

	WEFT_CHECK(!state->a, "configuring interrupts succeeds");
	WEFT_CHECK(!state->b || state->b == -EINVAL,
		   "they are switched off, or were not on (EINVAL in 6.12)");
	close_everything(state);
}

static void check_closed(void *arg)
{
	struct state *state = arg;

	WEFT_CHECK(!state->a || state->a == -EBADF,
		   "interrupts are configured, or the device is closed");
	close_everything(state);
}

#define COMMON							\
	.state_size = sizeof(struct state),			\
	.setup = setup

const struct weft_scenario scenario_mtty_io_vs_remove = {
	.name = "mtty-io-vs-remove",
	.summary = "registers of a device used while it is removed",
	.story =
		"CPU0 (io)                          CPU1 (remove)\n"
		"pwrite(command), pwrite(data)      write(1, UUID/remove)\n"
		"pread(data)                          waits for the last user\n"
		"close(device)\n",
	.tasks = {
		{ "io", use_registers },
		{ "remove", remove_device },
	},
	.check = check_removed,
	.preemptions = WEFT_UNBOUNDED,
	.focus = "drivers/vfio:samples",
	.probes = { "removed while open" },
	COMMON,
	/* done of a completion: written under its lock, looked at without. */
	.expect = { { "6.1 6.12", "exhausted", "race",
		      "try_wait_for_completion()" } },
};

const struct weft_scenario scenario_mtty_set_irqs_vs_set_irqs = {
	.name = "mtty-set-irqs-vs-set-irqs",
	.summary = "interrupts of a device configured by two tasks",
	.story =
		"CPU0 (set-a)                       CPU1 (set-b)\n"
		"VFIO_DEVICE_SET_IRQS(eventfd a)    VFIO_DEVICE_SET_IRQS(eventfd b)\n",
	.tasks = {
		{ "set-a", set_first },
		{ "set-b", set_second },
	},
	.check = check_irqs,
	.preemptions = WEFT_UNBOUNDED,
	.probes = { "interrupts were configured" },
	COMMON,
	.expect = { { "6.1 6.12", "exhausted" } },
};

const struct weft_scenario scenario_mtty_set_irqs_vs_unset = {
	.name = "mtty-set-irqs-vs-unset",
	.summary = "interrupts of a device configured and switched off",
	.story =
		"CPU0 (set)                         CPU1 (unset)\n"
		"VFIO_DEVICE_SET_IRQS(eventfd)      VFIO_DEVICE_SET_IRQS(none)\n",
	.tasks = {
		{ "set", set_first },
		{ "unset", unset },
	},
	.check = check_unset,
	.preemptions = WEFT_UNBOUNDED,
	.probes = { "interrupts were configured" },
	COMMON,
	.expect = { { "6.1 6.12", "exhausted" } },
};

const struct weft_scenario scenario_mtty_set_irqs_vs_close = {
	.name = "mtty-set-irqs-vs-close",
	.summary = "interrupts of a device configured while it is closed",
	.story =
		"CPU0 (set)                         CPU1 (close)\n"
		"VFIO_DEVICE_SET_IRQS(eventfd)      close(device)\n",
	.tasks = {
		{ "set", set_first },
		{ "close", close_device },
	},
	.check = check_closed,
	.preemptions = WEFT_UNBOUNDED,
	.probes = { "interrupts were configured" },
	COMMON,
	.expect = { { "6.1 6.12", "exhausted" } },
};
