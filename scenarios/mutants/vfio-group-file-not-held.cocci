// SPDX-License-Identifier: GPL-2.0-only
// mutant: an open device does not hold the file of its group
// stands for: class: a get is missing and the put is not
// file: drivers/vfio/container.c
// kill: open-vs-close

@@
@@
(
 vfio_group_use_container
|
 vfio_device_assign_container
)
 (...)
 {
 ...
-get_file(...);
 ...
 }
