// SPDX-License-Identifier: GPL-2.0-only
// mutant: dev_set->lock and group_lock change places where a device is closed (6.1:
//   opened)
// stands for: class: one path takes two locks in the other order
// file: drivers/vfio/group.c 6.12
// file: drivers/vfio/vfio_main.c 6.1
// kill: open-vs-close
// dpor: (6.1) each task has to be left between its two locks; dpor turns round the
//   later conflicts first. The difference is two executions

@ closing @
expression d;
@@
 vfio_df_group_close(...)
 {
 ...
-mutex_lock(&d->group->group_lock);
 mutex_lock(&d->dev_set->lock);
+mutex_lock(&d->group->group_lock);
 ...
 }
@ opening @
expression d;
@@
 vfio_device_open(...)
 {
 <...
-mutex_lock(&d->dev_set->lock);
+mutex_lock(&d->group->group_lock);
+mutex_lock(&d->dev_set->lock);
 d->open_count++;
 if (d->open_count == 1)
 {
-mutex_lock(&d->group->group_lock);
 ...
 }
 ...>
 }
@ opened depends on opening @
expression d;
@@
 vfio_device_container_register(d);
-mutex_unlock(&d->group->group_lock);
@ at_last depends on opening @
expression d, f;
@@
+mutex_unlock(&d->group->group_lock);
 mutex_unlock(&d->dev_set->lock);
 f = anon_inode_getfile(...);
