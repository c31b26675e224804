/* SPDX-License-Identifier: GPL-2.0-only */
/* Coverage counters, found by their section; contract in jobs_counters.h. */
#include <fcntl.h>
#include <gelf.h>
#include <string.h>
#include <unistd.h>

#include "jobs_counters.h"

#define SECTION "weft_gcov_counters"	/* of kernel-shim/stub/image.lds */

static void look_into(Elf *elf, const struct weft_kernel *kernel,
		      uint64_t **ret, size_t *ret_n)
{
	Elf_Scn *section = NULL;
	size_t names;

	if (!elf || elf_getshdrstrndx(elf, &names))
		return;
	while ((section = elf_nextscn(elf, section))) {
		const char *name;
		GElf_Shdr head;

		if (!gelf_getshdr(section, &head))
			continue;
		name = elf_strptr(elf, names, head.sh_name);
		if (!name || strcmp(name, SECTION))
			continue;
		*ret = (uint64_t *)(kernel->load_bias + head.sh_addr);
		*ret_n = head.sh_size / sizeof(**ret);
	}
}

void jobs_find_counters(const struct weft_kernel *kernel, uint64_t **ret,
			size_t *ret_n)
{
	int fd = open(kernel->path, O_RDONLY | O_CLOEXEC);
	Elf *elf;

	*ret = NULL;
	*ret_n = 0;
	if (fd < 0)
		return;
	elf_version(EV_CURRENT);
	elf = elf_begin(fd, ELF_C_READ, NULL);
	look_into(elf, kernel, ret, ret_n);
	elf_end(elf);
	close(fd);
}
