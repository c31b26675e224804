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

# told_as LITMUS: its only race, as the report tells it
told_as() {
	run weft explore --json json --kernel 6.1 --out reports "litmus/$1"
	told=reports/litmus-$1-6.1/finding-1
}

told_as kcsan_assert_writer
holds 'an assertion is told as one' grep -F 'assert: race: ASSERT_EXCLUSIVE_WRITER in assert_writer()' out
holds 'with what it asserts' grep -F 'ASSERT_EXCLUSIVE_WRITER() is no access: it asserts that nobody else writes' $told.txt
holds 'in the words of KCSAN' grep -F 'assert no writes to 4 bytes by a' $told.txt
holds 'its step is no read' sh -c "sed -n '/Every step/,\$p' $told.txt | grep -A1 -F '  ASSERT_EXCLUSIVE_' | grep -F WRITER"
holds 'the page says so too' grep -F '<dt>ASSERT_EXCLUSIVE_WRITER()</dt><dd>nobody else writes, at this moment' $told.html
holds 'and the JSON' grep -F '"assertion": "ASSERT_EXCLUSIVE_WRITER"' json
told_as kcsan_assert_access
holds 'that of all accesses' grep -F 'assert no accesses to 4 bytes by a' $told.txt
told_as kcsan_assert_access_scoped
holds 'that of a scope' grep -F 'reads or writes this memory from there to the end of its scope.' $told.txt
holds 'KCSAN filters no assertion' sh -c '! grep -F "KCSAN would not tell" '$told.txt
told_as kcsan_basic
holds 'no access is told as an assertion' sh -c '! grep -i assert '$told.txt
holds 'nor as filtered, where a value changes' sh -c '! grep -F "KCSAN would not tell" '$told.txt
told_as kcsan_same_value
holds 'where none changes KCSAN is silent' grep -F 'KCSAN would not tell this one by default: KCSAN_REPORT_VALUE_CHANGE_ONLY' $told.txt
holds 'which the JSON says' grep -A1 -F '"kcsan_filters": [' json
holds 'and names' grep -F '"KCSAN_REPORT_VALUE_CHANGE_ONLY"' json
holds 'and the page' grep -F '<code>KCSAN_REPORT_VALUE_CHANGE_ONLY</code>' $told.html
told_as kcsan_write_write
holds 'two plain writes KCSAN takes for atomic' grep -F 'by default: KCSAN_ASSUME_PLAIN_WRITES_ATOMIC' $told.txt
holds 'though they change a value' sh -c '! grep -F VALUE_CHANGE '$told.txt
finish
