// SPDX-License-Identifier: GPL-2.0-only
// mutant: vfio_virqfd_disable() does not wait for the shutdown it has queued
// stands for: class: release without flush; the injection runs when the driver has
//   freed its data
// file: drivers/vfio/virqfd.c
// kill: virqfd-signal-vs-close
// dpor: the worker has to run after the close; dpor starts with the tasks in order and
//   needs one reversal, random has several tasks to choose from at once. The difference
//   is two executions

@@
@@
 vfio_virqfd_disable(...)
 {
 ...
-flush_workqueue(...);
 }
