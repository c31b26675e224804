// SPDX-License-Identifier: GPL-2.0-only
/*
 * Managed memory of a device (Documentation/driver-api/driver-model/devres.rst): it
 * is freed when the last reference on the device goes. HERE marks an access that is
 * too late, THERE where the memory came from and who let it go.
 */
#include <linux/device.h>
#include <linux/mutex.h>
#include <linux/slab.h>

#include "litmus.h"

struct devm_data {
	int value;
};

static struct device *devm_device;
static struct devm_data *devm_data;

static void devm_device_release(struct device *device)
{
	kfree(device);
}

static struct devm_data *devm_make(struct device *device)
{
	return devm_kzalloc(device, sizeof(*devm_data), GFP_KERNEL); /* THERE memory_devm THERE memory_devm_kfree AT make */
}

static long devm_setup(void)
{
	devm_device = kzalloc(sizeof(*devm_device), GFP_KERNEL);
	if (!devm_device)
		return -ENOMEM;
	device_initialize(devm_device);
	devm_device->release = devm_device_release;
	if (dev_set_name(devm_device, "litmus-devm"))
		return -ENOMEM;
	devm_data = devm_make(devm_device);	/* AT made */
	return devm_data ? 0 : -ENOMEM;
}

static long devm_put(void)
{
	put_device(devm_device);				/* THERE memory_devm AT put */
	return 0;
}

/* WRONG: a reference on nothing, and the memory goes with the device. */
static long devm_use(void)
{
	WRITE_ONCE(devm_data->value, 1);			/* HERE memory_devm AT use */
	return 0;
}

const struct litmus litmus_memory_devm = {
	.setup = devm_setup, .role = { devm_use, devm_put },
};

/* The near miss: the user has a reference of its own. */
static long devm_setup_two(void)
{
	long err = devm_setup();

	if (!err)
		get_device(devm_device);
	return err;
}

static long devm_use_put(void)
{
	WRITE_ONCE(devm_data->value, 1);
	put_device(devm_device);
	return 0;
}

const struct litmus litmus_memory_devm_ok = {
	.setup = devm_setup_two, .role = { devm_use_put, devm_put },
};

/* WRONG: managed memory that is freed by hand, and again with the device. */
static long devm_free_by_hand(void)
{
	kfree(devm_data);					/* HERE memory_devm_kfree AT kfree */
	return 0;
}

const struct litmus litmus_memory_devm_kfree = {
	.setup = devm_setup, .role = { devm_free_by_hand },
};

/* The near miss: devm_kfree() takes it off the list. */
static long devm_free_early(void)
{
	devm_kfree(devm_device, devm_data);
	put_device(devm_device);
	return 0;
}

const struct litmus litmus_memory_devm_kfree_ok = {
	.setup = devm_setup, .role = { devm_free_early },
};
