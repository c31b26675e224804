// SPDX-License-Identifier: GPL-2.0-only
// mutant: virqfd_shutdown() does not wait for an injection that is on its way
// stands for: class: an object is freed with its work queued
// file: drivers/vfio/virqfd.c
// kill: virqfd-signal-vs-disable
// dpor: two workers have to be interleaved; dpor lets each run to its end and turns
//   round what the tasks do behind that first. Random needs 3 to 9 executions with
//   seeds 1 to 7

@@
@@
 virqfd_shutdown(...)
 {
 ...
-flush_work(...);
 ...
 }
