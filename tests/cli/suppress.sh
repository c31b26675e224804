#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# Suppressions: what is known is shown with its reason, and is no bug.
. "${WEFT_TEST_SRC:?run me through make check}/tests/cli/lib.sh"

# entries LINE...: a file of suppressions
entries() {
	printf 'weft-suppressions 1\n' >known
	for line do printf '%s\n' "$line" >>known; done
}

explore() { weft explore --out reports --suppress known "$@"; }

entries 'kind: deadlock' 'lock: lock[0]' 'lock: lock[1]' 'reason: by design'
gives 'a known deadlock is no bug' 0 'exhausted' explore model/abba
tr -s '\n ' ' ' <out >line
holds 'its reason is shown' grep -F 'suppressed by known:2: by design' line
holds 'it is counted' grep -F '1 finding suppressed' out
holds 'and in its own report' grep -F 'suppressed by known:2: by design' reports/model-abba/finding-1.txt
run explore --json result.json model/abba
holds 'JSON has the reason' grep -F '"reason": "by design"' result.json
holds 'and counts it' grep -x ' *"suppressed": 1,' result.json
gives 'weft check does not take it for a new finding' 1 'verdict exhausted, but bug is expected' \
	weft check --out reports --suppress known model/abba

gives 'a reduction says the same' 0 'exhausted' explore --strategy dpor model/abba
gives 'and so do several processes' 0 'exhausted' explore --strategy dfs --jobs 2 model/abba

entries 'kind: deadlock' 'lock: lock[0]' 'reason: by design'
gives 'all locks of the finding must be named' 1 'bug' explore model/abba
gives 'an entry that is not used is told' 1 'known:2 is not used' explore model/abba
entries 'kind: context' 'lock: *' 'reason: by design'
gives 'the kind must be the same' 1 'bug' explore model/abba
entries 'kind: deadlock' 'lock: *' 'scenario: model/philo*' 'reason: by design'
gives 'and the scenario' 1 'bug' explore model/abba
entries 'kind: deadlock' 'text: *taker-1 waits for*' 'reason: by design'
gives 'a text is enough' 0 'exhausted' explore model/abba
entries 'kind: invariant' 'file: scenarios/models/account.c' 'reason: teaching'
gives 'a file is enough' 0 'exhausted' explore model/account
entries 'kind: context' 'function: release_for_*' 'reason: teaching'
gives 'a function is enough' 0 'exhausted' explore model/release-other
entries 'kind: context' 'function: own' 'reason: teaching'
gives 'also where the lock was taken' 0 'exhausted' explore model/release-other
entries 'kind: context' 'function: nobody' 'reason: teaching'
gives 'but not any' 1 'bug' explore model/release-other

# A lock order is no finding: its cycle is told with the reason, and a deadlock stays one.
entries 'kind: lock order' 'lock: A' 'lock: B' 'lock: C' 'reason: the gate is held'
gives 'a known lock order is told with its reason' 0 'suppressed by known:2: the gate is held' \
	explore --json result.json model/order-gated
holds 'next to its verdict' grep -F 'infeasible within the bounds: gate lock' out
holds 'in JSON, too' sh -c "grep -A 4 '\"suppressed\": {' result.json | grep -F '\"reason\": \"the gate is held\"'"
holds 'which counts it as used' grep -x ' *"used": 1' result.json
holds 'and on the page of the lock graph' grep -F 'suppressed: the gate is held' reports/model-order-gated/lock-graph.html
gives 'several processes say the same' 0 'suppressed by known:2: the gate is held' \
	explore --strategy dfs --jobs 2 model/order-gated
gives 'it says so where nobody knows' 2 'suppressed by known:2: the gate is held' \
	explore --strategy random --seed 1 --executions 50 model/order-gated
holds 'which changes no verdict' grep -F 'unknown: gate lock' out
entries 'kind: lock order' 'lock: A' 'lock: B' 'reason: the gate is held'
gives 'all its locks must be named' 0 'known:2 is not used' explore model/order-gated
entries 'kind: lock order' 'text: A -> B -> C -> A' 'reason: the gate is held'
gives 'its text may be named' 0 'suppressed by known:2' explore model/order-gated
entries 'kind: lock order' 'function: take' 'file: scenarios/models/lock_order.c' 'reason: the gate is held'
gives 'and where its locks are taken' 0 'suppressed by known:2' explore model/order-gated
entries 'kind: lock order' 'function: nobody' 'reason: the gate is held'
gives 'but not somewhere else' 0 'known:2 is not used' explore model/order-gated
entries 'kind: lock order' 'lock: lock[0]' 'lock: lock[1]' 'reason: they never meet'
gives 'a feasible one is a deadlock' 1 'a feasible one is a deadlock' explore --json result.json model/abba
holds 'whose cycle is not suppressed' sh -c "! grep -F 'suppressed by' out"
entries 'kind: deadlock' 'lock: lock[0]' 'lock: lock[1]' 'reason: by design'
gives 'which is suppressed as such' 0 'feasible: finding 1' explore model/abba

# wrong PROMISE TEXT LINE...
wrong() {
	promise=$1 text=$2
	shift 2
	entries "$@"
	gives "$promise" 64 "$text" explore model/abba
}

wrong 'a reason is needed' "known:2: this entry has no 'reason:'" 'kind: deadlock' 'lock: A'
wrong 'a kind is needed' "known:3: this entry has no 'kind:'" '' 'lock: A' 'reason: r'
wrong 'a place is needed' 'known:2: this entry would hide every deadlock finding' 'kind: deadlock' 'reason: r'
wrong 'the kind must exist' "known:2: there is no detector 'deadlok'" 'kind: deadlok'
wrong 'keys must exist' "known:3: unknown key 'lok'" 'kind: deadlock' 'lok: A'
wrong 'lines are keys and patterns' "known:2: 'deadlock' is not 'key: pattern'" 'deadlock'
wrong 'nothing is no pattern' "known:2: nothing behind 'lock:'" 'lock:'
wrong 'an entry has one reason' "known:4: a second 'reason:'" 'kind: deadlock' 'reason: a' 'reason: b'
printf 'weft-suppressions 2\n' >known
gives 'the format is checked' 64 'known:1: format' explore model/abba
printf 'kind: deadlock\n' >known
gives 'the first line is needed' 64 "known:1: not a file of suppressions" explore model/abba
gives 'the file must be there' 64 'cannot read nowhere' weft explore --suppress nowhere model/abba
finish
