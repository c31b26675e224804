/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * s390's vfio-ap, the one driver that takes kvm->lock when a device is opened and
 * closed: real drivers/s390/crypto/vfio_ap_*.c over a model of the machine
 * (kernel-shim/model/s390_ap.c: one card, two queues).
 *
 * The guest of a device is given the queues that are assigned to it (sysfs files
 * assign_adapter, assign_domain) and bound to vfio-ap (driver core). The four locks
 * that order all this are ap_perms_mutex, guests_lock, kvm->lock and mdevs_lock.
 * weft_kvmlock stands for the driver where this one is not in the image.
 */
#include <stdio.h>
#include <string.h>

#include "vfio_setup.h"

#define DEVICE		AP_MATRIX "/83b8f4f2-509f-382f-3c1e-e6bfe0fa1003"
#define QUEUE		"00.0001"
#define UNBIND		"/sys/bus/ap/drivers/vfio_ap/unbind"

struct state {
	struct vfio_guest guest;
	int device;
	long changed;		/* bytes written to the other task's file */
};

static int assign(const char *file, const char *number)
{
	char path[128];
	long result;

	snprintf(path, sizeof(path), DEVICE "/%s", file);
	result = sys_write_file(path, number);
	if (result < 0)
		weft_scenario_error("%s: %s", path, strerror((int)-result));
	return result < 0 ? (int)result : 0;
}

/* A guest that waits for its device, which has queue 0 of card 0. */
static int setup(void *arg)
{
	struct state *state = arg;
	int err;

	state->device = -1;
	err = vfio_setup_guest(&state->guest, &vfio_parent_ap);
	if (!err)
		err = assign("assign_adapter", "0");
	return err ? err : assign("assign_domain", "0");
}

/* The same with queue 1. */
static int setup_two(void *arg)
{
	int err = setup(arg);

	return err ? err : assign("assign_domain", "1");
}

static int setup_opened(void *arg)
{
	struct state *state = arg;
	int err = setup(arg);

	if (err)
		return err;
	state->device = vfio_setup_device(&state->guest, &vfio_parent_ap);
	return state->device < 0 ? state->device : 0;
}

static int setup_two_opened(void *arg)
{
	struct state *state = arg;
	int err = setup_two(arg);

	if (err)
		return err;
	state->device = vfio_setup_device(&state->guest, &vfio_parent_ap);
	return state->device < 0 ? state->device : 0;
}

static void open_device(void *arg)
{
	struct state *state = arg;

	state->device = vfio_open_device(&state->guest, &vfio_parent_ap);
	WEFT_SOMETIMES("the device was opened", state->device >= 0);
	WEFT_SOMETIMES("it was opened after the change", state->changed);
	WEFT_SOMETIMES("it was opened before the change", !state->changed);
}

static void close_device(void *arg)
{
	struct state *state = arg;

	sys_close(state->device);
	state->device = -1;
	WEFT_SOMETIMES("it was closed after the change", state->changed);
	WEFT_SOMETIMES("it was closed before the change", !state->changed);
}

static void release_kvm(void *arg)
{
	struct state *state = arg;

	sys_close(state->guest.kvm_vfio);
	state->guest.kvm_vfio = -1;
	state->changed = 1;
}

/* What is left of the machine is the driver's reference. */
static void destroy_kvm(void *arg)
{
	struct state *state = arg;

	sys_close(state->guest.vm);
	state->guest.vm = -1;
	release_kvm(state);
}

static void assign_domain(void *arg)
{
	struct state *state = arg;

	state->changed = sys_write_file(DEVICE "/assign_domain", "1");
}

static void unbind_queue(void *arg)
{
	struct state *state = arg;

	state->changed = sys_write_file(UNBIND, QUEUE);
}

static void close_all(struct state *state)
{
	if (state->device >= 0)
		sys_close(state->device);
	vfio_close_guest(&state->guest);
}

static void check(void *arg)
{
	close_all(arg);
}

/* Is the file of the device what @text says? */
static int shows(const char *file, const char *text)
{
	char buf[64];
	long len, fd = sys_open(file, 0 /* O_RDONLY */);

	if (fd < 0)
		return 0;
	len = sys_read((int)fd, buf, sizeof(buf));
	sys_close((int)fd);
	return len == (long)strlen(text) && !memcmp(buf, text, strlen(text));
}

static void check_assigned(void *arg)
{
	struct state *state = arg;

	WEFT_CHECK_VALUES(state->changed, >, 0, "assigning a queue succeeds");
	WEFT_CHECK(shows(DEVICE "/guest_matrix", "00.0000\n00.0001\n"),
		   "the guest has what was assigned");
	close_all(state);
}

/* A matrix has no holes: without queue 1 the guest has both domains, but no card. */
static void check_unbound(void *arg)
{
	struct state *state = arg;

	WEFT_CHECK_VALUES(state->changed, >, 0, "unbinding a queue succeeds");
	WEFT_CHECK(shows(DEVICE "/guest_matrix", ".0000\n.0001\n"),
		   "the guest has no queue of a card with an unbound one");
	close_all(state);
}

#define OPENED	.probes = { "the device was opened",			\
			    "it was opened after the change",		\
			    "it was opened before the change" }
#define CLOSED	.probes = { "it was closed after the change",		\
			    "it was closed before the change" }

