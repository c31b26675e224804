/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Labelled models, no kernel source: cycles of three and four parties, as
 * vfio-pci can have them, so that reports of many parties are tried.
 *
 * Three parties: configuring interrupts takes igate, then memory_lock for writing
 * (vfio_msi_enable()); resetting under memory_lock takes pci_bus_sem; the walk over
 * a bus that tells drivers of an error takes igate under pci_bus_sem
 * (vfio_pci_core_aer_err_detected()). In the kernel memory_lock is not held where
 * the bus is walked; here it is.
 *
 * Four parties: the reset is split in two, with dev_set->lock between.
 *
 * Near misses: the walk gives way (trylock).
 */
#include "../model.h"

static struct model_lock *igate, *memory_lock, *dev_set_lock, *bus_sem;

static void configure_irqs(long id)
{
	(void)id;
	model_lock(igate);			/* AT irq-gate */
	model_lock(memory_lock);		/* AT irq-memory */
	model_unlock(memory_lock);
	model_unlock(igate);
}

static void reset(long id)
{
	(void)id;
	model_lock(memory_lock);		/* AT reset-memory */
	model_lock(bus_sem);			/* AT reset-bus */
	model_unlock(bus_sem);
	model_unlock(memory_lock);
}

static void reset_memory(long id)
{
	(void)id;
	model_lock(memory_lock);		/* AT half-memory */
	model_lock(dev_set_lock);		/* AT half-set */
	model_unlock(dev_set_lock);
	model_unlock(memory_lock);
}

static void reset_bus(long id)
{
	(void)id;
	model_lock(dev_set_lock);		/* AT other-set */
	model_lock(bus_sem);			/* AT other-bus */
	model_unlock(bus_sem);
	model_unlock(dev_set_lock);
}

static void tell_error(long id)
{
	(void)id;
	model_lock_shared(bus_sem);		/* AT error-bus */
	model_lock(igate);			/* AT error-gate */
	model_unlock(igate);
	model_unlock_shared(bus_sem);
}

static void try_tell_error(long id)
{
	(void)id;
	model_lock_shared(bus_sem);
	if (model_trylock(igate))
		model_unlock(igate);
	model_unlock_shared(bus_sem);
}

static void make_locks(void)
{
	igate = model_mutex("&vdev->igate");
	memory_lock = model_rwsem("&vdev->memory_lock");
	dev_set_lock = model_mutex("&dev_set->lock");
	bus_sem = model_rwsem("pci_bus_sem");
}

static void three(void)
{
	make_locks();
	model_spawn("set-irqs", configure_irqs, 0);
	model_spawn("reset", reset, 0);
	model_spawn("error", tell_error, 0);
	model_join_all();
}

static void three_trying(void)
{
	make_locks();
	model_spawn("set-irqs", configure_irqs, 0);
	model_spawn("reset", reset, 0);
	model_spawn("error", try_tell_error, 0);
	model_join_all();
}

static void four(void)
{
	make_locks();
	model_spawn("set-irqs", configure_irqs, 0);
	model_spawn("reset-memory", reset_memory, 0);
	model_spawn("reset-bus", reset_bus, 0);
	model_spawn("error", tell_error, 0);
	model_join_all();
}

static void four_trying(void)
{
	make_locks();
	model_spawn("set-irqs", configure_irqs, 0);
	model_spawn("reset-memory", reset_memory, 0);
	model_spawn("reset-bus", reset_bus, 0);
	model_spawn("error", try_tell_error, 0);
	model_join_all();
}

MODEL(vfio_pci_three, "vfio-pci-three-parties",
      "interrupts, reset and an error on the bus: a cycle of three", three,
      .expect = { { NULL, "bug", "deadlock",
		    "deadlock of 3 tasks" } });

MODEL(vfio_pci_three_ok, "vfio-pci-three-parties-ok",
      "the same, with a trylock where the cycle would close", three_trying,
      .expect = { { NULL, "exhausted", NULL, NULL } });

MODEL(vfio_pci_four, "vfio-pci-four-parties",
      "interrupts, a reset in two halves and an error: a cycle of four", four,
      .expect = { { NULL, "bug", "deadlock",
		    "deadlock of 4 tasks" } });

MODEL(vfio_pci_four_ok, "vfio-pci-four-parties-ok",
      "the same, with a trylock where the cycle would close", four_trying,
      .expect = { { NULL, "exhausted", NULL, NULL } });
