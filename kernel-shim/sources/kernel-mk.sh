#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# Prints, as make variables, the version of a tree and the files of its image.
#
# Usage: kernel-mk.sh TAG TREE OBJ LIST... -- FILE... ; FILEs are our own, for any
# kernel but where a line says "Kernels: RANGE" (a range as in the lists).
set -eu
tag=$1 tree=$2 obj=$3
shift 3

field() {
	sed -n "s/^$1[ \t]*=[ \t]*\([0-9][0-9]*\)[ \t]*\$/\1/p" "$tree/Makefile" | head -n 1
}

for name in VERSION PATCHLEVEL SUBLEVEL; do
	value=$(field $name)
	echo "$name := ${value:-0}"
done
version=$(field VERSION).$(field PATCHLEVEL)

in_range() {
	"$(dirname "$0")/../config/in-range.awk" -v code="$version" "$@"
}

lists=
while [ "$1" != -- ]; do
	lists="$lists $1"
	shift
done
shift

# All that is missing is told at once: a list is corrected in one go.
missing=$(in_range $lists | while read -r path options; do
	[ -f "$tree/$path" ] || echo "$path"
done)
if [ -n "$missing" ]; then
	echo "$missing" | awk -v tree="$(cd "$tree" && pwd -P)" -v version="$version" '
		NR == 1 { first = $0; next }
		NR <= 9 { others = others " " $0 }
		END {
			printf "weft: %s has no %s, which kernel-shim/sources lists for Linux %s: use a whole tree, or correct the version range there\n", tree, first, version
			if (NR > 1)
				printf "weft: nor has it%s%s\n", others, (NR > 9 ? " and " (NR - 9) " more" : "")
		}' >&2
	exit 1
fi

in_range $lists | while read -r path options; do
	target=$obj/${path%.c}.o
	echo "KERNEL_SOURCES += $path"
	for option in $options; do
		case $option in
		include=*) echo "$target: FORCED := $(echo "${option#*=}" | tr , ' ')" ;;
		module=*) echo "$target: MODULE_NAME := ${option#*=}" ;;
		insmod) echo "$target: INSMOD := yes" ;;
		*) echo "weft: $path: unknown option $option in kernel-shim/sources" >&2; exit 1 ;;
		esac
	done
done

for file do
	range=$(sed -n 's/^[ \t*]*Kernels:[ \t]*\([0-9.]*-[0-9.]*\).*/\1/p' "$file" | head -n 1)
	[ -n "$range" ] && [ -z "$(echo "$file $range" | in_range -)" ] || continue
	echo "  SKIP    $tag ${file##*/} (for Linux $range)" >&2
	echo "LEFT_OUT += $file"
done
