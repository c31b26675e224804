// SPDX-License-Identifier: GPL-2.0-only
// mutant: every put of a registration signals the completion, not only the last
// stands for: class: the completion is signalled before the final put
// file: drivers/vfio/vfio_main.c
// kill: open-vs-remove-device
// dpor: (6.12) the open has to be left after 10 of some 60 steps, between its get of
//   the registration and its use, and the whole removal run; what the open does behind
//   that point is turned round first

@@
identifier d;
@@
 vfio_device_put_registration(struct vfio_device *d)
 {
-if (refcount_dec_and_test(&d->refcount))
-	complete(&d->comp);
+complete(&d->comp);
+if (refcount_dec_and_test(&d->refcount))
+	complete(&d->comp);
 }
