// SPDX-License-Identifier: GPL-2.0-only
/*
 * struct file: made, opened, counted, released.
 *
 *  I1  The release method never runs inside fput() of a user task: the final
 *      fput() queues task work, which runs when the task leaves its system
 *      call. A kernel thread's final fput() queues a delayed work item.
 *  I2  Release runs in the order of __fput(): fasync, release, cdev_put,
 *      fops_put, inode.
 *  I3  Counts are atomics of struct file and so visible; only the increment
 *      inside fget() is not a point of its own (see fd.c).
 *
 * Not handled: the RCU delay before a struct file is freed (fget() finds and
 * counts in one go, so nobody can see it), leases, file locks, fsnotify, epoll,
 * write counts of inodes, the system-wide limit of open files, credentials'
 * reference counts.
 */
#include <linux/cdev.h>
#include <linux/cred.h>
#include <linux/err.h>
#include <linux/file.h>
#include <linux/fs.h>
#include <linux/llist.h>
#include <linux/module.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/task_work.h>
#include <linux/version.h>
#include <linux/workqueue.h>
#include "vfs.h"

#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 6, 0)
#define FILE_WORK(file)	(&(file)->f_task_work)
#else
#define FILE_WORK(file)	(&(file)->f_rcuhead)
#endif

static struct file *file_new(int flags)
{
	struct file *f = weft_alloc(sizeof(*f), 64, GFP_KERNEL | __GFP_ZERO,
				    "filp");

	if (!f)
		return ERR_PTR(-ENOMEM);
	spin_lock_init(&f->f_lock);
	mutex_init(&f->f_pos_lock);
#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 12, 0)
	rwlock_init(&f->f_owner.lock);
#endif
	f->f_cred = current_cred();
	f->f_flags = flags;
	f->f_mode = OPEN_FMODE(flags);
	atomic_long_set(&f->f_count, 1);
	return f;
}

static void file_free(struct file *f)
{
	weft_free(f);
}

static void file_set_inode(struct file *f, struct inode *inode)
{
	f->f_path.mnt = &weft_mount;
	f->f_path.dentry = weft_inode_dentry(inode);
	f->f_inode = inode;
	f->f_mapping = inode->i_mapping;
}

static void file_set_opened(struct file *f)
{
	f->f_mode |= FMODE_OPENED;
	if ((f->f_mode & FMODE_READ) && (f->f_op->read || f->f_op->read_iter))
		f->f_mode |= FMODE_CAN_READ;
	if ((f->f_mode & FMODE_WRITE) &&
	    (f->f_op->write || f->f_op->write_iter))
		f->f_mode |= FMODE_CAN_WRITE;
	f->f_iocb_flags = iocb_flags(f);
}

/**
 * weft_file_alloc() - an open file that no open method made
 * @inode: consumed on success
 * @flags: O_…
 * @fops: its operations; the caller holds their module
 *
 * Source: alloc_file() in fs/file_table.c
 * Returns: the file with count 1, or an error pointer.
 */
struct file *weft_file_alloc(struct inode *inode, int flags,
			     const struct file_operations *fops)
{
	struct file *f = file_new(flags);

	if (IS_ERR(f))
		return f;
	file_set_inode(f, inode);
	if (fops->llseek)
		f->f_mode |= FMODE_LSEEK;
	f->f_op = fops;
	file_set_opened(f);
	return f;
}

static int file_run_open(struct file *f, struct inode *inode)
{
	int error;

	file_set_inode(f, inode);
	if (S_ISREG(inode->i_mode) || S_ISDIR(inode->i_mode))
		f->f_mode |= FMODE_ATOMIC_POS;
	f->f_op = fops_get(inode->i_fop);
	if (WARN_ON(!f->f_op))
		return -ENODEV;
	f->f_mode |= FMODE_LSEEK | FMODE_PREAD | FMODE_PWRITE;
	if (f->f_op->open) {
		error = f->f_op->open(inode, f);
		if (error) {
			fops_put(f->f_op);
			return error;
		}
	}
	file_set_opened(f);
	if (!f->f_op->llseek)
		f->f_mode &= ~FMODE_LSEEK;
	f->f_flags &= ~(O_CREAT | O_EXCL | O_NOCTTY | O_TRUNC);
	return 0;
}

