// SPDX-License-Identifier: GPL-2.0-only
// mutant: open_count is raised before dev_set->lock is taken
// stands for: class: a plain counter outside its lock
// file: drivers/vfio/vfio_main.c 6.1
// kill: open-vs-open
// dpor: one open has to be left between raising the count and looking at it; dpor turns
//   round the conflicts behind that point first. The difference is a few executions

@@
expression d;
@@
 vfio_device_open(...)
 {
 ...
-mutex_lock(&d->dev_set->lock);
 d->open_count++;
+mutex_lock(&d->dev_set->lock);
 ...
 }
