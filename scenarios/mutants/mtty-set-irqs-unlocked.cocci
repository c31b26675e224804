// SPDX-License-Identifier: GPL-2.0-only
// mutant: mtty's VFIO_DEVICE_SET_IRQS does not take ops_lock
// stands for: class: configuration without a lock
// file: samples/vfio-mdev/mtty.c
// kill: mtty-set-irqs-vs-set-irqs

@@
expression m;
@@
 mtty_set_irqs(...)
 {
 <...
-mutex_lock(&m->ops_lock);
 ...>
 }
@@
expression m;
@@
 mtty_set_irqs(...)
 {
 <...
-mutex_unlock(&m->ops_lock);
 ...>
 }
