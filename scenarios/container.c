/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A group gets or loses its container while its device is opened or closed, and
 * while memory is mapped for DMA.
 *
 * dma-map-vs-close is a bug of 6.1 and 6.12. An ioctl on the container reads
 * iommu_driver and iommu_data without a lock and goes on with them, while the
 * last group to leave the container frees what iommu_data points to, and clears both.
 */
#include <errno.h>
#include <linux/vfio.h>

#include "vfio_setup.h"

struct state {
	struct vfio_guest guest;
	int device;
	long result, iommu;
};

static int setup_apart(void *arg)
{
	struct state *state = arg;

	state->device = -1;
	return vfio_setup_apart(&state->guest, &vfio_parent_mtty);
}

/* A driver with dma_unmap() is registered with the IOMMU driver when it opens. */
static int setup_kvmlock(void *arg)
{
	struct state *state = arg;
	long err;

	state->device = -1;
	err = vfio_setup_apart(&state->guest, &vfio_parent_kvmlock);
	if (!err)
		err = vfio_create_vm(&state->guest);
	if (!err)
		err = vfio_kvm_group(&state->guest, true);
	return (int)err;
}

static int setup_group(void *arg)
{
	struct state *state = arg;

	state->device = -1;
	return vfio_setup_group(&state->guest, &vfio_parent_mtty);
}

static int setup_open(void *arg)
{
	struct state *state = arg;
	int err = setup_group(state);

	if (err)
		return err;
	state->device = vfio_setup_device(&state->guest, &vfio_parent_mtty);
	return state->device < 0 ? state->device : 0;
}

static void open_device_of(struct state *state,
			   const struct vfio_parent *parent)
{
	state->device = vfio_open_device(&state->guest, parent);
	WEFT_SOMETIMES("the device was opened", state->device >= 0);
	WEFT_SOMETIMES("the open came too early", state->device == -EINVAL);
}

static void open_device(void *arg)
{
	open_device_of(arg, &vfio_parent_mtty);
}

static void open_kvmlock(void *arg)
{
	open_device_of(arg, &vfio_parent_kvmlock);
}

static void close_device(void *arg)
{
	struct state *state = arg;

	sys_close(state->device);
	state->device = -1;
}

static void set_container(void *arg)
{
	struct state *state = arg;
	int container = state->guest.container;

	state->result = sys_ioctl(state->guest.group, VFIO_GROUP_SET_CONTAINER,
				  &container);
	state->iommu = sys_ioctl(container, VFIO_SET_IOMMU,
				 (void *)(long)VFIO_TYPE1v2_IOMMU);
}

static void unset_container(void *arg)
{
	struct state *state = arg;

	state->result = sys_ioctl(state->guest.group,
				  VFIO_GROUP_UNSET_CONTAINER, NULL);
	WEFT_SOMETIMES("the container was in use", state->result == -EBUSY);
	WEFT_SOMETIMES("the container was let go", !state->result);
}

static void check_set_of(struct state *state, const struct vfio_parent *parent)
{
	WEFT_CHECK(!state->result && !state->iommu,
		   "attaching the group to the container succeeds");
	WEFT_CHECK(state->device >= 0 || state->device == -EINVAL,
		   "the device is opened, or has no IOMMU yet (EINVAL)");
	if (state->device < 0)
		state->device = vfio_open_device(&state->guest, parent);
	WEFT_CHECK_VALUES(state->device, >=, 0, "at last the device can be opened");
	sys_close(state->device);
	vfio_close_guest(&state->guest);
}

static void check_set(void *arg)
{
	check_set_of(arg, &vfio_parent_mtty);
}

static void check_set_kvmlock(void *arg)
{
	check_set_of(arg, &vfio_parent_kvmlock);
}

static void check_unset(void *arg)
{
	struct state *state = arg;

	WEFT_CHECK(!state->result || state->result == -EBUSY,
		   "the container is let go, or is in use (EBUSY)");
	if (state->result)
		WEFT_CHECK(!sys_ioctl(state->guest.group,
				      VFIO_GROUP_UNSET_CONTAINER, NULL),
			   "nobody uses the container behind the last close");
	WEFT_CHECK(vfio_open_device(&state->guest, &vfio_parent_mtty) < 0,
		   "without a container the device cannot be opened");
	vfio_close_guest(&state->guest);
}

