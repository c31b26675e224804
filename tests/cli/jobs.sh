#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# Several processes explore one campaign; killed, interrupted and resumed, they
# give the results of one.
. "${WEFT_TEST_SRC:?run me through make check}/tests/cli/lib.sh"

# explored NAME JOBS OPTION...: leaves NAME.json, NAME.out and NAME.files
explored() {
	name=$1 jobs=$2
	shift 2
	rm -rf reports
	status=0
	weft explore --jobs "$jobs" --json "$name.raw" "$@" >"$name.all" 2>"$name.err" \
		</dev/null || status=$?
	steady <"$name.raw" >"$name.json"
	steady <"$name.all" >"$name.out"
	# How often each line was executed included.
	find reports -type f ! -name run.json ! -name times.js ! -name '*.log' \
		\( ! -name '*.html' -o -path '*/coverage/*' \) -exec cksum {} + | LC_ALL=C sort >"$name.files"
}

# like PROMISE NAME: what NAME left is what one job left
like() {
	same "$1: the same JSON" one.json "$2.json"
	same "$1: the same text" one.out "$2.out"
	same "$1: the same reports" one.files "$2.files"
}

# alike OPTION...: by 1, 2 and 3 jobs, and again
alike() {
	explored one 1 "$@"
	holds "$*: it ends" [ "$status" -le 2 ]
	for jobs in 2 3 2; do
		explored many "$jobs" "$@"
		like "$*: $jobs jobs" many
	done
}

alike --strategy dfs --param n=7 model/lockinc
alike --strategy dfs --keep-going --param n=5 model/racyinc
alike --strategy dfs model/racyinc model/abba
alike --strategy dfs --keep-going --param n=3 --preemptions 3 model/philo
alike --strategy dfs --preemptions iterate --param n=3 model/philo-ok
alike --strategy dfs --param n=8 --executions 12345 model/lockinc
alike --strategy delay --param n=4 --executions 9000 model/philo-ok
alike --strategy delay --keep-going --param n=4 --executions 9000 model/philo
alike --keep-going --delays iterate --param n=3 model/racyinc
# A cycle whose second half is met late, by whoever runs that unit.
late='--strategy source --param n=5 --executions 9000 model/order-late'
alike $late
holds 'what locks were taken against each other travels' \
	grep -F 'gate lock: two of them always hold gate' one.all
explored part 2 --strategy source --param n=5 --executions 6000 --checkpoint point model/order-late
explored many 2 --resume point $late
like 'order-late, stopped after 6000, resumed' many
# Reductions by units: executions, and those cut short, and findings.
alike --strategy sleep --param n=7 model/lastzero
alike --strategy source --param n=3 --param m=3 model/disp
alike --strategy dpor --param n=3 --param m=3 model/disp
alike --strategy dpor --keep-going --param n=4 model/philo
# Leaves are lent.
alike --strategy dpor --param n=5 --param m=4 model/disp
alike --strategy dpor --keep-going --param n=5 model/racyinc
# All that is lent is given back.
alike --strategy dpor --param n=12 model/lastzero
if has_image 6.1; then
	alike --kernel 6.1 --strategy dpor --keep-going --executions 3000 create-vs-create-same-uuid
	alike --kernel 6.1 --strategy dpor --keep-going litmus/plain_unlocked
	# A sample first, and findings that are made small and explained.
	alike --kernel 6.1 --keep-going open-vs-kvm-release
	# Uses after free that were foretold, kept and resumed.
	foretold='--kernel 6.1 --keep-going dma-map-vs-close'
	explored one 1 $foretold
	holds 'dma-map-vs-close: foretold' grep 'predicted use after free: map uses a lock' one.all
	explored part 2 --executions 300 --checkpoint point $foretold
	explored many 2 --resume point $foretold
	# Its sample was smaller: 5 % of the limit. What it foretold is kept.
	grep -A6 'predicted use after free' one.all >one.foretold
	grep -A6 'predicted use after free' many.all >many.foretold
	same 'dma-map-vs-close, resumed: the same is foretold' one.foretold many.foretold
	explored many 2 $foretold
	like 'dma-map-vs-close, 2 jobs' many
	kernel='--kernel 6.1 --preemptions 1 create-vs-create-same-uuid'
	explored one 1 $kernel
	for jobs in 2 3; do
		explored many $jobs $kernel
		like "create-vs-create-same-uuid, $jobs jobs" many
	done
	for at in 5 4321; do
		explored part 2 --executions $at --checkpoint point $kernel
		explored many 2 --resume point $kernel
		like "create-vs-create-same-uuid, stopped after $at, resumed" many
	done
else
	skip 'create-vs-create-same-uuid by several jobs' 'no image of kernel 6.1'
fi

