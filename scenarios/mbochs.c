/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The display of samples/vfio-mdev/mbochs.c, whose frame buffer goes to user space as
 * a dma-buf: a file of its own, that outlives the device it is of.
 */
#include <linux/vfio.h>
#include <string.h>

#include "vfio_setup.h"

#define REMOVE		"/sys/bus/mdev/devices/83b8f4f2-509f-382f-3c1e-e6bfe0fa1004/remove"

/* The registers of the display, two bytes each. */
#define REGISTER(i)	(4096 + 0x500 + 2 * (i))
enum { WIDTH = 1, HEIGHT, DEPTH, ENABLE };

#define PRIMARY_PLANE	1	/* DRM_PLANE_TYPE_PRIMARY */

struct state {
	struct vfio_guest guest;
	int device;
	uint32_t buffer;		/* its number */
	int dmabuf, again;
	long removed;
};

static int failed(const char *what, long result)
{
	weft_scenario_error("%s: %s", what, strerror((int)-result));
	return (int)result;
}

/* A frame buffer of four pages. */
static int setup_mode(struct state *state)
{
	static const struct { int index; uint16_t value; } mode[] = {
		{ WIDTH, 64 }, { HEIGHT, 64 }, { DEPTH, 32 }, { ENABLE, 1 },
	};
	struct vfio_device_gfx_plane_info plane = {
		.argsz = sizeof(plane),
		.flags = VFIO_GFX_PLANE_TYPE_DMABUF,
		.drm_plane_type = PRIMARY_PLANE,
	};
	long result;
	size_t i;

	for (i = 0; i < sizeof(mode) / sizeof(mode[0]); i++) {
		result = sys_pwrite(state->device, &mode[i].value, 2,
				    REGISTER(mode[i].index));
		if (result < 0)
			return failed("mode of the display", result);
	}
	/* The first time the driver makes the buffer and says -ENOMEM. */
	sys_ioctl(state->device, VFIO_DEVICE_QUERY_GFX_PLANE, &plane);
	result = sys_ioctl(state->device, VFIO_DEVICE_QUERY_GFX_PLANE, &plane);
	if (result < 0)
		return failed("VFIO_DEVICE_QUERY_GFX_PLANE", result);
	state->buffer = plane.dmabuf_id;
	return 0;
}

static int get_dmabuf(struct state *state)
{
	return (int)sys_ioctl(state->device, VFIO_DEVICE_GET_GFX_DMABUF,
			      &state->buffer);
}

static int setup(void *arg)
{
	struct state *state = arg;
	int err = vfio_setup_group(&state->guest, &vfio_parent_mbochs);

	state->device = state->dmabuf = state->again = -1;
	if (err)
		return err;
	state->device = vfio_setup_device(&state->guest, &vfio_parent_mbochs);
	if (state->device < 0)
		return state->device;
	err = setup_mode(state);
	if (err)
		return err;
	state->dmabuf = get_dmabuf(state);
	return state->dmabuf < 0 ?
		failed("VFIO_DEVICE_GET_GFX_DMABUF", state->dmabuf) : 0;
}

static void close_buffer(void *arg)
{
	struct state *state = arg;

	sys_close(state->dmabuf);
	state->dmabuf = -1;
}

static void close_dmabuf(void *arg)
{
	struct state *state = arg;

	close_buffer(arg);
	WEFT_SOMETIMES("the buffer was closed last", state->device < 0);
	WEFT_SOMETIMES("the device was open until then", state->device >= 0);
}

static void close_device(void *arg)
{
	struct state *state = arg;

	sys_close(state->device);
	state->device = -1;
}

static void remove_device(void *arg)
{
	struct state *state = arg;

	close_device(arg);
	state->removed = sys_write_file(REMOVE, "1");
	WEFT_SOMETIMES("the device was removed", state->removed > 0);
}

static void get_again(void *arg)
{
	struct state *state = arg;

	state->again = get_dmabuf(state);
	WEFT_SOMETIMES("there is a second buffer", state->again >= 0);
}

static void check(void *arg)
{
	struct state *state = arg;
	const int fds[] = { state->again, state->dmabuf, state->device };
	size_t i;

	for (i = 0; i < sizeof(fds) / sizeof(fds[0]); i++)
		if (fds[i] >= 0)
			sys_close(fds[i]);
	vfio_close_guest(&state->guest);
}

const struct weft_scenario scenario_mbochs_dmabuf_vs_remove = {
	.name = "mbochs-dmabuf-vs-remove",
	.summary = "the last close of a frame buffer against the end of its device",
	.story =
		"CPU0 (buffer)                      CPU1 (remove)\n"
		"close(dma-buf)                     close(device)\n"
		"  release: the device's ops_lock   echo 1 > remove\n"
		"                                     frees the device\n",
	.tasks = {
		{ "buffer", close_buffer },
		{ "remove", remove_device },
	},
	.state_size = sizeof(struct state),
	.setup = setup,
	.check = check,
	.preemptions = 1,
	.focus = "samples",
	.probes = { "the device was removed" },
	.expect = { { "6.1 6.12", "bug", "memory", NULL,
		      "mbochs_release_dmabuf" } },
};

const struct weft_scenario scenario_mbochs_dmabuf_vs_close = {
	.name = "mbochs-dmabuf-vs-close",
	.summary = "the last close of a frame buffer against that of its device",
	.story =
		"CPU0 (buffer)                      CPU1 (close)\n"
		"close(dma-buf)                     close(device)\n"
		"  lock(&mdev_state->ops_lock)        lock(&mdev_state->ops_lock)\n"
		"  unlinked? kfree                    exported? unlinked, else kfree\n",
	.tasks = {
		{ "buffer", close_dmabuf },
		{ "close", close_device },
	},
	.state_size = sizeof(struct state),
	.setup = setup,
	.check = check,
	.preemptions = 2,
	.probes = { "the buffer was closed last", "the device was open until then" },
	.expect = { { "6.1 6.12", "exhausted" } },
};

const struct weft_scenario scenario_mbochs_get_dmabuf_vs_close = {
	.name = "mbochs-get-dmabuf-vs-close",
	.summary = "asking for a frame buffer again against its last close",
	.story =
		"CPU0 (get)                         CPU1 (buffer)\n"
		"VFIO_DEVICE_GET_GFX_DMABUF         close(dma-buf)\n"
		"  has it a dma-buf?                  the last reference\n"
		"  a descriptor for it                  release: it has none\n",
	.tasks = {
		{ "get", get_again },
		{ "buffer", close_buffer },
	},
	.state_size = sizeof(struct state),
	.setup = setup,
	.check = check,
	.preemptions = 1,
	.probes = { "there is a second buffer" },
	.keep_going = true,
	.expect = { { "6.1 6.12", "bug", "memory", "filp" },
		    { "6.1 6.12", "bug", "race", "mbochs_get_gfx_dmabuf()" } },
};
