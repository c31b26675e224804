#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# weft rules: what protects the members that docs/locking-rules.md looks at.
. "${WEFT_TEST_SRC:?run me through make check}/tests/cli/lib.sh"
need_images 6.1 6.12

scenarios='open-vs-kvm-release open-vs-close create-vs-create-last-instance create-vs-remove-before-active'
# shellcheck disable=SC2086
run weft rules --executions 60 --kernel 6.12 $scenarios
holds 'exit status 0, though there are bugs' [ "$status" -eq 0 ]
cp out first
cp reports/rules-6.12.json first.json

# rule STRUCTURE MEMBER: the lines about it
rule() {
	sed -n "/^struct $1\$/,/^\$/p" reports/rules-6.12.txt |
		sed -n "/^  \\.$2\$/,/^  \\./p" | sed '1d; /^  \./d; /^$/d; s/ (and .*$//' >got
}

# says PROMISE TEXT...: the rule begins with these lines, one for each text
says() {
	promise=$1
	shift
	printf '%s\n' "$@" >want
	sed 's/  */ /g; s/^ //; s/ ([0-9]* places*)$//; s/ (and.*//' got >plain
	head -n $# plain >begin
	same "$promise" want begin
}

rule vfio_group kvm
says 'vfio_group.kvm: kvm_ref_lock' 'written &group->kvm_ref_lock' 'read &group->kvm_ref_lock'
rule vfio_device open_count
says 'vfio_device.open_count: the lock of the device set' \
	'written &new_dev_set->lock' 'read &new_dev_set->lock'
rule mdev_parent available_instances
says 'mdev_parent.available_instances: mdev_list_lock, but to show it' \
	'written mdev_list_lock' 'read mdev_list_lock, in 1 of 2 places'
holds 'and says where not' grep 'not in available_instances_show() .*, marked$' got
rule mdev_device active
says 'mdev_device.active: mdev_list_lock, but for the store in create' \
	'written mdev_list_lock, in 1 of 2 places' \
	'not in mdev_device_create() drivers/vfio/mdev/mdev_core.c:198' \
	'(seen in create-vs-remove-before-active)' 'read mdev_list_lock'
holds 'lockdep_assert_held() of the source is never denied' \
	grep '^What the source asserts: .*, held in all$' first
holds 'the order of locks is there' grep -A3 '^  with &kvm->lock held$' first

holds 'what comments of the source say agrees' \
	grep 'mdev_parent.available_instances,$' first
holds 'and none of them disagrees' grep '^What comments of the source say .* 0 disagree,$' first

# --- the same as a page ----------------------------------------------------------------
page=reports/rules-6.12.html
if command -v tidy >/dev/null; then
	holds 'tidy has nothing to say of the page' \
		sh -c '! tidy -q -e "$1" 2>&1 | grep .' sh "$page"
else
	skip 'the form of the page' 'tidy is missing'
fi
holds 'the start page leads to it' grep 'href="rules-6.12.html"' reports/index.html
holds 'a place that breaks a rule leads to its schedule' \
	sh -c 'tr "\n" " " <"$1" | grep -o "mdev_core.c:198<br><small>seen in create-vs-remove-before-active: <a href=\"rules-6.12/[0-9]*.schedule\""' sh "$page"
holds 'which is there' [ -s reports/rules-6.12/1.schedule ]

# --- the schedule of a broken rule leads there ---------------------------------------
if [ -x /usr/bin/python3 ]; then
	/usr/bin/python3 - <<'END'
import json
for member in json.load(open("reports/rules-6.12.json"))["members"]:
    if member["member"] == "mdev_device.active":
        for place in member["places"]:
            if "mdev_device_create" in place["place"]:
                open("active.schedule", "w").write(place["schedule"])
END
	run weft replay active.schedule
	holds 'the schedule of a broken rule is followed to its end' [ "$status" -le 1 ]
else
	skip 'the schedule of a broken rule' 'python3 is missing'
fi

# --- the same again --------------------------------------------------------------------
# shellcheck disable=SC2086
run weft rules --executions 60 --kernel 6.12 $scenarios
same 'two runs say the same' first out
same 'and write the same' first.json reports/rules-6.12.json

# --- another kernel, another rule ---------------------------------------------------------
run weft rules --executions 60 --kernel 6.1 open-vs-kvm-release
rule_61=$(sed -n '/^struct vfio_group$/,/^$/p' reports/rules-6.1.txt | sed -n '/^  \.kvm$/,/^  \./p')
holds 'on 6.1 group_lock protects vfio_group.kvm' \
	sh -c 'printf "%s\n" "$1" | grep "written  &group->group_lock"' sh "$rule_61"
# --- who waits for whom: the removal, until the last user is gone ----------------------------
run weft rules --executions 300 --kernel 6.12 open-vs-remove-device
sed -n '/^Who waits for whom/,$p' out | tr -s ' \n' ' ' >waits
holds 'who waits for whom, and with which locks' \
	grep 'vfio_unregister_group_dev() [^ ]*, holding .*&dev->mutex, waits for vfio_device_put_registration()' waits
holds 'the page says it, too' grep 'vfio_device_put_registration() drivers/vfio/' reports/rules-6.12.html

# --- an earlier campaign's reports stay ------------------------------------------------------
run weft explore --kernel 6.1 open-vs-kvm-release
run weft rules --executions 20 --kernel 6.1 open-vs-kvm-release
holds 'rules leave the reports of a campaign alone' [ -s reports/open-vs-kvm-release-6.1/finding-1.html ]

gives 'a model program has no kernel source' 0 'there is no kernel source in a model program' \
	weft rules model/abba
finish
