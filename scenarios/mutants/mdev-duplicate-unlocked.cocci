// SPDX-License-Identifier: GPL-2.0-only
// mutant: mdev_device_create() lets mdev_list_lock go between the search for the UUID
//   and adding to the list
// stands for: before the change of 2018 that looks for duplicates globally: two
//   creations of a UUID both go on
// file: drivers/vfio/mdev/mdev_core.c
// kill: create-vs-create-same-uuid
// dpor: the first creation has to be left after 60 of 2300 steps, and the whole of the
//   second one run; dpor first turns round the conflicts behind that point, in the
//   driver core (preempting in drivers/vfio/mdev alone it needs 23 executions)

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
