/* SPDX-License-Identifier: GPL-2.0-only */
/* System calls in words; contract in call_note.h. */
#include <assert.h>
#include <linux/kvm.h>
#include <linux/vfio.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/uio.h>
#include <unistd.h>

#include "call_note.h"
#include "syscalls.h"

#define DATA_SHOWN	48	/* bytes of what is written; a UUID is 36 */
#define FILES_MAX	8192	/* as the table in model/fd.c */

static const char *const names[WEFT_SYS_COUNT] = {
	[WEFT_SYS_OPEN] = "open", [WEFT_SYS_CLOSE] = "close",
	[WEFT_SYS_READ] = "read", [WEFT_SYS_WRITE] = "write",
	[WEFT_SYS_PREAD] = "pread", [WEFT_SYS_PWRITE] = "pwrite",
	[WEFT_SYS_IOCTL] = "ioctl", [WEFT_SYS_DUP] = "dup",
	[WEFT_SYS_EVENTFD] = "eventfd", [WEFT_SYS_ACCESS] = "access",
	[WEFT_SYS_READLINK] = "readlink", [WEFT_SYS_MMAP] = "mmap",
	[WEFT_SYS_MUNMAP] = "munmap", [WEFT_SYS_INSMOD] = "insmod",
	[WEFT_SYS_RMMOD] = "rmmod",
};

/* Names of open files by number, or NULL; they live as long as the process. */
static char *files[FILES_MAX];

static const char *file_name(unsigned long fd)
{
	return fd < FILES_MAX ? files[fd] : NULL;
}

static void name_file(long fd, const char *name)
{
	if (fd < 0 || fd >= FILES_MAX || !name)
		return;
	if (files[fd] && !strcmp(files[fd], name))
		return;
	free(files[fd]);
	files[fd] = strdup(name);
	assert(files[fd] && "out of memory for the name of a file");
}

static void learn_ioctl(const unsigned long arg[6], long result)
{
	const struct kvm_create_device *made;

	if (arg[1] == KVM_CREATE_VM) {
		name_file(result, "kvm-vm");
	} else if (arg[1] == VFIO_GROUP_GET_DEVICE_FD) {
		name_file(result, "[vfio-device]");
	} else if (arg[1] == KVM_CREATE_DEVICE) {
		made = (const struct kvm_create_device *)arg[2];
		name_file((int)made->fd, made->type == KVM_DEV_TYPE_VFIO ?
			  "kvm-vfio" : "kvm device");
	}
}

void call_note_learn(unsigned int nr, const unsigned long arg[6], long result)
{
	if (result < 0)
		return;
	if (nr == WEFT_SYS_OPEN)
		name_file(result, (const char *)arg[0]);
	else if (nr == WEFT_SYS_DUP)
		name_file(result, file_name(arg[0]));
	else if (nr == WEFT_SYS_EVENTFD)
		name_file(result, "[eventfd]");
	else if (nr == WEFT_SYS_IOCTL)
		learn_ioctl(arg, result);
}

static int takes_path(unsigned int nr)
{
	return nr == WEFT_SYS_OPEN || nr == WEFT_SYS_ACCESS ||
	       nr == WEFT_SYS_READLINK || nr == WEFT_SYS_INSMOD ||
	       nr == WEFT_SYS_RMMOD;
}

/* What a scenario hands over may be no memory at all: that is the kernel's to tell. */
static bool copy_data(char *to, const char *from, size_t n)
{
	struct iovec here = { to, n }, there = { (void *)from, n };

	return process_vm_readv(getpid(), &here, 1, &there, 1, 0) == (ssize_t)n;
}

/* ', "text"' where that is what it is, else ', 16 bytes' */
static void add_data(const char *data, size_t len, char *ret, size_t size)
{
	size_t i = 0, n = strlen(ret);
	char text[DATA_SHOWN];

	if (len && len <= sizeof(text) && copy_data(text, data, len))
		while (i < len && text[i] >= ' ' && text[i] <= '~' &&
		       text[i] != '"')
			i++;
	if (i && i == len)
		snprintf(ret + n, size - n, ", \"%.*s\"", (int)len, text);
	else
		snprintf(ret + n, size - n, ", %zu byte%s", len,
			 len == 1 ? "" : "s");
}

static void add_rest(unsigned int nr, const unsigned long arg[6], char *ret,
		     size_t size)
{
	size_t n = strlen(ret);

	if (nr == WEFT_SYS_IOCTL)
		snprintf(ret + n, size - n, ", 0x%lx", arg[1]);
	else if (nr == WEFT_SYS_WRITE || nr == WEFT_SYS_PWRITE)
		add_data((const char *)arg[1], arg[2], ret, size);
	else if (nr == WEFT_SYS_READ || nr == WEFT_SYS_PREAD)
		snprintf(ret + n, size - n, ", %lu byte%s", arg[2],
			 arg[2] == 1 ? "" : "s");
}

void call_note_begin(unsigned int nr, const unsigned long arg[6], char *ret,
		     size_t size)
{
	const char *file = file_name(arg[0]);
	size_t n;

	if (takes_path(nr)) {
		snprintf(ret, size, "%s(\"%s\")", names[nr],
			 (const char *)arg[0]);
		return;
	}
	/* These have an address or a number in front, and no file. */
	if (nr == WEFT_SYS_MMAP || nr == WEFT_SYS_MUNMAP ||
	    nr == WEFT_SYS_EVENTFD)
		file = NULL;
	if (nr == WEFT_SYS_MUNMAP)	/* no address is told */
		snprintf(ret, size, "munmap(%lu bytes", arg[1]);
	else if (file)
		snprintf(ret, size, "%s(%ld<%s>", names[nr], (long)arg[0], file);
	else
		snprintf(ret, size, "%s(%ld", names[nr], (long)arg[0]);
	add_rest(nr, arg, ret, size);
	n = strlen(ret);
	snprintf(ret + n, size - n, ")");
}

void call_note_end(unsigned int nr, long result, char *ret, size_t size)
{
	if (nr == WEFT_SYS_MMAP && result > 0)
		snprintf(ret, size, "mmap = memory");
	else
		snprintf(ret, size, "%s = %ld", names[nr], result);
}

const char *call_note_name(unsigned int nr)
{
	return names[nr];
}
