// SPDX-License-Identifier: GPL-2.0-only
// mutant: the release of a device does not give its instance back
// stands for: class: a counter that only goes down
// file: drivers/vfio/mdev/mdev_core.c
// kill: remove-vs-remove create-vs-create-last-instance

@@
identifier parent;
@@
 mdev_device_release(...)
 {
 ...
-if (!parent->mdev_driver->get_available)
-	atomic_inc(&parent->available_instances);
 ...
 }
