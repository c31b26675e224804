#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# A loop without an operation ends: by the count of its accesses as a finding, or
# by the clock as incomplete. What was found before is reported all the same.
. "${WEFT_TEST_SRC:?run me through make check}/tests/cli/lib.sh"

# Task, function and line; the line is that of the loop.
loop=$(grep -n 'i != turns' "$src/scenarios/models/livelock.c" | cut -d: -f1)
for jobs in 1 2; do
	gives "a loop of registers ends as incomplete (--jobs $jobs)" 2 \
		'task 1 (dreamer) made no step in 0.3 s of processor time: it is in dreamer() scenarios/models/livelock.c:' \
		timeout -s KILL 60 weft explore --jobs $jobs --stall 0.3 --param n=0 model/dream
	line=$(sed -n 's/.*livelock\.c:\([0-9]*\).*/\1/p' out | head -n 1)
	holds "and says where (--jobs $jobs)" [ "$line" -ge "$loop" -a "$line" -le $((loop + 1)) ]
done
gives 'the same loop with an end is exhausted' 0 'model/dream: exhausted' \
	weft explore --stall 0.3 model/dream
gives 'and a bad limit is told' 64 'is not a number of seconds above 0' weft explore --stall 0 model/dream
gives 'a bad number of accesses, too' 64 "--spin: '3' is not a number from 1000" weft explore --spin 3 model/dream

if has_image 6.12; then
	gives 'accesses without end are a finding' 1 'in a row in stuck_sum() tests/litmus/weft_litmus_stuck.c:' \
		weft explore --kernel 6.12 litmus/stuck_list_ring
	mv out first
	weft explore --kernel 6.12 litmus/stuck_list_ring 2>err | sed 's/  took .*//' >second
	sed -i 's/  took .*//' first
	same 'the same ones in every run' first second
	gives 'and it replays' 1 'verdict: bug' weft replay reports/litmus-stuck_list_ring-6.12/finding-1.schedule
	gives 'fewer are a finding sooner' 1 'made 5000 memory accesses' \
		weft explore --spin 5000 --kernel 6.12 litmus/stuck_list_ring
else
	skip 'accesses without end are a finding' 'no image of kernel 6.12'
fi
finish
