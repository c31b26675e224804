// SPDX-License-Identifier: GPL-2.0-only
// mutant: mdev_device_remove() does not ask whether creating the device has come to its
//   end
// stands for: before 4.18: a remove in the middle of a create tears down what the
//   create goes on with
// file: drivers/vfio/mdev/mdev_core.c
// kill: create-vs-remove-before-active

@@
identifier mdev;
@@
 mdev_device_remove(...)
 {
 ...
-if (!mdev->active) {
-	...
-}
 ...
 }
