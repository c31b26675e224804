// SPDX-License-Identifier: GPL-2.0-only
// mutant: mdev_device_create() unlocks mdev_list_lock twice when the UUID is taken
// stands for: class: an error path that unlocks what its caller or itself has unlocked
//   already
// file: drivers/vfio/mdev/mdev_core.c
// kill: create-vs-create-same-uuid

@@
symbol mdev_list_lock;
@@
 mdev_device_create(...)
 {
 <...
 mutex_unlock(&mdev_list_lock);
+mutex_unlock(&mdev_list_lock);
 return -EEXIST;
 ...>
 }
