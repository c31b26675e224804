// SPDX-License-Identifier: GPL-2.0-only
// mutant: vfio_virqfd_disable() does not wait for the shutdown it has queued
// stands for: class: release without flush; the injection runs when the driver has
//   freed its data
// file: drivers/vfio/virqfd.c
// kill: virqfd-signal-vs-close

@@
@@
 vfio_virqfd_disable(...)
 {
 ...
-flush_workqueue(...);
 }
