/* SPDX-License-Identifier: GPL-2.0-only */
/* Interrupt state is a property of the task; the model keeps it. */
#ifndef WEFT_ASM_IRQFLAGS_H
#define WEFT_ASM_IRQFLAGS_H

#define ARCH_IRQ_DISABLED	0
#define ARCH_IRQ_ENABLED	1

unsigned long arch_local_save_flags(void);
void arch_local_irq_restore(unsigned long flags);
#define arch_local_save_flags		arch_local_save_flags
#define arch_local_irq_restore		arch_local_irq_restore

#include <asm-generic/irqflags.h>

#endif
