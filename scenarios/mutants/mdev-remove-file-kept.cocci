// SPDX-License-Identifier: GPL-2.0-only
// mutant: remove_store() does not take its own file away first
// stands for: before device_remove_file_self(): removing a device waits for the writer
//   that removes it
// file: drivers/vfio/mdev/mdev_sysfs.c
// kill: remove-vs-remove

@@
expression val, d, a;
@@
 remove_store(...)
 {
 ...
-if (val && device_remove_file_self(d, a))
+if (val)
 { ... }
 ...
 }
