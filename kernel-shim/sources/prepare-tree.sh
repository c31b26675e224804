#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# Makes OUT/tree: the kernel source of one image, or one line saying why not.
#
# Usage: prepare-tree.sh TAG KERNEL OUT ; KERNEL is a source directory (used in place)
# or a tarball, of which only the folders an image can need are unpacked: those below,
# and those of the lists, one in each line of OUT/folders.txt. No version has them all.
# A tree is moved into place only when it is whole, so a failure leaves nothing behind.
set -eu
tag=$1 kernel=$2 out=$3
new=$out/tree.new

die() {
	rm -rf "$new" "$out/tar.log" "$out/tar.why"
	echo "weft: $*" >&2
	exit 1
}

field() {
	sed -n "s/^$1[ \t]*=[ \t]*\([0-9][0-9]*\)[ \t]*\$/\1/p" "$new/Makefile" | head -n 1
}

mkdir -p "$out"
rm -rf "$new"
[ -n "$kernel" ] || die "no kernel source for tag $tag: give KERNEL=TREE or TARBALL (Debian: apt install linux-source-6.1)"
if [ -d "$kernel" ]; then
	ln -s "$(cd "$kernel" && pwd)" "$new"
elif [ -f "$kernel" ]; then
	mkdir "$new"
	# Files include "../x.h", too.
	patterns=$(sed 's|.*|*/&/*.[ch]|; p; s|/[^/]*/[^/]*$|/*.h|' "$out/folders.txt" | sort -u)
	set -f	# tar is to see the patterns
	LC_ALL=C tar -xf "$kernel" -C "$new" --strip-components=1 --wildcards --no-wildcards-match-slash \
		'*/Makefile' '*/include' '*/kernel' '*/lib' '*/mm' '*/virt' '*/drivers/base' '*/drivers/vfio' \
		'*/fs/*.[ch]' $patterns 2>"$out/tar.log" ||
		! grep -v -e '\*\.\(\[ch\]\|h\): Not found in archive$' -e '^tar: Exiting with failure status' "$out/tar.log" >"$out/tar.why" ||
		die "cannot unpack $kernel: $(head -n 1 "$out/tar.why") (truncated, or no kernel tarball? fetch it again)"
	set +f
	rm -f "$out/tar.log" "$out/tar.why"
else
	die "kernel source $kernel does not exist: give a source directory or a tarball for tag $tag"
fi

[ -f "$new/Makefile" ] && [ -n "$(field VERSION)" ] && [ -n "$(field PATCHLEVEL)" ] ||
	die "$kernel is no kernel source: its top Makefile has no VERSION and PATCHLEVEL"
version=$(field VERSION).$(field PATCHLEVEL)
[ "$(field VERSION)" -gt 4 ] || { [ "$(field VERSION)" -eq 4 ] && [ "$(field PATCHLEVEL)" -ge 17 ]; } ||
	die "$kernel is Linux $version: kernels before 4.17 are not supported"
case $tag in
[0-9]*) number=$(echo "$tag" | sed 's/^\([0-9]*\.[0-9]*\).*/\1/')
	[ "$number" = "$version" ] ||
		die "tag $tag names Linux $number but $kernel is Linux $version: use another tag or another tree" ;;
esac
for path in include/linux/kconfig.h include/asm-generic/Kbuild kernel/bounds.c kernel/time/timeconst.bc; do
	[ -e "$new/$path" ] || die "$kernel (Linux $version) has no $path: the tree is incomplete"
done

rm -rf "$out/tree"
mv "$new" "$out/tree"