# --- Workers die -----------------------------------------------------------------
# children PID: the workers of a weft, and not who draws its graphs
children() {
	# Nothing is forked: on a busy machine whoever is to be killed would be done before.
	list= comm=
	read -r list 2>/dev/null <"/proc/$1/task/$1/children" || :
	for child in $list; do
		read -r comm 2>/dev/null <"/proc/$child/comm" || :
		[ "$comm" != weft ] || echo "$child"
	done
}

# LeakSanitizer looks from a child of its own, and waits for ever when it is killed.
no_leaks=${ASAN_OPTIONS:+$ASAN_OPTIONS:}detect_leaks=0

# begun JOBS OPTION...: in the background, as $pid
begun() {
	jobs=$1
	shift
	rm -rf reports
	ASAN_OPTIONS=$no_leaks weft explore --jobs "$jobs" --json many.raw "$@" \
		>many.all 2>many.err </dev/null &
	pid=$!
}

# ended: and how
ended() {
	status=0
	wait $pid || status=$?
	steady <many.raw >many.json
}

# struck WHICH KILLS JOBS OPTION...: that one of its workers is killed, so many times
struck() {
	which=$1 kills=$2 killed=0
	shift 2
	begun "$@"
	while [ $killed -lt "$kills" ] && kill -0 $pid 2>/dev/null; do
		sleep 0.1
		child=$(children $pid | sed -n "${which}p")
		[ -n "$child" ] && kill -9 "$child" 2>/dev/null && killed=$((killed + 1))
	done
	ended
}

# A search of several seconds by one job, shared by three.
long='--strategy dfs --param n=9 model/lockinc'
explored one 1 $long
struck 1 5 3 $long
holds 'workers were killed' [ $killed -ge 1 ]
holds 'killed workers: exit status 0' [ $status -eq 0 ]
same 'killed workers: the same results' one.json many.json

begun 2 $long
tries=0
while kill -0 $pid 2>/dev/null && [ $tries -lt 20000 ]; do
	for child in $(children $pid); do
		kill -9 "$child" 2>/dev/null
	done
	tries=$((tries + 1))
done
ended
holds 'all workers always killed: exit status 5' [ $status -eq 5 ]
holds 'it says what happened' grep 'two worker processes died on the same unit of the search, the last by signal 9' many.all
holds 'what was found before is kept' [ "$(json many.raw executions_total)" -ge 200 ]

# --- Checkpoints -----------------------------------------------------------------
# stopped NAME JOBS OPTION...: interrupted after a while, with a checkpoint
stopped() {
	name=$1 jobs=$2
	shift 2
	rm -f $name.raw
	weft explore --jobs "$jobs" --checkpoint point --json "$name.raw" "$@" \
		>"$name.all" 2>"$name.err" </dev/null &
	pid=$!
	for try in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
		sleep 0.1
		[ ! -e "$name.raw" ] || break
	done
	sleep 0.1
	kill -INT $pid
	status=0
	wait $pid || status=$?
}

# Seconds on the fastest machine.
longer='--strategy dfs --param n=10 model/lockinc'
explored one 1 $longer
for jobs in 1 3; do
	rm -f point
	stopped part $jobs $longer
	holds "interrupted, $jobs jobs: exit status 2" [ $status -eq 2 ]
	holds "interrupted, $jobs jobs: there is a checkpoint" [ -s point ]
	cp point kept
	explored many 2 --resume point --checkpoint point $longer
	holds "resumed, $jobs jobs: exit status 0" [ $status -eq 0 ]
	like "resumed, $jobs jobs" many
	holds "finished, $jobs jobs: no checkpoint is left" [ ! -e point ]
done

# --- Workers die, or all is interrupted, while leaves are lent ----------------------
# The worker that explores a leaf, or the one that has the rest: once each.
lending='--strategy dpor --param n=5 --param m=5 model/disp'
explored one 1 $lending
for which in 1 2; do
	struck $which 1 2 $lending
	holds "a worker of two was killed, while leaves were lent, $which: exit status 0" [ $status -eq 0 ]
	same "a worker of two was killed, while leaves were lent, $which: the same results" one.json many.json
done

for jobs in 1 3; do
	rm -f point
	stopped part $jobs $lending
	if [ $status -eq 0 ]; then
		skip "interrupted while leaves are lent, $jobs jobs" 'it was faster'
		continue
	fi
	holds "interrupted while leaves are lent, $jobs jobs: exit status 2" [ $status -eq 2 ]
	holds "interrupted while leaves are lent, $jobs jobs: some were executed" \
		[ "$(json part.raw executions_total)" -ge 200 ]
	explored many $((4 - jobs)) --resume point $lending
	like "interrupted while leaves are lent, $jobs jobs, resumed" many
