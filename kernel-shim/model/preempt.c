// SPDX-License-Identifier: GPL-2.0-only
/*
 * Preemption, interrupts and bottom halves: counts and states of the task.
 *
 *  P1  They are the task's own and stop nobody else; they say where it must not
 *      sleep, and hold up RCU.
 *  P2  While an execution is recorded, the host is told where an outermost
 *      section begins and ends.
 *
 * Drops: interrupts and softirqs themselves.
 */
#include <linux/irqflags.h>
#include <linux/lockdep.h>
#include <linux/percpu.h>
#include <linux/preempt.h>
#include <linux/sched.h>
#include "tasks.h"

/*
 * Interrupts are a property of the task. The per-CPU word is what
 * lockdep_assert_irqs_disabled() reads.
 */
WEFT_QUIET static void irqs_note(struct weft_task *t, bool off)
{
	int *enabled = per_cpu_ptr(&hardirqs_enabled,
				   t->task.thread_info.cpu);

	weft_set(t->irqs_off, off);
	weft_set(*enabled, !off);
	if (weft_host->hot->recording)
		weft_host->section(WEFT_SECTION_IRQ, off);
}

/**
 * weft_is_told() - has the other half of rcu_read_unlock() reported it?
 * @by: who asks, and reports it if not
 */
bool weft_is_told(enum weft_unbalanced by)
{
	struct weft_task *t = weft_self();

	if (t->unbalanced != WEFT_BALANCED && t->unbalanced != by) {
		t->unbalanced = WEFT_BALANCED;
		return true;
	}
	t->unbalanced = by;
	return false;
}

/* Outermost sections, told when somebody wants to know where they begin. */
static void sections_note(int before, int after)
{
	if (!weft_host->hot->recording)
		return;
	if (!(before & PREEMPT_MASK) != !(after & PREEMPT_MASK))
		weft_host->section(WEFT_SECTION_PREEMPT,
				   !!(after & PREEMPT_MASK));
	if (!(before & SOFTIRQ_MASK) != !(after & SOFTIRQ_MASK))
		weft_host->section(WEFT_SECTION_BH, !!(after & SOFTIRQ_MASK));
}

/*
 * MODEL of kernel/sched/core.c. Keeps: the count. Drops: tracing, overflow. The
 * count is the task's own: nobody else can tell these accesses from marked ones.
 */
void preempt_count_add(int val)
{
	struct thread_info *info = &current->thread_info;
	int before = info->preempt_count;

	info->preempt_count = before + val;
	sections_note(before, before + val);
}

static noinline void report_underflow(int before)
{
	struct weft_host_defect defect = { .sort = "preempt count underflow" };

	if (!weft_is_told(WEFT_UNBALANCED_COUNT))
		weft_context_defect(&defect, "preempt_enable(), rcu_read_unlock() or local_bh_enable() without its beginning (preempt_count %x)",
				    before);
}

/* MODEL of kernel/sched/core.c. Keeps: the count, underflow is reported. Drops: tracing. */
void preempt_count_sub(int val)
{
	struct thread_info *info = &current->thread_info;
	int before = info->preempt_count;

	if (unlikely(val > before)) {
		report_underflow(before);
		return;
	}
	info->preempt_count = before - val;
	sections_note(before, before - val);
}

WEFT_QUIET unsigned long arch_local_save_flags(void)
{
	return weft_self()->irqs_off ? ARCH_IRQ_DISABLED : ARCH_IRQ_ENABLED;
}

/* MODEL of arch. Keeps: the state, per task. Drops: interrupts themselves. */
void arch_local_irq_restore(unsigned long flags)
{
	struct weft_task *t = weft_self();
	bool off = flags == ARCH_IRQ_DISABLED;

	if (t->irqs_off == off)
		return;
	irqs_note(t, off);
	if (!off)
		weft_rcu_note_left();
}

#ifdef CONFIG_TRACE_IRQFLAGS
/* MODEL of kernel/softirq.c. Keeps: the count. Drops: softirqs. */
void __local_bh_disable_ip(unsigned long ip, unsigned int cnt)
{
	preempt_count_add(cnt);
	barrier();
}

/* MODEL of kernel/locking/lockdep.c. Keeps: nothing, see arch_local_irq_restore(). Drops: tracing. */
void lockdep_hardirqs_on_prepare(void) { }
void lockdep_hardirqs_on(unsigned long ip) { }
void lockdep_hardirqs_off(unsigned long ip) { }
void lockdep_softirqs_on(unsigned long ip) { }
void lockdep_softirqs_off(unsigned long ip) { }
void trace_hardirqs_on(void) { }
void trace_hardirqs_off(void) { }
void trace_hardirqs_on_prepare(void) { }
void trace_hardirqs_off_finish(void) { }
#endif

/* MODEL of kernel/softirq.c. Keeps: the count. Drops: running softirqs here: timers and RCU callbacks are tasks. */
void __local_bh_enable_ip(unsigned long ip, unsigned int cnt)
{
	preempt_count_sub(cnt);
	weft_rcu_note_left();
}

/* MODEL of kernel/softirq.c. Keeps: the count. Drops: as __local_bh_enable_ip(). */
void _local_bh_enable(void)
{
	__local_bh_enable_ip(_RET_IP_, SOFTIRQ_DISABLE_OFFSET);
}

/* MODEL of kernel/softirq.c. Keeps: nothing. Drops: no scheduler class asks here. */
void warn_bogus_irq_restore(void);
void warn_bogus_irq_restore(void)
{
	weft_context_finding("raw_local_irq_restore() called with IRQs enabled");
}
