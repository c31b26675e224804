// SPDX-License-Identifier: GPL-2.0-only
// mutant: group->kvm is read before kvm_ref_lock is taken
// stands for: an earlier version of 2b48f52f2bff under review: the KVM may be freed
//   between read and get
// file: drivers/vfio/group.c 6.12
// kill: open-vs-kvm-destroy
// dpor: the race shows only where the destruction clears group->kvm before the open
//   reads it (the other way round the lock behind the read orders the two); dpor begins
//   with the open and turns this round late

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
