// SPDX-License-Identifier: GPL-2.0-only
// mutant: closing a device gives its registration back before the driver's
//   close_device() has run
// stands for: class: the completion is signalled before the last use
// file: drivers/vfio/vfio_main.c
// kill: open-vs-remove-device

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
