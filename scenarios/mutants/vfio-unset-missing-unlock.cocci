// SPDX-License-Identifier: GPL-2.0-only
// mutant: VFIO_GROUP_UNSET_CONTAINER keeps group_lock when the container is in use
// stands for: class: an error path without the unlock
// file: drivers/vfio/group.c 6.12
// file: drivers/vfio/vfio_main.c 6.1
// kill: unset-container-vs-close

@@
identifier l;
expression ret;
@@
 vfio_group_ioctl_unset_container(...)
 {
 <...
-ret = -EBUSY;
-goto l;
+return -EBUSY;
 ...>
 }
