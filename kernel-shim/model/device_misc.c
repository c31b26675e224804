// SPDX-License-Identifier: GPL-2.0-only
/*
 * The rest of the kernel around devices: CPUs, hotplug states, reboot and system
 * core callbacks, capabilities, /sys/kernel.
 *
 * The machine has NR_CPUS CPUs, all online for ever. A call to another CPU runs
 * at once on the caller's stack with that CPU's number: the caller waits for it
 * anyway, so whatever the called function blocks on blocks the caller too.
 */
#include <linux/capability.h>
#include <linux/cpu.h>
#include <linux/cpuhotplug.h>
#include <linux/cpumask.h>
#include <linux/device.h>
#include <linux/init.h>
#include <linux/irqflags.h>
#include <linux/jump_label.h>
#include <linux/kobject.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/notifier.h>
#include <linux/preempt.h>
#include <linux/reboot.h>
#include <linux/smp.h>
#include <linux/syscore_ops.h>
#include <linux/sysfs.h>
#include <linux/version.h>
#include "model.h"

/*
 * CPUs.
 */

#define CPUS_ALL	{ .bits = { GENMASK(NR_CPUS - 1, 0) } }

struct cpumask __cpu_possible_mask __read_mostly = CPUS_ALL;
struct cpumask __cpu_present_mask __read_mostly = CPUS_ALL;
struct cpumask __cpu_online_mask __read_mostly = CPUS_ALL;
struct cpumask __cpu_active_mask __read_mostly = CPUS_ALL;
unsigned int nr_cpu_ids __read_mostly = NR_CPUS;
atomic_t __num_online_cpus __read_mostly = ATOMIC_INIT(NR_CPUS);

/* Makes the running task look as if it ran on @cpu; returns where it was. */
static unsigned int cpu_pretend(unsigned int cpu)
{
	unsigned int old = current_thread_info()->cpu;

	current_thread_info()->cpu = cpu;
	return old;
}

/* Runs an interprocessor call as its receiver would: no interrupts, no sleep. */
static void cpu_call(unsigned int cpu, smp_call_func_t func, void *info)
{
	unsigned long flags;
	unsigned int old;

	preempt_disable();
	local_irq_save(flags);
	old = cpu_pretend(cpu);
	func(info);
	cpu_pretend(old);
	local_irq_restore(flags);
	preempt_enable();
}

/**
 * on_each_cpu_cond_mask() - runs @func on every CPU of @mask, also this one
 *
 * MODEL of kernel/smp.c. Keeps: CPU numbers, context of @func, condition.
 * Drops: running at the same time; @wait false is treated as true.
 */
void on_each_cpu_cond_mask(smp_cond_func_t cond_func, smp_call_func_t func,
			   void *info, bool wait, const struct cpumask *mask)
{
	unsigned int cpu;

	for_each_cpu_and(cpu, mask, cpu_online_mask)
		if (!cond_func || cond_func(cpu, info))
			cpu_call(cpu, func, info);
}

/**
 * smp_call_function_many() - runs @func on every CPU of @mask but this one
 *
 * MODEL of kernel/smp.c. Keeps: as on_each_cpu_cond_mask(). Drops: likewise.
 */
void smp_call_function_many(const struct cpumask *mask, smp_call_func_t func,
			    void *info, bool wait)
{
	unsigned int cpu, self = current_thread_info()->cpu;

	for_each_cpu_and(cpu, mask, cpu_online_mask)
		if (cpu != self)
			cpu_call(cpu, func, info);
}

/**
 * smp_call_function_single() - runs @func on one CPU
 *
 * MODEL of kernel/smp.c. Keeps: as on_each_cpu_cond_mask(). Drops: likewise.
 * Errors: -ENXIO if there is no such CPU.
 */
int smp_call_function_single(int cpu, smp_call_func_t func, void *info, int wait)
{
	if ((unsigned int)cpu >= NR_CPUS)
		return -ENXIO;
	cpu_call(cpu, func, info);
	return 0;
}

