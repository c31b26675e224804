// SPDX-License-Identifier: GPL-2.0-only
// mutant: vfio_virqfd_disable() does not clear the pointer to what it ends
// stands for: class: what is being ended can be found once more
// file: drivers/vfio/virqfd.c
// kill: virqfd-close-vs-disable

@@
identifier p;
@@
 vfio_virqfd_disable(struct virqfd **p)
 {
 <...
- *p = NULL;
 ...>
 }
