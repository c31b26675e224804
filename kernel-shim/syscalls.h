/* SPDX-License-Identifier: GPL-2.0-only */
/* The system calls of the modelled kernel; read on both sides of the door. */
#ifndef WEFT_SYSCALLS_H
#define WEFT_SYSCALLS_H

/*
 * System calls a scenario can make. Arguments as in userspace; results as the
 * kernel returns them (negative errno). Paths: "/dev/…" and "/sys/…".
 */
enum weft_syscall {
	WEFT_SYS_OPEN,		/* (path, flags) → fd */
	WEFT_SYS_CLOSE,		/* (fd) */
	WEFT_SYS_READ,		/* (fd, buf, len) at the file position */
	WEFT_SYS_WRITE,		/* (fd, buf, len) */
	WEFT_SYS_PREAD,		/* (fd, buf, len, offset) */
	WEFT_SYS_PWRITE,	/* (fd, buf, len, offset) */
	WEFT_SYS_IOCTL,		/* (fd, request, arg) */
	WEFT_SYS_DUP,		/* (fd) → fd */
	WEFT_SYS_EVENTFD,	/* (initval, flags) → fd */
	WEFT_SYS_ACCESS,	/* (path): 0, or -ENOENT … ; looks only */
	WEFT_SYS_READLINK,	/* (path, buf, len) → length */
	WEFT_SYS_MMAP,		/* (fd, length, prot, flags, offset) → address */
	WEFT_SYS_MUNMAP,	/* (addr, length) */
	WEFT_SYS_INSMOD,	/* (name): runs the module_init of a built-in driver not started at boot */
	WEFT_SYS_RMMOD,		/* (name): runs its module_exit */
	WEFT_SYS_COUNT
};

#endif
