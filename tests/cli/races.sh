#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# Plain accesses on a kernel image: which granules race, and are told so.
. "${WEFT_TEST_SRC:?run me through make check}/tests/cli/lib.sh"
need_images 6.1

# races PROMISE COUNT LITMUS: so many granules race in every schedule of it
races() {
	run weft check --json result.json --kernel 6.1 --out reports "litmus/$3"
	json result.json memory >memory
	if [ "$status" -eq 0 ] && [ "$(wc -l <memory)" -eq "$2" ]; then
		pass "$1"
	else
		fail "$1" memory out err
	fi
}

races 'increments without a lock race' 1 plain_unlocked
races 'under a mutex they do not' 0 plain_mutex
races 'under a spinlock they do not' 0 plain_spin
races 'readers and writers of a rwsem do not' 0 plain_rwsem
races 'one without the lock races with one under it' 1 plain_half_locked
races 'complete() orders' 0 plain_completion
races 'queueing and flushing work orders' 0 plain_work
races 'release and acquire order, where they meet' 0 plain_published
races 'and not where they do not' 1 plain_not_published
races 'neighbouring bytes do not race' 0 plain_neighbours
races 'memcpy() races as a whole' 2 plain_range
races 'a list under a mutex does not' 0 plain_list
races 'kfree() races with a use' 1 plain_free
races 'sleeping races with nothing of the model' 0 msleep

run weft explore -v --kernel 6.1 --out reports litmus/plain_unlocked
cp out one
run weft explore -v --kernel 6.1 --out reports litmus/plain_unlocked
steady <one >first
steady <out >second
same 'two runs tell the same races' first second
holds 'a race names its memory' grep -F 'racy      counter+0:' out
holds 'and both accesses' grep -c -F 'by task 6 in count_up(), tests/litmus/weft_litmus_plain.c:' out
finish
