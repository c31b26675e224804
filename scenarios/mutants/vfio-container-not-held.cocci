// SPDX-License-Identifier: GPL-2.0-only
// mutant: a group does not hold a reference to its container
// stands for: class: a get is missing and the put is not
// file: drivers/vfio/container.c
// kill: unset-container-vs-close

@@
@@
 vfio_container_attach_group(...)
 {
 ...
-vfio_container_get(...);
 ...
 }
