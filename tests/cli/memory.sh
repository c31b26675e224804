#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# Memory errors and faults: twins without a kernel by other searches, and what a
# report must tell; those with one are in twins.sh.
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

run weft explore --out reports model/free-unlist
text=reports/model-free-unlist/finding-1.txt
holds 'the free of a model is a step' grep -F 'freed by remover (CPU1) at step 2:' $text
holds 'of the same thing that is read' grep -F 'remover freed object in free_unlist()' $text

has_image 6.12 || {
	skip 'memory errors of kernel code' 'no image of kernel 6.12'
	finish
}

run weft explore --kernel 6.12 --out reports litmus/memory_stale
text=reports/litmus-memory_stale-6.12/finding-1.txt
holds 'a use after free names the access' \
	grep -F 'thing_use() tests/litmus/weft_litmus_memory.c:' $text
holds 'and who freed it' grep -E 'freed by b \(CPU1\) after step [0-9]+:$' $text
holds 'and where' \
	grep -F 'thing_drop() tests/litmus/weft_litmus_memory.c:' $text
holds 'the table has the free' sh -c "sed -n '1,/^noticed/p' $text | grep -A2 -F '| frees the object' | grep -F 'thing_drop()'"
holds 'every step has it' sh -c "sed -n '/^Every step/,\$p' $text | grep -F '| frees the object'"
holds 'behind the step that is named' sh -c "n=\$(sed -n 's/^freed by b (CPU1) after step \([0-9]*\):/\1/p' $text); grep -A1 \"^ *\$n  \" ${text%.txt}-steps.txt | tail -n 1 | grep -F 'frees the object  in thing_drop()'"
holds 'and the page' grep -F '"x":"frees the object"' ${text%.txt}.html
holds 'and who allocated it' grep -F 'allocated by main:' $text
gives 'its schedule gives it again' 1 'use after free: a writes 4 bytes' \
	weft replay reports/litmus-memory_stale-6.12/finding-1.schedule

gives 'no fault comes without being asked for' 0 'exhausted' \
	weft explore --kernel 6.12 --faults 0 --strategy dfs --out reports \
	create-with-failing-alloc
# Whether a task is asked depends on what it looked at, in all of these.
for strategy in dpor source sleep; do
	for name in lock timeout; do
		weft explore --kernel 6.12 --strategy $strategy --quiet \
			--json - --out reports "litmus/fault_$name" >json \
			2>/dev/null </dev/null
		echo "$name $(json json verdict | head -n 1) $(json json executions | grep -v null | head -n 1)"
	done >"$strategy"
done
cat >want <<'END'
lock "exhausted" 12
timeout "exhausted" 26
END
same 'dpor explores each trace with a fault' want dpor
same 'source sets as many' want source
same 'and sleep sets as many' want sleep
gives 'a reduction finds what a failing allocation costs' 1 \
	'a creation that fails does not cost an instance' \
	weft explore --kernel 6.12 --strategy dpor \
	--focus drivers/vfio/mdev --out reports --jobs 2 --json json \
	create-with-failing-alloc
holds 'JSON has the check, though a worker found it' \
	grep -Fx '            "expression": "after == state->before",' json
holds 'and the numbers' grep -E '"values": "[0-9]+ == [0-9]+"' json
gives 'faults are among the bounds' 0 '≤1 fault, ' \
	weft explore --kernel 6.12 --out reports litmus/fault_alloc
gives 'two faults, one by one' 1 'not true: one fault at most' \
	weft explore --kernel 6.12 --faults 2 --out reports litmus/fault_alloc
holds 'a schedule says how many' grep -x 'faults 2' \
	reports/litmus-fault_alloc-6.12/finding-1.schedule
gives 'and repeats them' 1 'not true: one fault at most' \
	weft replay reports/litmus-fault_alloc-6.12/finding-1.schedule

# What is declared to be kept is so in the execution that says it, and in no other one:
# by searches that go back to states behind the allocation, by several processes, and
# where a search goes on that was saved.
kept='litmus/memory_kept litmus/memory_kept_not litmus/memory_kept_freed
	litmus/memory_kept_freed_whole litmus/memory_kept_if_first
	litmus/memory_kept_or_dropped litmus/memory_told litmus/memory_told_kept
	litmus/memory_told_in_state litmus/memory_kept_nothing'
for how in '--strategy sleep' '--strategy dfs --jobs 2'; do
	gives "what is kept is no leak, and nothing else ($how)" 0 'pass:10 fail:0' \
		weft check --kernel 6.12 --out reports $how $kept
done

# kept_result OPTION...: ./result of the search that has to go back
kept_result() {
	run weft explore --kernel 6.12 --strategy dpor --keep-going --json json \
		--out reports "$@" litmus/memory_kept_if_first
	steady <json | grep -v '"executions_aside"\|"minimise_executions"' >result
}

kept_result
cp result once
holds 'a leak of some orders only is found' grep -F 'leak: a 56-byte kmalloc' once
kept_result --jobs 2
same 'two processes find the same' once result
kept_result --executions 5 --checkpoint point
kept_result --resume point
same 'and so does a search that was saved before it' once result

gives 'a declaration of nothing has its place' 1 'invariant: not true: what weft_keep() is given' \
	weft explore --kernel 6.12 --out reports litmus/memory_kept_nothing
holds 'in the code that made it' grep -F 'kept_nothing() tests/litmus/weft_litmus_memory.c:' \
	reports/litmus-memory_kept_nothing-6.12/finding-1.txt
if has_image 6.1; then
	run weft explore --kernel 6.1 --out reports mbochs-get-dmabuf-vs-close
	sed '/^noticed/,$d' reports/mbochs-get-dmabuf-vs-close-6.1/finding-1.txt >table
	holds 'a free in a model of a call has that call' sh -c "grep -A1 -F '| frees the object' table | grep -F 'in close(7)'"
	holds 'what task 0 accessed is there' sh -c "grep -A7 -F '| use after free: main' table | grep -F 'in close(640)'"
else
	skip 'the free of a file' 'no image of kernel 6.1'
fi
if has_image 6.1; then
	run weft explore --kernel 6.1 --out reports create-with-failing-alloc
	at=$(grep -l '^crash: WARNING' reports/create-with-failing-alloc-6.1/finding-?.txt)
	sed '1d;/^noticed/,$d' "$at" >table
	holds 'what warns is one row' [ "$(grep -c 'WARNING at' table)" -eq 1 ]
	run weft explore --kernel 6.1 --preemptions 2 --out reports open-vs-kvm-release
	sed -n '/^    CPU0 open/,/^It happens/p;/^It happens/q' reports/open-vs-kvm-release-6.1/finding-1.txt >table
	sed -n '/^    CPU0 open/,/^It happens/p;/^It happens/q' "$src/README.md" >shown
	same 'the README shows the table of today' shown table
fi
finish
