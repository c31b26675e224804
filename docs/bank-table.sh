#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# Runs the bank and puts its table into a copy of the README.
#
#	docs/bank-table.sh WEFT README
set -eu
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
# A kernel that is not configured would lose its column.
sed -n '/^<!-- bank -->/,/^<!-- end/s/^| scenario |\(.*\)| preempted in |$/\1/p' "$2" | tr -d ' ' | tr '|' '\n' |
	while read -r tag; do
		[ -z "$tag" ] || "$1" list kernels | awk -v tag="$tag" '$1 == tag { found = 1 } END { exit !found }' || {
			echo "bank-table: no image of $tag, which has a column in $2: configure --with-kernel=$tag=PATH" >&2
			exit 1
		}
	done
"$1" check --out "$dir/reports" >"$dir/ktap" ||
	{ grep '^not ok\|^#' "$dir/ktap" >&2; exit 1; }
awk -f "$(dirname "$0")/bank-table.awk" "$dir/ktap" >"$dir/table"
sed -e "/^<!-- bank -->/r $dir/table" \
	-e '/^<!-- bank -->/,/^<!-- end of bank -->/{ /^<!--/!d; }' "$2" >"$dir/readme"
cat "$dir/readme" >"$2"