#define CLEAN	.expect = { { "6.1 6.12", "exhausted" } }

const struct weft_scenario scenario_set_container_vs_open = {
	.name = "set-container-vs-open",
	.summary = "attaching a group to a container against opening its device",
	.story =
		"CPU0 (set)                         CPU1 (open)\n"
		"VFIO_GROUP_SET_CONTAINER           VFIO_GROUP_GET_DEVICE_FD\n"
		"VFIO_SET_IOMMU\n",
	.tasks = {
		{ "set", set_container },
		{ "open", open_device },
	},
	.state_size = sizeof(struct state),
	.setup = setup_apart,
	.check = check_set,
	.preemptions = WEFT_UNBOUNDED,
	.probes = { "the device was opened", "the open came too early" },
	.expect = { { "6.1 6.12", "exhausted", "race", "vfio_ioctl_set_iommu" } },
};

const struct weft_scenario scenario_set_iommu_vs_open = {
	.name = "set-iommu-vs-open",
	.summary = "choosing an IOMMU driver against opening a device that it must know",
	.story =
		"CPU0 (set)                         CPU1 (open)\n"
		"VFIO_SET_IOMMU                     VFIO_GROUP_GET_DEVICE_FD\n"
		"  container->iommu_driver = driver   sees a driver, but no data yet:\n"
		"  container->iommu_data = data       register_device(NULL)\n",
	.tasks = {
		{ "set", set_container },
		{ "open", open_kvmlock },
	},
	.state_size = sizeof(struct state),
	.setup = setup_kvmlock,
	.check = check_set_kvmlock,
	.preemptions = 2,
	.probes = { "the device was opened", "the open came too early" },
	.expect = { { "6.1 6.12", "bug", "crash", "NULL pointer" },
		    { "6.1 6.12", "bug", "race", "vfio_ioctl_set_iommu" } },
};

const struct weft_scenario scenario_unset_container_vs_close = {
	.name = "unset-container-vs-close",
	.summary = "detaching a group from its container against the last close",
	.story =
		"CPU0 (unset)                       CPU1 (close)\n"
		"VFIO_GROUP_UNSET_CONTAINER         close(device)\n"
		"  users: -EBUSY                      container users 2 -> 1\n",
	.tasks = {
		{ "unset", unset_container },
		{ "close", close_device },
	},
	.state_size = sizeof(struct state),
	.setup = setup_open,
	.check = check_unset,
	.preemptions = WEFT_UNBOUNDED,
	.probes = { "the container was in use", "the container was let go" },
	CLEAN,
};

/* --- DMA --- */

#define IOVA	0x100000ul
#define PAGE	4096ul

static void map_dma(void *arg)
{
	struct state *state = arg;
	struct vfio_iommu_type1_dma_map map = {
		.argsz = sizeof(map),
		.flags = VFIO_DMA_MAP_FLAG_READ | VFIO_DMA_MAP_FLAG_WRITE,
		.vaddr = 0x10000, .iova = IOVA, .size = PAGE,
	};

	state->result = sys_ioctl(state->guest.container, VFIO_IOMMU_MAP_DMA,
				  &map);
	WEFT_SOMETIMES("memory was mapped", !state->result);
}

static void unmap_dma(void *arg)
{
	struct state *state = arg;
	struct vfio_iommu_type1_dma_unmap unmap = {
		.argsz = sizeof(unmap), .iova = IOVA, .size = PAGE,
	};

	state->iommu = sys_ioctl(state->guest.container, VFIO_IOMMU_UNMAP_DMA,
				 &unmap);
	WEFT_SOMETIMES("a mapping was unmapped", !state->iommu && unmap.size);
	WEFT_SOMETIMES("nothing was there to unmap",
		       !state->iommu && !unmap.size);
}

/* Something is mapped when the last group leaves. */
static int setup_mapped(void *arg)
{
	struct state *state = arg;
	int err = setup_group(state);

	if (!err)
		map_dma(state);
	if (!err && state->result)
		weft_scenario_error("VFIO_IOMMU_MAP_DMA failed: %ld",
				    state->result);
	return err ? err : (int)state->result;
}