/*
 * CPU hotplug states: callbacks are registered, and run for the CPUs there are.
 */

static DEFINE_MUTEX(cpuhp_state_mutex);

static struct cpuhp_step {
	const char *name;
	int (*startup)(unsigned int cpu);
	int (*teardown)(unsigned int cpu);
} cpuhp_steps[CPUHP_ONLINE + 1];

/*
 * The CPU's own thread runs these in the kernel, and the caller waits for it. With
 * a bound thread there is no preempt count to keep, so they may sleep.
 */
static int cpuhp_run(int (*callback)(unsigned int cpu), unsigned int cpu)
{
	unsigned int old = cpu_pretend(cpu);
	int ret = callback(cpu);

	cpu_pretend(old);
	return ret;
}

/* Runs @step's startup everywhere, or undoes it everywhere it had worked. */
static int cpuhp_start(const struct cpuhp_step *step)
{
	unsigned int cpu, failed;
	int ret = 0;

	for_each_present_cpu(failed) {
		ret = cpuhp_run(step->startup, failed);
		if (ret)
			break;
	}
	if (!ret || !step->teardown)
		return ret;
	for_each_present_cpu(cpu) {
		if (cpu == failed)
			break;
		cpuhp_run(step->teardown, cpu);
	}
	return ret;
}

/**
 * __cpuhp_setup_state() - registers the callbacks of a hotplug state
 *
 * MODEL of kernel/cpu.c. Keeps: locks, calls for present CPUs, rollback.
 * Drops: dynamic states and instances (loud), CPUs that come and go.
 */
int __cpuhp_setup_state(enum cpuhp_state state, const char *name, bool invoke,
			int (*startup)(unsigned int cpu),
			int (*teardown)(unsigned int cpu), bool multi_instance)
{
	struct cpuhp_step *step = &cpuhp_steps[state];
	int ret = 0;

	if (state == CPUHP_AP_ONLINE_DYN || state == CPUHP_BP_PREPARE_DYN ||
	    multi_instance)
		weft_unmodelled("__cpuhp_setup_state");

	cpus_read_lock();
	mutex_lock(&cpuhp_state_mutex);
	if (step->name) {
		ret = -EBUSY;
		goto out;
	}
	*step = (struct cpuhp_step) { name, startup, teardown };
	if (invoke && startup)
		ret = cpuhp_start(step);
	if (ret)
		*step = (struct cpuhp_step) { };
out:
	mutex_unlock(&cpuhp_state_mutex);
	cpus_read_unlock();
	return ret;
}

/**
 * __cpuhp_remove_state() - undoes __cpuhp_setup_state()
 *
 * MODEL of kernel/cpu.c. Keeps: locks, calls for present CPUs. Drops: as there.
 */
void __cpuhp_remove_state(enum cpuhp_state state, bool invoke)
{
	struct cpuhp_step *step = &cpuhp_steps[state];
	unsigned int cpu;

	cpus_read_lock();
	mutex_lock(&cpuhp_state_mutex);
	if (invoke && step->teardown)
		for_each_present_cpu(cpu)
			cpuhp_run(step->teardown, cpu);
	*step = (struct cpuhp_step) { };
	mutex_unlock(&cpuhp_state_mutex);
	cpus_read_unlock();
}

/* MODEL of kernel/jump_label.c. Keeps: keys may be used. Drops: patching code. */
bool static_key_initialized __read_mostly = true;

/*
 * Callbacks for events that no scenario has: registered, never called.
 */

static BLOCKING_NOTIFIER_HEAD(reboot_notifiers);

/** register_reboot_notifier() - MODEL of kernel/reboot.c. Keeps: chain and its lock. Drops: reboot. */
int register_reboot_notifier(struct notifier_block *nb)
{
	return blocking_notifier_chain_register(&reboot_notifiers, nb);
}

