// SPDX-License-Identifier: GPL-2.0-only
// mutant: mdev_device_release() takes the device from mdev_list without mdev_list_lock
// stands for: class: a list is walked under a lock and changed without it
// file: drivers/vfio/mdev/mdev_core.c
// kill: remove-vs-create-same-uuid

@@
symbol mdev_list_lock;
@@
 mdev_device_release(...)
 {
 ...
-mutex_lock(&mdev_list_lock);
 ...
-mutex_unlock(&mdev_list_lock);
 ...
 }