/**
 * weft_file_open() - opens an inode through its open method
 * @inode: consumed, also on failure
 * @flags: O_…; O_TRUNC has no effect on what can be opened here
 *
 * Source: do_dentry_open() in fs/open.c
 * Returns: the file with count 1, or an error pointer.
 */
struct file *weft_file_open(struct inode *inode, int flags)
{
	struct file *f = file_new(flags);
	int error;

	if (IS_ERR(f)) {
		iput(inode);
		return f;
	}
	error = file_run_open(f, inode);
	if (!error)
		return f;
	iput(inode);
	file_free(f);
	return ERR_PTR(error);
}

/* MODEL of fs/file_table.c __fput(). Keeps: order of release. Drops: locks, fsnotify. */
static void file_release(struct file *file)
{
	struct inode *inode = file->f_inode;

	might_sleep();
	if ((file->f_flags & FASYNC) && file->f_op->fasync)
		file->f_op->fasync(-1, file, 0);
	if (file->f_op->release)
		file->f_op->release(inode, file);
	if (S_ISCHR(inode->i_mode) && inode->i_cdev &&
	    !(file->f_mode & FMODE_PATH))
		cdev_put(inode->i_cdev);
	fops_put(file->f_op);
	iput(inode);
	file_free(file);
}

static LLIST_HEAD(delayed_fput_list);

static void delayed_fput(struct work_struct *unused)
{
	struct llist_node *node = llist_del_all(&delayed_fput_list);
	struct file *f, *next;

	llist_for_each_entry_safe(f, next, node, f_llist)
		file_release(f);
}

static DECLARE_DELAYED_WORK(delayed_fput_work, delayed_fput);

static void fput_work(struct callback_head *work)
{
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 6, 0)
	file_release(container_of(work, struct file, f_task_work));
#else
	file_release(container_of(work, struct file, f_rcuhead));
#endif
}

/* MODEL of fs/file_table.c. Keeps: all of it (I1). Drops: nothing. */
void fput(struct file *file)
{
	if (!atomic_long_dec_and_test(&file->f_count))
		return;
	if (!in_interrupt() && !(current->flags & PF_KTHREAD)) {
		init_task_work(FILE_WORK(file), fput_work);
		if (!task_work_add(current, FILE_WORK(file), TWA_RESUME))
			return;
		/* The task is past exit_task_work(): as for a kernel thread. */
	}
	if (llist_add(&file->f_llist, &delayed_fput_list))
		schedule_delayed_work(&delayed_fput_work, 1);
}

/* MODEL of fs/file_table.c. Keeps: release at once. Drops: nothing. */
void __fput_sync(struct file *file)
{
	if (atomic_long_dec_and_test(&file->f_count))
		file_release(file);
}

/* MODEL of fs/file_table.c. Keeps: all of it. Drops: nothing. */
void flush_delayed_fput(void)
{
	delayed_fput(NULL);
}

static int file_flush(struct file *filp, fl_owner_t id)
{
	if (WARN_ON(!file_count(filp)))
		return 0;
	return filp->f_op->flush ? filp->f_op->flush(filp, id) : 0;
}

/* MODEL of fs/open.c. Keeps: flush, then fput(). Drops: dnotify, POSIX locks. */
int filp_close(struct file *filp, fl_owner_t id)
{
	int error = file_flush(filp, id);

	fput(filp);
	return error;
}

/**
 * weft_file_close() - what close() does with a file taken from its fd
 * @file: the file; the count of the fd is given up
 *
 * Source: close() in fs/open.c; since 6.6 it releases without task work.
 */
int weft_file_close(struct file *file)
{
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 6, 0)
	int error = file_flush(file, current->files);

	__fput_sync(file);
#else
	int error = filp_close(file, current->files);
#endif
	if (error == -ERESTARTSYS || error == -ERESTARTNOINTR ||
	    error == -ERESTARTNOHAND || error == -ERESTART_RESTARTBLOCK)
		error = -EINTR;
	return error;
}
