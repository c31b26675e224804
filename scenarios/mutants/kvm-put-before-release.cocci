// SPDX-License-Identifier: GPL-2.0-only
// mutant: kvm_device_release() puts the KVM before it uses it
// stands for: class: the last put comes before the last use
// file: virt/kvm/kvm_main.c
// kill: open-vs-kvm-destroy
// dpor: the destruction has to run before the open, that is from the first step on;
//   dpor begins with the open, and turns round the first conflict last

@@
identifier kvm;
@@
 kvm_device_release(...)
 {
 ...
 struct kvm *kvm = ...;
+kvm_put_kvm(kvm);
 ...
-kvm_put_kvm(kvm);
 ...
 }
