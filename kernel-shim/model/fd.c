// SPDX-License-Identifier: GPL-2.0-only
/*
 * The file descriptor table, shared by all tasks of a scenario.
 *
 *  I1  An entry is changed and read by marked accesses, so that close() of one
 *      task against a system call on the same number of another is explored.
 *  I2  fget() finds a file and counts it in one go: the read of the entry is
 *      the scheduling point, the increment follows before any other task runs.
 *      This is what RCU and atomic_long_inc_not_zero() achieve; that the
 *      increment is no point of its own loses nothing, because it can only be
 *      too late if the entry was cleared first, and that is ordered by I1.
 *
 * Drops: "lowest free number". Every task has its own range and no number is
 * used twice in an execution, so that opens of different tasks are independent.
 * Not handled: close-on-exec, limits (a full range stops the run), fork.
 */
#include <linux/err.h>
#include <linux/file.h>
#include <linux/fs.h>
#include <linux/fdtable.h>
#include <linux/mutex.h>
#include <linux/version.h>
#include "vfs.h"

#define TASKS_MAX	64
#define FD_PER_TASK	128
#define FD_FIRST	3	/* 0, 1, 2 are what a program starts with */

static struct file *table[TASKS_MAX * FD_PER_TASK];
static unsigned int used[TASKS_MAX];	/* each written by its own task only */

/* MODEL of fs/file.c. Keeps: a number reserved for the caller. Drops: see top. */
int get_unused_fd_flags(unsigned int flags)
{
	unsigned int task = weft_host->self();
	unsigned int first = task ? 0 : FD_FIRST;

	if (task >= TASKS_MAX || first + used[task] >= FD_PER_TASK)
		weft_unmodelled("get_unused_fd_flags: table is full");
	return task * FD_PER_TASK + first + used[task]++;
}

/* MODEL of fs/file.c. Keeps: as get_unused_fd_flags(). Drops: RLIMIT_NOFILE. */
int __get_unused_fd_flags(unsigned int flags, unsigned long nofile)
{
	return get_unused_fd_flags(flags);
}

/* MODEL of fs/file.c. Keeps: the number leads nowhere. Drops: it is not used again. */
void put_unused_fd(unsigned int fd)
{
}

/* MODEL of fs/file.c. Keeps: publication with release. Drops: nothing. */
void fd_install(unsigned int fd, struct file *file)
{
	smp_store_release(&table[fd], file);
}

/* MODEL of fs/file.c. Keeps: I2. Drops: the light form without a count. */
struct file *fget_raw(unsigned int fd)
{
	struct file *file;

	if (fd >= ARRAY_SIZE(table))
		return NULL;
	file = READ_ONCE(table[fd]);
	if (file)
		weft_quiet_add((long *)&file->f_count, 1);
	return file;
}

/* MODEL of fs/file.c. Keeps: I2. Drops: O_PATH files: there are none. */
struct file *fget(unsigned int fd)
{
	return fget_raw(fd);
}

static bool needs_pos_lock(struct file *file)
{
	return file && (file->f_mode & FMODE_ATOMIC_POS) &&
	       (file_count(file) > 1 || file->f_op->iterate_shared);
}

#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 12, 0)
static struct fd fd_of(struct file *file)
{
	return file ? CLONED_FD(file) : EMPTY_FD;
}

/* MODEL of fs/file.c. Keeps: as fget(). Drops: the light form without a count. */
struct fd fdget(unsigned int fd)
{
	return fd_of(fget(fd));
}

/* MODEL of fs/file.c. Keeps: as fget(). Drops: the light form without a count. */
struct fd fdget_raw(unsigned int fd)
{
	return fd_of(fget_raw(fd));
}

/* MODEL of fs/file.c. Keeps: the position lock. Drops: as fdget(). */
struct fd fdget_pos(unsigned int fd)
{
	struct fd f = fdget(fd);

	if (needs_pos_lock(fd_file(f))) {
		f.word |= FDPUT_POS_UNLOCK;
		mutex_lock(&fd_file(f)->f_pos_lock);
	}
	return f;
}
#else
/* MODEL of fs/file.c. Keeps: as fget(). Drops: the light form without a count. */
unsigned long __fdget(unsigned int fd)
{
	struct file *file = fget(fd);

	return file ? (unsigned long)file | FDPUT_FPUT : 0;
}

/* MODEL of fs/file.c. Keeps: as fget_raw(). Drops: the light form without a count. */
unsigned long __fdget_raw(unsigned int fd)
{
	return __fdget(fd);
}

/* MODEL of fs/file.c. Keeps: the position lock. Drops: as __fdget(). */
unsigned long __fdget_pos(unsigned int fd)
{
	unsigned long v = __fdget(fd);
	struct file *file = (struct file *)(v & ~3);

	if (needs_pos_lock(file)) {
		v |= FDPUT_POS_UNLOCK;
		mutex_lock(&file->f_pos_lock);
	}
	return v;
}
#endif

/* MODEL of fs/file.c. Keeps: the lock. Drops: nothing. */
void __f_unlock_pos(struct file *f)
{
	mutex_unlock(&f->f_pos_lock);
}

/**
 * weft_fd_take() - empties an entry
 * @fd: any number
 *
 * Source: file_close_fd() in fs/file.c
 * Returns: the file with the count the entry held, or NULL.
 */
struct file *weft_fd_take(unsigned int fd)
{
	return fd < ARRAY_SIZE(table) ? xchg(&table[fd], NULL) : NULL;
}

/* MODEL of fs/file.c. Keeps: entry emptied, file closed. Drops: nothing. */
int close_fd(unsigned int fd)
{
	struct file *file = weft_fd_take(fd);

	return file ? filp_close(file, current->files) : -EBADF;
}

/**
 * weft_fd_close_all() - what the end of the process does
 *
 * Source: close_files() in fs/file.c
 */
void weft_fd_close_all(void)
{
	unsigned int fd;

	for (fd = 0; fd < ARRAY_SIZE(table); fd++)
		if (table[fd])
			close_fd(fd);
}
