// SPDX-License-Identifier: GPL-2.0-only
/*
 * Buffers that a driver gives away as files; what samples/vfio-mdev/mbochs.c needs.
 *
 * A buffer is as alive as its file, and its end is the driver's release(), in
 * whatever task drops the file last. Nobody imports one here: attaching, mapping and
 * fences are left to loud stubs.
 */
#include <linux/version.h>
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 1, 0)
#include <linux/anon_inodes.h>
#include <linux/dma-buf.h>
#include <linux/err.h>
#include <linux/file.h>
#include <linux/fs.h>
#include <linux/module.h>
#include <linux/slab.h>

/*
 * MODEL of drivers/dma-buf/dma-buf.c. Keeps: the order of ends, warnings. Drops:
 * fences, the list of all buffers and its lock.
 */
static int buffer_release(struct inode *inode, struct file *file)
{
	struct dma_buf *buffer = file->private_data;

	BUG_ON(buffer->vmapping_counter);
	buffer->ops->release(buffer);
	WARN_ON(!list_empty(&buffer->attachments));
	module_put(buffer->owner);
	kfree(buffer);
	return 0;
}

static const struct file_operations buffer_fops = {
	.release = buffer_release,
};

/**
 * dma_buf_export() - a buffer with one reference, that of its file
 *
 * MODEL of drivers/dma-buf/dma-buf.c. Keeps: module count, file, error paths.
 * Drops: its file system and name, fences, the reservation object.
 */
struct dma_buf *dma_buf_export(const struct dma_buf_export_info *info)
{
	struct dma_buf *buffer;
	struct file *file;

	if (WARN_ON(!info->priv || !info->ops || !info->ops->map_dma_buf ||
		    !info->ops->unmap_dma_buf || !info->ops->release))
		return ERR_PTR(-EINVAL);
	if (!try_module_get(info->owner))
		return ERR_PTR(-ENOENT);

	buffer = kzalloc(sizeof(*buffer), GFP_KERNEL);
	file = buffer ? anon_inode_getfile("dmabuf", &buffer_fops, buffer, info->flags) :
			ERR_PTR(-ENOMEM);
	if (IS_ERR(file)) {
		kfree(buffer);
		module_put(info->owner);
		return ERR_CAST(file);
	}
	buffer->priv = info->priv;
	buffer->ops = info->ops;
	buffer->size = info->size;
	buffer->exp_name = info->exp_name;
	buffer->owner = info->owner;
	spin_lock_init(&buffer->name_lock);
	INIT_LIST_HEAD(&buffer->attachments);
	buffer->file = file;
	return buffer;
}

/** dma_buf_fd() - MODEL of drivers/dma-buf/dma-buf.c. Keeps: the file's reference goes along. Drops: nothing. */
int dma_buf_fd(struct dma_buf *buffer, int flags)
{
	int fd;

	if (!buffer || !buffer->file)
		return -EINVAL;
	fd = get_unused_fd_flags(flags);
	if (fd >= 0)
		fd_install(fd, buffer->file);
	return fd;
}
#endif
