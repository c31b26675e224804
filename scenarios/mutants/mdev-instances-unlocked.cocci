// SPDX-License-Identifier: GPL-2.0-only
// mutant: available_instances is looked at under mdev_list_lock and lowered outside of
//   it
// stands for: class: two creations take the last instance
// file: drivers/vfio/mdev/mdev_core.c
// kill: create-vs-create-last-instance
// dpor: the first creation has to be left after 60 of 3600 steps, before it lowers the
//   counter; the conflicts of the two creations behind that point come first

@@
symbol mdev_list_lock;
identifier parent;
@@
 mdev_device_create(...)
 {
 <...
 if (!atomic_read(&parent->available_instances)) { ... }
-atomic_dec(&parent->available_instances);
+mutex_unlock(&mdev_list_lock);
+atomic_dec(&parent->available_instances);
+mutex_lock(&mdev_list_lock);
 ...>
 }
