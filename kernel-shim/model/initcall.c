// SPDX-License-Identifier: GPL-2.0-only
/*
 * What runs at boot, in which order, and what waits for insmod.
 *
 *  I1  The order is the kernel's: start_kernel(), driver_init(), then the
 *      initcalls by level and, within a level, in the order they were linked.
 *  I2  A module's initcall does not run at boot if the module is a test driver
 *      (the samples, our stand-ins and what a list calls insmod): WEFT_SYS_INSMOD
 *      starts it.
 */
#include <linux/device.h>
#include <linux/errno.h>
#include <linux/init.h>
#include <linux/kernel.h>
#include <linux/platform_device.h>
#include <linux/radix-tree.h>
#include <linux/seq_file.h>
#include <linux/string.h>
#include "initcall.h"
#include "vfs.h"

/* MODEL of init/main.c. Keeps: its default. Drops: the boot parameter. */
bool initcall_debug;

/* Declared in headers private to their folders. */
void kernfs_init(void);
int sysfs_init(void);
void chrdev_init(void);
int devtmpfs_init(void);
int devices_init(void);
int buses_init(void);
int classes_init(void);
int platform_bus_init(void);
int weft_anon_inode_init(void);

static bool runs_at_boot(const struct weft_initcall *call)
{
	return !call->test_driver;
}

static int run_core(void)
{
	int error;

	radix_tree_init();
	kernfs_init();
	error = sysfs_init();
	if (error)
		return error;
	seq_file_init();
	chrdev_init();
	error = weft_anon_inode_init();
	if (error)
		return error;
	devtmpfs_init();
	error = devices_init() ?: buses_init() ?: classes_init();
	return error ?: platform_bus_init();
}

/**
 * weft_run_initcalls() - everything from the first kobject to the last driver
 *
 * Returns: 0 or the error of the first call that failed.
 */
int weft_run_initcalls(void)
{
	const struct weft_initcall *call;
	int error = run_core();

	for (call = weft_initcalls; !error && call->init; call++)
		if (runs_at_boot(call))
			error = call->init();
	return error;
}

static const struct weft_initcall *call_find(const char *module)
{
	const struct weft_initcall *call;

	for (call = weft_initcalls; call->init; call++)
		if (!strcmp(call->module, module))
			return call;
	return NULL;
}

/**
 * weft_insmod() - runs the module_init() of a test driver
 * @name: module name, e.g. "mtty"
 *
 * MODEL of kernel/module/main.c. Keeps: the call and its result. Drops: a
 * second insmod is not refused; notifiers, parameters, symbols.
 */
int weft_insmod(const char *name)
{
	const struct weft_initcall *call = call_find(name);

	return call && call->test_driver ? call->init() : -ENOENT;
}

/**
 * weft_rmmod() - runs its module_exit()
 * @name: module name
 *
 * MODEL of kernel/module/main.c. Keeps: the call. Drops: the reference count
 * check, as THIS_MODULE is NULL for built-in code.
 */
int weft_rmmod(const char *name)
{
	const struct weft_initcall *call = call_find(name);

	if (!call || !call->test_driver)
		return -ENOENT;
	if (!call->exit)
		return -EBUSY;
	call->exit();
	return 0;
}
