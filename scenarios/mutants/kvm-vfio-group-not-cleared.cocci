// SPDX-License-Identifier: GPL-2.0-only
// mutant: the release of the KVM-VFIO device leaves group->kvm as it is
// stands for: class: put before clearing: a pointer outlives what it points to
// file: virt/kvm/vfio.c
// kill: open-vs-kvm-destroy

@@
@@
 kvm_vfio_release(...)
 {
 <...
-kvm_vfio_file_set_kvm(..., NULL);
 ...>
 }
