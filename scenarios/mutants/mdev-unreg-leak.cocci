// SPDX-License-Identifier: GPL-2.0-only
// mutant: mdev_device_create() returns without giving the device up when it cannot take
//   unreg_sem
// stands for: class: an error path that forgets what was allocated; the UUID stays
//   taken
// file: drivers/vfio/mdev/mdev_core.c
// kill: create-vs-unregister-parent

@@
identifier parent, out;
expression e;
@@
 mdev_device_create(...)
 {
 ...
 if (!down_read_trylock(&parent->unreg_sem)) {
-	e = -ENODEV;
-	goto out;
+	return -ENODEV;
 }
 ...
 }