/** unregister_reboot_notifier() - MODEL of kernel/reboot.c. Keeps: chain and its lock. Drops: reboot. */
int unregister_reboot_notifier(struct notifier_block *nb)
{
	return blocking_notifier_chain_unregister(&reboot_notifiers, nb);
}

static DEFINE_MUTEX(syscore_ops_lock);

static void syscore_change(void)
{
	mutex_lock(&syscore_ops_lock);
	mutex_unlock(&syscore_ops_lock);
}

/*
 * Two generations of the same interface; a tree declares one of them, and stable
 * trees took the younger one at any version, so both are here.
 */
struct syscore_ops;
struct syscore;

/** register_syscore_ops() - MODEL of drivers/base/syscore.c. Keeps: mutex. Drops: suspend, list. */
void register_syscore_ops(struct syscore_ops *ops)
{
	syscore_change();
}

/** unregister_syscore_ops() - MODEL of drivers/base/syscore.c. Keeps: mutex. Drops: suspend, list. */
void unregister_syscore_ops(struct syscore_ops *ops)
{
	syscore_change();
}

/** register_syscore() - MODEL of drivers/base/syscore.c. Keeps: mutex. Drops: suspend, list. */
void register_syscore(struct syscore *syscore)
{
	syscore_change();
}

/** unregister_syscore() - MODEL of drivers/base/syscore.c. Keeps: mutex. Drops: suspend, list. */
void unregister_syscore(struct syscore *syscore)
{
	syscore_change();
}

/*
 * The scenario's process is root in the first user namespace, so it has every
 * capability, and so has every task it can name.
 */

/** capable() - MODEL of kernel/capability.c. Keeps: root's answer. Drops: credentials, audit. */
bool capable(int cap)
{
	if (!cap_valid(cap))
		weft_host->fatal("BUG", "capable() called with invalid cap");
	return true;
}

/** has_capability_noaudit() - MODEL of kernel/capability.c. Keeps: root's answer. Drops: credentials. */
bool has_capability_noaudit(struct task_struct *t, int cap)
{
	return true;
}

/*
 * /sys/kernel and /sys/module.
 */

struct kobject *kernel_kobj;

/*
 * MODEL of kernel/ksysfs.c ksysfs_init(). Keeps: the folder. Drops: its files.
 * One level earlier than in the kernel, where link order puts it before others.
 */
static int __init weft_ksysfs_init(void)
{
	kernel_kobj = kobject_create_and_add("kernel", NULL);
	return kernel_kobj ? 0 : -ENOMEM;
}
pure_initcall(weft_ksysfs_init);

/*
 * drivers/base/module.c puts links between a driver and /sys/module/NAME. What is
 * built in has such a folder only for its parameters; there are none here.
 */
static void driver_module_check(struct module *mod)
{
	if (mod)
		weft_unmodelled("module_add_driver");
}

#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 10, 0)
int module_add_driver(struct module *mod, const struct device_driver *drv);
void module_remove_driver(const struct device_driver *drv);

/** module_add_driver() - MODEL of drivers/base/module.c. Keeps: built-in drivers. Drops: /sys/module. */
int module_add_driver(struct module *mod, const struct device_driver *drv)
{
	driver_module_check(mod);
	return 0;
}

/** module_remove_driver() - MODEL of drivers/base/module.c. Keeps: built-in drivers. Drops: /sys/module. */
void module_remove_driver(const struct device_driver *drv)
{
}
#else
void module_add_driver(struct module *mod, struct device_driver *drv);
void module_remove_driver(struct device_driver *drv);

/** module_add_driver() - MODEL of drivers/base/module.c. Keeps: built-in drivers. Drops: /sys/module. */
void module_add_driver(struct module *mod, struct device_driver *drv)
{
	driver_module_check(mod);
}

/** module_remove_driver() - MODEL of drivers/base/module.c. Keeps: built-in drivers. Drops: /sys/module. */
void module_remove_driver(struct device_driver *drv)
{
}
#endif
