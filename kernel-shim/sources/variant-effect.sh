#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# Says of each changed file of a variant how many objects it is part of, before the change
# or behind it: lines "COUNT PATH" in OUT/effect.txt.
#
# Usage: variant-effect.sh OUT OBJ ; variant-tree.sh has made OUT/depend.txt and the rest.
set -eu
out=$1 obj=$2

{
	cat "$out/depend.txt"
	sed "s,^,$obj/,; s/\.o\$/.d/" "$out/touched.txt" |
		xargs awk -v obj="$obj/" -v tree="$out/tree/" -f "$(dirname "$0")/depend.awk"
} | sort -u | awk 'NR == FNR { order[++n] = $0; next }
	{ sub(/^[^ ]* /, ""); count[$0]++ }
	END { for (i = 1; i <= n; i++) print count[order[i]] + 0, order[i] }' "$out/changed.txt" - >"$out/effect.txt.new"
mv "$out/effect.txt.new" "$out/effect.txt"
rm -f "$out/depend.txt"
