#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# How many executions until the first failing one, for every scenario that fails.
#
#	first_failure.sh [WEFT]
#
# default: as `weft explore` does it, a sample first; then each search by itself. "-": found
# nothing within $limit executions. Model programs have their default parameters.
set -u
weft=${1:-weft}
limit=4000	# of which a sample may have a twentieth: the whole of it
most=100	# what issue 3 allows
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
missed=0

# first OPTION...: prints the number of the first failing execution, or -
first() {
	"$weft" explore --quiet --jobs 1 --executions $limit --out "$work/reports" --json "$work/json" "$@" \
		>/dev/null 2>&1 </dev/null
	n=$(sed -n 's/^ *"execution": \([0-9]*\),*$/\1/p' "$work/json" | head -n 1)
	echo "${n:--}"
}

# row NAME OPTION...: of a scenario that fails
row() {
	name=$1
	shift
	default=$(first "$@")
	dpor=$(first --strategy dpor "$@")
	dfs=$(first --strategy dfs "$@")
	[ "$default$dpor$dfs" != --- ] || return
	mark=
	if [ "$default" = - ] || [ "$default" -ge $most ]; then
		mark=' !'
		missed=$((missed + 1))
	fi
	printf '%-42s %8s %8s %8s%s\n' "$name" "$default" "$dpor" "$dfs" "$mark"
}

printf '\nExecutions until the first failing one\n%-42s %8s %8s %8s\n' '' default dpor dfs
"$weft" list scenarios --json >"$work/list"
"$weft" list kernels --json >"$work/kernels"
names() {
	sed -n 's/^ *"name": "\(.*\)",*$/\1/p' "$work/list"
}
for name in $(names | grep '^model/'); do
	row "$name" "$name"
done
for tag in $(sed -n 's/^ *"\(tag\|name\)": "\(.*\)",*$/\2/p' "$work/kernels"); do
	for name in $(names | grep -v /); do
		row "$name on $tag" --kernel "$tag" "$name"
	done
done
echo "! misses ($missed): under $most executions by default"
