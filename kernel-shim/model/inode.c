// SPDX-License-Identifier: GPL-2.0-only
/*
 * Inodes, each with one dentry, and the one mount they are all on.
 *
 *  I1  An inode lives from weft_inode_alloc() to the iput() that drops the
 *      count to 0. Every open file holds one count.
 *  I2  An inode has exactly one dentry, which lives as long as it does.
 *
 * Not handled: hashing, the dentry cache, writeback, timestamps, nlink, quotas,
 * several mounts.
 */
#include <linux/cdev.h>
#include <linux/fs.h>
#include <linux/kernfs.h>
#include <linux/mount.h>
#include <linux/slab.h>
#include <linux/spinlock.h>
#include <linux/string.h>
#include <linux/uaccess.h>
#include <linux/version.h>
#include <../fs/kernfs/kernfs-internal.h>
#include "vfs.h"

struct weft_inode {
	struct inode	inode;
	struct dentry	dentry;
};

static struct super_block super;
static struct dentry root_dentry = { .d_sb = &super };

struct vfsmount weft_mount = { .mnt_root = &root_dentry, .mnt_sb = &super };

/**
 * weft_inode_alloc() - a new inode with count 1
 * @mode: type and permissions
 * @fop: what open files start with
 * @private: i_private
 *
 * Returns: the inode or NULL without memory.
 */
struct inode *weft_inode_alloc(umode_t mode, const struct file_operations *fop,
			       void *private)
{
	struct weft_inode *wi;
	struct inode *inode;

	wi = weft_alloc(sizeof(*wi), 64, GFP_KERNEL | __GFP_ZERO, "inode");
	if (!wi)
		return NULL;
	inode = &wi->inode;
	spin_lock_init(&inode->i_lock);
	init_rwsem(&inode->i_rwsem);
	atomic_set(&inode->i_count, 1);
	inode->i_mode = mode;
	inode->i_fop = fop;
	inode->i_private = private;
	inode->i_sb = &super;
	inode->i_mapping = &inode->i_data;
	inode->i_data.host = inode;
	xa_init_flags(&inode->i_data.i_pages, XA_FLAGS_LOCK_IRQ);
	INIT_LIST_HEAD(&inode->i_devices);
	wi->dentry.d_inode = inode;
	wi->dentry.d_sb = &super;
	wi->dentry.d_parent = &wi->dentry;
	return inode;
}

/**
 * weft_inode_dentry() - the dentry of a weft_inode_alloc() inode
 * @inode: the inode
 */
struct dentry *weft_inode_dentry(struct inode *inode)
{
	return &container_of(inode, struct weft_inode, inode)->dentry;
}

/**
 * weft_inode_get_quiet() - ihold() as part of a lookup
 * @inode: an inode found by a marked read after which no other task ran
 *
 * A path lookup finds and counts under locks or RCU, in one go: see fget() for
 * why this is not a point of its own.
 */
WEFT_QUIET void weft_inode_get_quiet(struct inode *inode)
{
	weft_host->save(&inode->i_count, sizeof(inode->i_count));
	inode->i_count.counter++;
}

/* MODEL of fs/inode.c. Keeps: the count, its warning. Drops: nothing. */
void ihold(struct inode *inode)
{
	WARN_ON(atomic_inc_return(&inode->i_count) < 2);
}

static void evict(struct inode *inode)
{
	if (S_ISCHR(inode->i_mode) && inode->i_cdev)
		cd_forget(inode);
	if (inode->i_fop == &kernfs_file_fops ||
	    inode->i_fop == &kernfs_dir_fops)
		kernfs_put(inode->i_private);
	weft_free(container_of(inode, struct weft_inode, inode));
}

/* MODEL of fs/inode.c. Keeps: last iput() evicts, cdev forgotten. Drops: caching. */
void iput(struct inode *inode)
{
	if (inode && atomic_dec_and_test(&inode->i_count))
		evict(inode);
}

/*
 * MODEL of fs/inode.c. Keeps: no kernfs inode is cached, so none is found.
 * Drops: the cache, and so fsnotify events of kernfs_notify().
 */
