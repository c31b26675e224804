/* SPDX-License-Identifier: GPL-2.0-only */
/* What the file system part of the model shares: inodes, open files, paths. */
#ifndef WEFT_MODEL_VFS_H
#define WEFT_MODEL_VFS_H

#include <linux/fs.h>
#include <linux/mount.h>
#include "memory.h"

/* inode.c */
struct inode *weft_inode_alloc(umode_t mode, const struct file_operations *fop,
			       void *private);
void weft_inode_get_quiet(struct inode *inode);
struct dentry *weft_inode_dentry(struct inode *inode);
extern struct vfsmount weft_mount;

/* file.c */
struct file *weft_file_alloc(struct inode *inode, int flags,
			     const struct file_operations *fops);
struct file *weft_file_open(struct inode *inode, int flags);
int weft_file_close(struct file *file);

/* fd.c */
struct file *weft_fd_take(unsigned int fd);
void weft_fd_close_all(void);

/* chrdev.c, sysfs_path.c: each takes what follows "/dev/" or "/sys" */
void weft_dev_init(void);
struct inode *weft_dev_lookup(const char *name);
void weft_sysfs_init(void);
struct inode *weft_sysfs_lookup(const char *path, bool follow);
long weft_sysfs_readlink(const char *path, char __user *buf, size_t len);

/* fault.c */
struct inode *weft_fault_inode(void);

/* syscall.c */
struct inode *weft_path_lookup(const char *path);

#endif
