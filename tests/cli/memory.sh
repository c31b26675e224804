#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# Memory errors and faults: the twins by every kind of search, and what a report
# must tell.
. "${WEFT_TEST_SRC:?run me through make check}/tests/cli/lib.sh"

models='model/put-use model/use-put model/free-seen model/free-taken
	model/free-unlist model/unlist-free'
models_bug='model/put-use model/free-seen model/free-unlist'

# Names are words.
gives 'model twins under dfs' 0 'pass:6 fail:0' \
	weft check --strategy dfs --preemptions none --out reports $models
gives 'model twins under source sets' 0 'pass:6 fail:0' \
	weft check --strategy source --out reports $models
gives 'two jobs find the same' 0 'pass:6 fail:0' \
	weft check --jobs 2 --strategy dfs --preemptions none --out reports $models
gives 'wrong models under random' 0 'pass:3 fail:0' \
	weft check --strategy random --seed 7 --executions 300 --out reports \
	$models_bug

has_image 6.12 || {
	skip 'memory errors of kernel code' 'no image of kernel 6.12'
	finish
}

twins=$(weft list scenarios | awk '$1 ~ "^litmus/memory_" { print $1 }')
wrong='litmus/memory_rcu_now litmus/memory_put_use litmus/memory_free_unlink
	litmus/memory_stale litmus/memory_overrun litmus/memory_underrun
	litmus/memory_copy_more litmus/memory_free_unset
	litmus/memory_free_member litmus/memory_cache_twice litmus/memory_leak
	litmus/memory_ring litmus/plain_free litmus/double_free
	litmus/lock_freed'
gives 'twins under dpor' 0 'fail:0' \
	weft check --strategy dpor --preemptions none --kernel 6.12 \
	--out reports $twins litmus/plain_free litmus/double_free \
	litmus/free_once litmus/lock_freed
gives 'wrong ones under random' 0 'pass:15 fail:0' \
	weft check --strategy random --seed 7 --executions 300 --kernel 6.12 \
	--out reports $wrong

run weft explore --kernel 6.12 --out reports litmus/memory_stale
text=reports/litmus-memory_stale-6.12/finding-1.txt
holds 'a use after free names the access' \
	grep -F 'thing_use() tests/litmus/weft_litmus_memory.c:' $text
holds 'and who freed it' grep -F 'freed by b (CPU1):' $text
holds 'and where' \
	grep -F 'thing_drop() tests/litmus/weft_litmus_memory.c:' $text
holds 'and who allocated it' grep -F 'allocated by main:' $text
gives 'its schedule gives it again' 1 'use after free: a writes 4 bytes' \
	weft replay reports/litmus-memory_stale-6.12/finding-1.schedule

gives 'no fault comes without being asked for' 0 'exhausted' \
	weft explore --kernel 6.12 --faults 0 --strategy dfs --out reports \
	create-with-failing-alloc
gives 'a reduction refuses faults' 64 'use --strategy dfs' \
	weft explore --kernel 6.12 --faults 1 --strategy dpor \
	--preemptions none --out reports litmus/fault_alloc
gives 'faults are among the bounds' 0 '≤1 fault, ' \
	weft explore --kernel 6.12 --out reports litmus/fault_alloc
gives 'two faults, one by one' 1 'not true: one fault at most' \
	weft explore --kernel 6.12 --faults 2 --out reports litmus/fault_alloc
holds 'a schedule says how many' grep -x 'faults 2' \
	reports/litmus-fault_alloc-6.12/finding-1.schedule
gives 'and repeats them' 1 'not true: one fault at most' \
	weft replay reports/litmus-fault_alloc-6.12/finding-1.schedule
finish
