// SPDX-License-Identifier: GPL-2.0-only
// mutant: mdev_device_release() frees the device before it takes it from mdev_list
// stands for: class: kfree() before list_del()
// file: drivers/vfio/mdev/mdev_core.c
// kill: remove-vs-remove

@@
symbol mdev_list_lock;
identifier mdev;
@@
 mdev_device_release(...)
 {
 ...
-list_del(&mdev->next);
 ...
 kfree(mdev);
+mutex_lock(&mdev_list_lock);
+list_del(&mdev->next);
+mutex_unlock(&mdev_list_lock);
 }
