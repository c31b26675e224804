// SPDX-License-Identifier: GPL-2.0-only
// mutant: vfio_virqfd_disable() does not clear the pointer to what it ends
// stands for: class: what is being ended can be found once more
// file: drivers/vfio/virqfd.c
// kill: virqfd-close-vs-disable
// dpor: a worker has to end the object between the two tasks' uses of the pointer; dpor
//   first tries all orders of what the tasks and the worker do behind that. Random
//   needs 2 or 3 executions with seeds 1 to 7

@@
identifier p;
@@
 vfio_virqfd_disable(struct virqfd **p)
 {
 <...
- *p = NULL;
 ...>
 }
