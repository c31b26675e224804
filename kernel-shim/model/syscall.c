// SPDX-License-Identifier: GPL-2.0-only
/*
 * The system call boundary: what a scenario's program can ask for.
 *
 *  I1  Every call ends with weft_task_run_work(): a deferred fput() runs after
 *      the call has dropped all it held, before the program continues.
 *  I2  A call holds a count of the file it works on for as long as it runs, so
 *      that close() by another task does not release it underneath.
 *
 * Not handled: restart of interrupted calls (the program sees the error),
 * signals, seccomp, relative paths.
 */
#include <linux/err.h>
#include <linux/file.h>
#include <linux/fs.h>
#include <linux/mm.h>
#include <linux/syscalls.h>
#include <linux/uaccess.h>
#include <linux/uio.h>
#include <linux/version.h>
#include "initcall.h"
#include "memory.h"
#include "vfs.h"

#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 12, 0)
#define fd_file(f)	((f).file)
#endif

static bool path_under(const char *path, const char *top)
{
	size_t len = strlen(top);

	return !strncmp(path, top, len) && (!path[len] || path[len] == '/');
}

/* Counted inode of a path; a link at its end is followed. */
struct inode *weft_path_lookup(const char *path)
{
	if (path_under(path, "/dev") && path[4])
		return weft_dev_lookup(path + 5);
	if (path_under(path, "/sys"))
		return weft_sysfs_lookup(path + 4, true);
	if (!strcmp(path, "/proc/self/make-it-fail"))
		return weft_fault_inode();
	return ERR_PTR(-ENOENT);
}

/* MODEL of fs/open.c do_sys_openat2(). Keeps: order. Drops: permissions: root. */
static long sys_open_path(const char *path, int flags)
{
	struct inode *inode;
	struct file *file;
	int fd;

	fd = get_unused_fd_flags(flags);
	if (fd < 0)
		return fd;
	inode = weft_path_lookup(path);
	if (IS_ERR(inode)) {
		put_unused_fd(fd);
		return PTR_ERR(inode);
	}
	if (S_ISDIR(inode->i_mode) && (flags & O_ACCMODE) != O_RDONLY) {
		iput(inode);
		put_unused_fd(fd);
		return -EISDIR;
	}
	file = weft_file_open(inode, flags | O_LARGEFILE);
	if (IS_ERR(file)) {
		put_unused_fd(fd);
		return PTR_ERR(file);
	}
	fd_install(fd, file);
	return fd;
}

static void kiocb_init(struct kiocb *kiocb, struct file *file, loff_t pos)
{
	memset(kiocb, 0, sizeof(*kiocb));
	kiocb->ki_filp = file;
	kiocb->ki_flags = iocb_flags(file);
	kiocb->ki_pos = pos;
}

/* MODEL of fs/read_write.c vfs_read(). Keeps: modes, methods. Drops: fsnotify. */
static ssize_t file_read(struct file *file, char __user *buf, size_t len,
			 loff_t *pos)
{
	struct iov_iter iter;
	struct kiocb kiocb;
	ssize_t n;

	if (!(file->f_mode & FMODE_READ))
		return -EBADF;
	if (!(file->f_mode & FMODE_CAN_READ))
		return -EINVAL;
	len = min_t(size_t, len, MAX_RW_COUNT);
	if (file->f_op->read)
		return file->f_op->read(file, buf, len, pos);
	kiocb_init(&kiocb, file, *pos);
	iov_iter_ubuf(&iter, ITER_DEST, buf, len);
	n = file->f_op->read_iter(&kiocb, &iter);
	WARN_ON(n == -EIOCBQUEUED);
	*pos = kiocb.ki_pos;
	return n;
}

/* MODEL of fs/read_write.c vfs_write(). Keeps: modes, methods. Drops: freezing. */
static ssize_t file_write(struct file *file, const char __user *buf,
			  size_t len, loff_t *pos)
{
	struct iov_iter iter;
	struct kiocb kiocb;
	ssize_t n;

	if (!(file->f_mode & FMODE_WRITE))
		return -EBADF;
	if (!(file->f_mode & FMODE_CAN_WRITE))
		return -EINVAL;
	len = min_t(size_t, len, MAX_RW_COUNT);
	if (file->f_op->write)
		return file->f_op->write(file, buf, len, pos);
	kiocb_init(&kiocb, file, *pos);
	iov_iter_ubuf(&iter, ITER_SOURCE, (void __user *)buf, len);
	n = file->f_op->write_iter(&kiocb, &iter);
	WARN_ON(n == -EIOCBQUEUED);
	if (n > 0)
		*pos = kiocb.ki_pos;
	return n;
}

static ssize_t sys_rw(unsigned int fd, void __user *buf, size_t len, bool write)
{
	struct fd f = fdget_pos(fd);
	struct file *file = fd_file(f);
	loff_t nowhere = 0, *pos;
	ssize_t n;

	if (!file)
		return -EBADF;
	pos = file->f_mode & FMODE_STREAM ? &nowhere : &file->f_pos;
	n = write ? file_write(file, buf, len, pos) :
		    file_read(file, buf, len, pos);
	fdput_pos(f);
	return n;
}

