#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# Trees of other versions: which files are taken, what a tree lacks is named with the
# file that needs it, and what is known of other kernels is expected of none.
. "${WEFT_TEST_SRC:?run me through make check}/tests/cli/lib.sh"

mk=$src/kernel-shim/sources/kernel-mk.sh
lists=$(ls "$src"/kernel-shim/sources/*.list)
drivers=$(ls "$src"/scenarios/drivers/*.c)

# --- which files: a tree that has all of them, under any version ---------------
mkdir full
sed 's/#.*//' $lists | while read -r path rest; do
	[ -z "$path" ] || { mkdir -p "full/${path%/*}"; : >"full/$path"; }
done

# takes VERSION PATCHLEVEL: what an image of that version would be made of
takes() {
	printf 'VERSION = %s\nPATCHLEVEL = %s\nSUBLEVEL = 0\n' "$1" "$2" >full/Makefile
	"$mk" tag full obj $lists -- $drivers >taken 2>left
}

# has PROMISE PATTERN, hasnt PROMISE PATTERN: in the last answer
has() { holds "$1" grep -e "$2" taken; }
hasnt() { if grep -e "$2" taken >why; then fail "$1" why; else pass "$1"; fi; }

takes 4 17
has '4.17: vfio in one file' '+= drivers/vfio/vfio\.c$'
hasnt '4.17: no group.c, device_cdev.c or iommufd' 'vfio/group\.c$\|device_cdev\.c$\|iommufd'
hasnt '4.17: no statistics of KVM' 'binary_stats'
has '4.17: stand-ins for a later interface are left out' 'LEFT_OUT += .*weft_kvmlock\.c'
holds '4.17: which is said' grep -F 'SKIP    tag weft_kvmlock.c (for Linux 6.1-)' left
takes 6 0
has '6.0: vfio in one file' '+= drivers/vfio/vfio\.c$'
takes 6 1
hasnt '6.1: vfio.c was split' '+= drivers/vfio/vfio\.c$'
has '6.1: container.c' 'container\.c$'
hasnt '6.1: groups are not apart yet' 'vfio/group\.c$'
hasnt '6.1: all stand-ins' LEFT_OUT
takes 6 2
has '6.2: group.c' 'vfio/group\.c$'
hasnt '6.2: no device_cdev.c' 'device_cdev\.c$'
takes 6 6
has '6.6: device_cdev.c' 'device_cdev\.c$'
has '6.6: iommufd' 'drivers/iommu/iommufd/main\.c$'
has '6.6: the bitmap is still in vfio' 'vfio/iova_bitmap\.c$'
takes 6 12
hasnt '6.12: no bitmap in vfio' 'vfio/iova_bitmap\.c$'

rm full/drivers/vfio/group.c full/lib/klist.c
gives 'all files that are missing are named at once' 1 \
	'full has no lib/klist.c, which kernel-shim/sources lists for Linux 6.12' "$mk" tag full obj $lists -- $drivers
holds 'the others as well' grep '^weft: nor has it drivers/vfio/group.c$' err

# A tree of one version under the name of another lacks what that one had.
touch full/drivers/vfio/group.c full/lib/klist.c
takes 5 15
rm full/drivers/vfio/vfio.c
gives 'a tree that calls itself 5.15' 1 'full has no drivers/vfio/vfio.c, which kernel-shim/sources lists for Linux 5.15' \
	"$mk" tag full obj $lists -- $drivers

# --- what the compiler misses ------------------------------------------------------
tree=$build/images/6.12/tree
if [ ! -e "$tree/Makefile" ]; then
	skip 'what a tree lacks' 'no image of kernel 6.12: configured without it'
	finish
fi

# other_tree: the tree of 6.12 with headers that can be changed
mkdir other
for path in "$tree"/*; do
	[ "${path##*/}" = include ] || ln -s "$path" other/
done
cp -rs "$(cd "$tree" && pwd -P)/include" other/include

# compiles PROMISE TEXT FILE: compiling it fails and says so
compiles() {
	gives "$1" 2 "$2" "${MAKE:-make}" -s -f "$src/kernel-shim/image.mk" TAG=other KERNEL="$tmp/other" \
		SRC="$src" OUT="$tmp/image" "$tmp/image/obj/${3%.c}.o"
}

# change FILE SED: one header of the other tree, not the one it is a link to
change() {
	sed "$2" "other/$1" >changed
	rm "other/$1"
	mv changed "other/$1"
}

rm other/include/linux/klist.h
compiles 'a header that is not there' \
	'weft: lib/klist.c: Linux 6.12 has no header linux/klist.h, which lib/klist.c:' lib/klist.c
ln -s "$(readlink -f "$tree")/include/linux/klist.h" other/include/linux/klist.h
change include/linux/kref.h 's/kref_init(/kref_begin(/'
compiles 'a function that is not declared' \
	'weft: lib/klist.c: Linux 6.12 declares no kref_init(), which lib/klist.c:' lib/klist.c
change include/linux/kref.h 's/kref_begin(/kref_init(/'
change include/linux/klist.h 's/n_klist/n_list/'
compiles 'a member that has another name' \
	"weft: lib/klist.c: Linux 6.12 has no member n_klist in 'struct klist_node', which lib/klist.c:" lib/klist.c

# --- a kernel nobody knows -----------------------------------------------------------
mkdir images
ln -s "$build/images/6.12/kernel-6.12.so" images/kernel-9.9.so
WEFT_IMAGES=$tmp/images
export WEFT_IMAGES
gives 'no expectation, nothing found: skipped' 77 '# SKIP no expectation for 9.9: exhausted' \
	weft check --jobs 1 open-vs-kvm-release-mtty
gives 'no expectation, a bug: told, and no failure' 77 '# SKIP no expectation for 9.9: bug' \
	weft check --jobs 1 dma-map-vs-close
holds 'with what was found' grep '^# memory: use after free' out
unset WEFT_IMAGES

# --- what a kernel lacks ---------------------------------------------------------------
if has_image 6.1; then
	gives 'a scenario that needs what 6.1 has not' 77 \
		'cdev-open-vs-kvm-release on 6.1: skipped: there is no /dev/iommu' \
		weft explore --kernel 6.1 --json run.json cdev-open-vs-kvm-release
	holds 'JSON says so' grep '"verdict": "skipped"' run.json
	gives 'check skips it with the reason' 77 \
		'ok 1 cdev-open-vs-kvm-release/6.1 # SKIP there is no /dev/iommu' \
		weft check --kernel 6.1 cdev-open-vs-kvm-release
	mkdir old
	ln -s "$build/images/6.1/kernel-6.1.so" old/kernel-6.12.so
	gives 'skipped where a verdict is expected: a failure' 1 \
		'skipped, but a verdict is expected' \
		env WEFT_IMAGES="$tmp/old" weft check cdev-open-vs-kvm-release
else
	skip 'a scenario that needs what 6.1 has not' 'no image of kernel 6.1: configured without it'
fi
finish
