// SPDX-License-Identifier: GPL-2.0-only
// mutant: a device does not hold a reference to its type
// stands for: class: a get is missing and the put is not
// file: drivers/vfio/mdev/mdev_core.c
// kill: create-vs-unregister-parent

@@
identifier type;
@@
 mdev_device_create(struct mdev_type *type, ...)
 {
 ...
-kobject_get(&type->kobj);
 ...
 }