static ssize_t sys_prw(unsigned int fd, void __user *buf, size_t len,
		       loff_t pos, bool write)
{
	fmode_t need = write ? FMODE_PWRITE : FMODE_PREAD;
	struct fd f;
	ssize_t n = -ESPIPE;

	if (pos < 0)
		return -EINVAL;
	f = fdget(fd);
	if (!fd_file(f))
		return -EBADF;
	if (fd_file(f)->f_mode & need)
		n = write ? file_write(fd_file(f), buf, len, &pos) :
			    file_read(fd_file(f), buf, len, &pos);
	fdput(f);
	return n;
}

/* MODEL of fs/ioctl.c. Keeps: the method and its errors. Drops: generic commands. */
static long sys_ioctl_fd(unsigned int fd, unsigned int cmd, unsigned long arg)
{
	struct fd f = fdget(fd);
	struct file *file = fd_file(f);
	long error = -ENOTTY;

	if (!file)
		return -EBADF;
	if (file->f_op->unlocked_ioctl)
		error = file->f_op->unlocked_ioctl(file, cmd, arg);
	fdput(f);
	return error == -ENOIOCTLCMD ? -ENOTTY : error;
}

static long sys_close_fd(unsigned int fd)
{
	struct file *file = weft_fd_take(fd);

	return file ? weft_file_close(file) : -EBADF;
}

/* MODEL of fs/file.c. Keeps: a second fd for one file. Drops: nothing. */
static long sys_dup_fd(unsigned int old)
{
	struct file *file = fget(old);
	int fd;

	if (!file)
		return -EBADF;
	fd = get_unused_fd_flags(0);
	if (fd < 0)
		fput(file);
	else
		fd_install(fd, file);
	return fd;
}

static long sys_access_path(const char *path)
{
	struct inode *inode = weft_path_lookup(path);

	if (IS_ERR(inode))
		return PTR_ERR(inode);
	iput(inode);
	return 0;
}

static long sys_readlink_path(const char *path, char __user *buf, size_t len)
{
	if (!path_under(path, "/sys"))
		return -EINVAL;
	return weft_sysfs_readlink(path + 4, buf, len);
}

/*
 * MODEL of mm/mmap.c. Keeps: anonymous memory, page aligned, zeroed, with a
 * struct page each. Drops: mappings of files stop the run; protection.
 */
static long sys_mmap_fd(long fd, size_t len)
{
	if (!len)
		return -EINVAL;
	if (fd >= 0)
		weft_unmodelled("mmap() of a file");
	return (long)weft_host->alloc(PAGE_ALIGN(len), PAGE_SIZE, NULL) ?: -ENOMEM;
}

/* MODEL of mm/mmap.c. Keeps: what mmap() of the model returned. Drops: parts of it. */
static long sys_munmap_addr(unsigned long addr, size_t len)
{
	if (offset_in_page(addr) || !len)
		return -EINVAL;
	weft_host->free((void *)addr, 0);
	return 0;
}

static long dispatch(unsigned int nr, const unsigned long arg[6])
{
	const char *path = (const char *)arg[0];
	void __user *buf = (void __user *)arg[1];

	switch (nr) {
	case WEFT_SYS_OPEN:
		return sys_open_path(path, arg[1]);
	case WEFT_SYS_CLOSE:
		return sys_close_fd(arg[0]);
	case WEFT_SYS_READ:
		return sys_rw(arg[0], buf, arg[2], false);
	case WEFT_SYS_WRITE:
		return sys_rw(arg[0], buf, arg[2], true);
	case WEFT_SYS_PREAD:
		return sys_prw(arg[0], buf, arg[2], arg[3], false);
	case WEFT_SYS_PWRITE:
		return sys_prw(arg[0], buf, arg[2], arg[3], true);
	case WEFT_SYS_IOCTL:
		return sys_ioctl_fd(arg[0], arg[1], arg[2]);
	case WEFT_SYS_DUP:
		return sys_dup_fd(arg[0]);
	case WEFT_SYS_EVENTFD:
		return sys_eventfd2(arg[0], arg[1]);
	case WEFT_SYS_ACCESS:
		return sys_access_path(path);
	case WEFT_SYS_READLINK:
		return sys_readlink_path(path, buf, arg[2]);
	case WEFT_SYS_MMAP:
		return sys_mmap_fd((int)arg[0], arg[1]);
	case WEFT_SYS_MUNMAP:
		return sys_munmap_addr(arg[0], arg[1]);
	case WEFT_SYS_INSMOD:
		return weft_insmod(path);
	case WEFT_SYS_RMMOD:
		return weft_rmmod(path);
	}
	return -ENOSYS;
}

/**
 * weft_syscall() - one system call of the running task
 * @nr: enum weft_syscall
 * @arg: its arguments; those it does not have are ignored
 *
 * Context: the task's own stack. Other tasks run at its scheduling points.
 * Returns: what userspace would see, errors as negative errno.
 */
long weft_syscall(unsigned int nr, const unsigned long arg[6])
{
	long ret = dispatch(nr, arg);

	weft_task_run_work();
	weft_fault_delivered();
	return ret;
}