static void close_all(void *arg)
{
	struct state *state = arg;

	sys_close(state->guest.group);
	sys_close(state->guest.container);
	state->guest.group = state->guest.container = -1;
}

static void check_dma(void *arg)
{
	struct state *state = arg;

	WEFT_CHECK(!state->result && !state->iommu,
		   "mapping and unmapping succeed");
	vfio_close_guest(&state->guest);
}

static void check_closed(void *arg)
{
	struct state *state = arg;

	WEFT_CHECK(!state->result || state->result == -EBADF ||
		   state->result == -EINVAL,
		   "memory is mapped, or there is nothing to map it with");
	WEFT_CHECK(!state->iommu || state->iommu == -EBADF ||
		   state->iommu == -EINVAL,
		   "memory is unmapped, or there is nothing to unmap it with");
	vfio_close_guest(&state->guest);
}

const struct weft_scenario scenario_dma_map_vs_unmap = {
	.name = "dma-map-vs-unmap",
	.summary = "mapping memory for DMA against unmapping it",
	.story =
		"CPU0 (map)                         CPU1 (unmap)\n"
		"VFIO_IOMMU_MAP_DMA                 VFIO_IOMMU_UNMAP_DMA\n",
	.tasks = {
		{ "map", map_dma },
		{ "unmap", unmap_dma },
	},
	.state_size = sizeof(struct state),
	.setup = setup_group,
	.check = check_dma,
	.preemptions = WEFT_UNBOUNDED,
	.probes = { "memory was mapped", "a mapping was unmapped",
		    "nothing was there to unmap" },
	CLEAN,
};

const struct weft_scenario scenario_dma_map_vs_close = {
	.name = "dma-map-vs-close",
	.summary = "mapping memory for DMA against closing group and container",
	.story =
		"CPU0 (map)                         CPU1 (close)\n"
		"VFIO_IOMMU_MAP_DMA                 close(group), close(container)\n",
	.tasks = {
		{ "map", map_dma },
		{ "close", close_all },
	},
	.state_size = sizeof(struct state),
	.setup = setup_group,
	.check = check_closed,
	.preemptions = 2,
	.probes = { "memory was mapped" },
	.keep_going = true,	/* everything behind one missing lock */
	.expect = { { "6.1 6.12", "bug", "memory", "use after free" },
		    { "6.1 6.12", "bug", "memory", "leak from vfio_dma_do_map()" },
		    { "6.1 6.12", "bug", "crash", "NULL pointer", "vfio_dma_do_map" },
		    { "6.1 6.12", "bug", "context", "held lock freed:&iommu->lock" },
		    { "6.1 6.12", "bug", "race", "vfio_fops_unl_ioctl()" },
		    { "6.1 6.12", "bug", "race", "vfio_iommu_unmap_unpin_all()" },
		    { "6.1 6.12", "bug", "race", "vfio_remove_dma()" },
		    { "6.1 6.12", "bug", "race", "vfio_unmap_unpin()" },
		    { "6.1 6.12", "bug", "race", "vfio_unlink_dma()" } },
};

const struct weft_scenario scenario_dma_unmap_vs_close = {
	.name = "dma-unmap-vs-close",
	.summary = "unmapping memory for DMA against closing group and container",
	.story =
		"CPU0 (unmap)                       CPU1 (close)\n"
		"VFIO_IOMMU_UNMAP_DMA               close(group), close(container)\n",
	.tasks = {
		{ "unmap", unmap_dma },
		{ "close", close_all },
	},
	.state_size = sizeof(struct state),
	.setup = setup_mapped,
	.check = check_closed,
	.preemptions = 2,
	.probes = { "a mapping was unmapped" },
	.keep_going = true,
	.expect = { { "6.1 6.12", "bug", "memory", "use after free" },
		    { "6.1 6.12", "bug", "crash", "NULL pointer", "vfio_dma_do_unmap" },
		    { "6.1 6.12", "bug", "context", "held lock freed:&iommu->lock" },
		    { "6.1 6.12", "bug", "race", "vfio_fops_unl_ioctl()" } },
};
