#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# Wrong kernel sources end with one message that names what is wrong.
. "${WEFT_TEST_SRC:?run me through make check}/tests/cli/lib.sh"

# image PROMISE TEXT TAG KERNEL: building an image fails and says so
image() {
	rm -rf image
	gives "$1" 2 "$2" "${MAKE:-make}" -s -f "$src/kernel-shim/image.mk" TAG="$3" KERNEL="$4" SRC="$src" OUT="$tmp/image"
	ls -d image/tree.new image/kernel-*.so >left 2>/dev/null || :
	holds "$1: leaves no half-made tree or image" [ ! -s left ]
}

# fake_tree DIR VERSION PATCHLEVEL: what is looked at first, and nothing else
fake_tree() {
	mkdir -p "$1/include/linux" "$1/include/asm-generic" "$1/kernel/time"
	printf 'VERSION = %s\nPATCHLEVEL = %s\nSUBLEVEL = 7\n' "$2" "$3" >"$1/Makefile"
	for file in include/linux/kconfig.h include/asm-generic/Kbuild kernel/bounds.c kernel/time/timeconst.bc; do
		: >"$1/$file"
	done
}

fake_tree "$tmp/linux" 6 1
fake_tree "$tmp/old" 4 16
fake_tree "$tmp/partial" 6 1
rm partial/kernel/bounds.c
mkdir empty other
echo 'all:' >other/Makefile
echo 'no tarball' >text.tar
cp "$build/weft" linux/kernel/ballast
tar -cf whole.tar linux
head -c 20000 whole.tar >cut.tar

image 'no kernel named' 'no kernel source for tag mine' mine ''
image 'wrong path' "kernel source $tmp/nosuch does not exist" 6.1 "$tmp/nosuch"
image 'truncated tarball' "cannot unpack $tmp/cut.tar" 6.1 "$tmp/cut.tar"
image 'no tarball' "cannot unpack $tmp/text.tar" 6.1 "$tmp/text.tar"
image 'tarball without the folders of a kernel' "cannot unpack $tmp/whole.tar" 6.1 "$tmp/whole.tar"
image 'empty directory' "$tmp/empty is no kernel source" 6.1 "$tmp/empty"
image 'another project' "$tmp/other is no kernel source" 6.1 "$tmp/other"
image 'tag and tree differ' "tag 6.2 names Linux 6.2 but $tmp/linux is Linux 6.1" 6.2 "$tmp/linux"
image 'unsupported version' "$tmp/old is Linux 4.16: kernels before 4.17 are not supported" 4.16 "$tmp/old"
image 'incomplete tree' "$tmp/partial (Linux 6.1) has no kernel/bounds.c" 6.1 "$tmp/partial"
image 'a listed file is missing' "linux has no drivers/base/core.c, which kernel-shim/sources lists for Linux 6.1" \
	mine "$tmp/linux"

# configure PROMISE TEXT WORD
configure() {
	rm -rf conf
	mkdir conf
	gives "configure: $1" 1 "$2" sh -c 'cd conf && exec "$0" "$1"' "$src/configure" "--with-kernel=$3"
}

if [ ! -x "$src/configure" ]; then
	skip 'configure --with-kernel' 'there is no configure script'
elif [ -e "$src/config.status" ]; then
	skip 'configure --with-kernel' 'configured in the source directory'
else
	configure 'no TAG=PATH' '--with-kernel=6.1: expected TAG=PATH' 6.1
	configure 'wrong path' "$tmp/nosuch does not exist" "6.1=$tmp/nosuch"
	configure 'no kernel source' "$tmp/other is no kernel source" "6.1=$tmp/other"
	configure 'bad tag' "the tag 'a/b' must consist of" "a/b=$tmp/linux"
	configure 'tag given twice' "the tag '6.1' is given twice" "6.1=$tmp/linux,6.1=$tmp/linux"
	cp text.tar text.tar.xz
	configure 'no xz file' "$tmp/text.tar.xz is no xz file, or a truncated one" "6.1=$tmp/text.tar.xz"
fi
finish
