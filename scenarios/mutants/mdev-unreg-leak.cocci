// SPDX-License-Identifier: GPL-2.0-only
// mutant: mdev_device_create() returns without giving the device up when it cannot take
//   unreg_sem
// stands for: class: an error path that forgets what was allocated; the UUID stays
//   taken
// file: drivers/vfio/mdev/mdev_core.c
// kill: create-vs-unregister-parent
// dpor: as for mdev-unreg-sem-dropped: the point is early, and most conflicts are in
//   the driver core behind it (preempting in drivers/vfio/mdev alone dpor needs 3950
//   executions on 6.12)

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
