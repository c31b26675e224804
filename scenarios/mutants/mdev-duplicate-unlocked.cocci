// SPDX-License-Identifier: GPL-2.0-only
// mutant: mdev_device_create() lets mdev_list_lock go between the search for the UUID
//   and adding to the list
// stands for: before 4.18: check and use of a UUID are two critical sections
// file: drivers/vfio/mdev/mdev_core.c
// kill: create-vs-create-same-uuid

@@
symbol mdev_list_lock;
expression e;
@@
 mdev_device_create(...)
 {
 ...
 mutex_lock(&mdev_list_lock);
 ... when any
+mutex_unlock(&mdev_list_lock);
+mutex_lock(&mdev_list_lock);
 if (!e->get_available) { ... }
 ...
 }
