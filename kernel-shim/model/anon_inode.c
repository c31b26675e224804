// SPDX-License-Identifier: GPL-2.0-only
/*
 * Files without a name: the KVM, VFIO and eventfd descriptors.
 *
 *  I1  All of them share one inode, as in the kernel. It lives for ever, so its
 *      count is not kept exact by every open; it is raised quietly and can
 *      never reach 0.
 */
#include <linux/anon_inodes.h>
#include <linux/err.h>
#include <linux/file.h>
#include <linux/fs.h>
#include <linux/init.h>
#include <linux/module.h>
#include <linux/version.h>
#include "vfs.h"

static struct inode *anon_inode;

/* MODEL of fs/anon_inodes.c. Keeps: module count, flags. Drops: the name. */
struct file *anon_inode_getfile(const char *name,
				const struct file_operations *fops,
				void *priv, int flags)
{
	struct file *file;

	if (fops->owner && !try_module_get(fops->owner))
		return ERR_PTR(-ENOENT);
	weft_inode_get_quiet(anon_inode);
	file = weft_file_alloc(anon_inode, flags & (O_ACCMODE | O_NONBLOCK),
			       fops);
	if (IS_ERR(file)) {
		iput(anon_inode);
		module_put(fops->owner);
		return file;
	}
	file->private_data = priv;
	return file;
}

#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 10, 0)
/* MODEL of fs/anon_inodes.c. Keeps: as anon_inode_getfile(). Drops: likewise. */
struct file *anon_inode_getfile_fmode(const char *name,
				      const struct file_operations *fops,
				      void *priv, int flags, fmode_t f_mode)
{
	struct file *file = anon_inode_getfile(name, fops, priv, flags);

	if (!IS_ERR(file))
		file->f_mode |= f_mode;
	return file;
}
#endif

/* MODEL of fs/anon_inodes.c. Keeps: all of it. Drops: nothing. */
int anon_inode_getfd(const char *name, const struct file_operations *fops,
		     void *priv, int flags)
{
	struct file *file;
	int fd;

	fd = get_unused_fd_flags(flags);
	if (fd < 0)
		return fd;
	file = anon_inode_getfile(name, fops, priv, flags);
	if (IS_ERR(file)) {
		put_unused_fd(fd);
		return PTR_ERR(file);
	}
	fd_install(fd, file);
	return fd;
}

/**
 * weft_anon_inode_init() - makes the one inode
 */
int weft_anon_inode_init(void);
int weft_anon_inode_init(void)
{
	anon_inode = alloc_anon_inode(weft_mount.mnt_sb);
	return PTR_ERR_OR_ZERO(anon_inode);
}
