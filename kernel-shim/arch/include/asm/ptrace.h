/* SPDX-License-Identifier: GPL-2.0-only */
/* No register state: a task is a coroutine of the host. */
#ifndef WEFT_ASM_PTRACE_H
#define WEFT_ASM_PTRACE_H

struct pt_regs {
	unsigned long ip;
	unsigned long sp;
};

#define user_mode(regs)			1
#define instruction_pointer(regs)	((regs)->ip)
#define profile_pc(regs)		((regs)->ip)
#define user_stack_pointer(regs)	((regs)->sp)
#define kernel_stack_pointer(regs)	((regs)->sp)
#define regs_return_value(regs)		0UL
#define MAX_REG_OFFSET			0
#define arch_has_single_step()		0

#endif
