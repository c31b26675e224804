// SPDX-License-Identifier: GPL-2.0-only
// mutant: vfio_virqfd_enable() initialises the injection after it began to listen
// stands for: class: INIT behind publication
// file: drivers/vfio/virqfd.c
// kill: virqfd-enable-vs-signal

@@
symbol virqfd_inject, events;
identifier v;
@@
 vfio_virqfd_enable(...)
 {
 ...
-INIT_WORK(&v->inject, virqfd_inject);
 ...
 events = vfs_poll(...);
+INIT_WORK(&v->inject, virqfd_inject);
 ...
 }
