#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# weft replay --gdb stops at the finding and goes step by step, back too.
. "${WEFT_TEST_SRC:?run me through make check}/tests/cli/lib.sh"
need_images 6.1
command -v gdb >/dev/null || skip_all 'gdb is missing'
gdb -batch -ex 'python print(1 + 1)' 2>/dev/null | grep -x 2 >/dev/null ||
	skip_all 'gdb has no Python'

run weft explore --kernel 6.1 open-vs-kvm-release
schedule=reports/open-vs-kvm-release-6.1/finding-1.schedule
holds 'there is a schedule' [ -s "$schedule" ]

# session COMMAND...: each on a line of its own; leaves out
session() {
	printf '%s\n' "$@" quit |
		HOME=$tmp timeout -s KILL 120 weft replay --gdb "$schedule" >out 2>err
}

# shows PROMISE TEXT
shows() {
	if grep -F -e "$2" out >/dev/null; then pass "$1"; else fail "$1" out err; fi
}

session 'weft threads' 'weft locks' 'weft why'
shows 'it stops at the finding' 'deadlock of 2 tasks: open waits for &kvm->lock'
shows 'threads: what each wants next' 'next: lock &kvm->lock, held by kvm-release in update_locks_get()'
shows 'threads: what each holds' 'holds &group->group_lock since step'
shows 'locks: who wants them' 'kvm-release wants it'
shows 'why: it comes round' 'which is where we began: open never goes on'

session 'weft back' 'weft back' 'weft step' 'weft finding' 'weft back 1000' 'weft threads'
sed -n 's/^(gdb) *//; s/^\(step [0-9]*\), [a-z-]*: .*/\1/p; s/^\(after step [0-9]*\): .*/\1/p' out >moves
last=$(sed -n '1s/^after step \([0-9]*\)$/\1/p' moves)
holds 'it says after how many steps' [ "${last:-0}" -gt 3 ]
cat >want <<END
after step $last
step $((last - 1))
step $((last - 2))
step $((last - 1))
after step $last
step 1
END
same 'back, back, on, to the finding, and to the beginning' want moves
shows 'the code under test is shown' 'virt/kvm/kvm_main.c:'
shows 'threads: who runs' 'runs'

# gdb 13 calls no function where the processor has AMX: then it must say so.
session 'weft back 1000' 'break mutex_unlock' 'continue' 'weft threads'
if grep 'gdb cannot call a function here' err >/dev/null; then
	skip 'threads at a breakpoint of the user' 'this gdb cannot call functions on this processor'
else
	shows 'threads at a breakpoint of the user' 'can go on'
fi

session 'weft back x' 'weft nonsense' 'kill' 'weft threads'
holds 'a bad number is an error' grep "'x' is no number" err
shows 'threads of nothing' 'The replay is not running'
finish
