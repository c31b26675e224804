// SPDX-License-Identifier: GPL-2.0-only
// mutant: vfio_unregister_group_dev() does not wait for the users of the device
// stands for: class: teardown that does not wait for the last user
// file: drivers/vfio/vfio_main.c
// kill: open-vs-remove-device

@@
expression rc, e;
@@
 vfio_unregister_group_dev(...)
 {
 ...
-rc = try_wait_for_completion(&e->comp);
-while (rc <= 0) { ... }
 ...
 }
