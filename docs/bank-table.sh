#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# Runs the bank and puts its table into a copy of the README.
#
#	docs/bank-table.sh WEFT README
set -eu
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
"$1" check --out "$dir/reports" >"$dir/ktap" ||
	{ grep '^not ok\|^#' "$dir/ktap" >&2; exit 1; }
awk -f "$(dirname "$0")/bank-table.awk" "$dir/ktap" >"$dir/table"
sed -e "/^<!-- bank -->/r $dir/table" \
	-e '/^<!-- bank -->/,/^<!-- end of bank -->/{ /^<!--/!d; }' "$2" >"$dir/readme"
cat "$dir/readme" >"$2"
