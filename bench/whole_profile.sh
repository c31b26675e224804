#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# Where the instructions of one whole execution on a kernel image go.
#
#	bench/whole_profile.sh BENCH/execution_cost SCENARIO IMAGE [WAY]
#
# Counts of valgrind's callgrind, so that a busy machine changes nothing: own
# instructions of each source file in 100 executions less those in 40, by 60. Functions
# of the image have no file there; its hooks are told by their names.
set -eu
bench=$1 scenario=$2 image=$3 way=${4:-whole}
command -v valgrind >/dev/null ||
	{ echo "whole_profile: install valgrind for this" >&2; exit 77; }
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
for n in 40 100; do
	valgrind --tool=callgrind --callgrind-out-file="$dir/out.$n" \
		"$bench" --once "$way" "$n" "$scenario" "$image" \
		>"$dir/said" 2>"$dir/err" || { cat "$dir/err" >&2; exit 1; }
	callgrind_annotate --auto=no --threshold=100 --show-percs=no "$dir/out.$n" |
		sed -n "s/^ *\([0-9,][0-9,]*\) *\([^ ]*:[^ ]*\).*/$n \1 \2/p"
done >"$dir/all"
echo "$(cat "$dir/said"), in instructions of one"
awk '
	function part(place) {
		if (place ~ /__tsan|write_outside|weft_count_first/)
			return "1 access hooks"
		if (place ~ /^\?\?\?/)
			return "2 kernel, model, coverage"
		if (place ~ /shadow_race|exec_race/)
			return "4 data races"
		if (place ~ /shadow|exec_plain|exec_racy|reads_from/)
			return "3 shadow (what is ordered)"
		if (place ~ /exec_leak|exec_memory|exec_record|lockgraph|detectors/)
			return "5 leaks, memory, locks, stacks"
		if (place ~ /region|marks|tally|hot\.h|memmove|memcpy|memset/)
			return "6 snapshot, marks, copies"
		if (place ~ /framework.(exec|object|co_)|host\.c/)
			return "7 switches, operations"
		return "8 strategy and the rest"
	}
	{
		gsub(",", "", $2)
		n = ($1 == 100 ? $2 : -$2) / 60
		sum[part($3)] += n
		all += n
	}
	END {
		for (p in sum)
			printf "%s\t%.0f\t%.1f\n", p, sum[p], 100 * sum[p] / all
		printf "9 all\t%.0f\t100.0\n", all
	}' "$dir/all" | sort |
	awk -F'\t' '{ printf "  %-34s %9d %5s%%\n", substr($1, 3), $2, $3 }'
