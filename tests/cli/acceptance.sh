#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# What Weft is for: the known bugs of real kernels are found, and only those.
. "${WEFT_TEST_SRC:?run me through make check}/tests/cli/lib.sh"
need_images 6.1 6.12

# value PROMISE KEY VALUE: of result.json, as it is written there
value() {
	echo "$3" >want
	json result.json "$2" >text
	same "$1" want text
}

# size_of FILE: preemptions and steps of its finding
size_of() {
	sed -n 's/^          "\(preemptions\|steps\)": \([0-9]*\),/\2/p' "$1"
}

run weft explore open-vs-kvm-release --kernel 6.1 --json -
mv out result.json
holds 'open-vs-kvm-release on 6.1: exit status 1' [ "$status" -eq 1 ]
value 'its verdict is bug' verdict '"bug"'
value 'its kind is deadlock' kind '"deadlock"'
sed -n '/"locks": \[/,/\]/p' result.json | grep -o '&[^"]*' | LC_ALL=C sort >text
printf '&group->group_lock\n&kvm->lock\n' >want
same 'its locks are the group lock and the KVM lock' want text

found=reports/open-vs-kvm-release-6.1/finding-1.schedule
run weft replay $found
mv out first
holds 'its schedule replays: exit status 1' [ "$status" -eq 1 ]
holds 'the replay shows the deadlock' grep '^deadlock of 2 tasks' first
run weft replay $found
same 'the replay shows the same text twice' first out
# A replay neither looks for a smaller schedule nor for reasons.
sed '/^Every step is in /d; /^Every step:/,$d; /^The last [0-9]* steps/,$d; s/, first seen in execution.*//; /weft replay/d; /^$/d
	/^  proven smallest/d; /^  as first found/d; /^  predicted from/d; /^  which did not show it/d; /^It happens because/,/makes it vanish/d' \
	reports/open-vs-kvm-release-6.1/finding-1.txt >text
sed '/weft replay/d; /^verdict: bug$/d; /^$/d' first >want
same 'the replay shows what the report shows' text want

value 'its schedule is proven smallest' minimal '"proven"'
sed -n '/^It happens because/,/makes it vanish/p' \
	reports/open-vs-kvm-release-6.1/finding-1.txt | sed -n 's/^ *\(.*\) in .*()$/\1/p' |
	paste -d ' ' - - | LC_ALL=C sort >text
cat >want <<'END'
kvm-release took &kvm->lock before open could take it
open took &group->group_lock before kvm-release could take it
END
same 'it happens because of these two orders' want text
size=$(size_of result.json)

# Which of the two takes its lock first does not matter: there are two of them.
run weft explore open-vs-kvm-release --kernel 6.1 --strategy random --seed 1 --json result.json
value 'what a random walk finds is as small' minimal '"proven"'
holds 'a random walk ends at a schedule of the same size' [ "$(size_of result.json)" = "$size" ]
run weft explore open-vs-kvm-release --kernel 6.1 --strategy dfs --json result.json
holds 'so does the search' [ "$(size_of result.json)" = "$size" ]

run weft explore open-vs-kvm-release --kernel 6.12 --json -
mv out result.json
holds 'open-vs-kvm-release on 6.12: exit status 0' [ "$status" -eq 0 ]
value 'its verdict is exhausted' verdict '"exhausted"'
value 'it has no finding' findings '[]'
bound=$(json result.json preemptions)
[ "$bound" != null ] || bound=1000	# none: every schedule
holds 'its bound is at least 2 preemptions' [ "$bound" -ge 2 ]
holds 'it was not empty: both orders were seen' sh -c \
	'[ "$(sed -n "s/.*KVM was released \(after\|before\) the open\": \([1-9].*\)/\1/p" result.json | wc -l)" -eq 2 ]'

for tag in 6.1 6.12; do
	run weft explore create-vs-remove-before-active --kernel $tag --json result.json
	name="create-vs-remove-before-active on $tag"
	holds "$name: exit status 1" [ "$status" -eq 1 ]
	value "$name: an invariant does not hold" kind '"invariant"'
	holds "$name: the remove file is lost" grep '"summary".*remove file' result.json
	# A line may end in the middle of it.
	tr -s '\n ' ' ' <out >words
	holds "$name: the number of preemptions is printed" grep '([0-9]* preemptions*) why ' words
	holds "$name: bounds are printed" grep '^  bounds    ≤[0-9]* preemption' out
	run weft replay reports/create-vs-remove-before-active-$tag/finding-1.schedule
	mv out first
	holds "$name: its schedule replays" [ "$status" -eq 1 ]
	run weft replay reports/create-vs-remove-before-active-$tag/finding-1.schedule
	same "$name: with the same text twice" first out
done

# Its focus is the scenario's own, and can be taken back.
run weft explore create-vs-remove-before-active --kernel 6.12 --executions 2 --json result.json
value 'a scenario has a focus' focus '"drivers/base:drivers/vfio"'
run weft explore create-vs-remove-before-active --kernel 6.12 --focus all --executions 2 --json result.json
value '--focus all takes it back' focus null
finish
