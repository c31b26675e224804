// SPDX-License-Identifier: GPL-2.0-only
/*
 * Files and sysfs attributes. Promised by fs/file_table.c (fput(): the release
 * is task work, run on the way out of the system call), fs/kernfs/dir.c
 * (removal drains active references; kernfs_remove_self()) and
 * Documentation/driver-api/driver-model/device.rst.
 */
#include <linux/anon_inodes.h>
#include <linux/completion.h>
#include <linux/device.h>
#include <linux/err.h>
#include <linux/fdtable.h>
#include <linux/file.h>
#include <linux/fs.h>
#include <linux/mutex.h>

#include "litmus.h"

static atomic_t released;
static struct file *shared;
static int fd;

static int file_release(struct inode *inode, struct file *file)
{
	atomic_inc(&released);
	return 0;
}

static const struct file_operations file_fops = { .release = file_release };

static struct file *file_make(void)
{
	return anon_inode_getfile("[litmus]", &file_fops, NULL, O_RDWR);
}

static long file_put_once(void)
{
	struct file *file = file_make();

	if (IS_ERR(file))
		return PTR_ERR(file);
	fput(file);
	promise(!atomic_read(&released), "fput() never releases inside of the system call");
	return 0;
}

static long file_released_once(void)
{
	promise(atomic_read(&released) == 1,
		"the release has run when the task has left its system call");
	return 0;
}

const struct litmus litmus_fput_deferred = {
	.role = { file_put_once }, .end = file_released_once,
};

static long file_setup_shared(void)
{
	shared = file_make();
	if (IS_ERR(shared))
		return PTR_ERR(shared);
	get_file(shared);
	return 0;
}

static long file_put_shared(void)
{
	promise(!atomic_read(&released), "a file is not released while a reference is held");
	fput(shared);
	return 0;
}

const struct litmus litmus_fput_last = {
	.setup = file_setup_shared, .role = { file_put_shared, file_put_shared },
	.end = file_released_once,
};

/* fget() and close(): found means held, whatever becomes of the descriptor. */
static long file_setup_fd(void)
{
	fd = anon_inode_getfd("[litmus]", &file_fops, NULL, O_RDWR);
	return fd < 0 ? fd : 0;
}

static long file_use_fd(void)
{
	struct file *file = fget(fd);

	if (!file)
		return SEEN(1);
	promise(!atomic_read(&released), "a file that fget() found is not released");
	fput(file);
	return SEEN(0);
}

static long file_close_its_fd(void)
{
	close_fd(fd);
	return 0;
}

const struct litmus litmus_fget_vs_close = {
	.setup = file_setup_fd, .role = { file_use_fd, file_close_its_fd },
	.end = file_released_once,
};

/* WRONG: waits in the call for a release that comes after it. */
static DECLARE_COMPLETION(release_done);

static int file_release_complete(struct inode *inode, struct file *file)
{
	complete(&release_done);
	return 0;
}

static const struct file_operations file_complete_fops = {
	.release = file_release_complete,
};

static long file_put_and_wait(void)
{
	struct file *file = anon_inode_getfile("[litmus]", &file_complete_fops,
					       NULL, O_RDWR);

	if (IS_ERR(file))
		return PTR_ERR(file);
	fput(file);
	wait_for_completion(&release_done);
	return 0;
}

const struct litmus litmus_fput_wait_inside = { .role = { file_put_and_wait } };

/* ---- attributes ---- */

static struct device *device;
static int showing, removed;
static DEFINE_MUTEX(litmus_mutex);

static ssize_t attribute_show(struct device *dev, struct device_attribute *attr,
			      char *buf)
{
	WRITE_ONCE(showing, 1);
	promise(!READ_ONCE(removed), "show() does not begin after the removal");
	WRITE_ONCE(showing, 0);
	promise(!READ_ONCE(removed), "the removal waits for a show() in progress");
	return sysfs_emit(buf, "x\n");
}

static DEVICE_ATTR(attribute, 0644, attribute_show, NULL);

static long attribute_setup_of(struct device_attribute *attr)
{
	device = root_device_register("weft_litmus");
	if (IS_ERR(device))
		return PTR_ERR(device);
	return device_create_file(device, attr);
}

static long attribute_setup(void)
{
	return attribute_setup_of(&dev_attr_attribute);
}

static long attribute_remove(void)
{
	bool busy = READ_ONCE(showing);

	device_remove_file(device, &dev_attr_attribute);
	promise(!READ_ONCE(showing), "no show() runs after the removal");
	WRITE_ONCE(removed, 1);
	return busy ? SEEN(2) : 0;
}

static long attribute_end(void)
{
	root_device_unregister(device);
	return 0;
}

const struct litmus litmus_sysfs_remove_waits = {
	.setup = attribute_setup, .role = { attribute_remove }, .end = attribute_end,
};

/* device_remove_file_self(): true for one caller; the other finds it gone. */
static ssize_t attribute_store_self(struct device *dev,
				    struct device_attribute *attr,
				    const char *buf, size_t n)
{
	if (device_remove_file_self(dev, attr))
		removed++;
	return n;
}

static struct device_attribute attribute_self =
	__ATTR(attribute, 0200, NULL, attribute_store_self);

static long attribute_setup_self(void)
{
	return attribute_setup_of(&attribute_self);
}

static long attribute_self_end(void)
{
	promise(removed == 1, "device_remove_file_self() succeeds for exactly one task");
	return attribute_end();
}

const struct litmus litmus_sysfs_remove_self = {
	.setup = attribute_setup_self, .end = attribute_self_end,
};

/* WRONG: the removal waits for the store() that calls it. */
static ssize_t attribute_store_plain(struct device *dev,
				     struct device_attribute *attr,
				     const char *buf, size_t n)
{
	device_remove_file(dev, attr);
	return n;
}

static struct device_attribute attribute_plain =
	__ATTR(attribute, 0200, NULL, attribute_store_plain);

static long attribute_setup_plain(void)
{
	return attribute_setup_of(&attribute_plain);
}

const struct litmus litmus_sysfs_remove_inside = {
	.setup = attribute_setup_plain, .end = attribute_end,
};

/* WRONG: removing with a mutex that store() wants. */
static ssize_t attribute_store_lock(struct device *dev,
				    struct device_attribute *attr,
				    const char *buf, size_t n)
{
	mutex_lock(&litmus_mutex);
	mutex_unlock(&litmus_mutex);
	return n;
}

static struct device_attribute attribute_lock =
	__ATTR(attribute, 0200, NULL, attribute_store_lock);

static long attribute_setup_lock(void)
{
	return attribute_setup_of(&attribute_lock);
}

static long attribute_remove_locked(void)
{
	mutex_lock(&litmus_mutex);
	device_remove_file(device, &attribute_lock);
	mutex_unlock(&litmus_mutex);
	return 0;
}

const struct litmus litmus_sysfs_remove_locked = {
	.setup = attribute_setup_lock, .role = { attribute_remove_locked },
	.end = attribute_end,
};

/* The near miss: removing without it. */
static long attribute_remove_unlocked(void)
{
	device_remove_file(device, &attribute_lock);
	return 0;
}

const struct litmus litmus_sysfs_remove_unlocked = {
	.setup = attribute_setup_lock, .role = { attribute_remove_unlocked },
	.end = attribute_end,
};

/* ---- made of system calls alone ---- */

const struct litmus litmus_eventfd = { };
