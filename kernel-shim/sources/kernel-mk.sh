#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# Prints, as make variables, the version of a tree and the files of its image.
#
# Usage: kernel-mk.sh TREE OBJ LIST...
set -eu
tree=$1 obj=$2
shift 2

field() {
	sed -n "s/^$1[ \t]*=[ \t]*\([0-9][0-9]*\)[ \t]*\$/\1/p" "$tree/Makefile" | head -n 1
}

for name in VERSION PATCHLEVEL SUBLEVEL; do
	value=$(field $name)
	echo "$name := ${value:-0}"
done

"$(dirname "$0")/../config/in-range.awk" -v code="$(field VERSION).$(field PATCHLEVEL)" "$@" |
while read -r path options; do
	[ -f "$tree/$path" ] || {
		echo "weft: $(cd "$tree" && pwd -P) has no $path, which kernel-shim/sources lists for Linux" \
		     "$(field VERSION).$(field PATCHLEVEL): use a whole tree, or correct the version range there" >&2
		exit 1
	}
	target=$obj/${path%.c}.o
	echo "KERNEL_SOURCES += $path"
	for option in $options; do
		case $option in
		include=*) echo "$target: FORCED := $(echo "${option#*=}" | tr , ' ')" ;;
		module=*) echo "$target: MODULE_NAME := ${option#*=}" ;;
		*) echo "weft: $path: unknown option $option in kernel-shim/sources" >&2; exit 1 ;;
		esac
	done
done
