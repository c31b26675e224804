// SPDX-License-Identifier: GPL-2.0-only
// mutant: closing a device gives its registration back before the driver's
//   close_device() has run
// stands for: class: the completion is signalled before the last use
// file: drivers/vfio/vfio_main.c
// kill: open-vs-remove-device
// dpor: (6.12) the close has to be left right behind the put, and the whole removal
//   run; every order of what the close does afterwards and the removal comes first. One
//   switch is enough for random: 2 to 37 executions with seeds 1 to 7

@@
identifier d;
@@
 vfio_device_fops_release(...)
 {
 ... when != mutex_lock(...)
 struct vfio_device *d = ...;
+vfio_device_put_registration(d);
 ... when any
-vfio_device_put_registration(d);
 ...
 }
