#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# The exit status is the verdict; of several campaigns the worst.
. "${WEFT_TEST_SRC:?run me through make check}/tests/cli/lib.sh"

gives 'exhausted is 0' 0 'model/abba-ok: exhausted' weft explore model/abba-ok
gives 'bug is 1' 1 'model/abba: bug' weft explore model/abba
gives 'incomplete is 2: --executions' 2 'because   the limit on executions was reached' \
	weft explore --executions 2 model/lockinc
gives 'incomplete is 2: --time' 2 'because   the time limit of 0.2 s was reached' \
	weft explore --time 0.2 --strategy dfs --param n=12 model/lockinc

weft explore --quiet model/abba >out 2>err
sed 's/^run .*/run 1x1 2x1 1x5/' reports/model-abba/finding-1.schedule >edited.schedule
gives 'nondeterminism is 3: the schedule goes on after the end' 3 'the execution ended at step 2, but the schedule goes on to step 7' \
	weft replay edited.schedule
sed 's/^run .*/run 7x1/' reports/model-abba/finding-1.schedule >edited.schedule
gives 'nondeterminism is 3: the schedule names a task that is not there' 3 'task 7 should run' \
	weft replay edited.schedule
gives 'and it says so' 3 'verdict: nondeterminism' weft replay edited.schedule
gives 'replay of a bug is 1' 1 'verdict: bug' weft replay reports/model-abba/finding-1.schedule
gives 'usage is 64' 64 "name a verb" weft

gives 'bug and exhausted: 1' 1 'model/abba-ok: exhausted' weft explore --quiet model/abba model/abba-ok
gives 'exhausted and bug: 1' 1 'model/abba-ok: exhausted' weft explore --quiet model/abba-ok model/abba
gives 'incomplete and exhausted: 2' 2 'model/lockinc: incomplete' \
	weft explore --quiet --executions 5 model/lockinc model/abba-ok
gives 'a bug is worse than incomplete' 1 'model/lockinc: incomplete' \
	weft explore --quiet --executions 5 model/abba model/lockinc

gives 'check is 0 when all is as expected' 0 'ok 1 model/abba' weft check model/abba
gives 'check is that of the failed campaign' 2 'not ok 1 model/lockinc' weft check --executions 1 model/lockinc

if has_image 6.1; then
	gives 'unmodelled is 4, and names the function' 4 "reached 'kvm_arch_vcpu_precreate', which is not modelled" \
		weft explore --kernel 6.1 test/unmodelled
	gives 'unmodelled is worse than a bug' 4 'model/abba: bug' \
		weft explore --quiet --kernel 6.1 test/unmodelled model/abba
else
	skip 'unmodelled is 4, and names the function' 'no image of kernel 6.1'
	skip 'unmodelled is worse than a bug' 'no image of kernel 6.1'
fi
finish
