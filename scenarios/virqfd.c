/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * An eventfd the kernel listens to, closed or signalled while the driver begins or
 * stops listening.
 *
 * Both the last close of the eventfd and the driver end the same object through a
 * workqueue; exactly one of them may queue its end, and nothing may run with it
 * afterwards.
 */
#include <linux/vfio.h>

#include "vfio_setup.h"

static const struct vfio_parent parent = {
	.module = "weft_virqfd",
	.create = "/sys/devices/weft_virqfd/mdev_supported_types/weft_virqfd-type/create",
	.uuid = "83b8f4f2-509f-382f-3c1e-e6bfe0fa1021",
};

struct state {
	struct vfio_guest guest;
	int device, event;
	long disabled, signalled;
};

static long set_unmask(const struct state *state, int event)
{
	return vfio_set_intx(state->device, VFIO_IRQ_SET_ACTION_UNMASK, event);
}

static int setup_deaf(void *arg)
{
	struct state *state = arg;
	int err = vfio_setup_group(&state->guest, &parent);

	if (err)
		return err;
	state->device = vfio_setup_device(&state->guest, &parent);
	if (state->device < 0)
		return state->device;
	state->event = (int)sys_eventfd(0, 0);
	return 0;
}

static int setup(void *arg)
{
	struct state *state = arg;
	int err = setup_deaf(state);

	if (err)
		return err;
	err = (int)set_unmask(state, state->event);
	if (err)
		weft_scenario_error("VFIO_DEVICE_SET_IRQS failed: %d", err);
	return err;
}

static void enable(void *arg)
{
	struct state *state = arg;

	WEFT_CHECK(!set_unmask(state, state->event),
		   "the driver begins to listen");
	WEFT_SOMETIMES("the signal came before", state->signalled);
	WEFT_SOMETIMES("the signal came after", !state->signalled);
}

static void disable(void *arg)
{
	struct state *state = arg;

	state->disabled = set_unmask(state, -1);
	WEFT_SOMETIMES("the driver stopped after the other task",
		       state->event < 0 || state->signalled);
	WEFT_SOMETIMES("the driver stopped before the other task",
		       state->event >= 0 && !state->signalled);
}

static void close_event(void *arg)
{
	struct state *state = arg;

	sys_close(state->event);
	state->event = -1;
}

static void signal_event(void *arg)
{
	struct state *state = arg;
	uint64_t one = 1;

	WEFT_CHECK(sys_write(state->event, &one, sizeof(one)) == sizeof(one),
		   "signalling the eventfd succeeds");
	state->signalled = 1;
}

static void close_device(void *arg)
{
	struct state *state = arg;

	sys_close(state->device);
	state->device = -1;
}

static void check(void *arg)
{
	struct state *state = arg;

	WEFT_CHECK(!state->disabled, "the driver stops listening");
	if (state->event >= 0)
		sys_close(state->event);
	if (state->device >= 0)
		sys_close(state->device);
	vfio_close_guest(&state->guest);
}

#define COMMON							\
	.state_size = sizeof(struct state),			\
	.check = check,						\
	.preemptions = WEFT_UNBOUNDED

#define CLEAN .expect = { { "6.1 6.12", "exhausted" } }

#define PROBES	.probes = { "the driver stopped after the other task",	\
			    "the driver stopped before the other task" }

const struct weft_scenario scenario_virqfd_close_vs_disable = {
	.name = "virqfd-close-vs-disable",
	.summary = "an eventfd closed while the driver stops listening to it",
	.story =
		"CPU0 (close)                       CPU1 (disable)\n"
		"close(eventfd)                     VFIO_DEVICE_SET_IRQS(none)\n"
		"  EPOLLHUP: queues the shutdown      queues the shutdown, flushes\n",
	.tasks = {
		{ "close", close_event },
		{ "disable", disable },
	},
	PROBES,
	.setup = setup,
	COMMON,
	CLEAN,
};

const struct weft_scenario scenario_virqfd_signal_vs_disable = {
	.name = "virqfd-signal-vs-disable",
	.summary = "an eventfd signalled while the driver stops listening to it",
	.story =
		"CPU0 (signal)                      CPU1 (disable)\n"
		"write(eventfd)                     VFIO_DEVICE_SET_IRQS(none)\n"
		"  handler, queues the injection      shutdown flushes the injection\n",
	.tasks = {
		{ "signal", signal_event },
		{ "disable", disable },
	},
	PROBES,
	.setup = setup,
	COMMON,
	CLEAN,
};

const struct weft_scenario scenario_virqfd_signal_vs_close = {
	.name = "virqfd-signal-vs-close",
	.summary = "an eventfd signalled while the device is closed",
	.story =
		"CPU0 (signal)                      CPU1 (close)\n"
		"write(eventfd)                     close(device)\n"
		"  injection                          must be flushed before the free\n",
	.tasks = {
		{ "signal", signal_event },
		{ "close", close_device },
	},
	.setup = setup,
	COMMON,
	CLEAN,
};

const struct weft_scenario scenario_virqfd_enable_vs_signal = {
	.name = "virqfd-enable-vs-signal",
	.summary = "an eventfd signalled while the driver begins to listen to it",
	.story =
		"CPU0 (enable)                      CPU1 (signal)\n"
		"VFIO_DEVICE_SET_IRQS(eventfd)      write(eventfd)\n"
		"  must be ready before it listens    handler, queues the injection\n",
	.tasks = {
		{ "enable", enable },
		{ "signal", signal_event },
	},
	.setup = setup_deaf,
	.probes = { "the signal came before", "the signal came after" },
	COMMON,
	/* eventfd_poll() looks before it takes the lock, and says so. */
	.expect = { { NULL, "exhausted", "race", "eventfd_poll()" } },
};
