/* SPDX-License-Identifier: GPL-2.0-only */
/* Loading kernel images; contract in kernel.h. */
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <link.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "host.h"
#include "kernel.h"

static char error_text[400];

/*
 * Does all of an ELF file exist that its headers speak of? The section headers
 * come last, so a file cut anywhere fails; dlopen() of one dies of SIGBUS.
 */
static bool is_whole(const void *bytes, uint64_t size)
{
	const ElfW(Ehdr) *ehdr = bytes;

	return size >= sizeof(*ehdr) &&
	       !memcmp(ehdr->e_ident, ELFMAG, SELFMAG) &&
	       ehdr->e_shoff <= size && ehdr->e_phoff <= size &&
	       (uint64_t)ehdr->e_phnum * ehdr->e_phentsize <=
	       size - ehdr->e_phoff &&
	       (uint64_t)ehdr->e_shnum * ehdr->e_shentsize <=
	       size - ehdr->e_shoff;
}

/* Return: 0, or negative errno; -ENOEXEC for what is no whole ELF file. */
static int hash_file(const char *path, uint64_t *ret)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	struct stat st;
	const unsigned char *bytes;
	uint64_t hash = 0xcbf29ce484222325ull;
	off_t i;
	int err;

	if (fd < 0)
		return -errno;
	if (fstat(fd, &st) || !st.st_size) {
		err = st.st_size ? -errno : -ENOEXEC;
		close(fd);
		return err;
	}
	bytes = mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
	close(fd);
	if (bytes == MAP_FAILED)
		return -errno;
	for (i = 0; i < st.st_size; i++)
		hash = (hash ^ bytes[i]) * 0x100000001b3ull;
	err = is_whole(bytes, (uint64_t)st.st_size) ? 0 : -ENOEXEC;
	munmap((void *)bytes, (size_t)st.st_size);
	if (!err)
		*ret = hash;
	return err;
}

/* "…/kernel-6.1.so" → "6.1" */
static char *tag_of(const char *path)
{
	const char *base = strrchr(path, '/');
	size_t n;

	base = base ? base + 1 : path;
	if (strncmp(base, "kernel-", 7))
		return NULL;
	base += 7;
	n = strlen(base);
	if (n < 4 || strcmp(base + n - 3, ".so"))
		return NULL;
	return strndup(base, n - 3);
}

static void find_text(struct weft_kernel *kernel, const struct link_map *map)
{
	const ElfW(Ehdr) *ehdr;
	const ElfW(Phdr) *phdr;
	Dl_info info;
	int i;

	kernel->load_bias = map->l_addr;
	if (!dladdr(kernel->image, &info))
		return;
	ehdr = info.dli_fbase;
	phdr = (const void *)((const char *)ehdr + ehdr->e_phoff);
	for (i = 0; i < ehdr->e_phnum; i++) {
		uintptr_t at = map->l_addr + phdr[i].p_vaddr;

		if (phdr[i].p_type != PT_LOAD)
			continue;
		if (phdr[i].p_flags & PF_X) {
			kernel->text_begin = at;
			kernel->text_end = at + phdr[i].p_memsz;
		}
	}
}

static void guard_stub_data(const struct weft_image *image)
{
	size_t size = (size_t)(image->stub_data_end - image->stub_data);

	if (size)
		mprotect(image->stub_data, size, PROT_NONE);
}

int weft_kernel_load(const char *path, struct weft_kernel *kernel,
		     const char **ret_error)
{
	struct link_map *map;
	int err;

	*ret_error = error_text;
	memset(kernel, 0, sizeof(*kernel));
	err = hash_file(path, &kernel->hash);
	if (err == -ENOEXEC) {
		snprintf(error_text, sizeof(error_text),
			 "the kernel image %s is damaged: not a whole ELF file; build it again with make",
			 path);
		return err;
	}
	if (err) {
		snprintf(error_text, sizeof(error_text),
			 "cannot read the kernel image %s: %s", path,
			 strerror(-err));
		return err;
	}
	kernel->tag = tag_of(path);
	kernel->path = strdup(path);
	kernel->handle = dlopen(path, RTLD_NOW | RTLD_LOCAL);
	if (!kernel->handle) {
		snprintf(error_text, sizeof(error_text),
			 "cannot load the kernel image: %s; build it again with make",
			 dlerror());
		weft_kernel_unload(kernel);
		return -ENOEXEC;
	}
	kernel->image = dlsym(kernel->handle, "weft_image");
	if (!kernel->tag || !kernel->image ||
	    kernel->image->abi != WEFT_HOST_ABI ||
	    dlinfo(kernel->handle, RTLD_DI_LINKMAP, &map)) {
		snprintf(error_text, sizeof(error_text),
			 "%s is not a kernel image of this weft; build it again with make",
			 path);
		weft_kernel_unload(kernel);
		return -ENOEXEC;
	}
	kernel->release = kernel->image->release;
	kernel->data = (char *)((uintptr_t)kernel->image->data_begin & ~7ul);
	kernel->data_size = (size_t)(kernel->image->data_end - kernel->data);
	kernel->gcov = (const struct gcov_info *const *)kernel->image->gcov_begin;
	kernel->gcov_n = (size_t)(kernel->image->gcov_end -
				  kernel->image->gcov_begin);
	find_text(kernel, map);
	guard_stub_data(kernel->image);
	return 0;
}

void weft_kernel_unload(struct weft_kernel *kernel)
{
	if (kernel->handle)
		dlclose(kernel->handle);
	free(kernel->tag);
	free(kernel->path);
	memset(kernel, 0, sizeof(*kernel));
}
