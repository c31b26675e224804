#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# A default campaign begins with a sample, which finds what is easy to find soon.
. "${WEFT_TEST_SRC:?run me through make check}/tests/cli/lib.sh"

# soon SCENARIO OPTION...: found within 100 executions of the sample, at each seed
seeds='1 2 3'
soon() {
	for seed in $seeds; do
		weft explore --seed $seed --json json "$@" >out 2>err </dev/null
		execution=$(json json execution)
		sampled=$(json json sampled)
		if [ "${execution:-101}" -le 100 ] && [ "$execution" -eq "$sampled" ] &&
			[ "$(json json replayed)" = true ]; then
			continue
		fi
		echo "seed $seed: execution ${execution:-none} of $sampled" >why
		fail "$*: the sample finds it" why err
		return
	done
	pass "$*: the sample finds it"
}

# early SCENARIO OPTION...: the first bug is, in whatever the campaign goes on to find
early() {
	weft explore --quiet --json json "$@" >out 2>err </dev/null
	execution=$(json json execution | head -n 1)
	if [ "${execution:-101}" -le 100 ]; then
		pass "$*: the first bug shows in under 100 executions"
	else
		echo "execution ${execution:-none}" >why
		fail "$*: the first bug shows in under 100 executions" why err
	fi
}

soon model/reorder --param n=5
soon model/twostage --param n=5
soon model/philo --param n=5
soon model/wronglock --param n=5
soon model/deadlock01
soon model/account
soon model/lazy01
soon model/bluetooth
seeds=1		# to minimise what was found takes its time
for tag in 6.1 6.12; do
	if has_image $tag; then
		[ $tag = 6.12 ] || soon open-vs-kvm-release --kernel $tag
		soon create-vs-remove-before-active --kernel $tag
		early set-iommu-vs-open --kernel $tag
		early create-with-failing-alloc --kernel $tag
		early create-with-failing-alloc-mtty --kernel $tag
	else
		skip "known bugs of kernel $tag: the sample finds them" "no image of kernel $tag"
	fi
done

# counted NAME SAMPLED EXECUTIONS OPTION...: so many executions are sampled, none of them counts as explored
counted() {
	promise=$1 want="sampled $2, executions $3"
	shift 3
	weft explore --quiet --json json "$@" >out 2>err </dev/null
	got="sampled $(json json sampled), executions $(sed -n 's/^      "executions": \([0-9]*\),/\1/p' json)"
	if [ "$got" = "$want" ]; then
		pass "$promise"
	else
		echo "$got, not $want" >why
		fail "$promise" why err
	fi
}

counted 'a default campaign samples and counts exactly' 200 120 model/lockinc --param n=5
counted 'who names a strategy gets it alone' 0 120 model/lockinc --param n=5 --strategy dpor
counted 'who names a bound of preemptions gets these schedules alone' 0 6 model/lockinc --preemptions 1
counted 'who names a bound of delays gets these schedules alone' 0 3 model/lockinc --delays 1
counted 'no bound is no bound' 200 120 model/lockinc --param n=5 --preemptions none
counted 'a limit on executions leaves the sample a twentieth' 5 95 model/lockinc --param n=6 --executions 100
counted 'a small limit leaves it nothing' 0 19 model/lockinc --param n=6 --executions 19
counted 'a limit on time leaves the sample as many as a twentieth of it allows' 100 6 model/lockinc --time 2
run weft explore --quiet model/lockinc
holds 'the summary says how many were sampled' grep 'SC, 6 executions, 200 sampled before' out

# Delays.
run weft explore model/philo-ok --delays 2
holds 'the bound on delays is in the verdict' grep '^  bounds    ≤2 delays, 4 tasks' out
run weft explore model/philo-ok --strategy delay
holds 'without one they are raised until nothing is left' grep '^  bounds    any number of delays, 4 tasks' out
run weft explore model/philo-ok --delays 2 --json -
holds 'JSON has the bound on delays' grep '^ *"delays": 2,' out
holds 'JSON says which delays were covered' grep '^ *"delays_covered": 2,' out
holds 'and that no number of preemptions was' grep '^ *"preemptions_covered": -1,' out
run weft explore model/philo-ok --param n=5 --delays iterate --executions 2000
holds 'an unfinished search says how far it came' grep '^  bounds    ≤[1-9] delays, 6 tasks' out
run weft explore model/philo-ok --param n=5 --delays 9 --executions 2000
holds 'and of a bound, how much of it' grep '^  bounds    ≤9 delays (exhausted up to [1-8]), 6 tasks' out
WEFT_DELAYS=1 weft explore --quiet model/abba-ok >twin
weft explore --quiet --delays 1 model/abba-ok >text
same '--delays has its twin in the environment' text twin
gives 'delays are not for every strategy' 64 '--delays: strategy dfs does not count delays' weft explore --strategy dfs --delays 1 model/abba
gives 'delays or preemptions' 64 '--preemptions: strategy delay counts delays' weft explore --delays 1 --preemptions 1 model/abba
gives 'a bound on delays is a number' 64 "--delays: 'x' is neither a number nor 'none' nor 'iterate'" weft explore --delays x model/abba

# An estimate of a search that was cut short, against the count of one that was not.
weft explore --quiet --strategy dfs --json json --param n=4 model/philo-ok >out 2>err
total=$(sed -n 's/^      "executions": \([0-9]*\),/\1/p' json)
weft explore --quiet --strategy dfs --json json --param n=4 --executions 1000 model/philo-ok >out 2>err
estimate=$(sed -n '/"estimate"/,/}/s/.*"executions": \([0-9]*\).*/\1/p' json)
holds 'an estimate is of the right order of magnitude' [ "$((10 * ${estimate:-0}))" -gt "${total:-1}" ]
holds 'and not above it' [ "${estimate:-0}" -lt "$((10 * ${total:-0}))" ]
finish
