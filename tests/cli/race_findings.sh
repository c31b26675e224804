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
	holds "$tag: and the lock held there" grep 'mdev_list_lock, since step' findings
	run weft check --out reports --kernel $tag --executions 500 --json json create-vs-create-same-uuid
	holds "$tag: creating against creating has none" sh -c '! grep "\"kind\": \"race\"" json'
done
finish