struct inode *ilookup(struct super_block *sb, unsigned long ino)
{
	return NULL;
}

/* MODEL of fs/libfs.c. Keeps: an inode of its own per call. Drops: ino, owner, times. */
struct inode *alloc_anon_inode(struct super_block *s)
{
	struct inode *inode = weft_inode_alloc(S_IRUSR | S_IWUSR, NULL, NULL);

	return inode ?: ERR_PTR(-ENOMEM);
}

static DEFINE_SPINLOCK(pin_fs_lock);

/* MODEL of fs/libfs.c. Keeps: the lock, the count. Drops: the mount: there is one. */
int simple_pin_fs(struct file_system_type *type, struct vfsmount **mount,
		  int *count)
{
	spin_lock(&pin_fs_lock);
	if (!*mount)
		*mount = &weft_mount;
	++*count;
	spin_unlock(&pin_fs_lock);
	return 0;
}

/* MODEL of fs/libfs.c. Keeps: the lock, the count. Drops: the mount: there is one. */
void simple_release_fs(struct vfsmount **mount, int *count)
{
	spin_lock(&pin_fs_lock);
	if (!--*count)
		*mount = NULL;
	spin_unlock(&pin_fs_lock);
}

/* MODEL of fs/filesystems.c. Keeps: success. Drops: the list: nothing mounts by name. */
int register_filesystem(struct file_system_type *fs)
{
	return 0;
}

/* MODEL of fs/filesystems.c. Keeps: success. Drops: see register_filesystem(). */
int unregister_filesystem(struct file_system_type *fs)
{
	return 0;
}

/*
 * MODEL of mm/memory.c. Keeps: nothing is mapped from a file but what mmap()
 * of the model keeps itself. Drops: page tables.
 */
void unmap_mapping_range(struct address_space *mapping, loff_t const begin,
			 loff_t const len, int even_cows)
{
}

/* MODEL of fs/libfs.c. Keeps: all of it. Drops: nothing. */
void kfree_link(void *p)
{
	kfree(p);
}

/* MODEL of fs/libfs.c. Keeps: all of it. Drops: nothing. */
ssize_t simple_read_from_buffer(void __user *to, size_t count, loff_t *ppos,
				const void *from, size_t available)
{
	loff_t pos = *ppos;
	size_t left;

	if (pos < 0)
		return -EINVAL;
	if (pos >= available || !count)
		return 0;
	count = min_t(size_t, count, available - pos);
	left = copy_to_user(to, from + pos, count);
	if (left == count)
		return -EFAULT;
	count -= left;
	*ppos = pos + count;
	return count;
}

/* MODEL of fs/libfs.c. Keeps: all of it. Drops: nothing. */
ssize_t memory_read_from_buffer(void *to, size_t count, loff_t *ppos,
				const void *from, size_t available)
{
	loff_t pos = *ppos;

	if (pos < 0)
		return -EINVAL;
	if (pos >= available)
		return 0;
	count = min_t(size_t, count, available - pos);
	memcpy(to, from + pos, count);
	*ppos = pos + count;
	return count;
}

/* MODEL of fs/libfs.c. Keeps: nothing is ever cached, so nothing to write. Drops: nothing. */
int noop_fsync(struct file *file, loff_t start, loff_t end, int datasync)
{
	return 0;
}

/* MODEL of fs/read_write.c. Keeps: position unchanged. Drops: nothing. */
loff_t noop_llseek(struct file *file, loff_t offset, int whence)
{
	return file->f_pos;
}

/* MODEL of fs/open.c. Keeps: the mode bits. Drops: nothing. */
int nonseekable_open(struct inode *inode, struct file *filp)
{
	filp->f_mode &= ~(FMODE_LSEEK | FMODE_PREAD | FMODE_PWRITE);
	return 0;
}

/* MODEL of fs/open.c. Keeps: the mode bits. Drops: nothing. */
int stream_open(struct inode *inode, struct file *filp)
{
	filp->f_mode &= ~(FMODE_LSEEK | FMODE_PREAD | FMODE_PWRITE |
			  FMODE_ATOMIC_POS);
	filp->f_mode |= FMODE_STREAM;
	return 0;
}
