#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# Deadlocks are foretold, and each cycle of the lock graph has a verdict.
. "${WEFT_TEST_SRC:?run me through make check}/tests/cli/lib.sh"

# unwrapped COMMAND...: with what weft printed, lines put together again
unwrapped() {
	tr -s ' \n' '  ' <out | "$@"
}

run weft explore --json json model/abba
holds 'a deadlock is foretold from the first execution' grep -F 'predicted 1 deadlock from the first execution, 1 confirmed' out
holds 'and found by an execution directed at it' grep '"sampled": 1,' json
holds 'which the finding says' grep -F 'predicted from the lock order of execution 1,' reports/model-abba/finding-1.txt
holds 'its cycle is feasible' grep -F 'feasible: finding 1' out
holds 'the page of the graph says so' grep -F '<b>feasible</b> (an execution showed the deadlock); <a href="finding-1.html">' reports/model-abba/lock-graph.html
holds 'and which step of which schedule showed an arrow' grep -F 'at step 2. To see it again: <code>weft replay --trace lock-graph-1.schedule' reports/model-abba/lock-graph.html
holds 'that execution is not said to show it' grep -F '  which did not show it, and confirmed by a directed run' reports/model-abba/finding-1.txt
holds 'nor that it was seen in one' sh -c '! grep -i "first seen in execution" reports/model-abba/finding-1.txt'
holds 'nor on its page' sh -c 'grep -F "which did not show it, and confirmed by an execution" "$1" && ! grep -i "first seen in execution" "$1"' sh reports/model-abba/finding-1.html
run weft replay --trace reports/model-abba/lock-graph-1.schedule
holds 'its trace takes the lock in that step' sh -c '[ "$1" -eq 0 ] && grep "^2  lock(lock\[1\])" out' sh "$status"
run weft replay reports/model-abba/finding-1.schedule
holds 'its schedule replays' grep -F 'deadlock of 2 tasks' out

for scenario in abba-ok abcabc-ok; do
	run weft explore model/$scenario
	holds "model/$scenario: a gate lock makes it infeasible" unwrapped grep -F 'infeasible within the bounds: gate lock: two of them always hold outer'
done
run weft explore model/order-in-turn
holds 'the second after the first: infeasible, and tried' unwrapped grep 'infeasible within the bounds: .*(2 executions directed at it)'
run weft explore model/order-alone
holds 'one thread alone: infeasible' grep -F 'no two tasks were seen' out
for scenario in order-line order-line-both; do
	run weft explore --keep-going --json json model/$scenario
	holds "model/$scenario: a deadlock by way of writers in line makes it feasible" unwrapped grep -F 'feasible: finding 1'
	holds "model/$scenario: it is foretold from the first execution" grep -F 'predicted 1 deadlock from the first execution, 1 confirmed' out
	run weft explore --strategy random --seed 3 --executions 50 model/$scenario
	holds "model/$scenario: so it does with random executions" unwrapped grep -F 'feasible: finding 1'
done
run weft explore --json json model/order-line
holds 'the execution directed at it finds it' grep '"sampled": 1,' json
for scenario in order-line-nobody:A order-line-self:A order-line-one:B order-readers:[AB]; do
	run weft explore "model/${scenario%:*}"
	holds "model/${scenario%:*}: readers that nobody writes between: infeasible" unwrapped grep "infeasible within the bounds: they only read ${scenario#*:}, and no other task was seen that could be in line"
done
run weft explore --strategy random --executions 30 model/order-line-nobody
holds 'not exhausted: unknown' unwrapped grep -F 'unknown: they only read A, and no other task was seen'
run weft explore model/order-line-gated
holds 'a gate lock of the writer is named' unwrapped grep -F 'infeasible within the bounds: gate lock: two of them always hold gate'
run weft explore --strategy random --executions 30 model/abcabc-ok
holds 'what was not exhausted is unknown' grep -F 'unknown: gate lock' out
run weft explore model/order-back-off
holds 'a trylock closes no cycle' sh -c '! grep cycles out'
run weft explore --strategy random --seed 3 --executions 50 model/order-mutex-abcdbcda
holds 'the same with random executions' grep -F 'deadlock of 4 tasks' out

if has_image 6.1; then
	run weft explore --kernel 6.1 --json json open-vs-kvm-release
	holds 'open against KVM release is foretold from one execution' grep '"sampled": 1,' json
	holds 'and confirmed' grep -F '1 deadlock from the first execution, 1 confirmed' out
	holds 'the chain through guests_lock has its own verdict' unwrapped grep 'guests_lock -> &kvm->lock -> &group->group_lock: \(in\)\?feasible'
	run weft explore --kernel 6.1 --keep-going open-vs-kvm-release-add
	holds 'the chain of three through kv->lock has its own verdict' unwrapped grep '&kvm->lock -> &kv->lock -> &group->group_lock: infeasible within the bounds: executions directed at it did not get all tasks to their places'
	holds 'the other one is a deadlock' unwrapped grep -F 'feasible: finding 1'
else
	skip 'open against KVM release is foretold' 'no image of kernel 6.1'
fi
for tag in 6.1 6.12; do
	if ! has_image "$tag"; then
		skip "cycles through annotations, $tag" "no image of kernel $tag"
		continue
	fi
	for scenario in sysfs_remove_locked sysfs_remove_inside work_flush_self work_flush_locked; do
		rm -rf reports	# merging coverage takes longer than these
		run weft explore --kernel "$tag" --keep-going --json json "litmus/$scenario"
		holds "litmus/$scenario, $tag: a deadlock that ends in a wait makes its cycle feasible" unwrapped grep ' cycles [^:]*: feasible: finding 1 '
		holds "litmus/$scenario, $tag: and no cycle is said to be anything else" sh -c '! grep -E "\"judged\": \"(infeasible|unknown)\"" json'
	done
	for scenario in sysfs_remove_inside work_flush_self; do
		rm -rf reports
		run weft explore --kernel "$tag" "litmus/$scenario"
		holds "litmus/$scenario, $tag: also where the search ends with it" unwrapped grep ' cycles [^:]*: feasible: finding 1 '
	done
done
if has_image 6.12; then
	run weft explore --kernel 6.12 --json json litmus/order_nested_wrong
	holds 'a lock taken with a subclass: foretold and confirmed' grep -F '1 deadlock from the first execution, 1 confirmed' out
	holds 'which the finding says' grep '"predicted": 1,$' json
	run weft explore --kernel 6.12 --keep-going litmus/srcu_mutex_deadlock
	holds 'a grace period against a reader: feasible' unwrapped grep ' cycles [^:]*: feasible: finding 1 '
else
	skip 'a lock taken with a subclass: foretold and confirmed' 'no image of kernel 6.12'
fi
finish
