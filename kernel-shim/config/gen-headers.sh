#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# Generates what the kernel's own build generates, from the tree itself.
#
# Usage: gen-headers.sh TREE GEN ARCH_INCLUDE WEFT_CONFIG VERSION PATCHLEVEL SUBLEVEL
# bounds.h is not here: it needs the compiler flags (see image.mk).
set -eu
tree=$1 gen=$2 arch=$3 config=$4 version=$5 patchlevel=$6 sublevel=$7

# A file is replaced only when its text changes, so that objects are not rebuilt in vain.
put() {
	mkdir -p "$(dirname "$gen/$1")"
	cat >"$gen/$1.new"
	if cmp -s "$gen/$1.new" "$gen/$1"; then rm "$gen/$1.new"; else mv "$gen/$1.new" "$gen/$1"; fi
}

# wrappers PREFIX KBUILD: one line for every header the tree calls mandatory and we do not write.
wrappers() {
	sed -n 's/^mandatory-y[ \t]*+=[ \t]*//p' "$2" | tr ' \t' '\n\n' | while read -r header; do
		[ -n "$header" ] && [ ! -f "$arch/$1asm/$header" ] || continue
		echo "#include <asm-generic/$header>" | put "$1asm/$header"
	done
}
wrappers "" "$tree/include/asm-generic/Kbuild"
wrappers uapi/ "$tree/include/uapi/asm-generic/Kbuild"

"$(dirname "$0")/in-range.awk" -v code="$version.$patchlevel" "$config" |
awk '{ value = $2 == "y" ? 1 : $2; printf "#define CONFIG_%s %s\n", $1, value }' | put generated/autoconf.h

release=$version.$patchlevel.$sublevel
# The third number has eight bits, as in the kernel's Makefile.
[ "$sublevel" -le 255 ] && low=$sublevel || low=255
put generated/uapi/linux/version.h <<EOF
#define LINUX_VERSION_CODE $((version * 65536 + patchlevel * 256 + low))
#define KERNEL_VERSION(a,b,c) (((a) << 16) + ((b) << 8) + ((c) > 255 ? 255 : (c)))
#define LINUX_VERSION_MAJOR $version
#define LINUX_VERSION_PATCHLEVEL $patchlevel
#define LINUX_VERSION_SUBLEVEL $sublevel
EOF
echo "#define UTS_RELEASE \"$release-weft\"" | put generated/utsrelease.h
printf '#define UTS_MACHINE "weft"\n#define UTS_VERSION "weft"\n#define LINUX_COMPILE_BY "weft"\n#define LINUX_COMPILE_HOST "weft"\n#define LINUX_COMPILER "weft"\n' | put generated/compile.h
awk '$1 == "HZ" { print $2 }' "$config" | bc -q "$tree/kernel/time/timeconst.bc" | put generated/timeconst.h
echo | put generated/asm-offsets.h
