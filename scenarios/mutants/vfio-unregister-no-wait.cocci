// SPDX-License-Identifier: GPL-2.0-only
// mutant: vfio_unregister_group_dev() does not wait for the users of the device
// stands for: class: teardown that does not wait for the last user
// file: drivers/vfio/vfio_main.c
// kill: open-vs-remove-device
// dpor: (6.12) the open has to be left after 10 of some 60 steps, between its get of
//   the registration and its use, and the whole removal run; what the open does behind
//   that point is turned round first

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
