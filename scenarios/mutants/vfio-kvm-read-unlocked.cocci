// SPDX-License-Identifier: GPL-2.0-only
// mutant: group->kvm is read before kvm_ref_lock is taken
// stands for: an earlier version of 2b48f52f2bff under review: the KVM may be freed
//   between read and get
// file: drivers/vfio/group.c 6.12
// kill: open-vs-kvm-destroy
// dpor: the open has to be left between two operations that stand next to each other,
//   in the middle of its steps; what comes behind them is turned round first

@@
identifier d;
@@
 vfio_device_group_get_kvm_safe(struct vfio_device *d)
 {
+struct kvm *kvm = d->group->kvm;
+
 spin_lock(...);
-vfio_device_get_kvm_safe(d, d->group->kvm);
+vfio_device_get_kvm_safe(d, kvm);
 spin_unlock(...);
 }
