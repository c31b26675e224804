// SPDX-License-Identifier: GPL-2.0-only
// mutant: a removed device leaves mdev_list before it leaves sysfs
// stands for: class: a name is free while the device that has it is still there
// file: drivers/vfio/mdev/mdev_core.c
// kill: remove-vs-create-same-uuid
// dpor: the removal has to be left after 179 of some 4200 steps, before device_del(),
//   and the creation run up to the bus; all orders of device_del() and the creation
//   come first

@@
symbol mdev_list_lock;
identifier mdev;
@@
 mdev_device_remove_common(struct mdev_device *mdev)
 {
 ...
+mutex_lock(&mdev_list_lock);
+list_del_init(&mdev->next);
+mutex_unlock(&mdev_list_lock);
 mdev_remove_sysfs_files(mdev);
 ...
 }
@@
identifier mdev;
@@
 mdev_device_release(...)
 {
 ...
-list_del(&mdev->next);
+list_del_init(&mdev->next);
 ...
 }
