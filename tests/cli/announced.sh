#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# Who told lockdep of a lock and then sleeps until its holder is gone waits for it: it
# does not hold it (kernfs_drain() and active references).
. "${WEFT_TEST_SRC:?run me through make check}/tests/cli/lib.sh"
need_images 6.1 6.12

for kernel in 6.1 6.12; do
	run weft explore --kernel $kernel litmus/sysfs_remove_locked
	dir=reports/litmus-sysfs_remove_locked-$kernel
	sed '/^Every step/q' $dir/finding-1.txt >text
	holds "$kernel: the summary is that of the wait" grep -F 'blocked for ever: a waits for &root->deactivate_waitq' text
	tr -s ' \n' '  ' <text >line
	holds "$kernel: it waits for the holder" grep -F 'a (CPU0) waits for kn->active, held by attribute_writer (CPU1), at &root->deactivate_waitq:' line
	holds "$kernel: which holds it" grep '^  #[0-9]: kn->active (shared), since step' text
	holds "$kernel: and it does not" sh -c '! grep "#[0-9]: kn->active, since step\|[0-9]  lock(kn->active)" text'
	holds "$kernel: it holds what it holds" grep -F 'a (CPU0) holds 1 lock:' text
	holds "$kernel: the table says where it stands" grep 'wait for kn->active at' text
	tr -s ' \n' '  ' <$dir/finding-1.html | sed 's/<[^>]*>//g' >page
	holds "$kernel: the page says it" grep 'waits for ever for *kn-&gt;active, held by.*attribute_writer *, at &amp;root-&gt;deactivate_waitq' page

	run weft explore --kernel $kernel litmus/sysfs_remove_inside
	schedule=reports/litmus-sysfs_remove_inside-$kernel/finding-1.schedule
	tr -s ' \n' '  ' <"${schedule%.schedule}.txt" >line
	holds "$kernel: who has it itself is told so" grep -F 'attribute_writer (CPU0) waits for kn->active, held by itself, at &root->deactivate_waitq:' line
done

# Work items of one queue run at once, each inside of what both announce: no wait.
run weft explore --kernel 6.12 litmus/work_flush_locked
holds 'an announced lock that nobody waits for is held' grep '(wq_completion)events, since' reports/litmus-work_flush_locked-6.12/finding-1.txt

if gdb -batch -ex 'python print(1 + 1)' 2>/dev/null | grep -x 2 >/dev/null; then
	printf '%s\n' 'weft threads' 'weft locks' 'weft why' quit |
		HOME=$tmp timeout -s KILL 120 weft replay --gdb "$schedule" >out 2>err
	holds 'gdb: threads' grep -F 'next: wait for kn->active, held by itself, at &root->deactivate_waitq' out
	holds 'gdb: locks' grep -F 'attribute_writer wants it' out
	holds 'gdb: why' grep -F 'which is where we began: attribute_writer never goes on' out
else
	skip 'gdb: threads, locks, why' 'gdb with Python is missing'
fi
finish
