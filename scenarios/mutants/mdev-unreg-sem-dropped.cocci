// SPDX-License-Identifier: GPL-2.0-only
// mutant: mdev_device_create() does not take unreg_sem
// stands for: before 5.2: a device is created below a parent that is being unregistered
// file: drivers/vfio/mdev/mdev_core.c
// kill: create-vs-unregister-parent
// dpor: the creation has to be left early in some 7600 steps, and the whole
//   unregistration run; dpor first turns round the conflicts of the driver core behind
//   that point (preempting in drivers/vfio/mdev alone it needs 135 executions on 6.12)

@@
identifier parent;
@@
 mdev_device_create(...)
 {
 <...
-if (!down_read_trylock(&parent->unreg_sem)) { ... }
 ...>
 }
@@
identifier parent;
@@
 mdev_device_create(...)
 {
 <...
-up_read(&parent->unreg_sem);
 ...>
 }
