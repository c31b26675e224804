#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# The same command gives the same bytes.
. "${WEFT_TEST_SRC:?run me through make check}/tests/cli/lib.sh"

# twice NAME OPTION...
twice() {
	name=$1
	shift
	for round in 1 2; do
		rm -rf reports
		weft explore --json json.raw "$@" >out.raw 2>err
		steady <json.raw >json.$round
		steady <out.raw >out.$round
		cat reports/*/finding-*.txt >text.$round
		cat reports/*/finding-*.schedule >schedule.$round
		cat reports/*/lock-graph.dot >dot.$round
		# How long it took is in times.js.
		cat reports/index.html >index.$round
	done
	holds "$name: there is something to compare" [ -s json.1 ]
	for what in json out text schedule dot index; do
		same "$name: the same $what twice" $what.1 $what.2
	done
	for round in 1 2; do
		weft replay "$(ls reports/*/finding-1.schedule)" >replay.$round 2>err
	done
	holds "$name: the replay shows something" [ -s replay.1 ]
	same "$name: the same replay twice" replay.1 replay.2
}

twice model/abba model/abba
twice 'model/philo, random' --strategy random --seed 7 --executions 200 model/philo
for strategy in pct pos surw delay; do
	twice "model/philo, $strategy" --strategy $strategy --seed 7 --executions 2000 model/philo
done
twice 'model/reorder, a sample' --seed 7 --param n=4 model/reorder
twice 'model/racyinc, all findings' --keep-going --param n=4 model/racyinc
if has_image 6.1; then
	twice 'open-vs-kvm-release on 6.1' --kernel 6.1 open-vs-kvm-release
else
	skip 'open-vs-kvm-release on 6.1' 'no image of kernel 6.1'
fi
finish
