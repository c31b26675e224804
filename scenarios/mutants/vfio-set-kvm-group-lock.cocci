// SPDX-License-Identifier: GPL-2.0-only
// mutant: vfio_group_set_kvm() takes group_lock in place of kvm_ref_lock
// stands for: before 2b48f52f2bff (6.2): opening a device and closing the KVM-VFIO
//   device lock in opposite orders
// file: drivers/vfio/group.c 6.12
// kill: open-vs-kvm-release
// dpor: the open has to be left after 29 steps, with group_lock held; dpor turns round
//   the later locks first. Random needs 2 to 5 executions with seeds 1 to 7: one switch
//   anywhere in the open is enough

@@
identifier group;
@@
 vfio_group_set_kvm(struct vfio_group *group, ...)
 {
-spin_lock(&group->kvm_ref_lock);
+mutex_lock(&group->group_lock);
 ...
-spin_unlock(&group->kvm_ref_lock);
+mutex_unlock(&group->group_lock);
 }