const struct weft_scenario scenario_vfio_ap_open_vs_kvm_release = {
	.name = "vfio-ap-open-vs-kvm-release",
	.summary = "opening a vfio-ap device against KVM releasing its group",
	.story =
		"CPU0 (open)                        CPU1 (kvm-release)\n"
		"VFIO_GROUP_GET_DEVICE_FD           close(KVM-VFIO device)\n"
		"  lock(&group->group_lock)           lock(&kvm->lock)\n"
		"  lock(&matrix_dev->guests_lock)     lock(&group->group_lock)\n"
		"  lock(&kvm->lock)\n",
	.tasks = {
		{ "open", open_device },
		{ "kvm-release", release_kvm },
	},
	.state_size = sizeof(struct state),
	.setup = setup,
	.check = check,
	.preemptions = 2,
	OPENED,
	.expect = {
		{ "6.1", "bug", "deadlock", "&group->group_lock" },
		{ "6.12", "exhausted" },
	},
};

const struct weft_scenario scenario_vfio_ap_kvm_destroy_vs_close = {
	.name = "vfio-ap-kvm-destroy-vs-close",
	.summary = "the last reference to a KVM dropped while vfio-ap closes",
	.story =
		"CPU0 (destroy)                     CPU1 (close)\n"
		"close(VM)                          close(device)\n"
		"close(KVM-VFIO device)               lock(&group->group_lock)\n"
		"  lock(&kvm->lock)                   lock(&matrix_dev->guests_lock)\n"
		"  lock(&group->group_lock)           lock(&kvm->lock)\n"
		"                                     kvm_put_kvm()\n",
	.tasks = {
		{ "destroy", destroy_kvm },
		{ "close", close_device },
	},
	.state_size = sizeof(struct state),
	.setup = setup_opened,
	.check = check,
	.preemptions = 2,
	CLOSED,
	.expect = {
		{ "6.1", "bug", "deadlock", "&group->group_lock" },
		{ "6.12", "exhausted" },
	},
};

const struct weft_scenario scenario_vfio_ap_assign_vs_open = {
	.name = "vfio-ap-assign-vs-open",
	.summary = "giving a vfio-ap device one more queue against opening it",
	.story =
		"CPU0 (assign)                      CPU1 (open)\n"
		"write(assign_domain)               VFIO_GROUP_GET_DEVICE_FD\n"
		"  lock(&ap_perms_mutex)\n"
		"  lock(&matrix_dev->guests_lock)     lock(&matrix_dev->guests_lock)\n"
		"  is there a guest?                  lock(&kvm->lock)\n"
		"  lock(&matrix_dev->mdevs_lock)      lock(&matrix_dev->mdevs_lock)\n",
	.tasks = {
		{ "assign", assign_domain },
		{ "open", open_device },
	},
	.state_size = sizeof(struct state),
	.setup = setup,
	.check = check_assigned,
	.preemptions = 2,
	OPENED,
	.expect = { { "6.1 6.12", "exhausted" } },
};

const struct weft_scenario scenario_vfio_ap_assign_vs_close = {
	.name = "vfio-ap-assign-vs-close",
	.summary = "giving a vfio-ap device one more queue against closing it",
	.story =
		"CPU0 (assign)                      CPU1 (close)\n"
		"write(assign_domain)               close(device)\n"
		"  lock(&matrix_dev->guests_lock)     lock(&matrix_dev->guests_lock)\n"
		"  lock(&kvm->lock), if any           matrix_mdev->kvm = NULL\n",
	.tasks = {
		{ "assign", assign_domain },
		{ "close", close_device },
	},
	.state_size = sizeof(struct state),
	.setup = setup_opened,
	.check = check_assigned,
	.preemptions = 2,
	CLOSED,
	.expect = { { "6.1 6.12", "exhausted" } },
};

const struct weft_scenario scenario_vfio_ap_unbind_vs_open = {
	.name = "vfio-ap-unbind-vs-open",
	.summary = "taking a queue from vfio-ap against opening its device",
	.story =
		"CPU0 (unbind)                      CPU1 (open)\n"
		"write(/sys/bus/ap/…/unbind)        VFIO_GROUP_GET_DEVICE_FD\n"
		"  lock(&matrix_dev->guests_lock)     lock(&matrix_dev->guests_lock)\n"
		"  takes the card from the guest      gives the guest its queues\n",
	.tasks = {
		{ "unbind", unbind_queue },
		{ "open", open_device },
	},
	.state_size = sizeof(struct state),
	.setup = setup_two,
	.check = check_unbound,
	.preemptions = 1,
	.focus = "drivers/s390",
	OPENED,
	.expect = { { "6.1 6.12", "exhausted" } },
};

const struct weft_scenario scenario_vfio_ap_unbind_vs_close = {
	.name = "vfio-ap-unbind-vs-close",
	.summary = "taking a queue from vfio-ap against closing its device",
	.story =
		"CPU0 (unbind)                      CPU1 (close)\n"
		"write(/sys/bus/ap/…/unbind)        close(device)\n"
		"  lock(&matrix_dev->guests_lock)     lock(&matrix_dev->guests_lock)\n"
		"  resets the card's queues           resets all queues\n",
	.tasks = {
		{ "unbind", unbind_queue },
		{ "close", close_device },
	},
	.state_size = sizeof(struct state),
	.setup = setup_two_opened,
	.check = check_unbound,
	.preemptions = 1,
	.focus = "drivers/s390",
	CLOSED,
	.expect = { { "6.1 6.12", "exhausted" } },
};
