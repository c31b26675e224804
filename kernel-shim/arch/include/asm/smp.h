/* SPDX-License-Identifier: GPL-2.0-only */
/* Every task runs on the CPU its thread_info names. */
#ifndef WEFT_ASM_SMP_H
#define WEFT_ASM_SMP_H

#include <linux/cpumask.h>
#include <linux/version.h>
#include <linux/thread_info.h>

#define raw_smp_processor_id()	(current_thread_info()->cpu)

void arch_smp_send_reschedule(int cpu);
void arch_send_call_function_single_ipi(int cpu);
void arch_send_call_function_ipi_mask(const struct cpumask *mask);
#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 4, 0)
#define smp_send_reschedule(cpu)	arch_smp_send_reschedule(cpu)
#endif

#endif
