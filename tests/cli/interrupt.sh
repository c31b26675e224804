#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# Ctrl-C and kill: what was found so far is kept, and the verdict says incomplete.
. "${WEFT_TEST_SRC:?run me through make check}/tests/cli/lib.sh"

# interrupted SIGNAL OPTION...: leaves $status, out, err and result.json
interrupted() {
	signal=$1
	shift
	rm -rf reports result.json
	weft explore --strategy dfs --time 120 --json result.json "$@" >out 2>err </dev/null &
	pid=$!
	# The file is opened after signals are caught, just before the exploration.
	for try in 1 2 3 4 5 6 7 8 9 10; do
		sleep 1
		[ ! -e result.json ] || break
	done
	kill -s "$signal" "$pid"
	status=0
	wait "$pid" || status=$?
}

for signal in INT TERM; do
	interrupted $signal --param n=12 model/lockinc model/abba
	holds "SIG$signal: exit status 2" [ "$status" -eq 2 ]
	holds "SIG$signal: the summary says why" grep '^  because   interrupted$' out
	holds "SIG$signal: it tells what was not run" grep 'interrupted: 1 of 2 campaigns were not run' err
	echo '"incomplete"' >want
	json result.json verdict >text
	same "SIG$signal: JSON has the verdict" want text
	echo '"interrupted"' >want
	json result.json reason >text
	same "SIG$signal: JSON has the reason" want text
	holds "SIG$signal: JSON is whole" [ "$(tail -n 1 result.json)" = '}' ]
	holds "SIG$signal: the reports are written" [ -s reports/index.html ]
	holds "SIG$signal: and the lock graph" [ -s reports/model-lockinc/lock-graph.dot ]
done

interrupted INT --keep-going --param n=9 model/racyinc
holds 'with a finding: exit status 1' [ "$status" -eq 1 ]
holds 'with a finding: it says that it was interrupted' grep '^  because   interrupted$' out
gives 'with a finding: its schedule replays' 1 'no increment is lost' weft replay reports/model-racyinc/finding-1.schedule
finish
