// SPDX-License-Identifier: GPL-2.0-only
// mutant: vfio_virqfd_disable() does not take virqfd_lock
// stands for: class: two tasks both find the pointer and both end the object
// file: drivers/vfio/virqfd.c
// kill: virqfd-close-vs-disable

@@
@@
 vfio_virqfd_disable(...)
 {
 ...
-spin_lock_irqsave(...);
 ...
-spin_unlock_irqrestore(...);
 ...
 }