done
explored part 3 --executions 50000 --checkpoint point $lending
explored many 2 --resume point $lending
like 'leaves are lent, stopped after 50000 executions, resumed' many

findings='--strategy dfs --keep-going --param n=4 --preemptions 3 model/philo'
explored one 1 $findings
for at in 1 77 400 1500; do
	explored part 2 --executions $at --checkpoint point $findings
	explored part 2 --executions $((at + 500)) --resume point --checkpoint point $findings
	explored many 2 --resume point $findings
	like "stopped after $at and $((at + 500)) executions, resumed" many
done

# Races are findings that are no bugs: they travel, too.
racy='--strategy dfs --preemptions none model/race-unlocked'
explored one 1 $racy
explored part 2 --executions 5 --checkpoint point $racy
explored many 2 --resume point $racy
like 'with races, stopped after 5 executions, resumed' many

delays='--strategy delay --keep-going --param n=4 --executions 9000 model/philo'
explored one 1 $delays
explored part 2 --strategy delay --keep-going --param n=4 --executions 4000 --checkpoint point model/philo
explored many 2 --resume point $delays
like 'delays, stopped after 4000 executions, resumed' many

for strategy in dpor source sleep; do
	reduced="--strategy $strategy --param n=3 --param m=3 model/disp"
	explored one 1 $reduced
	explored part 2 --executions 33 --checkpoint point $reduced
	explored many 2 --resume point $reduced
	like "$strategy, stopped after 33 executions, resumed" many
done

# The coordinator itself is killed: the last checkpoint is good.
explored one 1 $longer
rm -f point
weft explore --jobs 2 --checkpoint point $longer \
	>part.all 2>part.err </dev/null &
pid=$!
for try in $(seq 100); do
	sleep 0.1
	[ ! -s point ] || break
done
kill -9 $pid
wait $pid 2>/dev/null
holds 'killed: there is a checkpoint' [ -s point ]
explored many 2 --resume point $longer
like 'killed, resumed' many

# --- Checkpoints that are of no use ------------------------------------------------
refused() {
	gives "$1" 64 "$2" weft explore --resume bad $longer
}

cp kept bad
gives 'another scenario' 64 'its scenario is model/lockinc, here it is model/pi' \
	weft explore --resume bad --strategy dfs --param n=10 model/pi
gives 'another parameter' 64 'its --param is n=10, here it is n=8' \
	weft explore --resume bad --strategy dfs --param n=8 model/lockinc
gives 'another bound' 64 'its --preemptions is none, here it is 2' \
	weft explore --resume bad --strategy dfs --param n=10 --preemptions 2 model/lockinc
gives 'another depth' 64 'its --depth is 200000, here it is 99' \
	weft explore --resume bad --depth 99 $longer
gives 'another strategy' 64 'a search by --strategy random cannot be saved; use --strategy dfs' \
	weft explore --resume bad --strategy random --param n=10 model/lockinc
gives 'several campaigns' 64 'a checkpoint is of one campaign, but 2 were chosen' \
	weft explore --resume bad --strategy dfs model/lockinc model/abba
gives 'no such file' 64 '--resume: cannot read nosuch: No such file' \
	weft explore --resume nosuch $longer
gives 'a folder to write to' 64 '--checkpoint: cannot write reports: Is a directory' \
	weft explore --checkpoint reports $longer
gives 'no folder to write to' 64 '--checkpoint: cannot write no/such: No such file' \
	weft explore --checkpoint no/such $longer
gives 'the twins in the environment' 64 'here it is 99' \
	env WEFT_RESUME=bad weft explore --depth 99 $longer
: >bad
refused 'empty' 'is not a weft checkpoint'
echo hello >bad
refused 'another file' 'is not a weft checkpoint'
echo 'weft-checkpoint 99' >bad
refused 'newer format' 'has checkpoint format 99, but this weft reads format 8'
size=$(wc -c <kept)
wrong=0
at=0
while [ $at -lt "$size" ]; do
	head -c $at kept >bad
	run weft explore --resume bad $longer
	{ [ $status -eq 64 ] && grep 'bad is \(damaged\|not a weft checkpoint\)' err >why; } ||
		wrong=$((wrong + 1))
	at=$((at + 1 + at / 8))
done
holds 'truncated at any length: refused' [ $wrong -eq 0 ]
wrong=0
at=0
while [ $at -lt "$size" ]; do
	{
		head -c $at kept
		head -c $((at + 1)) kept | tail -c 1 | tr '\000-\377' '\001-\377\000'
		tail -c +$((at + 2)) kept
	} >bad
	run weft explore --resume bad $longer
	{ [ $status -eq 64 ] && [ -s err ]; } || wrong=$((wrong + 1))
	at=$((at + 1 + at / 8))
done
holds 'one byte changed anywhere: refused' [ $wrong -eq 0 ]
finish
