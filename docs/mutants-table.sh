#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# Runs all mutants on all kernels and writes docs/mutants.md.
#
#	docs/mutants-table.sh WEFT CACHE OUTPUT
set -eu
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
"$1" check --mutants --quiet --seed 1 --cache "$2" --out "$dir/reports" >"$dir/ktap" ||
	{ grep -v '^# seconds' "$dir/ktap" >&2; exit 1; }
! grep -B5 'later than random: not explained' "$dir/ktap" >&2 ||
	{ echo "$0: add a line 'dpor' to the header of each" >&2; exit 1; }
awk -f "$(dirname "$0")/mutants-table.awk" "$dir/ktap" >"$dir/mutants.md"
cat "$dir/mutants.md" >"$3"
