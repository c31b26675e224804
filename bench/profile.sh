#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# Where the instructions of an exploration go, by part of the engine.
#
#	bench/profile.sh BENCH/exploration_speed PROGRAM N [M]
#
# Counts of valgrind's callgrind, so that a busy machine changes nothing: own
# instructions of each source file, divided by the operations executed.
set -eu
bench=$1
shift
command -v valgrind >/dev/null ||
	{ echo "profile: install valgrind for this" >&2; exit 77; }
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
valgrind --tool=callgrind --callgrind-out-file="$dir/out" \
	"$bench" --once "$@" >"$dir/said" 2>"$dir/err" ||
	{ cat "$dir/err" >&2; exit 1; }
ops=$(sed -n 's/.*, \([0-9]*\) operations$/\1/p' "$dir/said")
echo "$(cat "$dir/said"): instructions per executed operation"
callgrind_annotate --threshold=100 --show-percs=no "$dir/out" | awk -v ops="$ops" '
	function part(place) {
		if (place ~ /co_(x86_64|aarch64|asm|ucontext)/)
			return "1 switches of coroutines"
		if (place ~ /marks\.c|region\.[ch]|hot\.h|memcpy|memmove/)
			return "3 states to return to: undo log, copies of stacks"
		if (place ~ /dpor_(trace|clock|races|objects|tasks)/)
			return "4 happens-before: clocks, effects, races found"
		if (place ~ /dpor_reverse/)
			return "5 races reversed: what to execute instead"
		if (place ~ /strategies.(dpor|wakeup)/)
			return "6 the search: wakeup trees, sleep sets, picking"
		if (place ~ /framework.(exec|object|op|lockgraph|schedule|detectors|shadow)/)
			return "2 execution: publish, decide, apply; locks, lock graph"
		if (place ~ /framework|scenarios/)
			return "7 campaign and program under test"
		return "8 libc and loader"
	}
	/^ *[0-9,]+ +[^ ]*:[^ ]+/ {
		n = $1
		gsub(",", "", n)
		sum[part($2)] += n
		all += n
	}
	END {
		for (p in sum)
			printf "%s\t%.0f\t%.1f\n", p, sum[p] / ops,
				100 * sum[p] / all
		printf "9 all\t%.0f\t100.0\n", all / ops
	}' | sort | awk -F'\t' '{ printf "  %-56s %6s %5s%%\n", substr($1, 3), $2, $3 }'
