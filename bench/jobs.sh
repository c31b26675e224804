#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# jobs.sh WEFT [JOBS [ROUNDS]]: one job and several take turns on the same programs; the
# best round of each counts.
set -eu
weft=$1 jobs=${2-2} rounds=${3-5}
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT

# value KEY: of the campaign
value() {
	sed -n "s/^ *\"$1\": \([0-9.]*\),*\$/\1/p" "$tmp/json" | head -n 1
}

# seconds JOBS OPTION...
seconds() {
	n=$1
	shift
	"$weft" explore --quiet --jobs "$n" --out "$tmp/out" --json "$tmp/json" \
		--strategy dpor "$@" >"$tmp/text" </dev/null
	value seconds
}

printf '%-20s %10s %10s %10s %7s\n' program executions '1 job' "$jobs jobs" times
while read -r name options; do
	one= many=
	round=0
	while [ $round -lt "$rounds" ]; do
		# shellcheck disable=SC2086
		one="$one $(seconds 1 $options)"
		# shellcheck disable=SC2086
		many="$many $(seconds "$jobs" $options)"
		round=$((round + 1))
	done
	echo "$name $(value executions) :$one :$many" | awk -F: '
		function best(list, at, n, i) {
			n = split(list, at, " ")
			for (i = 2; i <= n; i++)
				if (at[i] + 0 < at[1] + 0)
					at[1] = at[i]
			return at[1]
		}
		{
			split($1, of, " ")
			a = best($2); b = best($3)
			printf "%-20s %10d %8.2f s %8.2f s %7.2f\n", of[1], of[2], a, b, a / b
		}'
done <<END
disp(5,5) --param n=5 --param m=5 model/disp
mpat(7) --param n=7 model/mpat
mpc(4,5) --param n=4 --param m=5 model/mpc
lastzero(15) --param n=15 model/lastzero
END
