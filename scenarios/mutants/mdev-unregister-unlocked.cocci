// SPDX-License-Identifier: GPL-2.0-only
// mutant: mdev_unregister_parent() takes unreg_sem for reading only
// stands for: class: the wrong mode of a rwsem; creations go on below a parent that
//   goes away
// file: drivers/vfio/mdev/mdev_core.c
// kill: create-vs-unregister-parent
// dpor: as for mdev-unreg-sem-dropped: the point is early, and most conflicts are in
//   the driver core behind it (preempting in drivers/vfio/mdev alone dpor needs some
//   8150 executions on 6.12)

@@
identifier parent;
@@
 mdev_unregister_parent(struct mdev_parent *parent)
 {
 ...
-down_write(&parent->unreg_sem);
+down_read(&parent->unreg_sem);
 ...
-up_write(&parent->unreg_sem);
+up_read(&parent->unreg_sem);
 ...
 }
