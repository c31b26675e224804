#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# Data races are findings: told with both sides, and no reason for the verdict.
. "${WEFT_TEST_SRC:?run me through make check}/tests/cli/lib.sh"

run weft explore --json json model/race-unlocked
gives 'a race is no reason for the verdict bug' 0 'model/race-unlocked: exhausted' weft explore model/race-unlocked
holds 'but it is told' grep -F 'plain write in add_plainly()' out
holds 'and is advisory' grep '"advisory": true' json
run weft replay reports/model-race-unlocked/finding-1.schedule
holds 'its schedule shows it again' grep -F 'Nothing orders the two' out
gives '--races bug makes it one' 1 'model/race-unlocked: bug' weft explore --races bug model/race-unlocked
run weft explore --races off model/race-unlocked
holds '--races off looks for none' sh -c '! grep -F "races" out'
gives '--races takes three words' 64 "'some' is none of report, bug and off" weft explore --races some model/abba

run weft explore --races bug --strategy dpor model/race-relaxed
holds 'dpor finds it too' grep -F 'publish()' out
run weft explore --races bug --strategy random --seed 5 --executions 100 model/race-relaxed
holds 'and random executions' grep -F 'publish()' out

weft explore --quiet --json first model/race-two-locks >out 2>err
weft explore --quiet --json second model/race-two-locks >out 2>err
sed '/seconds\|per_second/d' first >a
sed '/seconds\|per_second/d' second >b
same 'two runs tell the same' a b

# Both sides are brought together, and what only a lock's way hides is foretold.
run weft explore --json json model/race-two-locks
holds 'both sides meet' grep -F 'met       both sides of 1 of 1 data race' out
holds 'which the report says' grep -F 'Both sides met: before step 4 both tasks stood' reports/model-race-two-locks/finding-1.txt
holds 'with the value between the two' grep -F 'value 0x0 -> 0x1' reports/model-race-two-locks/finding-1.txt
holds 'and the lock of each' sh -c 'grep -F "#0: lock, taken by add_locked() scenarios/models/race.c:26," reports/model-race-two-locks/finding-1.txt && grep -F "#0: other, taken by add_locked() scenarios/models/race.c:26," reports/model-race-two-locks/finding-1.txt'
holds 'which the JSON has with its stack' sh -c 'grep -A60 "\"taken\"" json | grep -A12 "\"stack\"" | grep -F "\"function\": \"add_locked\""'
holds 'and the page' grep -F 'taken in add_locked() scenarios/models/race.c:26' reports/model-race-two-locks/finding-1.html
holds 'the schedule is the smallest in which they meet' grep -A1 -F 'proven smallest' reports/model-race-two-locks/finding-1.txt
holds 'and says so' grep -F 'of the schedules in which both sides meet' reports/model-race-two-locks/finding-1.txt
holds 'it ends with the second access' grep -x 'run 2x1 1x3 2x1' reports/model-race-two-locks/finding-1.schedule
run weft replay --trace reports/model-race-two-locks/finding-1.schedule
holds 'a trace has the stacks of the locks' sh -c 'grep -A1 "#0: lock, taken" out | grep -F "        add_locked() scenarios"'
run weft replay reports/model-race-two-locks/finding-1.schedule
holds 'its schedule brings them together again' grep -F 'Both sides met: before step 4' out
run weft replay reports/model-race-two-locks/finding-1-first.schedule
holds 'as it was found they lay apart' sh -c '! grep "Both sides met" out'
run weft explore --json json model/race-relaxed
holds 'what waits for a flag cannot meet' grep -F 'met       both sides of 0 of 1 data race' out
holds 'and says why' grep -F 'Both sides did not meet in 3 executions directed at it: with one access held back, the other task does not come to its own' reports/model-race-relaxed/finding-1.txt
for name in handed-on too-late; do
	run weft explore --json json model/race-$name
	holds "$name: foretold from an execution that does not show it" grep -F 'predicted 1 data race from the first executions, 1 confirmed' out
	holds "$name: found by one directed at it" grep -F 'predicted from the accesses of execution 1,' reports/model-race-$name/finding-1.txt
	holds "$name: where both sides met" grep -F 'both sides of 1 of 1 data race' out
done
run weft explore --json json model/norace-ready
holds 'what a flag under the lock announces is not foretold' grep -F '"foretold": [],' json

for tag in 6.1; do
	if ! has_image $tag; then
		skip "mdev->active of kernel $tag" "no image of kernel $tag"
		continue
	fi
	run weft check --out reports --jobs 1 --kernel $tag --keep-going --executions 400 create-vs-remove-before-active
	cat reports/create-vs-remove-before-active-$tag/finding-*.txt >findings
	holds "$tag: the race on mdev->active is told" grep -F 'mdev_device_remove()' findings
	holds "$tag: with the write of the one side" grep 'mdev_device_create() drivers/vfio/mdev/mdev_core.c:198' findings
	holds "$tag: the read of the other" grep 'mdev_device_remove() drivers/vfio/mdev/mdev_core.c:229' findings
	holds "$tag: and the lock held there" grep -A1 'mdev_list_lock, taken by mdev_device_remove()' findings
	# With ten times WEFT_EXAMINE_RACE_STEPS it was proven that fewer do not do.
	holds "$tag: with two preemptions" grep '^  2 preemptions,' findings
	holds "$tag: and both sides met" sh -c 'grep -c "Both sides met" reports/create-vs-remove-before-active-6.1/finding-*.txt'
	run weft check --out reports --jobs 1 --kernel $tag --json json dma-map-vs-close
	holds "$tag: the race on the driver of a container is foretold and met" sh -c 'grep -F "\"met\": true" json && grep -A2 -F "\"kind\": \"data race\"" json | grep -F "vfio_fops_unl_ioctl() drivers/vfio/container.c:355"'
	run weft check --out reports --kernel $tag --executions 500 --json json create-vs-create-same-uuid
	holds "$tag: creating against creating has none" sh -c '! grep "\"kind\": \"race\"" json'
done
finish
