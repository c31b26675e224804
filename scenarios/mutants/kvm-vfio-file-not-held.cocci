// SPDX-License-Identifier: GPL-2.0-only
// mutant: KVM_DEV_VFIO_GROUP_ADD keeps the file without a reference
// stands for: class: a get is missing and the put is not
// file: virt/kvm/vfio.c
// kill: kvm-file-add-vs-close

@@
identifier kvf;
expression filp;
@@
 kvm_vfio_file_add(...)
 {
 ...
(
-kvf->file = get_file(filp);
+kvf->file = filp;
 list_add_tail(...);
|
 kvf->file = filp;
 ...
 mutex_unlock(...);
+fput(filp);
 ...
 return 0;
)
 ...
 }
