// SPDX-License-Identifier: GPL-2.0-only
// mutant: virqfd_shutdown() does not wait for an injection that is on its way
// stands for: class: an object is freed with its work queued
// file: drivers/vfio/virqfd.c
// kill: virqfd-signal-vs-disable

@@
@@
 virqfd_shutdown(...)
 {
 ...
-flush_work(...);
 ...
 }
