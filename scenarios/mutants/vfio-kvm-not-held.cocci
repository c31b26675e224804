// SPDX-License-Identifier: GPL-2.0-only
// mutant: opening a device takes the KVM of its group without a reference
// stands for: before 2b48f52f2bff (6.2): whoever needs the KVM gets it too late
// file: drivers/vfio/vfio_main.c 6.12
// kill: open-vs-kvm-destroy
// dpor: the open has to be left between reading group->kvm and the driver's use of it;
//   what the open does behind that point is turned round first. The difference is a few
//   executions

@@
identifier d, k, ret, fn;
expression e;
@@
 vfio_device_get_kvm_safe(struct vfio_device *d, struct kvm *k)
 {
 ...
-ret = fn(k);
+ret = true;
 ...
-d->put_kvm = e;
 d->kvm = k;
 }
@@
symbol kvm_put_kvm;
identifier d, l;
@@
 vfio_device_put_kvm(struct vfio_device *d)
 {
 ...
-if (WARN_ON(!d->put_kvm)) goto l;
-d->put_kvm(d->kvm);
-d->put_kvm = NULL;
 symbol_put(kvm_put_kvm);
 ...
 }
