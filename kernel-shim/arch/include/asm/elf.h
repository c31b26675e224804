/* SPDX-License-Identifier: GPL-2.0-only */
/* Only the types that linux/elf.h and linux/module.h want. */
#ifndef WEFT_ASM_ELF_H
#define WEFT_ASM_ELF_H

#define ELF_CLASS	ELFCLASS64
#define ELF_DATA	ELFDATA2LSB
#define ELF_ARCH	EM_NONE
typedef unsigned long elf_greg_t;
typedef elf_greg_t elf_gregset_t[2];
typedef unsigned long elf_fpregset_t;
#define elf_check_arch(x)	0
#define ELF_EXEC_PAGESIZE	4096
#define ELF_PLATFORM		(NULL)
#define ELF_HWCAP		0UL

#endif
