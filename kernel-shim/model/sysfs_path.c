// SPDX-License-Identifier: GPL-2.0-only
/*
 * /sys: paths through the real kernfs nodes, and the sysfs mount they hang on.
 *
 *  I1  A path is walked under one read hold of kernfs_rwsem. The kernel takes
 *      it once per component; what happens between two components is dropped.
 *  I2  A node that is not active is not found, as in kernfs_iop_lookup().
 *  I3  Every open has an inode of its own holding a count of its node. The
 *      kernel shares one inode per node; nothing of kernfs looks at it.
 *
 * Drops: the dentry cache (a removed node's count is dropped at the last close
 * instead of at the next lookup), permissions, namespaces, O_TRUNC.
 */
#include <linux/err.h>
#include <linux/fs.h>
#include <linux/kernfs.h>
#include <linux/slab.h>
#include <linux/sysfs.h>
#include <linux/uaccess.h>
#include <linux/version.h>
#include <../fs/kernfs/kernfs-internal.h>
#include "vfs.h"

#define LINKS_MAX	8

struct kmem_cache *kernfs_node_cache, *kernfs_iattrs_cache;
struct kernfs_global_locks *kernfs_locks;

static struct kernfs_root *sysfs_root;
struct kernfs_node *sysfs_root_kn;

/* MODEL of fs/kernfs/mount.c kernfs_init(). Keeps: caches, locks. Drops: nothing. */
void __init kernfs_init(void)
{
	unsigned int i;

	kernfs_node_cache = kmem_cache_create("kernfs_node_cache",
					      sizeof(struct kernfs_node), 0,
					      SLAB_PANIC, NULL);
	kernfs_iattrs_cache = kmem_cache_create("kernfs_iattrs_cache",
						sizeof(struct kernfs_iattrs),
						0, SLAB_PANIC, NULL);
	kernfs_locks = kmalloc(sizeof(*kernfs_locks), GFP_KERNEL);
	for (i = 0; i < NR_KERNFS_LOCKS; i++)
		mutex_init(&kernfs_locks->open_file_mutex[i]);
}

/* MODEL of fs/sysfs/mount.c. Keeps: the root. Drops: the file system type. */
int __init sysfs_init(void)
{
	sysfs_root = kernfs_create_root(NULL,
					KERNFS_ROOT_EXTRA_OPEN_PERM_CHECK,
					NULL);
	if (IS_ERR(sysfs_root))
		return PTR_ERR(sysfs_root);
	sysfs_root_kn = sysfs_root->kn;
	return 0;
}

/* Is the component at @path, @len bytes, called @name? Names are under the rwsem. */
static WEFT_QUIET bool component_is(const char *path, size_t len,
				    const char *name)
{
	size_t i;

	for (i = 0; i < len; i++)
		if (path[i] != name[i])
			return false;
	return !name[len];
}

static WEFT_QUIET struct kernfs_node *find_child(struct kernfs_node *parent,
						 const char *name, size_t len)
{
	struct rb_node *rb = parent->dir.children.rb_node, *up;
	struct kernfs_node *kn;

	/* In order without recursion; kernfs sorts by hash, which is private. */
	while (rb && rb->rb_left)
		rb = rb->rb_left;
	while (rb) {
		kn = rb_entry(rb, struct kernfs_node, rb);
		if (component_is(name, len, kn->name))
			return kn;
		if (rb->rb_right) {
			rb = rb->rb_right;
			while (rb->rb_left)
				rb = rb->rb_left;
			continue;
		}
		for (up = (void *)(rb->__rb_parent_color & ~3UL);
		     up && rb == up->rb_right;
		     up = (void *)(rb->__rb_parent_color & ~3UL))
			rb = up;
		rb = up;
	}
	return NULL;
}

static size_t component_len(const char *path)
{
	size_t len = 0;

	while (path[len] && path[len] != '/')
		len++;
	return len;
}

static struct kernfs_node *walk_one(struct kernfs_node *kn, const char *name,
				    size_t len)
{
	unsigned int links;

	if (component_is(name, len, "."))
		return kn;
	if (component_is(name, len, ".."))
		return kn->parent ?: kn;
	for (links = 0; kernfs_type(kn) == KERNFS_LINK; links++) {
		if (links == LINKS_MAX)
			return ERR_PTR(-ELOOP);
		kn = kn->symlink.target_kn;
	}
	if (kernfs_type(kn) != KERNFS_DIR)
		return ERR_PTR(-ENOTDIR);
	return find_child(kn, name, len) ?: ERR_PTR(-ENOENT);
}

static struct kernfs_node *walk(const char *path, bool follow)
{
	struct kernfs_node *kn = sysfs_root_kn;
	size_t len;

	lockdep_assert_held_read(&sysfs_root->kernfs_rwsem);
	for (;;) {
		while (*path == '/')
			path++;
		len = component_len(path);
		if (!len)
			break;
		kn = walk_one(kn, path, len);
		if (IS_ERR(kn))
			return kn;
		path += len;
	}
	while (follow && kernfs_type(kn) == KERNFS_LINK)
		kn = kn->symlink.target_kn;
	if (atomic_read(&kn->active) < 0)
		return ERR_PTR(-ENOENT);
	kernfs_get(kn);
	return kn;
}

static const struct file_operations *fops_of(struct kernfs_node *kn)
{
	return kernfs_type(kn) == KERNFS_DIR ? &kernfs_dir_fops :
					       &kernfs_file_fops;
}

/**
 * weft_sysfs_lookup() - finds a node
 * @path: what follows "/sys"
 * @follow: whether a symbolic link at the end is followed
 *
 * Returns: a new inode with count 1, or an error pointer.
 */
struct inode *weft_sysfs_lookup(const char *path, bool follow)
{
	struct kernfs_node *kn;
	struct inode *inode;

	down_read(&sysfs_root->kernfs_rwsem);
	kn = walk(path, follow);
	up_read(&sysfs_root->kernfs_rwsem);
	if (IS_ERR(kn))
		return ERR_CAST(kn);
	inode = weft_inode_alloc(kn->mode, fops_of(kn), kn);
	if (!inode) {
		kernfs_put(kn);
		return ERR_PTR(-ENOMEM);
	}
	return inode;
}

/**
 * weft_sysfs_readlink() - the text of a symbolic link
 * @path: what follows "/sys"
 * @buf: user memory
 * @len: its size
 *
 * Returns: the length copied, or a negative errno.
 */
long weft_sysfs_readlink(const char *path, char __user *buf, size_t len)
{
	DEFINE_DELAYED_CALL(done);
	struct inode *inode = weft_sysfs_lookup(path, false);
	const char *text;
	long n;

	if (IS_ERR(inode))
		return PTR_ERR(inode);
	if (!S_ISLNK(inode->i_mode)) {
		iput(inode);
		return -EINVAL;
	}
	text = kernfs_symlink_iops.get_link(weft_inode_dentry(inode), inode,
					    &done);
	if (IS_ERR(text)) {
		iput(inode);
		return PTR_ERR(text);
	}
	n = min(strlen(text), len);
	if (copy_to_user(buf, text, n))
		n = -EFAULT;
	do_delayed_call(&done);
	iput(inode);
	return n;
}
