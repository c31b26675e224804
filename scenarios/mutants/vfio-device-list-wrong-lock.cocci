// SPDX-License-Identifier: GPL-2.0-only
// mutant: vfio_device_get_from_name() unlocks group_lock in place of device_lock
// stands for: class: the wrong lock is released
// file: drivers/vfio/group.c 6.12
// file: drivers/vfio/vfio_main.c 6.1
// kill: open-vs-open

@@
expression group;
@@
 vfio_device_get_from_name(...)
 {
 ...
-mutex_unlock(&group->device_lock);
+mutex_unlock(&group->group_lock);
 ...
 }
