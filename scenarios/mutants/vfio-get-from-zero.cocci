// SPDX-License-Identifier: GPL-2.0-only
// mutant: vfio_device_try_get_registration() gets a registration that is gone
// stands for: class: get from zero
// file: drivers/vfio/vfio_main.c 6.1
// kill: open-vs-remove-device
// dpor: the removal has to be left between its last put and its list_del(); dpor begins
//   with the open before the removal, and turns round what the close does first

@@
expression d;
@@
 vfio_device_try_get_registration(...)
 {
-return refcount_inc_not_zero(&d->refcount);
+refcount_inc(&d->refcount);
+return true;
 }
