// SPDX-License-Identifier: GPL-2.0-only
/*
 * /dev: the nodes the driver core asks devtmpfs for, as a table of names.
 *
 *  I1  An entry's inode pointer is its state: NULL never used, GONE removed,
 *      else the node. It is read and written by marked accesses only, so that
 *      open() against creation and removal is explored.
 *  I2  A name, once in the table, keeps its entry for the whole execution.
 *      Names are written right after their entry was claimed and never again;
 *      nobody can run in between, so they are compared quietly.
 *  I3  Opening goes through chrdev_open() of the real fs/char_dev.c.
 *
 * Drops: the kdevtmpfs thread (creation and removal happen in the caller, who
 * waits for that thread anyway), directories, owners, permissions.
 */
#include <linux/cdev.h>
#include <linux/device.h>
#include <linux/err.h>
#include <linux/fs.h>
#include <linux/kdev_t.h>
#include <linux/slab.h>
#include <linux/version.h>
#include "vfs.h"

#define NODES_MAX	128	/* power of two */
#define NAME_MAX_DEV	56
#define GONE		((struct inode *)ERR_PTR(-ENOENT))

struct node {
	struct inode	*inode;
	char		name[NAME_MAX_DEV];
};

static struct node nodes[NODES_MAX];

int devtmpfs_create_node(struct device *dev);
int devtmpfs_delete_node(struct device *dev);
int devtmpfs_init(void);
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 12, 0)
const char *device_get_devnode(const struct device *dev, umode_t *mode,
			       kuid_t *uid, kgid_t *gid, const char **tmp);
#endif

static WEFT_QUIET unsigned int name_hash(const char *name)
{
	unsigned int hash = 2166136261u;

	while (*name)
		hash = (hash ^ (unsigned char)*name++) * 16777619u;
	return hash ^ hash >> 16;
}

static WEFT_QUIET bool name_equal(const char *a, const char *b)
{
	while (*a && *a == *b) {
		a++;
		b++;
	}
	return *a == *b;
}

static WEFT_QUIET void name_set(struct node *node, const char *name)
{
	unsigned int i;

	weft_host->save(node->name, sizeof(node->name));
	for (i = 0; name[i]; i++) {
		if (i == NAME_MAX_DEV - 1)
			weft_unmodelled("devtmpfs: name too long");
		node->name[i] = name[i];
	}
	node->name[i] = '\0';
}

/* The entry of @name with its state, or the entry where it would go. */
static struct node *node_find(const char *name, struct inode **ret_inode)
{
	unsigned int at = name_hash(name), tries;
	struct node *node;

	for (tries = 0; tries < NODES_MAX; tries++, at++) {
		node = &nodes[at & (NODES_MAX - 1)];
		*ret_inode = READ_ONCE(node->inode);
		if (!*ret_inode || name_equal(node->name, name))
			return node;
	}
	weft_unmodelled("devtmpfs: table is full");
}

static int node_add(const char *name, struct inode *inode)
{
	struct inode *old;
	struct node *node;

	for (;;) {
		node = node_find(name, &old);
		if (old && old != GONE)
			return -EEXIST;
		if (cmpxchg(&node->inode, old, inode) == old)
			break;
		/* Somebody else took the entry; look again. */
	}
	if (!old)
		name_set(node, name);
	return 0;
}

static int node_remove(const char *name)
{
	struct inode *old;
	struct node *node = node_find(name, &old);

	if (!old || old == GONE)
		return -ENOENT;
	if (cmpxchg(&node->inode, old, GONE) != old)
		return -ENOENT;
	iput(old);
	return 0;
}

/* MODEL of drivers/base/devtmpfs.c. Keeps: name, number, mode. Drops: see top. */
int devtmpfs_create_node(struct device *dev)
{
	kuid_t uid = GLOBAL_ROOT_UID;
	kgid_t gid = GLOBAL_ROOT_GID;
	const char *name, *tmp = NULL;
	struct inode *inode;
	umode_t mode = 0;
	int error = -ENOMEM;

	name = device_get_devnode(dev, &mode, &uid, &gid, &tmp);
	if (!name)
		return -ENOMEM;
	inode = weft_inode_alloc((mode ?: 0600) | S_IFCHR, &def_chr_fops, NULL);
	if (inode) {
		inode->i_rdev = dev->devt;
		error = node_add(name, inode);
		if (error)
			iput(inode);
	}
	kfree(tmp);
	return error;
}

/* MODEL of drivers/base/devtmpfs.c. Keeps: the name is gone. Drops: see top. */
int devtmpfs_delete_node(struct device *dev)
{
	const char *name, *tmp = NULL;
	int error;

	name = device_get_devnode(dev, NULL, NULL, NULL, &tmp);
	if (!name)
		return -ENOMEM;
	error = node_remove(name);
	kfree(tmp);
	return error;
}

/* MODEL of drivers/base/devtmpfs.c. Keeps: success. Drops: mount and thread. */
int devtmpfs_init(void)
{
	return 0;
}

/**
 * weft_dev_lookup() - finds a node
 * @name: what follows "/dev/"
 *
 * Returns: the inode, counted, or an error pointer.
 */
struct inode *weft_dev_lookup(const char *name)
{
	struct inode *inode;

	node_find(name, &inode);
	if (!inode || inode == GONE)
		return ERR_PTR(-ENOENT);
	/* No other task ran since the marked read: see fget() in fd.c. */
	weft_inode_get_quiet(inode);
	return inode;
}
